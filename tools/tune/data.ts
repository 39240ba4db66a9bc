import { type MinuteSeries, totalSum } from "../simulator/minuteSeries";
import { windowStatistics } from "../simulator/windowStatistics";
import type { TimeSpan } from "../time";

/** The metrics of a rate alarm. */
export interface RateSeries {
  readonly valid: MinuteSeries;
  readonly total: MinuteSeries;
}

/** Predictions and how many of them were valid. */
export interface Predictions {
  readonly predictions: number;
  readonly valid: number;
  /** Percent; NaN without predictions, which JSON has as null. */
  readonly rate: number;
}

/** Predictions of a baseline's periods. */
export interface Volumes {
  readonly fewest: number;
  /** One period in twenty has fewer. */
  readonly quiet: number;
  readonly typical: number;
}

/** Sums up the data that settings are tried on. @param period seconds */
export function dataSummary(
  series: RateSeries,
  span: TimeSpan,
  baseline: TimeSpan,
  period: number,
) {
  return {
    all: predictionsIn(series, span),
    /** While the model was healthy. */
    baseline: predictionsIn(series, baseline),
    /** In the baseline's periods, as they are declared. */
    volumes: volumesOf(series, baseline, period),
  };
}

/** What was predicted in a span: an evaluation at a minute sees the data before it. */
export function predictionsIn({ valid, total }: RateSeries, span: TimeSpan): Predictions {
  const minutes = { from: span.from - 1, to: span.to };
  const [predictions, good] = [totalSum(total, minutes), totalSum(valid, minutes)];
  return {
    predictions,
    valid: good,
    rate: predictions > 0 ? (100 * good) / predictions : NaN,
  };
}

/** How many predictions the whole periods of a baseline have. @param period seconds */
export function volumesOf({ total }: RateSeries, baseline: TimeSpan, period: number): Volumes {
  const minutes = period / 60;
  const first = baseline.from + minutes - 1;
  const windows = { minutes, firstEnd: first, lastEnd: Math.max(first, baseline.to) };
  // A few places of each period are enough, and keep years quick.
  const stride = Math.max(1, Math.floor(minutes / 4));
  const sorted = windowStatistics(total, "Sum", windows)
    .filter((_, at) => at % stride === 0)
    .map((sum) => (Number.isNaN(sum) ? 0 : sum))
    .sort();
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { fewest: quantile(0), quiet: quantile(0.05), typical: quantile(0.5) };
}
