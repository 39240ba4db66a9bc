import { type AlarmPlan, UnsupportedAlarmError } from "./alarmPlan";
import { metricKey } from "./metricAlarm";
import {
  compileOverRange,
  compilePointwise,
  isPointwise,
  type OverRange,
  type Pointwise,
} from "./metricMath";
import {
  type MinuteSeries,
  missingFigures,
  type Windows,
  windowStatistics,
} from "./windowStatistics";

/** The metrics of an account by {@link metricKey}; one that is not there has no data point. */
export type Metrics = ReadonlyMap<string, MinuteSeries>;

/**
 * Writes the data points of the evaluation range at a minute into `range`, oldest first, NaN for missing: the k-th
 * newest covers the k-th period back from the minute, which itself is not included.
 */
type ReadPoints = (minute: number, range: Float64Array) => void;

/**
 * Prepares reading an alarm's data points at the minutes `from` to `to`.
 *
 * @param range how many data points are read at a time
 * @throws UnsupportedAlarmError when a metric lacks the figures its statistic needs
 */
export function pointReader(
  name: string,
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
  const columns = metricColumns(name, plan, metrics, windows);
  if (plan.expressions.every(({ expression }) => isPointwise(expression))) {
    const values = pointwiseValues(plan, columns);
    return (minute, range) => {
      readColumn(values, minute - windows.firstEnd, period, range);
    };
  }
  return rangeReader(plan, columns, windows, span.range);
}

function metricColumns(
  name: string,
  plan: AlarmPlan,
  metrics: Metrics,
  windows: Windows,
): Float64Array[] {
  const none: MinuteSeries = { start: 0, sums: new Float64Array(0) };
  const problems: string[] = [];
  const columns = plan.metrics.map(({ id, metric, statistic }) => {
    const series = metrics.get(metricKey(metric));
    const lacking = series && missingFigures(series, statistic);
    if (lacking !== undefined)
      problems.push(`"${id}": ${statistic} needs the ${lacking} of the metric`);
    return windowStatistics(series ?? none, statistic, windows);
  });
  if (problems.length > 0) throw new UnsupportedAlarmError(name, problems);
  return columns;
}

/** Copies every `step`-th value up to a position, so that it ends up last. */
function readColumn(values: Float64Array, last: number, step: number, range: Float64Array): void {
  let at = last;
  for (let slot = range.length - 1; slot >= 0; slot--) {
    range[slot] = values[at] ?? NaN;
    at -= step;
  }
}

function idsOf(plan: AlarmPlan): string[] {
  return [...plan.metrics, ...plan.expressions].map(({ id }) => id);
}

/**
 * The watched value for a period ending at each minute. A point-wise value depends on its own period alone, so each is
 * worked out once, though it is read again and again while the alarm's window slides over it.
 */
function pointwiseValues(plan: AlarmPlan, columns: readonly Float64Array[]): Float64Array {
  const ids = idsOf(plan);
  const watched = ids.indexOf(plan.watched);
  const metric = columns[watched];
  if (metric) return metric;
  const steps = plan.expressions.map(({ expression }) => compilePointwise(expression, ids));
  const values = new Float64Array(columns[0]?.length ?? 0);
  const row = new Float64Array(ids.length);
  for (let at = 0; at < values.length; at++)
    values[at] = evaluateRow(columns, steps, row, at, watched);
  return values;
}

function evaluateRow(
  columns: readonly Float64Array[],
  steps: readonly Pointwise[],
  row: Float64Array,
  at: number,
  watched: number,
): number {
  for (let i = 0; i < columns.length; i++) row[i] = columns[i]?.[at] ?? NaN;
  for (let i = 0; i < steps.length; i++) row[columns.length + i] = steps[i]?.(row) ?? NaN;
  return row[watched] ?? NaN;
}

/** For expressions that look along their series: evaluates them anew over the range at each minute. */
function rangeReader(
  plan: AlarmPlan,
  columns: readonly Float64Array[],
  windows: Windows,
  length: number,
): ReadPoints {
  const ids = idsOf(plan);
  const watched = ids.indexOf(plan.watched);
  const steps: OverRange[] = plan.expressions.map(({ expression }) =>
    compileOverRange(expression, ids),
  );
  const inputs = columns.map(() => new Float64Array(length));
  return (minute, range) => {
    const table: Float64Array[] = [...inputs];
    inputs.forEach((input, i) => {
      const column = columns[i];
      if (column) readColumn(column, minute - windows.firstEnd, windows.minutes, input);
    });
    for (const step of steps) table.push(step(table, length));
    range.set(table[watched] ?? []);
  };
}
