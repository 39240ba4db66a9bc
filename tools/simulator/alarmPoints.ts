import type { TimeSpan } from "../time";
import type { AlarmPlan } from "./alarmPlan";
import { metricKey } from "./metricAlarm";
import { MinuteFigures, type MinuteSeries } from "./minuteSeries";
import { type Windows, windowStatistics } from "./windowStatistics";

/** The metrics of an account by {@link metricKey}; one that is not there has no data point. */
export type Metrics = ReadonlyMap<string, MinuteSeries>;

/**
 * Writes the data points of the evaluation range at a minute into `range`, oldest first, NaN for missing: the k-th
 * newest covers the k-th period back from the minute, which itself is not included.
 */
type ReadPoints = (minute: number, range: Float64Array) => void;

const NONE = new MinuteFigures();

/** Values that are remembered, a power of two. */
const KNOWN = 2 ** 14;

/**
 * Prepares reading an alarm's data points at the minutes `from` to `to`.
 *
 * @param range how many data points are read at a time
 */
export function pointReader(
  plan: AlarmPlan,
  metrics: Metrics,
  span: TimeSpan & { readonly range: number },
): ReadPoints {
  const period = plan.periodMinutes;
  const windows = {
    minutes: period,
    firstEnd: span.from - (span.range - 1) * period,
    lastEnd: span.to,
  };
  const prepared = prepare(plan, metrics, windows);
  const pointwise = pointwiseValues(prepared, 1);
  if (pointwise === undefined) return rangeReader(prepared, span.range);
  return (minute, range) => {
    readColumn(pointwise, minute - windows.firstEnd, period, range);
  };
}

/**
 * The data point of the period that ends before each minute from `from` to `to`, NaN where there is none: windows slide
 * with the minutes, so the k-th newest at a minute is the newest one k - 1 periods earlier.
 * @param step only the minutes that are multiples of it are worked out
 * @returns undefined where a value depends on more than its own period
 */
export function slidingPoints(
  plan: AlarmPlan,
  metrics: Metrics,
  { from, to, step }: TimeSpan & { readonly step: number },
): Float64Array | undefined {
  const windows = { minutes: plan.periodMinutes, firstEnd: from, lastEnd: to };
  return pointwiseValues(prepare(plan, metrics, windows), step);
}

function prepare(plan: AlarmPlan, metrics: Metrics, windows: Windows) {
  const columns = plan.metrics.map(({ metric, statistic }) =>
    windowStatistics(metrics.get(metricKey(metric)) ?? NONE, statistic, windows),
  );
  const ids = [...plan.metrics, ...plan.expressions].map(({ id }) => id);
  const steps = plan.expressions.map(({ expression }) =>
    expression.compile(ids, plan.periodMinutes * 60),
  );
  const clock = plan.expressions.some(({ expression }) => expression.readsTime);
  return { columns, steps, watched: ids.indexOf(plan.watched), clock, windows };
}

type Prepared = ReturnType<typeof prepare>;

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
function pointwiseValues(prepared: Prepared, step: number): Float64Array | undefined {
  const { columns, steps, watched, clock } = prepared;
  const { firstEnd, minutes } = prepared.windows;
  const metric = columns[watched];
  if (metric) return metric;
  const evaluate = steps.flatMap(({ pointwise }) => pointwise ?? []);
  if (evaluate.length < steps.length) return undefined;
  const values = new Float64Array(columns[0]?.length ?? 0);
  const time = columns.length + steps.length;
  const row = new Float64Array(time + 1);
  const [first, second] = columns;
  const isPair = columns.length === 2 && !clock;
  // Counts recur: a rate of 57 of 60 is worked out once, as long as its place is not taken by another.
  const known = new Float64Array(isPair ? 3 * KNOWN : 0).fill(NaN);
  for (let at = (step - (firstEnd % step)) % step; at < values.length; at += step) {
    for (let i = 0; i < columns.length; i++) row[i] = columns[i]?.[at] ?? NaN;
    const a = first?.[at] ?? NaN;
    const b = second?.[at] ?? NaN;
    const place = 3 * ((a * 31 + b * 131) & (KNOWN - 1));
    if (isPair && known[place] === a && known[place + 1] === b) {
      values[at] = known[place + 2] ?? NaN;
      continue;
    }
    // AWS dates a data point by the beginning of its period.
    row[time] = firstEnd + at - minutes;
    for (let i = 0; i < steps.length; i++) row[columns.length + i] = evaluate[i]?.(row) ?? NaN;
    const value = row[watched] ?? NaN;
    values[at] = value;
    if (!isPair) continue;
    known[place] = a;
    known[place + 1] = b;
    known[place + 2] = value;
  }
  return values;
}

/** For expressions that look along their series: evaluates them anew over the range at each minute. */
function rangeReader({ columns, steps, watched, windows }: Prepared, length: number): ReadPoints {
  const { firstEnd, minutes } = windows;
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
