import assert from "node:assert/strict";
import { pointsOf } from "../../support/points";
import { gzipSync } from "node:zlib";
import { LogGroupIntake } from "../../../tools/logs/logGroupIntake";
import { LogError } from "../../../tools/logs/logSource";
import { readLog } from "../../../tools/logs/readLog";
import { countsFileText, type CountsHeader } from "../../../tools/logs/countsFile";
import { MetricFilterSeries } from "../../../tools/simulator/metricFilter";
import { MinuteNumbers } from "../../../tools/simulator/minuteSeries";
import { filter, madeOf, modelFilters, takeIn } from "./logs";

const MINUTE = 60_000;
const NOON = Date.parse("2026-03-01T12:00:00Z") / MINUTE;
const [VALID, TOTAL] = modelFilters().map(({ pattern }) => pattern);
const HEADER: CountsHeader = {
  logGroup: "/models/churn",
  stack: "prod",
  model: "churn",
  from: "2026-03-01T00:00:00Z",
  to: "2026-03-02T00:00:00Z",
  patterns: { valid: VALID ?? "", total: TOTAL ?? "" },
  query: "filter ...",
};
const MINUTES = [
  { minute: NOON, valid: 57, total: 60 },
  { minute: NOON + 3, valid: 0, total: 2 },
];
const TEXT = countsFileText(HEADER, MINUTES);

/** What is wrong with a log of counts. */
async function damage(content: string): Promise<string> {
  try {
    await readLog(madeOf(content), {}, new LogGroupIntake(modelFilters()));
  } catch (error) {
    if (error instanceof LogError && error.reason === "damaged") return error.message;
    throw error;
  }
  throw new Error("the log was read to its end");
}

/** What is wrong with a log in which these lines follow the header. */
function refusal(...lines: readonly string[]): Promise<string> {
  return damage([TEXT.trimEnd(), ...lines].join("\n"));
}

describe("a log of counts", () => {
  it("is lines of JSON: a header, then the minutes with predictions", () => {
    const [header = "", ...lines] = TEXT.split("\n");
    assert.deepEqual(JSON.parse(header), {
      format: "classification-rate counts",
      version: 1,
      ...HEADER,
    });
    assert.deepEqual(lines, [
      '{"minute":"2026-03-01T12:00:00Z","valid":57,"total":60}',
      '{"minute":"2026-03-01T12:03:00Z","valid":0,"total":2}',
      "",
    ]);
  });

  it("gives the data points that as many log events give", async () => {
    const events = MINUTES.flatMap(({ minute, valid, total }) =>
      Array.from({ length: total }, (_, index) => ({
        timestamp: minute * MINUTE + index,
        message: JSON.stringify({ prediction_valid: index < valid }),
      })),
    );
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    const byEvents = await takeIn(modelFilters(), madeOf(lines));
    for (const content of [TEXT, gzipSync(TEXT), TEXT.replaceAll("\n", "\r\n")]) {
      const byCounts = await takeIn(modelFilters(), madeOf(content, 100));
      assert.deepEqual(byCounts.counts, byEvents.counts);
      assert.equal(byCounts.events, 62);
      assert.deepEqual(byCounts.summary, {
        name: "made.log",
        format: "counts per minute that npm run history fetched",
        lines: 3,
        events: 62,
        notes: [],
        undated: { count: 0, examples: [] },
        firstAt: NOON * MINUTE,
        lastAt: (NOON + 3) * MINUTE,
      });
    }
  });

  it("counts as often as a filter's value says", () => {
    const series = new MetricFilterSeries(filter("twice", VALID ?? "", "2.5"));
    series.addCount(NOON * MINUTE, 3);
    series.addCount(NOON * MINUTE + 1, 1);
    series.addCount((NOON + 1) * MINUTE, 0);
    const events = new MinuteNumbers("counts");
    events.add(NOON, 4);
    events.add(NOON + 1, 1);
    assert.deepEqual(pointsOf(series.metric(events)), [
      { minute: NOON, sum: 10, count: 4, minimum: 2.5, maximum: 2.5 },
      { minute: NOON + 1, sum: 0, count: 1, minimum: 0, maximum: 0 },
    ]);
    const read = new MetricFilterSeries(filter("read", VALID ?? "", "$.latency"));
    assert.throws(() => {
      read.addCount(0, 1);
    }, /metric filter read adds \$\.latency, which counts do not have/);
  });

  it("feeds the filters of exactly its patterns, and tells which it does not feed", async () => {
    const filters = [
      ...modelFilters(),
      filter("other", "{ $.valid IS TRUE }"),
      filter("latency", TOTAL ?? "", "$.latency"),
    ];
    const intake = new LogGroupIntake(filters);
    await readLog(madeOf(TEXT), {}, intake);
    assert.deepEqual(intake.uncounted(), ["other", "latency"]);
    assert.deepEqual(
      intake.counts().map(({ matched }) => matched),
      [57, 62, 0, 0],
    );
    const whole = new LogGroupIntake(filters);
    const part = intake.part();
    assert.ok(part);
    whole.addPart(part);
    assert.deepEqual(whole.uncounted(), ["other", "latency"]);
    const points = (of: LogGroupIntake) => of.counts().map(({ metric }) => pointsOf(metric));
    assert.deepEqual(points(whole), points(intake));
    const patterns = { valid: "{ $.valid IS TRUE }", total: "{ $.valid IS FALSE }" };
    await readLog(madeOf(countsFileText({ ...HEADER, patterns }, MINUTES)), {}, whole);
    assert.deepEqual(whole.uncounted(), ["latency"]);
  });

  it("keeps to the time that is asked for", async () => {
    const intake = new LogGroupIntake(modelFilters(), {
      from: NOON * MINUTE,
      to: (NOON + 3) * MINUTE,
    });
    await readLog(madeOf(TEXT), {}, intake);
    assert.equal(intake.events, 60);
  });

  it("may follow another", async () => {
    const other = countsFileText(
      { ...HEADER, patterns: { ...HEADER.patterns, valid: "{ $.ok IS TRUE }" } },
      MINUTES,
    );
    const { counts } = await takeIn(modelFilters(), madeOf(`${TEXT}\n${other}`));
    assert.deepEqual(
      counts.map(({ matched }) => matched),
      [57, 124],
    );
  });

  it("names the line that is not as it should be", async () => {
    assert.equal(
      await refusal('{"minute":"2026-03-01T12:03:00Z","valid"'),
      'made.log: line 4: expected a line such as {"minute":"2026-03-01T12:03:00Z","valid":57,"total":60}, found {"minute":"2026-03-01T12:03:00Z","valid"',
    );
    const cases: readonly (readonly [line: string, expected: RegExp])[] = [
      ["12", /expected a line such as/],
      ['{"valid":1,"total":1}', /expected a whole minute such as .*, found none$/],
      ['{"minute":"12:03","valid":1,"total":1}', /expected a whole minute such as .*"12:03"$/],
      ['{"minute":"2026-03-01T12:03:30Z","valid":1,"total":1}', /a whole minute .*12:03:30Z"$/],
      ['{"minute":1772366400000,"valid":1,"total":1}', /expected a whole minute/],
      ['{"minute":"2026-03-01T12:03:00Z","valid":-1,"total":1}', /from 0 in valid, found -1$/],
      ['{"minute":"2026-03-01T12:03:00Z","valid":1,"total":1.5}', /from 0 in total, found 1\.5$/],
      ['{"minute":"2026-03-01T12:03:00Z","valid":"1","total":1}', /from 0 in valid, found "1"$/],
      ['{"minute":"2026-03-01T12:03:00Z","total":1}', /from 0 in valid, found none$/],
      ['{"minute":"2026-03-01T12:03:00Z","valid":2,"total":1}', /at most 1 valid .*, found 2$/],
    ];
    for (const [line, expected] of cases) assert.match(await refusal("", line), expected);
    assert.match(await refusal("", "12"), /line 5/);
  });

  it("needs a header of a version and with patterns that are known", async () => {
    const start = '{"format":"classification-rate counts"';
    assert.match(await damage(start), /line 1: expected a header in JSON, found \{/);
    assert.match(
      await damage(`${start},"version":2}\n`),
      /line 1: expected version 1 of the counts format, found 2; write it again with npm run history/,
    );
    assert.match(await damage(`${start}}`), /expected version 1 .* found none/);
    assert.match(
      await damage(`${start},"version":1,"patterns":{"valid":"{ $.a IS TRUE }"}}`),
      /expected patterns with the filter patterns valid and total, found \{"valid"/,
    );
  });
});
