import assert from "node:assert/strict";
import type { LogSource } from "../../tools/logs/logSource";
import { alarmOf, modelNamed } from "../../tools/program/model";
import { rehearseLogs } from "../../tools/rehearse/rehearseLogs";
import { tuneHtml } from "../../tools/tune/htmlReport";
import { tuneJson } from "../../tools/tune/jsonReport";
import { tuneReport } from "../../tools/tune/report";
import { changesTo } from "../../tools/tune/searchSpace";
import { tuneText } from "../../tools/tune/textReport";
import { tuneLogs, type TuneOptions } from "../../tools/tune/tuneLogs";
import { declaredFor, modelFor } from "../tools/rehearse/declaredFor";

const START = Date.parse("2026-11-22T00:00:00Z");
const HOUR = 3_600_000;

/** Days of predictions, so many an hour; the rate is 95 % and falls to 70 % between two hours. */
function logOf(hours: number, perHour: number, bad: readonly [number, number]): LogSource {
  let seed = 11;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const lines = Array.from({ length: hours * perHour }, (_, index) => {
    const hour = index / perHour;
    const valid = random() < (hour >= bad[0] && hour < bad[1] ? 0.7 : 0.95);
    const timestamp = Math.round(START + hour * HOUR);
    return `${JSON.stringify({ timestamp, message: JSON.stringify({ prediction_valid: valid }) })}\n`;
  });
  return {
    name: "test.jsonl",
    async *open() {
      await Promise.resolve();
      yield Buffer.from(lines.join(""));
    },
  };
}

/** Scores, a hundred an hour: healthy ones above 0.7, and a quarter below it between two hours. */
function scoresOf(hours: number, bad: readonly [number, number]): LogSource {
  const lines = Array.from({ length: hours * 100 }, (_, index) => {
    const hour = index / 100;
    const isBad = hour >= bad[0] && hour < bad[1] && index % 4 === 0;
    const score = isBad ? 0.6 : 0.72 + ((index * 37) % 100) / 400;
    const message = JSON.stringify({ score });
    return `${JSON.stringify({ timestamp: Math.round(START + hour * HOUR), message })}\n`;
  });
  return {
    name: "scores.jsonl",
    async *open() {
      await Promise.resolve();
      yield Buffer.from(lines.join(""));
    },
  };
}

/** Little is tried and simulated: enough to see what is said. */
const QUICK: TuneOptions = {
  keep: new Set(["period", "confidence", "minimumPredictions"]),
  effort: 0.05,
};

const REPEATED = {
  args: ["--stack", "dev", "--model", "churn", "--logs", "churn.jsonl"],
  ...{ source: "--stack dev", files: ["churn.jsonl"], reading: "" },
};

async function tune(
  settings: Readonly<Record<string, unknown>>,
  source: LogSource,
  options: TuneOptions,
) {
  const declared = await declaredFor(settings);
  const logs = [{ logGroup: "/logs/churn", sources: [source] }];
  const alarm = alarmOf(modelNamed(declared, "churn"), "rate");
  const run = await tuneLogs(declared, alarm, modelFor(settings), logs, { ...QUICK, ...options });
  const report = tuneReport(run, REPEATED);
  const text = tuneText(report);
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
  assert.ok(text.split("\n").every((line) => line.length <= 100 || line.includes("npm run")));
  assert.doesNotMatch(JSON.stringify(tuneJson(run, report)), /NaN|undefined/);
  assert.doesNotMatch(tuneHtml(run, report), /NaN|undefined|\[object/);
  return { run, report, text };
}

const SETTINGS = { email: ["a@example.com", "b@example.com"], notifyRecovery: true };

describe("tune: over logs", () => {
  for (const [what, mute] of [
    ["", "off"],
    [", under mute rules", [{ cron: "0 0-8 * * *", duration: "90m" }]],
  ] as const) {
    it(`gives the numbers of a rehearsal of that setting alone, mails included${what}`, async () => {
      const own = { ...SETTINGS, period: "30m", datapoints: "2 of 3", mute };
      const source = logOf(60, 40, [40, 50]);
      const incidents = [{ from: START + 40 * HOUR, to: START + 50 * HOUR }];
      const { run } = await tune(own, source, { keep: new Set(["confidence"]), incidents });
      assert.ok(run.frontier.length > 2 && run.tried > 1000);
      let held = 0;
      for (const { cell } of [...run.frontier, run.declared].slice(0, 8)) {
        const declared = await declaredFor({ ...own, ...changesTo(run.own, cell) });
        const logs = [{ logGroup: "/logs/churn", sources: [source] }];
        const { rehearsal } = await rehearseLogs(declared, logs, {});
        const [only] = rehearsal.alarms;
        const fired = only?.changes.filter(({ to }) => to === "ALARM").length;
        assert.deepEqual(
          [cell.mails, cell.episodes, cell.alarmMinutes],
          [rehearsal.mails.length, fired, only?.minutesInAlarm],
        );
        held += only?.muted.size ?? 0;
      }
      assert.equal(held > 0, mute !== "off");
    });
  }

  it("suggests what tells an incident once, and says why and how sure that is", async () => {
    const incidents = [{ from: START + 120 * HOUR, to: START + 144 * HOUR }];
    const { run, report, text } = await tune(
      { ...SETTINGS, threshold: 50 },
      logOf(168, 120, [120, 144]),
      { incidents },
    );
    const { cell } = run.chosen ?? assert.fail(text);
    assert.ok(cell.threshold > 70 && cell.threshold < 95);
    assert.deepEqual([cell.told, cell.falseEpisodes, run.declared.cell.caught], [[1], 0, 0]);
    assert.match(text, /Suggestion: \d\d(\.\d)? % in \d+ of \d+ periods of 1 hour/);
    assert.match(text, /It catches 1 of 1 incident, .*; declared: not caught\./s);
    assert.match(
      text,
      /smallest fall noticed within a day \(90 %\) +[\d.]+ points? +[\d.]+ points?/,
    );
    assert.match(text, new RegExp(`threshold: ${cell.threshold}\n`));
    const kinds = report.frontier.rows.map(({ kind }) => kind);
    assert.ok(kinds.includes("suggested") && kinds.includes("declared"));
    assert.match(tuneHtml(run, report), /<span class="badge">suggested<\/span>/);
  });

  it("suggests without incidents what notices the smallest fall, and mails seldom", async () => {
    const { run, text } = await tune(SETTINGS, logOf(120, 60, [200, 210]), {});
    const { smallestFall, falseMailsAYear } = run.chosen ?? assert.fail(text);
    assert.ok((smallestFall ?? Infinity) <= 10, text);
    assert.ok(falseMailsAYear <= 3, String(falseMailsAYear));
    assert.match(text, /days are short/);
  });

  it("says what is nearest where nothing keeps to both budgets", async () => {
    const source = logOf(96, 120, [48, 72]);
    const kept = new Set([
      "period",
      "datapoints",
      "threshold",
      "confidence",
      "minimumPredictions",
    ] as const);
    const incidents = [{ from: START + 48 * HOUR, to: START + 72 * HOUR }];
    const restless = { ...SETTINGS, threshold: 93, period: "15m", datapoints: 1 };
    const { run, text } = await tune(restless, source, { keep: kept, incidents });
    assert.equal(run.chosen, undefined);
    assert.match(text, /No suggestion: no setting keeps to both budgets\. Nearest: 93 % in 1 of 1/);
    assert.match(text, /It tells one of them \d+ times\./);
    const blind = { ...SETTINGS, threshold: 10 };
    const never = await tune(blind, source, { keep: kept, incidents });
    assert.match(never.text, /No suggestion: no setting that was tried tells of an incident\./);
  });

  it("suggests nothing over days that stand out, unless they are accepted or known", async () => {
    const source = logOf(120, 120, [72, 96]);
    const { run, report, text } = await tune(SETTINGS, source, {});
    assert.deepEqual([run.chosen, run.frontier], [undefined, []]);
    assert.match(
      text,
      /^Days of the baseline that stand out\n {2}2026-11-25: [\d.]+ % of 2,880 [^]* --logs churn\.jsonl --incident 2026-11-25T00:00Z\/2026-11-26T00:00Z\n/,
    );
    assert.match(tuneHtml(run, report), /class="suspect"[^]*some days of the baseline stand out/);
    const [suspect] = tuneJson(run, report).suspects;
    assert.equal(suspect?.from, "2026-11-25T00:00:00Z");
    const accepted = await tune(SETTINGS, source, { acceptBaseline: true });
    assert.equal(accepted.run.suspects.length, 1);
    assert.ok(accepted.run.frontier.length > 0);
  });

  it("tries cut-offs of a score, and writes the one that tells first", async () => {
    const own = { ...SETTINGS, field: "score", valid: ">= 0.9", threshold: 50 };
    const source = scoresOf(96, [60, 72]);
    const valid = [0.5, 0.7].map((bound) => ({ operator: ">=", bound }) as const);
    const incidents = [{ from: START + 60 * HOUR, to: START + 72 * HOUR }];
    const { run, report } = await tune(own, source, { valid, incidents });
    const { cell } = run.chosen ?? assert.fail(report.verdict);
    assert.deepEqual(cell.valid, { operator: ">=", bound: 0.7 });
    assert.ok(report.lines.includes('valid: ">= 0.7"'));
    const declared = await declaredFor({ ...own, ...changesTo(run.own, cell) });
    const logs = [{ logGroup: "/logs/churn", sources: [source] }];
    const { rehearsal } = await rehearseLogs(declared, logs, {});
    assert.equal(rehearsal.mails.length, cell.mails);
    await assert.rejects(
      tune(SETTINGS, source, { valid }),
      /--valid: expected a model whose field is a score.*found prediction_valid = true/,
    );
  });

  it("counts for the budget what one address would get where nobody is mailed", async () => {
    const { run, text } = await tune({ enabled: false }, logOf(72, 60, [80, 90]), {});
    assert.ok(run.frontier.every(({ cell }) => cell.mails === 0));
    assert.ok((run.chosen?.cell.threshold ?? 100) < 95);
    assert.match(text, /mails nobody/);
  });

  it("says what was expected of a model and of logs", async () => {
    const declared = await declaredFor({});
    assert.throws(
      () => alarmOf(modelNamed(declared, "chrun"), "rate"),
      /one of the models churn, found --model chrun/,
    );
    await assert.rejects(tune({}, logOf(1, 1, [0, 0]), {}), /expected predictions of model churn/);
  });
});
