import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogSource } from "../../../tools/logs/logSource";
import type { Declared } from "../../../tools/program/declared";
import { rehearseLogs } from "../../../tools/rehearse/rehearseLogs";
import { declaredFor } from "./declaredFor";
import { type OracleAlarm, type OracleEvent, rehearsedByHand } from "./oracle";

const START = Date.parse("2026-11-22T00:00:00Z");

/** Events as a file of `{timestamp, message}` lines. */
function fileOf(events: readonly OracleEvent[]): LogSource {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  return {
    name: "test.jsonl",
    async *open() {
      await Promise.resolve();
      yield Buffer.from(lines);
    },
  };
}

async function changesOf(declared: Declared, events: readonly OracleEvent[], extra: number) {
  const logs = [{ logGroup: "/logs/churn", sources: [fileOf(events)] }];
  const { rehearsal, options } = await rehearseLogs(declared, logs, {
    evaluationRangeExtra: extra,
  });
  const changes = rehearsal.alarms.flatMap((alarm) =>
    alarm.changes.map(({ at, from, to }) => ({ at, from, to })),
  );
  return { changes, options, mails: rehearsal.mails };
}

const message = fc.oneof(
  { weight: 6, arbitrary: fc.constant('{"prediction_valid": true}') },
  { weight: 4, arbitrary: fc.constant('{"prediction_valid":false,"label":3}') },
  fc.constantFrom(
    "START RequestId: 1",
    '{"prediction_valid":"true"}',
    '{"prediction_valid":1}',
    '[INFO] {"prediction_valid":true}',
    '{"message":"{\\"prediction_valid\\":false}"}',
    '{"prediction_valid":null}',
    '{"prediction_valid":false,"prediction_valid":true}',
    '{"prediction\\u005fvalid":false}',
    ' {"prediction_valid" : false } ',
    "{",
  ),
);

/** Bursts of events with gaps between, in any order. */
const events = fc
  .array(fc.record({ at: fc.integer({ min: 0, max: 90 * 60 }), message }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((list) =>
    list.map(({ at, message: text }) => ({ timestamp: START + at * 1000, message: text })),
  );

function declaredOf(alarm: OracleAlarm): Promise<Declared> {
  return declaredFor({
    threshold: alarm.threshold,
    period: `${alarm.period}m`,
    datapoints: `${alarm.m} of ${alarm.n}`,
    treatMissingData: alarm.treatMissingData,
    ...(alarm.minimum > 1 && { minimumPredictions: alarm.minimum }),
  });
}

describe("rehearsal: against an oracle", () => {
  it("gives the states that the rules give, minute by minute", async () => {
    const settings = fc.record({
      threshold: fc.constantFrom(30, 50, 66.6, 90, 100),
      period: fc.constantFrom(1, 2, 5, 15),
      n: fc.integer({ min: 1, max: 5 }),
      short: fc.integer({ min: 0, max: 4 }),
      treatMissingData: fc.constantFrom("missing", "ignore", "breaching", "notBreaching" as const),
      minimum: fc.constantFrom(1, 3),
      extra: fc.integer({ min: 0, max: 3 }),
    });
    // Running the program takes longer than all the rest: some alarms, each for many logs.
    const scenes = await Promise.all(
      fc.sample(settings, 10).map(async ({ n, short, extra, ...rest }) => {
        const alarm = { ...rest, n, m: Math.max(1, n - short) };
        return { alarm, extra, declared: await declaredOf(alarm) };
      }),
    );
    await fc.assert(
      fc.asyncProperty(events, fc.constantFrom(...scenes), async (list, scene) => {
        const { alarm, extra, declared } = scene;
        const { changes, options } = await changesOf(declared, list, extra);
        assert.deepEqual(changes, rehearsedByHand(list, alarm, { ...options, extra }));
      }),
      { numRuns: 60 },
    );
  });

  it("takes no prediction of some lines for no data point, from the first minute on", async () => {
    const declared = await declaredFor({ period: "15m", datapoints: 1 });
    const list = ["START RequestId: 1", '{"prediction_valid": true}'].map((message, minute) => ({
      timestamp: START + minute * 60_000,
      message,
    }));
    const { changes } = await changesOf(declared, list, 0);
    assert.deepEqual(
      changes.map(({ to }) => to),
      ["OK"],
    );
  });

  it("names a stray year instead of evaluating what lies between, and takes either side", async () => {
    const declared = await declaredFor({});
    const old = Date.parse("2007-03-01T12:00:00Z");
    const events = [old, START, START + 60_000].map((timestamp) => ({
      timestamp,
      message: '{"prediction_valid": true}',
    }));
    const logs = [{ logGroup: "/logs/churn", sources: [fileOf(events)] }];
    await assert.rejects(
      rehearseLogs(declared, logs, {}),
      /found none for 7,205 days between 2007-03-01 and 2026-11-22.*--from 2026-11-22 .*--to 2007-03-02 /,
    );
    const after = await rehearseLogs(declared, logs, { from: Date.parse("2026-11-22") });
    assert.equal(after.logs[0]?.events, 2);
    const before = await rehearseLogs(declared, logs, { to: Date.parse("2007-03-02") });
    assert.equal(before.logs[0]?.events, 1);
  });

  it("evaluates from a minute after the first event's to a minute after the last one's", async () => {
    const declared = await declaredFor({ period: "1m", datapoints: 1 });
    const list = [90, 200, 30].map((seconds) => ({
      timestamp: START + seconds * 1000,
      message: '{"prediction_valid":true}',
    }));
    const { options } = await changesOf(declared, list, 2);
    const minute = START / 60_000;
    assert.deepEqual([options.from, options.to], [minute + 1, minute + 4]);
  });
});
