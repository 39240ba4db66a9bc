import type { AlarmPlan } from "./alarmPlan";
import { metricKey } from "./metricAlarm";
import { type CompiledMath, compileMetricMath } from "./metricMath";
import { minuteSeries, type MinuteSeries } from "./minuteSeries";
import { type Windows, windowStatistics } from "./windowStatistics";

/** The metrics of an account by {@link metricKey}; one that is not there has no data point. */
export type Metrics = ReadonlyMap<string, MinuteSeries>;

/**
 * Writes the data points of the evaluation range at a minute into `range`, oldest first, NaN for missing: the k-th
 * newest covers the k-th period back from the minute, which itself is not included.
 */
type ReadPoints = (minute: number, range: Float64Array) => void;

const NONE = minuteSeries([]);

/**
 * Prepares reading an alarm's data points at the minutes `from` to `to`.
 *
 * @param range how many data points are read at a time
 */
export function pointReader(
  plan: AlarmPlan,
  metrics: Metrics,
  span: { readonly from: number; readonly to: number; readonly range: number },
): ReadPoints {
  const period = plan.periodMinutes;
  const windows = {
    minutes: period,
    firstEnd: span.from - (span.range - 1) * period,
    lastEnd: span.to,
  };
  const columns = plan.metrics.map(({ metric, statistic }) =>
    windowStatistics(metrics.get(metricKey(metric)) ?? NONE, statistic, windows),
  );
  const ids = [...plan.metrics, ...plan.expressions].map(({ id }) => id);
  const watched = ids.indexOf(plan.watched);
  const steps = plan.expressions.map(({ expression }) =>
    compileMetricMath(expression, ids, period * 60),
  );
  const pointwise = pointwiseValues(columns, steps, watched, windows);
  if (pointwise === undefined) return rangeReader(columns, steps, watched, windows, span.range);
  return (minute, range) => {
    readColumn(pointwise, minute - windows.firstEnd, period, range);
  };
}

/** Copies every `step`-th value up to a position, so that it ends up last. */
function readColumn(values: Float64Array, last: number, step: number, range: Float64Array): void {
  let at = last;
  for (let slot = range.length - 1; slot >= 0; slot--) {
    range[slot] = values[at] ?? NaN;
    at -= step;
  }
}

/**
 * The watched value for a period ending at each minute; undefined if one depends on more than its own period. A
 * point-wise value is worked out once, though it is read again and again while the alarm's window slides over it.
 */
function pointwiseValues(
  columns: readonly Float64Array[],
  steps: readonly CompiledMath[],
  watched: number,
  { firstEnd, minutes }: Windows,
): Float64Array | undefined {
  const metric = columns[watched];
  if (metric) return metric;
  const evaluate = steps.flatMap(({ pointwise }) => pointwise ?? []);
  if (evaluate.length < steps.length) return undefined;
  const values = new Float64Array(columns[0]?.length ?? 0);
  const time = columns.length + steps.length;
  const row = new Float64Array(time + 1);
  for (let at = 0; at < values.length; at++) {
    for (let i = 0; i < columns.length; i++) row[i] = columns[i]?.[at] ?? NaN;
    // AWS dates a data point by the beginning of its period.
    row[time] = firstEnd + at - minutes;
    for (let i = 0; i < steps.length; i++) row[columns.length + i] = evaluate[i]?.(row) ?? NaN;
    values[at] = row[watched] ?? NaN;
  }
  return values;
}

/** For expressions that look along their series: evaluates them anew over the range at each minute. */
function rangeReader(
  columns: readonly Float64Array[],
  steps: readonly CompiledMath[],
  watched: number,
  { firstEnd, minutes }: Windows,
  length: number,
): ReadPoints {
  const inputs = columns.map(() => new Float64Array(length));
  const unset = steps.map(() => new Float64Array(length));
  const times = new Float64Array(length);
  const table: Float64Array[] = [...inputs, ...unset, times];
  return (minute, range) => {
    inputs.forEach((input, i) => {
      const column = columns[i];
      if (column) readColumn(column, minute - firstEnd, minutes, input);
    });
    for (let slot = 0; slot < length; slot++) times[slot] = minute - (length - slot) * minutes;
    steps.forEach(({ overRange }, i) => {
      table[columns.length + i] = overRange(table, length);
    });
    range.set(table[watched] ?? []);
  };
}
