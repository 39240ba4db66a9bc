/**
 * A metric as CloudWatch keeps it at its finest standard resolution: one bucket a minute. Slot i is the minute
 * `start + i`. A minute outside the slots, or with NaN in `sums`, has no data point, which is not the same as 0.
 */
export interface MinuteSeries {
  /** The first slot's minute, in whole minutes since 1970 (UTC). */
  readonly start: number;
  /** The sum of the minute's samples; NaN where there is none. */
  readonly sums: Float64Array;
  /** How many samples the minute has. Needed for the statistics SampleCount and Average only. */
  readonly counts?: Float64Array | undefined;
  /** The minute's lowest sample. Needed for the statistic Minimum only. */
  readonly minima?: Float64Array | undefined;
  /** The minute's highest sample. Needed for the statistic Maximum only. */
  readonly maxima?: Float64Array | undefined;
}

/** One minute of a metric; of `count` samples of the same value when `minimum` and `maximum` are left out. */
export interface MinutePoint {
  /** Whole minutes since 1970 (UTC). */
  readonly minute: number;
  readonly sum: number;
  /** @default 1 */
  readonly count?: number;
  /** @default sum / count */
  readonly minimum?: number;
  /** @default sum / count */
  readonly maximum?: number;
}

/**
 * Makes a series of points in any order; those of the same minute are added up, as PutMetricData does. Minutes without
 * a point stay empty. Eight bytes a minute and figure: 17 MB for a year.
 */
export function minuteSeries(points: Iterable<MinutePoint>): MinuteSeries {
  const all = [...points];
  const start = all.reduce((first, { minute }) => Math.min(first, minute), Infinity);
  const end = all.reduce((last, { minute }) => Math.max(last, minute), -Infinity);
  const figures = () => new Float64Array(Math.max(0, end - start + 1)).fill(NaN);
  const [sums, counts, minima, maxima] = [figures(), figures(), figures(), figures()];
  for (const { minute, sum, count = 1, minimum = sum / count, maximum = sum / count } of all) {
    const at = minute - start;
    put(sums, at, sum, (a, b) => a + b);
    put(counts, at, count, (a, b) => a + b);
    put(minima, at, minimum, Math.min);
    put(maxima, at, maximum, Math.max);
  }
  return { start: all.length > 0 ? start : 0, sums, counts, minima, maxima };
}

function put(
  into: Float64Array,
  at: number,
  value: number,
  merge: (a: number, b: number) => number,
): void {
  const before = into[at] ?? NaN;
  into[at] = Number.isNaN(before) ? value : merge(before, value);
}
