import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type RateOptions,
  rateQueries,
  twoSidedQuantile,
} from "../../../components/cloudwatch/expressions";
import { parseMetricMath } from "../../../tools/simulator/metricMath/parser";
import { evaluateMetricMath, type Points } from "../../tools/simulator/evaluateMetricMath";

/** Characters of an alarm's expression: the API takes 2,048, the AWS provider for Pulumi (as Terraform's) only 1,024. */
const EXPRESSION_LENGTH = 1024;

type Point = number | undefined;

/** What a rate alarm compares with its threshold, one data point for each pair of sums. */
function alarmValues(options: RateOptions, valid: Points, total: Points): Points {
  const series: Record<string, Points> = { valid, total };
  let watched: Points = [];
  for (const { id, expression, returnData } of rateQueries(options)) {
    series[id] = evaluateMetricMath(parseMetricMath(expression), series);
    if (returnData) watched = series[id];
  }
  return watched;
}

function alarmValue(options: RateOptions, valid: Point, total: Point): Point {
  return alarmValues(options, [valid], [total])[0];
}

/** Wilson's upper limit in percent as a textbook has it: (centre + margin) of the score interval. */
function wilsonUpper(valid: number, total: number, z: number): number {
  const share = valid / total;
  const centre = (valid + (z * z) / 2) / (total + z * z);
  const spread = Math.sqrt(total * share * (1 - share) + (z * z) / 4);
  return 100 * (centre + (z * spread) / (total + z * z));
}

const counts = fc
  .integer({ min: 1, max: 1e7 })
  .chain((total) =>
    fc.tuple(
      fc.oneof(fc.constantFrom(0, total), fc.integer({ min: 0, max: total })),
      fc.constant(total),
    ),
  );
const confidence = fc.oneof(
  fc.constantFrom(50, 90, 95, 99, 99.9),
  fc.double({ min: 50, max: 99.9, noNaN: true }),
);

describe("the rate's metric math", () => {
  it("is the documented expression, its label what the e-mail shows", () => {
    assert.deepEqual(rateQueries({}), [
      {
        id: "rate",
        expression: "100 * (valid / total)",
        label: "classification_rate",
        returnData: true,
      },
    ]);
    assert.equal(
      rateQueries({ minimumPredictions: 30 })[0]?.expression,
      "IF(total >= 30, 100 * valid / total)",
    );
  });

  it("is the share of valid predictions in percent", () => {
    fc.assert(
      fc.property(counts, ([valid, total]) => {
        const rate = alarmValue({}, valid, total);
        assert(rate !== undefined && Math.abs(rate - (valid / total) * 100) < 1e-9);
        assert.equal(rate <= 50, valid * 2 <= total);
      }),
    );
    assert.equal(alarmValue({}, 9, 10), 90);
    assert.equal(alarmValue({}, 0, 7), 0);
    assert.equal(alarmValue({}, 7, 7), 100);
  });

  it("has no data point where there was no prediction, whatever the options", () => {
    for (const minimumPredictions of [undefined, 1, 30]) {
      for (const level of [undefined, 50, 95, 99.9]) {
        const options = { minimumPredictions, confidence: level };
        for (const valid of [undefined, 0]) {
          for (const total of [undefined, 0]) {
            assert.equal(alarmValue(options, valid, total), undefined, JSON.stringify(options));
          }
        }
      }
    }
  });

  it("is 0 where not one prediction was valid, also if nothing reported that zero", () => {
    for (const minimumPredictions of [undefined, 1, 30]) {
      assert.equal(alarmValue({ minimumPredictions }, undefined, 40), 0);
      assert.equal(alarmValue({ minimumPredictions }, 0, 40), 0);
      const options = { minimumPredictions, confidence: 95 };
      const upper = alarmValue(options, undefined, 40);
      assert(upper !== undefined && Math.abs(upper - wilsonUpper(0, 40, 1.959963985)) < 1e-6);
    }
  });

  it("has a data point from the minimum of predictions on, not below", () => {
    const options = fc.record({
      minimumPredictions: fc.integer({ min: 1, max: 1e6 }),
      confidence: fc.option(confidence, { nil: undefined }),
    });
    fc.assert(
      fc.property(options, fc.constantFrom(-1, 0, 1), (given, more) => {
        const total = given.minimumPredictions + more;
        const value = alarmValue(given, Math.floor(total / 2), total);
        assert.equal(value !== undefined, more >= 0, String(value));
      }),
    );
  });

  it("tells each period by itself", () => {
    const valid = [undefined, 9, 0, undefined, 5, undefined];
    const total = [undefined, 10, 0, 4, 5, undefined];
    assert.deepEqual(alarmValues({}, valid, total), [undefined, 90, undefined, 0, 100, undefined]);
  });

  it("is the upper limit of Wilson's interval if a confidence is asked for", () => {
    fc.assert(
      fc.property(counts, confidence, ([valid, total], level) => {
        const value = alarmValue({ confidence: level }, valid, total);
        const expected = wilsonUpper(valid, total, twoSidedQuantile(level));
        assert(value !== undefined && Math.abs(value - expected) < 1e-5, `${value} ${expected}`);
        assert(value >= (valid / total) * 100 - 1e-6 && value <= 100 + 1e-6);
      }),
      { numRuns: 250 },
    );
    // 81 of 263 at 95 %: the interval 0.2553 to 0.3662 of the literature (Newcombe 1998, example a).
    const published = alarmValue({ confidence: 95 }, 81, 263) ?? 0;
    assert.equal(published.toFixed(2), "36.62");
  });

  it("fits into an alarm's expression, whatever the options", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
        fc.option(confidence, { nil: undefined }),
        (minimumPredictions, level) => {
          const queries = rateQueries({ minimumPredictions, confidence: level });
          assert.equal(queries.filter(({ returnData }) => returnData).length, 1);
          for (const { expression } of queries) {
            assert(expression.length <= EXPRESSION_LENGTH);
            // A number in scientific notation is not documented for metric math.
            assert.doesNotMatch(expression, /\d[eE][+-]?\d/);
          }
        },
      ),
    );
  });
});

describe("quantiles of the normal distribution", () => {
  it("are those of the tables", () => {
    for (const [percent, z] of [
      [50, 0.67448975],
      [90, 1.644853627],
      [95, 1.959963985],
      [99, 2.575829304],
      [99.9, 3.290526731],
    ] as const) {
      assert(Math.abs(twoSidedQuantile(percent) - z) < 1e-9, String(percent));
    }
  });
});
