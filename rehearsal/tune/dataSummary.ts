import type { MinuteSeries } from "../../cloudwatch/minuteSeries";
import { windowStatistics } from "../../cloudwatch/windowStatistics";
import type { TimeSpan } from "./timeSpans";
import type { WatchedValues } from "./watchedValues";

/** Predictions and how many of them were valid. */
export interface Predictions {
  readonly predictions: number;
  readonly valid: number;
  /** Percent; NaN without predictions. */
  readonly rate: number;
}

/** What the data look like in which the model was healthy. */
export interface DataSummary {
  /** Over the whole time. */
  readonly all: Predictions;
  readonly baseline: Predictions & TimeSpan;
  /** What the alarm compares, one value a minute of the baseline that has one; percent. */
  readonly values: {
    readonly lowest: number;
    /** One in a hundred is lower. */
    readonly low: number;
    readonly median: number;
    readonly highest: number;
  };
  /** Predictions of a period, in the baseline's periods that give a data point. */
  readonly volume: {
    /** One period in twenty has fewer. */
    readonly quiet: number;
    readonly typical: number;
  };
  /** Which part of the baseline's minutes has no data point, from 0 to 1. */
  readonly missing: number;
  /** The lowest data point of the whole time. */
  readonly lowest: number;
}

/** The metrics of a rate alarm. */
export interface RateSeries {
  readonly valid: MinuteSeries;
  readonly total: MinuteSeries;
}

/**
 * Sums up the data that thresholds are tried on.
 * @param span the evaluations; the first one already sees the minute before it
 * @param baseline when the model was healthy, within the span
 */
export function dataSummary(
  series: RateSeries,
  values: WatchedValues,
  periodMinutes: number,
  span: TimeSpan,
  baseline: TimeSpan,
): DataSummary {
  // Windows that began before the data are only partly filled.
  const first = Math.min(baseline.from + periodMinutes - 1, baseline.to);
  const volumes = windowStatistics(series.total, "Sum", {
    minutes: periodMinutes,
    firstEnd: first,
    lastEnd: baseline.to,
  });
  const points = slice(values, first, baseline.to);
  const counted = volumes.filter((_, index) => !Number.isNaN(points[index] ?? NaN)).sort();
  const healthy = points.filter((value) => !Number.isNaN(value)).sort();
  return {
    all: predictionsIn(series, span),
    baseline: { ...predictionsIn(series, baseline), ...baseline },
    values: {
      lowest: quantile(healthy, 0),
      low: quantile(healthy, 0.01),
      median: quantile(healthy, 0.5),
      highest: quantile(healthy, 1),
    },
    volume: { quiet: quantile(counted, 0.05), typical: quantile(counted, 0.5) },
    missing: points.length === 0 ? 1 : 1 - healthy.length / points.length,
    lowest: slice(values, span.from, span.to).reduce(
      (low, value) => (value < low ? value : low),
      Infinity,
    ),
  };
}

/** Which part of the baseline's periods with a data point has fewer predictions than so many, from 0 to 1. */
export function shareBelow(
  { total }: RateSeries,
  values: WatchedValues,
  periodMinutes: number,
  baseline: TimeSpan,
  predictions: number,
): number {
  const first = Math.min(baseline.from + periodMinutes - 1, baseline.to);
  const windows = { minutes: periodMinutes, firstEnd: first, lastEnd: baseline.to };
  const points = slice(values, first, baseline.to);
  let [below, all] = [0, 0];
  windowStatistics(total, "Sum", windows).forEach((volume, index) => {
    if (Number.isNaN(points[index] ?? NaN)) return;
    all += 1;
    if (volume < predictions) below += 1;
  });
  return all === 0 ? 0 : below / all;
}

function slice({ start, values }: WatchedValues, from: number, to: number): Float64Array {
  return values.slice(Math.max(0, from - start), Math.max(0, to - start + 1));
}

/** Of values in rising order; NaN where there are none. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * Math.max(0, sorted.length - 1))] ?? NaN;
}

function predictionsIn({ valid, total }: RateSeries, span: TimeSpan): Predictions {
  const [predictions, good] = [sumIn(total, span), sumIn(valid, span)];
  return {
    predictions,
    valid: good,
    rate: predictions > 0 ? (100 * good) / predictions : NaN,
  };
}

/** An evaluation at a minute sees the data before it. */
function sumIn({ start, sums }: MinuteSeries, { from, to }: TimeSpan): number {
  let sum = 0;
  for (let minute = Math.max(start, from - 1); minute < to; minute += 1) {
    const value = sums[minute - start] ?? NaN;
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}
