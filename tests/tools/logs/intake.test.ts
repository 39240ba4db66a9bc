import assert from "node:assert/strict";
import { InputError } from "../../../tools/inputError";
import { readEventTime } from "../../../tools/logs/logEvents";
import { LogGroupIntake } from "../../../tools/logs/logGroupIntake";
import { MINUTE as MINUTE_LENGTH } from "../../../tools/time";
import { pointsOf } from "../../support/points";
import { AT, filter, madeOf, modelFilters, takeIn } from "./logs";

const MINUTE = Math.floor(AT / MINUTE_LENGTH);

describe("LogGroupIntake", () => {
  it("counts a log's events by filter and minute, in any order", async () => {
    const line = (minutes: number, message: string) =>
      JSON.stringify({ timestamp: AT + minutes * MINUTE_LENGTH, message });
    const content = [
      line(2, '{"prediction_valid": false}'),
      line(0, '{"prediction_valid": true}\n'),
      line(1, "REPORT RequestId: 8f3e"),
      line(0, '{"prediction_valid":true,"text":"a \\"quoted\\" one"}'),
      line(2, '{"prediction_valid":"true"}'),
      line(0, '{"prediction_valid":false,"prediction_valid":true}'),
    ];
    const { counts, events, nearMisses } = await takeIn(modelFilters(), madeOf(content.join("\n")));
    assert.equal(events, 6);
    assert.deepEqual(
      counts.map(({ name, matched, points }) => [
        name,
        matched,
        points.map(({ minute, sum, count }) => [minute - MINUTE, sum, count]),
      ]),
      [
        [
          "valid",
          3,
          [
            [0, 3, 3],
            [1, 0, 1],
            [2, 0, 2],
          ],
        ],
        [
          "total",
          4,
          [
            [0, 3, 3],
            [1, 0, 1],
            [2, 1, 2],
          ],
        ],
      ],
    );
    assert.deepEqual(
      nearMisses.map(({ kind, count }) => [kind, count]),
      [["text-boolean", 1]],
    );
  });

  it("counts several logs together, and only events from `from` on and before `to`", () => {
    const intake = new LogGroupIntake(modelFilters(), { from: AT, to: AT + 10 });
    for (const timestamp of [AT - 1, AT, AT + 9, AT + 10]) {
      intake.add(timestamp, '{"prediction_valid":true}');
      if (!intake.glance(timestamp, "START", false)) intake.add(timestamp, "START");
      intake.add(timestamp, '{"Prediction_Valid":true}');
    }
    assert.equal(intake.events, 6);
    assert.deepEqual(
      intake
        .counts()
        .map(({ matched, metric }) => [matched, ...pointsOf(metric).map(({ sum }) => sum)]),
      [
        [2, 2],
        [2, 2],
      ],
    );
    assert.equal(intake.nearMisses()[0]?.count, 2);
  });

  it("reports the default value for every event", () => {
    const intake = new LogGroupIntake(modelFilters());
    for (let index = 0; index < 3; index += 1) intake.add(AT, "text");
    for (let index = 0; index < 3; index += 1) assert.ok(intake.glance(AT, "text", false));
    assert.equal(intake.counts().map(({ metric }) => pointsOf(metric)[0]?.count)[0], 6);
  });

  it("takes an interest in lines without the field where a pattern can match them", () => {
    const isPassed = (pattern: string, line: string) => {
      const intake = new LogGroupIntake([filter("a", pattern)]);
      for (let index = 0; index < 3; index += 1) intake.add(AT, "START");
      return intake.glance(AT, line, false);
    };
    assert.ok(isPassed('{ $.model != "churn" }', "END"));
    assert.ok(!isPassed('{ $.model != "churn" }', '{"model":"churn"}'));
    assert.ok(!isPassed("ERROR", "error"));
    assert.ok(!isPassed("{ $.model NOT EXISTS }", "END"));
  });

  it("refuses what the filters' own module refuses", () => {
    assert.throws(() => new LogGroupIntake([filter("a", "{ $.a ~ 1 }")]), InputError);
  });

  it("counts matches by dimensions from events, and not from counts alone", () => {
    const dimensions = { Model: "$.model" };
    const { defaultValue: _, ...plain } = filter("by model", "{ $.model = * }");
    const [a, b] = ["churn", "fraud"].map((Model) => ({
      ...plain,
      dimensions,
      published: { Model },
    }));
    assert.ok(a && b);
    const intake = new LogGroupIntake([a, b]);
    for (const model of ["churn", "churn", "fraud"]) intake.add(AT, JSON.stringify({ model }));
    const counts = intake.counts();
    assert.deepEqual(
      counts.map(({ metric, matched }) => [matched, pointsOf(metric).map(({ sum }) => sum)]),
      [
        [3, [2]],
        [3, [1]],
      ],
    );
    intake.addCounts(AT, new Map([["{ $.model = * }", 5]]));
    assert.deepEqual(intake.uncounted(), ["by model"]);
  });

  it("reads what dimensions ask about where the pattern asks about less", async () => {
    const { defaultValue: _, ...plain } = filter("by model", "{ $.ok IS TRUE }");
    const [dimensions, published] = [{ Model: "$.model" }, { Model: "churn" }];
    const message = JSON.stringify({ ok: true, model: "churn" });
    const log = `${JSON.stringify({ timestamp: AT, message })}\n`.repeat(5);
    const { counts } = await takeIn([{ ...plain, dimensions, published }], madeOf(log));
    assert.deepEqual(
      counts.map(({ points }) => points.map(({ sum }) => sum)),
      [[5]],
    );
  });

  it("takes any log of a group without filters", async () => {
    const { events, counts } = await takeIn([], madeOf(`{"timestamp":${AT},"message":""}`));
    assert.deepEqual([events, counts], [1, []]);
  });
});

describe("readEventTime", () => {
  const cases: readonly [unknown, number][] = [
    [AT, AT],
    [AT + 0.7, AT],
    [AT / 1000, AT],
    [AT * 1000 + 7, AT],
    [AT * 1e6, AT],
    [String(AT), AT],
    [`${AT}123`, AT],
    [`${AT}123456`, AT],
    ["2026-11-22T06:52:24Z", AT],
    ["2026-11-22 06:52:24", AT],
    ["2026-11-22T06:52:24.123456789Z", AT + 123],
    ["2026-11-22 06:52:24,5", AT + 500],
    ["2026-11-22 06:52:24 UTC", AT],
    ["2026-11-22T08:22:24+01:30", AT],
    ["2026-11-22T05:52:24-0100", AT],
    ["2026-11-22T06:52", AT - 24_000],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
  ];
  for (const [value, time] of cases) {
    it(`reads ${JSON.stringify(value)}`, () => {
      assert.equal(readEventTime(value), time);
    });
  }
  const others = [
    ...[
      0,
      -1,
      1e9 - 1e8,
      1e14,
      Number.NaN,
      Infinity,
      null,
      true,
      {},
      "",
      "now",
      "12",
      "2026-11-22",
    ],
    ...["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T24:00:00Z"],
    ...["2026-11-22T06:60:24Z", "2026-11-22T06:52:60Z", "1970-01-01T00:00:00Z", "0x19f3", "1e12"],
  ];
  it("reads nothing else", () => {
    for (const value of others)
      assert.equal(readEventTime(value), Number.NaN, JSON.stringify(value));
  });
});

describe("what a log group's events look like", () => {
  it("shows lines that differ, JSON first, and the properties that there are", () => {
    const intake = new LogGroupIntake(modelFilters());
    const lines = ["START", "START", "END", "REPORT", '{"level":"INFO","meta":{"a":1}}'];
    for (let index = 0; index < 2000; index += 1) {
      intake.add(AT + index * MINUTE_LENGTH, lines[index % lines.length] ?? "");
    }
    intake.add(AT, '{"level":"INFO","meta":{"a":2}}');
    assert.deepEqual(intake.lines(), ['{"level":"INFO","meta":{"a":1}}', "START", "START"]);
    assert.deepEqual(intake.properties(), ["level", "meta.a"]);
  });

  it("looks no further than where the time is that was asked for", () => {
    const intake = new LogGroupIntake(modelFilters(), { from: AT });
    intake.add(AT - 1, '{"before":1}');
    intake.glance(AT - 1, "START", false);
    assert.deepEqual([intake.lines(), intake.properties()], [[], []]);
  });
});
