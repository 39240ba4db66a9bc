import { planAlarm } from "../../cloudwatch/alarmPlan";
import { pointReader, type Metrics } from "../../cloudwatch/alarmPoints";
import type { MetricAlarm } from "../../cloudwatch/metricAlarm";
import { isPointwise } from "../../cloudwatch/metricMath";
import { TuneError } from "./tuneError";

/** What an alarm compares with its threshold, for a period ending at each minute. */
export interface WatchedValues {
  /** The first minute, since 1970 (UTC). */
  readonly start: number;
  /** The i-th covers the period that ends before minute `start + i`; NaN where there is no data point. */
  readonly values: Float64Array;
}

/**
 * Works out an alarm's data points once. Windows slide with the minutes, so the k-th newest data point at a minute is
 * the newest one k - 1 periods earlier: one value a minute serves every threshold and every "M of N".
 * @throws TuneError for an expression whose value depends on more than its own period
 */
export function watchedValues(
  alarm: MetricAlarm,
  metrics: Metrics,
  { from, to }: { readonly from: number; readonly to: number },
): WatchedValues {
  const plan = planAlarm(alarm);
  if (!plan.expressions.every(({ expression }) => isPointwise(expression))) {
    throw new TuneError(
      `alarm ${alarm.name}: expected an expression whose value depends on its own period only`,
    );
  }
  const read = pointReader(alarm.name, plan, metrics, { from, to, range: 1 });
  const values = new Float64Array(Math.max(0, to - from + 1));
  for (let index = 0; index < values.length; index += 1) {
    read(from + index, values.subarray(index, index + 1));
  }
  return { start: from, values };
}
