import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { main } from "../../../tools/cli/history";
import { main as rehearse } from "../../../tools/cli/rehearse";
import { main as tune } from "../../../tools/cli/tune";
import type { JsonReport } from "../../../tools/rehearse/jsonReport";
import type { JsonTuning } from "../../../tools/tune/jsonReport";
import { captured } from "../../support/folders";
import { clock, MODELS, PLAIN, RAW, withServer } from "./historyScene";

describe("npm run history, then rehearse or tune", () => {
  for (const [stack, models] of Object.entries(MODELS)) {
    it(`gives rehearse the same states and mails as the log itself: stack ${stack}`, () =>
      withServer({}, async () => {
        writeFileSync("raw.jsonl", RAW);
        for (const model of models) {
          const which = ["--stack", stack, "--model", model, "--from", "3d"];
          const args = [...which, "--out", `${model}.jsonl`];
          assert.equal((await captured(() => main(args, clock))).code, 0);
        }
        const report = async (...files: readonly string[]): Promise<JsonReport> => {
          const span = ["--from", "2026-03-07T12:00Z", "--to", "2026-03-10T12:00Z", "--json"];
          const { stdout } = await captured(() => rehearse(["--stack", stack, ...span, ...files]));
          return JSON.parse(stdout) as JsonReport;
        };
        const raw = await report("raw.jsonl");
        const counts = await report(...models.map((model) => `${model}.jsonl`));
        assert.deepEqual(
          raw.alarms.map(({ states }) => states.some(({ to }) => to === "ALARM")),
          models.concat("silence").map(() => true),
        );
        assert.deepEqual(counts.alarms, raw.alarms);
        assert.deepEqual(counts.emails, raw.emails);
        assert.deepEqual(counts.logs[0]?.matched, raw.logs[0]?.matched);
        assert.deepEqual(counts.notes, raw.notes);
      }));
  }

  it("gives tune the same figures, and another stack what it counts alike", () =>
    withServer({}, async () => {
      writeFileSync("raw.jsonl", RAW);
      const { stdout } = await captured(() => main([...PLAIN, "--to", "2026-03-10"], clock));
      writeFileSync("counts.jsonl", stdout);
      const tuned = async (file: string): Promise<JsonTuning["declared"]> => {
        const span = ["--from", "2026-03-07T12:01Z", "--to", "2026-03-10T00:00Z", "--json"];
        const args = ["--stack", "prod", "--model", "plain", "--logs", file, ...span];
        return (JSON.parse((await captured(() => tune(args))).stdout) as JsonTuning).declared;
      };
      assert.deepEqual(await tuned("counts.jsonl"), await tuned("raw.jsonl"));
      const { stdout: text } = await captured(() => rehearse(["--stack", "dev", "counts.jsonl"]));
      assert.match(text, /\nAlarm classification-rate-dev-plain /);
      assert.match(
        text,
        /alarm classification-rate-dev-sure-silence is not rehearsed: the counts given for \/logs\/all have none for the metric filter classification-rate-dev-sure\.total_predictions, \{ \(\$\.prediction_valid/,
      );
      assert.doesNotMatch(text, /\nAlarm classification-rate-dev-sure/);
    }));
});
