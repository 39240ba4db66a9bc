import assert from "node:assert/strict";
import { evaluateAlarm } from "../../../tools/simulator/alarmEvaluation";
import { UnsupportedAlarmError } from "../../../tools/simulator/alarmPlan";
import type { MetricAlarm } from "../../../tools/simulator/metricAlarm";
import { queries, RATE, rateAlarm, stat, sumAlarm } from "./alarmScenes";

describe("alarm evaluation: alarms AWS would refuse", () => {
  const cases: readonly (readonly [title: string, alarm: MetricAlarm, ...problems: RegExp[]])[] = [
    [
      "every problem at once",
      rateAlarm({
        name: "",
        datapointsToAlarm: 2,
        comparisonOperator: "GreaterThan",
        treatMissingData: "zero",
        threshold: NaN,
        alarmActions: ["a", "b", "c", "d", "e", "f"],
      }),
      /its name must have 1 to 255/,
      /alarmActions has 6 entries, at most 5/,
      /datapointsToAlarm is 2, more than the 1 evaluationPeriods/,
      /threshold is NaN/,
      /comparisonOperator GreaterThan is not one of/,
      /treatMissingData zero is not one of/,
    ],
    ["a metric beside metricQueries", rateAlarm({ metric: stat("v", 300) }), /exclude each other/],
    [
      "nothing to watch",
      { ...sumAlarm(60), metric: undefined },
      /neither metricQueries nor a metric/,
    ],
    [
      "two that return data",
      rateAlarm({ metricQueries: queries(RATE, 300).map(({ returnData: _, ...query }) => query) }),
      /exactly one query must have returnData true; rate, valid, total have/,
    ],
    [
      "none that returns data",
      rateAlarm({ metricQueries: queries(RATE, 300).map((q) => ({ ...q, returnData: false })) }),
      /none has/,
    ],
    [
      "different periods",
      rateAlarm({
        metricQueries: [
          ...queries(RATE, 300).slice(0, 2),
          { ...queries(RATE, 60)[2], id: "total" },
        ],
      }),
      /the same period, found 300, 60 s/,
    ],
    ["a period of 90 s", sumAlarm(90), /period 90 s is not a multiple of 60/],
    [
      "a high-resolution period",
      sumAlarm(10),
      /period 10 s is high resolution, which is not supported/,
    ],
    [
      "a percentile",
      sumAlarm(60, { metric: stat("v", 60, "p99") }),
      /its statistic p99 needs every single value/,
    ],
    [
      "a trimmed mean, though other things are wrong as well",
      sumAlarm(10, { metric: stat("v", 10, "TM(10%:90%)") }),
      /^its statistic TM\(10%:90%\) needs every single value [^;]*; Sum, [^;]*$/,
    ],
    [
      "Metrics Insights",
      {
        ...rateAlarm(),
        metricQueries: [{ id: "q", expression: 'SELECT SUM(Errors) FROM "shop"' }],
      },
      /^it runs a Metrics Insights query \(SELECT \.\.\.\) over metrics that only AWS has$/,
    ],
    [
      "anomaly detection",
      rateAlarm({
        comparisonOperator: "LessThanLowerOrGreaterThanUpperThreshold",
        threshold: NaN,
        metricQueries: [
          { id: "band", expression: "ANOMALY_DETECTION_BAND(m, 2)" },
          { id: "m", metric: stat("v", 300) },
        ],
      }),
      /^it uses anomaly detection, [^;]*$/,
    ],
    [
      "more than a day",
      sumAlarm(1800, { evaluationPeriods: 49 }),
      /is 88200 s; .* at most 86400 s/,
    ],
    [
      "more than a week",
      sumAlarm(3600, { evaluationPeriods: 169 }),
      /is 608400 s; .* at most 604800 s/,
    ],
    [
      "no evaluation periods",
      sumAlarm(60, { evaluationPeriods: 0 }),
      /evaluationPeriods must be 1/,
    ],
    ["half a datapoint", sumAlarm(60, { datapointsToAlarm: 0.5 }), /datapointsToAlarm must be 1/],
    [
      "a function that is left out",
      rateAlarm({ metricQueries: queries("RATE(valid)", 300) }),
      /expression "rate": RATE is a CloudWatch function/,
    ],
    ["an unknown id", rateAlarm({ metricQueries: queries("valid / all", 300) }), /refers to "all"/],
    [
      "an unknown id of which only the time is read",
      rateAlarm({ metricQueries: queries("IF(HOUR(night) > 6, valid)", 300) }),
      /refers to "night"/,
    ],
    [
      "a circle",
      rateAlarm({ metricQueries: queries("valid / rate", 300) }),
      /rate refer to each other/,
    ],
    [
      "odd ids",
      rateAlarm({
        metricQueries: [
          { id: "Valid", metric: stat("v", 300) },
          { id: "x", returnData: false },
          { id: "x", returnData: false, expression: "x" },
        ],
      }),
      /"Valid" cannot be an id/,
      /"x" must have either/,
      /the id "x" occurs twice/,
    ],
    [
      "eleven metrics",
      rateAlarm({
        metricQueries: Array.from({ length: 11 }, (_, i) => ({
          id: `m${i}`,
          metric: stat("v", 60),
          returnData: i === 0,
        })),
      }),
      /11 metrics; an alarm combines at most 10/,
    ],
  ];
  for (const [title, alarm, ...problems] of cases) {
    it(title, () => {
      assert.throws(
        () => evaluateAlarm(alarm, new Map(), { from: 0, to: 1 }),
        (error) => {
          assert.ok(error instanceof UnsupportedAlarmError);
          for (const problem of problems) assert.match(error.problems.join("\n"), problem);
          assert.ok(error.message.includes(error.problems[0] ?? "?"));
          return true;
        },
      );
    });
  }
});
