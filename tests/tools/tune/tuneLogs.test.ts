import assert from "node:assert/strict";
import type { LogSource } from "../../../tools/logs/logSource";
import type { Declared } from "../../../tools/program/declared";
import { alarmOf, modelNamed } from "../../../tools/program/model";
import { rehearseLogs } from "../../../tools/rehearse/rehearseLogs";
import { tuneWarnings } from "../../../tools/tune/dataSummary";
import { tuneHtml } from "../../../tools/tune/htmlReport";
import { tuneJson } from "../../../tools/tune/jsonReport";
import { tuneText } from "../../../tools/tune/textReport";
import { ownCell, tuneLogs, type TuneOptions } from "../../../tools/tune/tuneLogs";
import { declaredFor } from "../rehearse/declaredFor";

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

function tune(declared: Declared, source: LogSource, options: TuneOptions) {
  const logs = [{ logGroup: "/logs/churn", sources: [source] }];
  return tuneLogs(declared, alarmOf(modelNamed(declared, "churn"), "rate"), logs, options);
}

const SETTINGS = { email: ["a@example.com", "b@example.com"], notifyRecovery: true };

describe("tune: over logs", () => {
  it("says that it counts mails which a mute rule would hold back", async () => {
    const mute = [{ cron: "0 2 * * SUN", duration: "4h" }];
    const run = await tune(await declaredFor({ ...SETTINGS, mute }), logOf(30, 40, [0, 0]), {});
    assert.ok(
      tuneWarnings(run).includes(
        "mails are counted as if no mute rule held any back, and one does: cron(0 2 * * SUN) for 4 hours, UTC",
      ),
    );
  });

  it("gives the numbers of a rehearsal of that setting alone, mails included", async () => {
    const declared = await declaredFor({ ...SETTINGS, period: "30m", datapoints: "2 of 3" });
    const source = logOf(60, 40, [40, 50]);
    const run = await tune(declared, source, {});
    const alarm = alarmOf(modelNamed(declared, "churn"), "rate");
    const cells = run.grid.filter((_, index) => index % 97 === 0);
    assert.ok(cells.length > 5 && cells.some(({ mails }) => mails > 10));
    for (const { threshold, datapoints, mails, episodes, alarmMinutes } of cells) {
      const replaced = {
        ...alarm,
        threshold,
        evaluationPeriods: datapoints.of,
        datapointsToAlarm: datapoints.toAlarm,
      };
      const logs = [{ logGroup: "/logs/churn", sources: [source] }];
      const { rehearsal } = await rehearseLogs({ ...declared, alarms: [replaced] }, logs, {});
      const [only] = rehearsal.alarms;
      const fired = only?.changes.filter(({ to }) => to === "ALARM").length;
      assert.deepEqual(
        [mails, episodes, alarmMinutes],
        [rehearsal.mails.length, fired, only?.minutesInAlarm],
      );
    }
  });

  it("suggests a threshold between the healthy and the bad rate, and says why", async () => {
    const declared = await declaredFor({ ...SETTINGS, threshold: 50 });
    const incident = { from: START + 120 * HOUR, to: START + 144 * HOUR };
    const run = await tune(declared, logOf(168, 120, [120, 144]), { incidents: [incident] });
    const { chosen } = run.suggestions;
    assert.ok(chosen?.isBeyondChance);
    assert.ok(chosen.cell.threshold > 75 && chosen.cell.threshold < 94);
    assert.deepEqual([chosen.cell.caught, chosen.cell.falseMails], [1, 0]);
    assert.equal(ownCell(run)?.caught, 0);
    assert.equal(run.data.baseline.to, START / 60_000 + 120 * 60);
    const text = tuneText(run);
    assert.match(text, /Suggestion: \d\d(\.\d)? % in \d of \d/);
    assert.match(text, /It catches 1 of 1 incident, /);
    assert.match(text, new RegExp(`threshold: ${chosen.cell.threshold}\n`));
    assert.ok(text.split("\n").every((line) => line.length <= 100));
    assert.doesNotMatch(text, /NaN|undefined|Infinity/);
    const json = JSON.stringify(tuneJson(run));
    assert.doesNotMatch(json, /NaN|undefined/);
    assert.match(tuneHtml(run), /badge suggested/);
  });

  it("warns of data too thin to say", async () => {
    const declared = await declaredFor({ ...SETTINGS, threshold: 90 });
    const run = await tune(declared, logOf(96, 4, [200, 210]), {});
    const warnings = tuneWarnings(run).join("\n");
    assert.match(warnings, /periods are thin: a quiet one has \d+ predictions/);
    assert.match(warnings, /a period would need \d+ predictions/);
    assert.match(warnings, /days are short/);
    const narrow = await tune(declared, logOf(96, 4, [200, 210]), { maxMailsPerMonth: 0 });
    assert.doesNotMatch(tuneText(narrow), /NaN|undefined|Infinity/);
    assert.doesNotMatch(tuneText(run), /NaN|undefined|Infinity/);
  });

  it("notices a baseline in which something was wrong", async () => {
    const declared = await declaredFor(SETTINGS);
    const source = logOf(96, 120, [60, 72]);
    const all = tuneWarnings(await tune(declared, source, {})).join("\n");
    assert.match(all, /varies more than chance does.*--incident or --baseline-until/);
    const until = tuneWarnings(await tune(declared, source, { baselineUntil: START + 60 * HOUR }));
    assert.doesNotMatch(until.join("\n"), /varies more/);
  });

  it("suggests nothing over days that stand out, unless they are accepted or known", async () => {
    const declared = await declaredFor(SETTINGS);
    const source = logOf(120, 120, [72, 96]);
    const run = await tune(declared, source, {});
    assert.equal(run.suggestions.chosen, undefined);
    assert.match(
      tuneText(run),
      /^Days of the baseline that stand out\n {2}2026-11-25: [\d.]+ % of 2,880 [^]*--incident 2026-11-25T00:00:00Z\/2026-11-26T00:00:00Z\n/,
    );
    assert.match(tuneHtml(run), /some days of the baseline do not look healthy/);
    const [suspect] = tuneJson(run).suspects;
    assert.equal(suspect?.from, "2026-11-25T00:00:00Z");
    const incidents = [{ from: START + 72 * HOUR, to: START + 96 * HOUR }];
    const known = await tune(declared, source, { incidents });
    assert.deepEqual([known.suspects, known.suggestions.chosen?.cell.mostPerIncident], [[], 1]);
    const accepted = await tune(declared, source, { acceptBaseline: true });
    assert.equal(accepted.suspects.length, 1);
    assert.ok(accepted.suggestions.chosen);
  });

  it("counts for the budget what one address would get where nobody is mailed", async () => {
    const declared = await declaredFor({ enabled: false });
    const run = await tune(declared, logOf(72, 60, [80, 90]), {});
    assert.ok(run.grid.every(({ mails }) => mails === 0));
    assert.ok((run.suggestions.chosen?.cell.threshold ?? 100) < 95);
    assert.match(tuneWarnings(run).join("\n"), /mails nobody/);
  });

  it("says what was expected of a model and of logs", async () => {
    const declared = await declaredFor({});
    assert.throws(
      () => alarmOf(modelNamed(declared, "chrun"), "rate"),
      /one of the models churn, found --model chrun/,
    );
    await assert.rejects(
      tune(declared, logOf(1, 1, [0, 0]), {}),
      /expected predictions of model churn/,
    );
  });
});
