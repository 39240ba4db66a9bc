import {
  type MetricAlarm,
  metricKey,
  type MetricQuery,
  type MetricStat,
} from "../../../tools/simulator/metricAlarm";
import type { MinuteSeries } from "../../../tools/simulator/minuteSeries";
import { minuteSeries } from "../../support/points";

export const RATE = "100 * (valid / total)";

/** A metric of the tests: v (valid) or t (total). */
export function stat(metricName: string, period: number, statistic = "Sum"): MetricStat {
  return { namespace: "classification_rate", metricName, period, stat: statistic };
}

/** The queries of a math alarm over v and t, under the ids valid and total. */
export function queries(expression: string, period: number, statistic = "Sum"): MetricQuery[] {
  return [
    { id: "rate", expression, label: "classification_rate" },
    { id: "valid", metric: stat("v", period, statistic), returnData: false },
    { id: "total", metric: stat("t", period, statistic), returnData: false },
  ];
}

/** An alarm on the rate over five minutes, one data point. */
export function rateAlarm(fields: Partial<MetricAlarm> = {}): MetricAlarm {
  return {
    name: "classification-rate-dev-churn",
    comparisonOperator: "LessThanOrEqualToThreshold",
    threshold: 90,
    evaluationPeriods: 1,
    metricQueries: queries(RATE, 300),
    ...fields,
  };
}

/** Sums by minute, for the metrics v and t. */
export function metricsOf(
  v: Record<number, number>,
  t: Record<number, number> = {},
): Map<string, MinuteSeries> {
  const series = (sums: Record<number, number>) =>
    minuteSeries(Object.entries(sums).map(([minute, sum]) => ({ minute: Number(minute), sum })));
  return new Map([
    [metricKey(stat("v", 60)), series(v)],
    [metricKey(stat("t", 60)), series(t)],
  ]);
}

/** An alarm on the sum of v alone. */
export function sumAlarm(period: number, fields: Partial<MetricAlarm> = {}): MetricAlarm {
  return {
    name: "sum",
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: "notBreaching",
    metric: stat("v", period),
    ...fields,
  };
}
