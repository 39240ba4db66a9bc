import { twoSidedQuantile } from "../../cloudwatch/normalQuantile";
import type { Datapoints } from "../../config/datapoints";
import { MONTH } from "./timeSpans";

/** Percent of an interval that a report shows. */
export const SHOWN_CONFIDENCE = 95;

/** Standard deviations of the shown interval. */
const SHOWN_Z = twoSidedQuantile(SHOWN_CONFIDENCE);

/**
 * Where a rate of so many predictions lies, by Wilson's score interval with 95 % confidence.
 * @param rate percent
 * @returns percent, both ends
 */
export function wilsonInterval(rate: number, predictions: number): [low: number, high: number] {
  const z2 = SHOWN_Z * SHOWN_Z;
  const share = rate / 100;
  const middle = share + z2 / (2 * predictions);
  const half =
    SHOWN_Z * Math.sqrt((share * (1 - share)) / predictions + z2 / (4 * predictions * predictions));
  const scale = 100 / (1 + z2 / predictions);
  return [Math.max(0, (middle - half) * scale), Math.min(100, (middle + half) * scale)];
}

/** What decides how many predictions a data point needs. */
export interface SamplingQuestion {
  /** The healthy model's rate, in percent. */
  readonly rate: number;
  readonly threshold: number;
  readonly datapoints: Datapoints;
  readonly periodMinutes: number;
  /** Mails a month that chance may cost. */
  readonly mailsPerMonth: number;
  /** Percent; the alarm compares the upper limit of this confidence interval. */
  readonly confidence?: number | undefined;
}

/**
 * How many predictions a period needs so that a healthy model's alarm hardly fires by chance: if every period had just
 * so many, M of N of them would be at or below the threshold as often as the budget allows. Each period counts as a new
 * window. One data point is at or below the threshold by chance when the threshold lies z standard errors under the
 * rate (Wilson's score, the error taken at the threshold), so n = z2 T (100 - T) / (R - T)2.
 * @returns Infinity where no number is enough: the threshold is not below the rate
 */
export function neededPredictions(question: SamplingQuestion): number {
  const { rate, threshold, datapoints, periodMinutes, mailsPerMonth, confidence } = question;
  if (threshold >= rate) return Infinity;
  // Nothing is ever quite impossible by chance.
  const windows = MONTH / periodMinutes;
  const allowed = Math.min(0.5, Math.max(mailsPerMonth, 0.1) / windows);
  const built = confidence === undefined ? 0 : twoSidedQuantile(confidence);
  const z = Math.max(0, oneSidedQuantile(chanceOfPoint(allowed, datapoints)) - built);
  return Math.max(1, Math.ceil((z * z * threshold * (100 - threshold)) / (rate - threshold) ** 2));
}

/** The chance of a single point at which M of N of them come together with a given chance. */
function chanceOfPoint(together: number, { toAlarm, of }: Datapoints): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (atLeast(toAlarm, of, middle) < together) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The binomial chance of at least `m` out of `n`. */
function atLeast(m: number, n: number, chance: number): number {
  let below = 0;
  let term = (1 - chance) ** n;
  for (let k = 0; k < m; k += 1) {
    below += term;
    term *= ((n - k) / (k + 1)) * (chance / (1 - chance));
  }
  return 1 - below;
}

/** Standard deviations below the mean that are passed with a given chance; 0 for an even chance and more. */
function oneSidedQuantile(chance: number): number {
  return chance >= 0.5 ? 0 : twoSidedQuantile(100 * (1 - 2 * chance));
}
