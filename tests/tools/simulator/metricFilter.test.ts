import assert from "node:assert/strict";
import fc from "fast-check";
import { EventMessage } from "../../../tools/simulator/filterPattern";
import { InputError } from "../../../tools/inputError";
import {
  type MetricFilter,
  metricFilterProblems,
  MetricFilterSeries,
} from "../../../tools/simulator/metricFilter";
import { MINUTE } from "../../../tools/time";
import { MinuteNumbers } from "../../../tools/simulator/minuteSeries";
import { pointsOf as pointsOfSeries } from "../../support/points";
import recordedFile from "../../vectors/aws-recorded-publishing.json";
import vectorFile from "../../vectors/metric-filter-metrics.json";

interface SeriesVector {
  readonly name: string;
  readonly pattern: string;
  readonly value: number | string;
  readonly defaultValue: number | null;
  readonly events: readonly { readonly timestamp: string; readonly message: string }[];
  readonly expected: readonly { readonly minute: string; readonly sum: number }[];
  readonly authority: string;
  readonly source: string;
  readonly why?: string | undefined;
  readonly disputed?: boolean | undefined;
}
const vectors: readonly SeriesVector[] = vectorFile;

const VALID: MetricFilter = {
  name: "churn.valid_predictions",
  logGroupName: "/aws/lambda/churn",
  pattern: "{ $.valid IS TRUE }",
  metricName: "churn.valid_predictions",
  metricNamespace: "classification_rate",
  metricValue: "1",
  defaultValue: 0,
};
const LATENCY: MetricFilter = {
  name: "latency",
  logGroupName: "/aws/lambda/churn",
  pattern: "{ $.latency = * }",
  metricName: "latency",
  metricNamespace: "classification_rate",
  metricValue: "$.latency",
};

function pointsOf(
  filter: MetricFilter,
  events: readonly (readonly [timestamp: number, message: string])[],
) {
  const series = new MetricFilterSeries(filter);
  for (const [timestamp, message] of events) series.add(timestamp, new EventMessage(message));
  return pointsOfSeries(series.metric(minutesOf(events.map(([timestamp]) => timestamp))));
}

/** How many events there are in each minute. */
function minutesOf(timestamps: readonly number[]): MinuteNumbers {
  const minutes = new MinuteNumbers("counts");
  for (const timestamp of timestamps) minutes.add(Math.floor(timestamp / MINUTE), 1);
  return minutes;
}

function problemsOf(change: Partial<MetricFilter>): readonly string[] {
  return metricFilterProblems({ ...VALID, ...change });
}

describe("metric filters: documented cases", () => {
  for (const { name, pattern, value, defaultValue, events, expected, ...vector } of vectors) {
    const filter: MetricFilter = {
      ...LATENCY,
      pattern,
      metricValue: String(value),
      ...(defaultValue === null ? {} : { defaultValue }),
    };
    const why = [vector.authority, vector.source, vector.why].filter(Boolean).join("; ");
    const disputed = vector.disputed === true;
    it(disputed ? `${name} (disputed: our stated assumption)` : name, () => {
      const points = pointsOf(
        filter,
        events.map(({ timestamp, message }) => [Date.parse(timestamp), message]),
      );
      const sums = points.map(({ minute, sum }) => ({ minute: minute * MINUTE, sum }));
      const wanted = expected.map(({ minute, sum }) => ({ minute: Date.parse(minute), sum }));
      assert.deepEqual(sums, wanted, why);
    });
  }
});

/** What the recorded ones were made in; the account is left out of the record. */
const SYSTEM: Readonly<Record<string, string>> = {
  "@aws.account": "<account>",
  "@aws.region": "eu-west-1",
};

interface RecordedSeries {
  readonly dimensions: Readonly<Record<string, string | undefined>>;
  readonly points: readonly RecordedPoint[];
}

interface RecordedPoint {
  readonly minute: string;
  readonly sum: number;
  readonly n: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

describe("metric filters: AWS's recorded answers", () => {
  for (const { name, pattern = "", value = "1", defaultValue, ...recorded } of recordedFile) {
    const filter: MetricFilter = {
      ...LATENCY,
      pattern,
      metricValue: String(value),
      ...(defaultValue === undefined ? {} : { defaultValue: defaultValue as number }),
      ...(recorded.dimensions === undefined
        ? {}
        : { dimensions: dimensionsOf(recorded.dimensions) }),
      systemDimensions: Object.fromEntries(
        (recorded.emitSystemFieldDimensions ?? []).map((name) => [name, SYSTEM[name] ?? ""]),
      ),
    };
    // What JSON on the wire may hold is no part of this model.
    if (typeof defaultValue === "string") continue;
    it(name, () => {
      if (recorded.put === true) {
        assert.equal(metricFilterProblems(filter).length === 0, recorded.accepted);
        return;
      }
      const series: readonly RecordedSeries[] = [
        ...(recorded.expectedSeries ?? [{ dimensions: {}, points: recorded.expected ?? [] }]),
        ...(recorded.absentSeries ?? []).map((dimensions) => ({ dimensions, points: [] })),
      ];
      for (const { dimensions, points: expected } of series) {
        const points = pointsOf(
          { ...filter, published: dimensionsOf(dimensions) },
          (recorded.events ?? []).map(({ timestamp, message }) => [Date.parse(timestamp), message]),
        );
        assert.deepEqual(
          points,
          expected.map(({ minute, sum, n, min, max }, index) => ({
            minute: Date.parse(minute) / MINUTE,
            sum,
            count: n,
            minimum: min ?? points[index]?.minimum,
            maximum: max ?? points[index]?.maximum,
          })),
          recorded.why,
        );
      }
    });
  }
});

function dimensionsOf(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, of]) => [name, of ?? ""]));
}

describe("metric filters: data points", () => {
  it("keeps sum, sample count, minimum and maximum of a minute", () => {
    const latencies = [50, 12.5, -3, 50].map((latency) => `{"latency": ${latency}}`);
    assert.deepEqual(
      pointsOf(
        LATENCY,
        latencies.map((message) => [0, message]),
      ),
      [{ minute: 0, sum: 109.5, count: 4, minimum: -3, maximum: 50 }],
    );
    assert.deepEqual(pointsOf({ ...VALID, defaultValue: 7 }, [[-1, "START"]]), [
      { minute: -1, sum: 7, count: 1, minimum: 7, maximum: 7 },
    ]);
  });

  it("publishes nothing for a match with what is no number, and the default where there is nothing", () => {
    const everything = { ...LATENCY, pattern: "", defaultValue: 5 };
    const numberless = ["[1]", "true", '"slow"', "1e999", "1e300"];
    for (const value of numberless) {
      assert.deepEqual(pointsOf(everything, [[0, `{"latency": ${value}}`]]), [], value);
    }
    for (const line of ["{}", "START", '{"latency": null}']) {
      assert.equal(pointsOf(everything, [[0, line]])[0]?.sum, 5, line);
    }
  });

  it("reads numbers out of nested fields and, as assumed, out of strings", () => {
    const nested = { ...LATENCY, pattern: "", metricValue: "$.timings[1].['wall.ms']" };
    const event = '{"timings": [0, {"wall.ms": "12.5"}]}';
    assert.equal(pointsOf(nested, [[0, event]])[0]?.sum, 12.5);
  });

  it("reads numbers out of the words of a line", () => {
    const words = { ...LATENCY, pattern: "[method, path, status, size]", defaultValue: 0 };
    const lines = ["GET / 200 1000", "GET / 200 -", "GET / 200", "GET / 200 1e2"];
    const sumOf = (metricValue: string) =>
      pointsOf(
        { ...words, metricValue },
        lines.map((line) => [0, line]),
      ).map(({ sum, count }) => [sum, count]);
    // The third line does not match, and of the second nothing is a number.
    assert.deepEqual(sumOf("$size"), [[1100, 3]]);
    assert.deepEqual(sumOf("$other"), [[0, 4]]);
  });

  it("agrees with counting by hand, in any order of events, read or not", () => {
    const lines = ['{"valid": true}', '{"valid": false}', "START", '{"other": 1}'] as const;
    const event = fc.record({
      timestamp: fc.integer({ min: -3 * MINUTE, max: 3 * MINUTE }),
      line: fc.constantFrom(...lines),
    });
    fc.assert(
      fc.property(fc.array(event), fc.option(fc.constantFrom(0, 2)), (events, defaultValue) => {
        const counting = { ...LATENCY, pattern: VALID.pattern, metricValue: "1" };
        const filter = defaultValue === null ? counting : { ...counting, defaultValue };
        const series = new MetricFilterSeries(filter);
        for (const { timestamp, line } of events) {
          if (line !== lines[2]) series.add(timestamp, new EventMessage(line));
        }
        const minutes = events.map(({ timestamp }) => Math.floor(timestamp / MINUTE));
        const wanted = [...new Set(minutes)]
          .sort((a, b) => a - b)
          .flatMap((minute) => {
            const here = events.filter((_, index) => minutes[index] === minute);
            const matching = here.filter(({ line }) => line === lines[0]).length;
            if (defaultValue === null) return matching > 0 ? [{ minute, sum: matching }] : [];
            return [{ minute, sum: matching + defaultValue * (here.length - matching) }];
          });
        assert.deepEqual(
          pointsOfSeries(series.metric(minutesOf(events.map(({ timestamp }) => timestamp)))).map(
            ({ minute, sum }) => ({ minute, sum }),
          ),
          wanted,
        );
      }),
    );
  });
});

describe("metric filters: what is refused", () => {
  it("takes a filter at the edge of every limit", () => {
    assert.deepEqual(problemsOf({}), []);
    const longest = {
      name: "n".repeat(512),
      logGroupName: "g".repeat(512),
      metricName: "m".repeat(255),
      metricNamespace: "s".repeat(255),
      metricValue: `$.${"v".repeat(98)}`,
      unit: "Count",
      defaultValue: -1.5,
    };
    assert.deepEqual(problemsOf(longest), []);
    for (const metricValue of ["1", "-0.5", "1e3", "$.a.b[0]", "$.['a b']"]) {
      assert.deepEqual(problemsOf({ metricValue }), [], metricValue);
    }
    for (const unit of ["None", "Bits/Second", "Kilobytes", "Terabits/Second"]) {
      assert.deepEqual(problemsOf({ unit }), [], unit);
    }
  });

  const refused: readonly (readonly [change: Partial<MetricFilter>, problem: RegExp])[] = [
    [{ name: "" }, /^name: must have 1 to 512/],
    [{ name: "n".repeat(513) }, /^name: must have 1 to 512/],
    [{ name: "a:b" }, /^name: may have neither : nor \*, found "a:b"/],
    [{ logGroupName: "g".repeat(513) }, /^logGroupName: must have/],
    [{ logGroupName: "/aws/my group" }, /^logGroupName: may have only letters/],
    [{ metricName: "m".repeat(256) }, /^metricName: must have 1 to 255/],
    [{ metricName: "a$b" }, /^metricName: may have none of/],
    [{ metricNamespace: "a:b" }, /^metricNamespace: may have none of/],
    [{ metricValue: "" }, /^metricValue: must have 1 to 100/],
    [{ metricValue: `$.${"v".repeat(99)}` }, /^metricValue: must have 1 to 100/],
    [{ metricValue: "one" }, /^metricValue: must be a number or \$\.field/],
    [{ metricValue: "0x10" }, /^metricValue: must be a number/],
    [{ metricValue: "1e999" }, /^metricValue: must be a number/],
    [{ metricValue: "$latency" }, /^metricValue: must be a number/],
    [{ metricValue: "$.a[*]" }, /^metricValue: must be a number/],
    [{ defaultValue: Number.NaN }, /^defaultValue: must be a finite number/],
    [{ dimensions: { Model: "$.model" } }, /^defaultValue: cannot be combined with dimensions/],
    [{ unit: "count" }, /^unit: "count" is not/],
  ];
  for (const [change, problem] of refused) {
    it(JSON.stringify(change).slice(0, 60), () => {
      const problems = problemsOf(change);
      assert.equal(problems.length, 1, problems.join("; "));
      assert.match(problems[0] ?? "", problem);
      assert.throws(() => new MetricFilterSeries({ ...VALID, ...change }), InputError);
    });
  }

  it("names every problem at once", () => {
    const dimensions = { a: "$.a", b: "$.b", c: "$.c", d: "$.d" };
    const fields = problemsOf({ name: "*", metricName: "", dimensions, unit: "?" });
    assert.deepEqual(
      fields.map((problem) => problem.split(":")[0]),
      ["name", "metricName", "defaultValue", "dimensions", "unit"],
    );
    assert.throws(
      () => new MetricFilterSeries({ ...VALID, name: "*", metricName: "" }),
      /^InputError: metric filter \*: name: .*; metricName: /,
    );
  });

  it("takes dimensions that are fields, three with the system's own", () => {
    const { defaultValue: _, ...plain } = VALID;
    const dimensions = { Model: "$.model", A: "$.a", B: "$.b" };
    assert.deepEqual(metricFilterProblems({ ...plain, dimensions }), []);
    const systemDimensions = { "@aws.region": "eu-west-1" };
    const found = (more: Partial<MetricFilter>) => metricFilterProblems({ ...plain, ...more });
    assert.deepEqual(found({ dimensions, systemDimensions }), [
      "dimensions: there may be at most 3",
    ]);
    assert.match(found({ dimensions: { Model: "model" } }).join(), /fields such as \$\.model/);
    assert.match(found({ dimensions: { Model: "$.a[*]" } }).join(), /fields such as \$\.model/);
  });
});
