import assert from "node:assert/strict";
import fc from "fast-check";
import { parseMetricMath } from "../../../tools/simulator/metricMath/parser";
import { MetricMathError } from "../../../tools/simulator/metricMath/terms";
import vectors from "../../vectors/metric-math.json";
import { evaluateMetricMath, type Points } from "./evaluateMetricMath";
import { type Expression, expressions, oracle, write } from "./metricMathOracle";

interface Vector {
  readonly name: string;
  readonly expression: string;
  readonly series: Readonly<Record<string, readonly (number | null)[] | undefined>>;
  readonly expected: readonly (number | null)[];
  /** Seconds. */
  readonly period?: number;
  readonly source: string;
  readonly why?: string;
  readonly disputed?: boolean;
}

/** Functions of the documented cases that alarms on a rate have no use for: refused by name. */
const REFUSED = /\b(DIFF|RUNNING_SUM|METRIC_COUNT)\(/;

function pointsOf(vector: Vector): Record<string, Points> {
  return Object.fromEntries(
    Object.entries(vector.series).map(([id, points]) => [
      id,
      (points ?? []).map((v) => v ?? undefined),
    ]),
  );
}

function problemOf(expression: string): MetricMathError {
  try {
    parseMetricMath(expression);
  } catch (error) {
    if (error instanceof MetricMathError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `${expression} is not refused` });
}

describe("metric math: documented cases", () => {
  const cases: readonly Vector[] = vectors;
  for (const vector of cases) {
    // Where sources disagree, what is asserted is this project's stated assumption (see `choice` and RANKS).
    const note = vector.disputed ? " (disputed: our assumption)" : "";
    const told = `${vector.expression}\n${vector.source}\n${vector.why ?? ""}`;
    const refused = REFUSED.exec(vector.expression)?.[1];
    if (refused !== undefined) {
      it(`${vector.name}: refused by name`, () => {
        const problem = problemOf(vector.expression).message;
        assert.match(problem, /^[A-Z_]+ is a CloudWatch function that is not supported/, told);
        assert.match(vector.expression, new RegExp(`${problem.split(" ", 1)[0] ?? ""}\\(`), told);
      });
      continue;
    }
    it(vector.name + note, () => {
      const series = pointsOf(vector);
      const parsed = parseMetricMath(vector.expression, Object.keys(series));
      const found = evaluateMetricMath(parsed, series, vector.period);
      assert.equal(found.length, vector.expected.length, told);
      vector.expected.forEach((expected, at) => {
        const value = found[at];
        const same =
          value === undefined || expected === null
            ? value === undefined && expected === null
            : Math.abs(value - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
        assert.ok(same, `at ${at}: ${value} instead of ${expected}\n${told}`);
      });
    });
  }
});

describe("metric math: rules behind the cases", () => {
  const m1 = [3, undefined, 1, 5];

  it("tells a series without points from no series at all", () => {
    const sum = parseMetricMath("m1 + m2");
    const gaps = [undefined, undefined, undefined, undefined];
    assert.deepEqual(evaluateMetricMath(sum, { m1, m2: gaps }), [3, undefined, 1, 5]);
  });

  it("gives no data point when MIN of an empty series is taken away", () => {
    const spread = parseMetricMath("m1 - MIN(m2)");
    assert.deepEqual(evaluateMetricMath(spread, { m1: [1, 2], m2: [undefined, undefined] }), [
      undefined,
      undefined,
    ]);
  });

  it("takes MIN and MAX of an array time stamp by time stamp, leaving out missing members (assumption)", () => {
    const lowest = parseMetricMath("MIN([m1, m2])");
    assert.deepEqual(evaluateMetricMath(lowest, { m1, m2: [4, 2, undefined, 6] }), [3, 2, 1, 5]);
  });

  it("works on arrays inside MIN and MAX", () => {
    const parsed = parseMetricMath("MAX(100 / [m1, ABS(m2)])");
    assert.deepEqual(evaluateMetricMath(parsed, { m1: [10, 20], m2: [-5, 0] }), [20, 5]);
  });

  it("leaves gaps at the ends alone when FILL draws lines (assumption)", () => {
    const parsed = parseMetricMath("FILL(m1, LINEAR)");
    const points = [undefined, 1, undefined, 3, undefined];
    assert.deepEqual(evaluateMetricMath(parsed, { m1: points }), [undefined, 1, 2, 3, undefined]);
  });

  it("fills with a scalar of another function", () => {
    const parsed = parseMetricMath("FILL(m1, MIN(m1)) + FILL(m1, REPEAT)");
    assert.deepEqual(evaluateMetricMath(parsed, { m1 }), [6, 4, 2, 10]);
  });

  it("drops what is no number", () => {
    const parsed = parseMetricMath("(0 - m1) ^ 0.5");
    assert.deepEqual(evaluateMetricMath(parsed, { m1: [4, 0] }), [undefined, 0]);
    assert.deepEqual(evaluateMetricMath(parseMetricMath("m1 ^ 400"), { m1: [1e9] }), [undefined]);
  });

  it("binds ^ tighter than minus and to the right (assumption)", () => {
    assert.deepEqual(evaluateMetricMath(parseMetricMath("-m1 ^ 2"), { m1: [3] }), [-9]);
    assert.deepEqual(evaluateMetricMath(parseMetricMath("m1 ^ 3 ^ 2"), { m1: [2] }), [512]);
    assert.deepEqual(evaluateMetricMath(parseMetricMath("m1 ^ -1"), { m1: [4] }), [0.25]);
  });

  it("reads the time stamp of each data point in UTC, also where the series has no value", () => {
    // 1970 began with a Thursday; a point an hour.
    const hours = Array.from({ length: 100 }, () => undefined);
    const at = (name: string, hour: number) =>
      evaluateMetricMath(parseMetricMath(`${name}(m1)`), { m1: hours }, 3600)[hour];
    assert.deepEqual(
      ["DAY", "HOUR", "MINUTE", "SECOND", "DATE", "MONTH", "YEAR", "EPOCH"].map((name) =>
        at(name, 77),
      ),
      [7, 5, 0, 0, 4, 1, 1970, 77 * 3600],
    );
    assert.equal(at("DAY", 99), 1);
    const gate = parseMetricMath("IF(HOUR(m1) >= 9 AND HOUR(m1) < 17 AND DAY(m1) < 6, m1)");
    const open = evaluateMetricMath(gate, { m1: hours.map(() => 5) }, 3600);
    assert.deepEqual(
      [8, 9, 16, 17, 57].map((hour) => open[hour]),
      [undefined, 5, 5, undefined, undefined],
    );
  });

  it("takes METRICS for the metrics, all or by their ids", () => {
    const series = { requests: [8, undefined], errors: [2, 4], rate: [1, 1] };
    const metrics = ["requests", "errors"];
    const of = (expression: string) =>
      evaluateMetricMath(parseMetricMath(expression, metrics), series);
    assert.deepEqual(of("SUM(METRICS())"), [10, 4]);
    assert.deepEqual(of("AVG(FILL(METRICS(), 0))"), [5, 2]);
    assert.deepEqual(of("MAX(METRICS('err'))"), [2, 4]);
    assert.throws(() => of("SUM(METRICS('none'))"), /METRICS finds no metric/);
  });
});

describe("metric math: refusals", () => {
  const cases: readonly (readonly [expression: string, problem: RegExp])[] = [
    ["SEARCH('{Namespace} x', 'Sum', 60)", /^SEARCH is a CloudWatch function/],
    ["100 * RATE(m1)", /^RATE is a CloudWatch function/],
    ["ANOMALY_DETECTION_BAND(m1, 2)", /^ANOMALY_DETECTION_BAND is a CloudWatch function/],
    ["m1 + MEDIAN(m2)", /^MEDIAN is not a function of metric math/],
    ["min(m1)", /^min is not a function: .* MIN$/],
    ["m1 / ", /the expression ends where a number/],
    ["m1 m2", /found "m2" where an operator or the end/],
    ["(m1 + 2", /the expression ends where "\)"/],
    ["m1 $ 2", /"\$" is not part of metric math/],
    ["IF(m1)", /^IF takes a condition/],
    ["m1 + IF(1, 2, m1)", /^IF with a number as its condition/],
    ["MAX(m1, m2)", /^MAX takes one argument/],
    ["ABS(5) + m1", /^ABS takes a time series/],
    ["FILL(5, 0) + m1", /^FILL takes a time series/],
    ["FILL(m1)", /found "\)" where "," is expected/],
    ["MAX([m1, 0])", /^an array holds time series only/],
    ["[m1, m2] > 5", /^> takes time series or numbers/],
    ["[m1, m2]", /^the result is an array of time series/],
    ["1 + 2", /^the result is a single number/],
    ["MAX(m1)", /^the result is a single number/],
    ["", /^the expression ends/],
    [`${"(".repeat(300)}m1`, /nests too deeply/],
    [`m1${" + m1".repeat(500)}`, /has 2502 characters, at most 2048/],
  ];
  for (const [expression, problem] of cases) {
    it(expression.length > 60 ? `${expression.slice(0, 60)}...` : `"${expression}"`, () => {
      assert.match(problemOf(expression).message, problem);
    });
  }

  it("compiles to the point-wise form only what is point-wise", () => {
    const pointwise = (expression: string): unknown =>
      parseMetricMath(expression).compile(["m1", "m2"], 60).pointwise;
    assert.ok(pointwise("IF(m1 > 1, FILL(m1, 0), MAX([m1, m2]))"));
    assert.equal(pointwise("m1 - MIN(m1)"), undefined);
  });
});

/** The sign of zero means nothing here, but deepEqual sees it. */
function plainZero(points: Points): Points {
  return points.map((point) => (point === 0 ? 0 : point));
}

describe("metric math: properties", () => {
  const value = fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: -4, max: 4 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  );
  const table = fc.array(fc.tuple(value, value, value), { maxLength: 6 }).map((rows) => ({
    m1: rows.map((r) => r[0]),
    m2: rows.map((r) => r[1]),
    m3: rows.map((r) => r[2]),
  }));

  it("evaluates random expressions as the rules say, read literally", () => {
    fc.assert(
      fc.property(expressions(true), table, (expression: Expression, series) => {
        const text = write(expression);
        const found = evaluateMetricMath(parseMetricMath(text), series);
        assert.deepEqual(plainZero(found), plainZero(oracle(expression, series)), text);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same point by point as over the series", () => {
    fc.assert(
      fc.property(expressions(false), table, (expression: Expression, series) => {
        const text = write(expression);
        const parsed = parseMetricMath(text);
        const { pointwise } = parsed.compile(["m3", "m1", "m2"], 60);
        const evaluate = pointwise ?? assert.fail("not point-wise");
        const found = series.m1.map((m1, at) => {
          const result = evaluate([series.m3[at] ?? NaN, m1 ?? NaN, series.m2[at] ?? NaN, at]);
          return Number.isNaN(result) ? undefined : result;
        });
        assert.deepEqual(found, evaluateMetricMath(parsed, series), text);
      }),
      { numRuns: 300 },
    );
  });

  it("parses or refuses any text, and nothing else", () => {
    const piece = fc.constantFrom(
      ..."m1 m2 3 .5 ( ) [ ] , + - * / ^ < >= == AND OR IF( FILL( MAX( REPEAT $ 'x".split(" "),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join(" ");
        try {
          parseMetricMath(text);
        } catch (error) {
          assert.ok(error instanceof MetricMathError, text);
        }
      }),
      { numRuns: 400 },
    );
  });
});
