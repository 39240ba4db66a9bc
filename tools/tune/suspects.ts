import { twoSidedQuantile } from "../../components/cloudwatch/expressions";
import type { TimeSpan } from "../time";
import { predictionsIn, type RateSeries } from "./data";

/** Days whose rate differs from that of the other days by more than chance, and more than days do otherwise. */
export interface Suspect extends TimeSpan {
  readonly predictions: number;
  /** Percent. */
  readonly rate: number;
  /** The rate of the days that do not stand out, in percent. */
  readonly elsewhere: number;
}

const DAY = 1440;

/** The chance, in percent, of suspecting any day at all of a model that was well all the time. */
const FALSE_SUSPICION = 1;

/** Fewer days say nothing about what is usual. */
const FEWEST_DAYS = 3;

/** Makes a median absolute deviation comparable to a standard deviation, for normal values. */
const MAD_TO_DEVIATION = 1.4826;

interface Day extends TimeSpan {
  readonly predictions: number;
  readonly valid: number;
}

/**
 * Looks for days (UTC) in a baseline that do not belong to it. Each day's valid predictions are held against the median day's
 * rate by a score test (normal approximation of the binomial distribution, with continuity correction), at a level that is
 * divided by the number of days (Bonferroni). Days that differ among themselves by more than chance, as those of many models do,
 * are measured by their own spread: the median absolute deviation, which a drift hardly moves.
 */
export function suspects(series: RateSeries, baseline: TimeSpan): Suspect[] {
  const days = daysOf(series, baseline);
  if (days.length < FEWEST_DAYS) return [];
  const usual = median(days.map(({ valid, predictions }) => valid / predictions));
  const deviations = days.map(({ valid, predictions }) => {
    const difference = valid - predictions * usual;
    const beyond = Math.sign(difference) * Math.max(0, Math.abs(difference) - 0.5);
    // A rate of 0 or 100 % varies by chance, too, though its estimate does not say so.
    return beyond / Math.sqrt(Math.max(1, predictions * usual * (1 - usual)));
  });
  const spread = Math.max(1, MAD_TO_DEVIATION * median(deviations.map(Math.abs)));
  const bound = twoSidedQuantile(100 - FALSE_SUSPICION / days.length) * spread;
  const odd = deviations.map((deviation) =>
    Math.abs(deviation) > bound ? Math.sign(deviation) : 0,
  );
  const elsewhere = together(days.filter((_, at) => odd[at] === 0)).rate;
  const stretches: Day[][] = [];
  for (const [at, day] of days.entries()) {
    if (odd[at] === 0) continue;
    const last = stretches.at(-1);
    if (last !== undefined && odd[at] === odd[at - 1] && last.at(-1)?.to === day.from)
      last.push(day);
    else stretches.push([day]);
  }
  return stretches.map((stretch) => ({
    from: stretch[0]?.from ?? NaN,
    to: stretch.at(-1)?.to ?? NaN,
    ...together(stretch),
    elsewhere,
  }));
}

function together(days: readonly Day[]): Pick<Suspect, "predictions" | "rate"> {
  const predictions = days.reduce((sum, day) => sum + day.predictions, 0);
  return { predictions, rate: (100 * days.reduce((sum, day) => sum + day.valid, 0)) / predictions };
}

/** The days of a span that have predictions. */
function daysOf(series: RateSeries, span: TimeSpan): Day[] {
  const days: Day[] = [];
  for (let from = Math.floor(span.from / DAY) * DAY; from < span.to; from += DAY) {
    const day = { from: Math.max(from, span.from), to: Math.min(from + DAY, span.to) };
    // An evaluation at a minute sees the one before it.
    const { predictions, valid } = predictionsIn(series, { from: day.from + 1, to: day.to });
    if (predictions > 0) days.push({ ...day, predictions, valid });
  }
  return days;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? NaN, sorted[sorted.length >> 1] ?? NaN];
  return (low + high) / 2;
}
