import { DAY, type Figure, type MinuteSeries } from "./minuteSeries";

/** The statistics of a metric alarm (PutMetricAlarm, `Statistic`); percentiles and the like need every sample. */
export const STATISTICS = ["Sum", "SampleCount", "Average", "Minimum", "Maximum"] as const;

export type Statistic = (typeof STATISTICS)[number];

/** Windows of one length, one ending at each minute of a stretch. */
export interface Windows {
  /** Length of each window, in minutes. */
  readonly minutes: number;
  /** The minute the first window ends before: it covers `minutes` minutes up to, not including, this one. */
  readonly firstEnd: number;
  /** The minute the last window ends before. */
  readonly lastEnd: number;
}

/**
 * The statistic over each window; NaN where the window holds no data point. Windows slide minute by minute, so all of them
 * together cost about as much as one.
 */
export function windowStatistics(
  series: MinuteSeries,
  statistic: Statistic,
  windows: Windows,
): Float64Array {
  const sums = (figure: Figure) => windowSums(stretch(series, figure, windows), windows);
  switch (statistic) {
    case "Sum":
      return sums("sum");
    case "SampleCount":
      return sums("count");
    case "Average": {
      const counts = sums("count");
      return sums("sum").map((sum, i) => sum / at(counts, i));
    }
    case "Minimum":
      return windowExtremes(stretch(series, "minimum", windows), windows, 1);
    case "Maximum":
      return windowExtremes(stretch(series, "maximum", windows), windows, -1);
  }
}

/** A figure of successive minutes. */
interface Stretch {
  /** The first of them. */
  readonly start: number;
  /** NaN where there is no data point. */
  readonly values: Float64Array;
}

/** The minutes that windows cover and a series may have data points in. */
function stretch(series: MinuteSeries, figure: Figure, windows: Windows): Stretch {
  const days = series.days();
  const start = Math.max((days[0] ?? Infinity) * DAY, windows.firstEnd - windows.minutes);
  const end = Math.min(((days.at(-1) ?? -Infinity) + 1) * DAY, windows.lastEnd);
  if (!(end > start)) return { start: windows.firstEnd, values: new Float64Array(0) };
  const values = new Float64Array(end - start);
  series.read(figure, start, values);
  return { start, values };
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}

function emptyResult({ firstEnd, lastEnd }: Windows): Float64Array {
  return new Float64Array(Math.max(0, lastEnd - firstEnd + 1)).fill(NaN);
}

function windowSums({ start, values }: Stretch, windows: Windows): Float64Array {
  const result = emptyResult(windows);
  const points = new Int32Array(values.length + 1);
  const sums = new Float64Array(values.length + 1);
  let exact = true;
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    const present = !Number.isNaN(value);
    points[i + 1] = (points[i] ?? 0) + (present ? 1 : 0);
    sums[i + 1] = at(sums, i) + (present ? value : 0);
    exact &&= !present || (Number.isInteger(value) && Number.isSafeInteger(at(sums, i + 1)));
  }
  for (let i = 0; i < result.length; i++) {
    const end = windows.firstEnd + i - start;
    const from = Math.max(0, end - windows.minutes);
    const to = Math.min(values.length, end);
    if (from >= to || points[from] === points[to]) continue;
    // Differences of running totals are exact for whole numbers only; elsewhere a rounding error could cross a threshold.
    result[i] = exact ? at(sums, to) - at(sums, from) : directSum(values, from, to);
  }
  return result;
}

function directSum(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const value = at(values, i);
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}

/** Keeps the positions that can still become the window's lowest value (sign 1) or highest (sign -1), best first. */
function windowExtremes({ start, values }: Stretch, windows: Windows, sign: 1 | -1): Float64Array {
  const result = emptyResult(windows);
  const candidates = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  let next = 0;
  for (let i = 0; i < result.length; i++) {
    const end = windows.firstEnd + i - start;
    for (; next < Math.min(end, values.length); next++) {
      const value = at(values, next) * sign;
      if (Number.isNaN(value)) continue;
      while (tail > head && at(values, candidates[tail - 1] ?? 0) * sign >= value) tail--;
      candidates[tail++] = next;
    }
    while (head < tail && (candidates[head] ?? 0) < end - windows.minutes) head++;
    if (head < tail) result[i] = at(values, candidates[head] ?? 0);
  }
  return result;
}
