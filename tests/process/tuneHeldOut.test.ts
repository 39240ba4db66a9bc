import assert from "node:assert/strict";
import { fileSource, type LogSource } from "../../tools/logs/logSource";
import { alarmOf, modelNamed } from "../../tools/program/model";
import { rehearseLogs } from "../../tools/rehearse/rehearseLogs";
import { changesTo } from "../../tools/tune/searchSpace";
import { tuneLogs, type TuneRun } from "../../tools/tune/tuneLogs";
import { generatedLog, incidentsOf, STORIES } from "../support/generatedLogs";
import { declaredFor, modelFor } from "../tools/rehearse/declaredFor";

const MINUTE = 60_000;

const DECLARED = { threshold: 80, notifyRecovery: true };

const logsOf = (source: LogSource) => [{ logGroup: "/logs/churn", sources: [source] }];

async function tuned(source: LogSource, incidents: { from: number; to: number }[]) {
  const declared = await declaredFor(DECLARED);
  const alarm = alarmOf(modelNamed(declared, "churn"), "rate");
  return tuneLogs(declared, alarm, modelFor(DECLARED), logsOf(source), { incidents });
}

/** What the suggestion does with another log, by a rehearsal of a stack that has it. */
async function heldOut(
  run: TuneRun,
  source: LogSource,
  [incident]: { from: number; to: number }[],
) {
  const { cell } = run.chosen ?? assert.fail("no suggestion");
  const declared = await declaredFor({ ...DECLARED, ...changesTo(run.own, cell) });
  const { rehearsal } = await rehearseLogs(declared, logsOf(source), {});
  const alarms = (rehearsal.alarms[0]?.changes ?? []).filter(({ to }) => to === "ALARM");
  const window = (cell.datapoints.of * cell.period) / 60;
  const isTrue = (at: number): boolean =>
    incident !== undefined && at >= incident.from / MINUTE && at < incident.to / MINUTE + window;
  const [first] = alarms.filter(({ at }) => isTrue(at));
  return {
    mails: rehearsal.mails.length,
    hours: first && incident && (first.at - incident.from / MINUTE) / 60,
    falseAlarms: alarms.filter(({ at }) => !isTrue(at)).length,
  };
}

/** What holds on logs of the same models that were not tuned on: at most so many mails, the first OK included, and hours until the alarm. */
const HELD = {
  drifting: { mails: 3, hours: 20 },
  sparse: { mails: 3, hours: 8 },
  noisy: { mails: 3, hours: 12 },
} as const;

describe("tune: on logs that it was not tuned on", function () {
  this.timeout(300_000);

  for (const [name, most] of Object.entries(HELD) as [
    keyof typeof HELD,
    { mails: number; hours: number },
  ][]) {
    it(`tells an incident of the ${name} model once, in time and without false alarms`, async () => {
      const story = STORIES[name];
      const incidents = incidentsOf(story);
      const run = await tuned(generatedLog(story, 1), incidents);
      for (const seed of [2, 3, 4]) {
        const { mails, hours, falseAlarms } = await heldOut(
          run,
          generatedLog(story, seed),
          incidents,
        );
        const found = JSON.stringify({ seed, mails, hours, falseAlarms, ...run.chosen?.cell });
        assert.equal(falseAlarms, 0, found);
        assert.ok(mails <= most.mails && hours !== undefined && hours <= most.hours, found);
      }
    });
  }

  it("leaves the steady model alone", async () => {
    const run = await tuned(generatedLog(STORIES.steady, 1), []);
    const { smallestFall = Infinity, falseMailsAYear = Infinity } = run.chosen ?? {};
    assert.ok(smallestFall < 3 && falseMailsAYear <= 12);
    for (const seed of [2, 3, 4]) {
      const { mails, falseAlarms } = await heldOut(run, generatedLog(STORIES.steady, seed), []);
      assert.deepEqual([mails, falseAlarms], [1, 0]);
    }
  });

  it("keeps what it suggests for the sample on other weeks of the same camera", async () => {
    const incidents = [
      { from: Date.parse("2026-03-09T00:00Z"), to: Date.parse("2026-03-12T13:40Z") },
    ];
    const run = await tuned(fileSource("samples/digits.jsonl.gz"), incidents);
    const { cell } = run.chosen ?? assert.fail("no suggestion");
    assert.deepEqual([cell.mails, cell.caught, cell.falseEpisodes], [3, 1, 0]);
    assert.ok(cell.delays.every((delay) => (delay ?? Infinity) <= 12 * 60));
    for (const seed of [2, 3, 4]) {
      const source = generatedLog(STORIES.drifting, seed);
      const { mails, hours, falseAlarms } = await heldOut(run, source, incidents);
      assert.deepEqual([mails, falseAlarms], [3, 0]);
      assert.ok((hours ?? Infinity) <= 20);
    }
  });
});
