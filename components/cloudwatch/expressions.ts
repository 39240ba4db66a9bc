import { LONG_PERIOD, SHORT_PERIOD_WINDOW, SHORTEST_PERIOD } from "./limits";

/**
 * How many standard deviations around the mean hold a given share of a normal distribution: 1.96
 * for 95 %. Used for confidence intervals.
 * @param confidence percent, above 0 and below 100
 * @returns the two-sided quantile z, exact to about 1e-12
 */
export function twoSidedQuantile(confidence: number): number {
  let [low, high] = [0, 10];
  while (high - low > 1e-13) {
    const middle = (low + high) / 2;
    if (shareWithin(middle) < confidence / 100) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The share of a normal distribution within z standard deviations of its mean, as the series
 * 2 phi(z) (z + z^3/3 + z^5/(3*5) + ...), which has only positive terms: nothing cancels.
 */
export function shareWithin(z: number): number {
  let [term, sum] = [z, z];
  for (let divisor = 3; term > sum * 1e-17; divisor += 2) {
    term *= (z * z) / divisor;
    sum += term;
  }
  return (2 * sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Ids of the queries in a rate alarm and in the dashboard's graphs. */
export const VALID = "valid";
export const TOTAL = "total";
export const RATE = "rate";
export const UPPER_LIMIT = "upper_limit";

/** A metric-math query over the metrics `valid` and `total`. */
interface ExpressionQuery {
  readonly id: string;
  readonly expression: string;
  readonly label: string;
  /** Whether the alarm compares this query with the threshold; exactly one does. */
  readonly returnData: boolean;
}

/** When a period's rate counts as a data point. */
export interface RateOptions {
  /** Predictions in a period below which it gives no data point; undefined: one is enough. */
  readonly minimumPredictions?: number | undefined;
  /** Percent; compares the upper limit of the rate's confidence interval instead of the rate. */
  readonly confidence?: number | undefined;
}

/**
 * The metric math of a rate alarm, in percent. None of the expressions has an else-branch: a period
 * without enough predictions is missing data, never 0 % (which would alarm) and never 100 % (which
 * would hide one).
 *
 * What makes a period without predictions drop out is division by zero, which CloudWatch answers
 * with no data point (CloudWatch User Guide, "Using metric math"). Each term of the upper limit is
 * divided by `total` for that reason: the same guide has a missing operand count as 0, so a lone
 * constant term would survive as a value.
 */
export function rateQueries(options: RateOptions): ExpressionQuery[] {
  const { minimumPredictions, confidence } = options;
  const isGuarded = minimumPredictions !== undefined;
  const guard = (expression: string): string =>
    isGuarded ? `IF(${TOTAL} >= ${minimumPredictions}, ${expression})` : expression;
  const ratio = isGuarded ? `${VALID} / ${TOTAL}` : `(${VALID} / ${TOTAL})`;
  const rateQuery = { id: RATE, expression: guard(`100 * ${ratio}`), label: "classification_rate" };
  if (confidence === undefined) return [{ ...rateQuery, returnData: true }];
  return [
    { ...rateQuery, returnData: false },
    {
      id: UPPER_LIMIT,
      expression: guard(wilsonUpperLimit(confidence)),
      label: `classification_rate, upper limit of the ${confidence} % confidence interval`,
      returnData: true,
    },
  ];
}

/**
 * The upper limit of Wilson's score interval, in percent, of the rate r = 100 p over n predictions:
 *
 *     100 (p + z2/2n + z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n)
 *
 * Metric math has no square root, but `^` takes a fraction. `z2` is z squared.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * Journal of the American Statistical Association 22 (1927).
 */
function wilsonUpperLimit(confidence: number): string {
  const z = twoSidedQuantile(confidence);
  const squared = z * z;
  const [n, r] = [TOTAL, RATE];
  // The precedence of `^` is not documented: parentheses leave nothing to it.
  const root = `((${r} * (100 - ${r}) / ${n} + ${constant(2500 * squared)} / (${n} * ${n})) ^ 0.5)`;
  return `(${r} + ${constant(50 * squared)} / ${n} + ${constant(z)} * ${root}) / (1 + ${constant(squared)} / ${n})`;
}

/** A number as metric math reads it: plain decimals, no exponent. */
function constant(value: number): string {
  return String(Number(value.toFixed(8)));
}

/** Shortest silence, in seconds, that one-minute data points tell within a tenth. */
export const SHORTEST_SILENCE = 600;

/** Period and number of data points of a silence alarm; all of them must be empty. */
interface SilenceWindow {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
}

/**
 * The expression that a silence alarm compares with 1. `FILL` turns the gaps of a metric that has
 * fallen silent into zeros, so that the alarm looks at exactly its own window. Without it CloudWatch
 * looks for real data points beyond the window, in an evaluation range whose size it does not
 * publish, and one old prediction there keeps the alarm OK for periods on end. Where not one real
 * point is left to fill from, the alarm's treatment of missing data (breaching) takes over.
 * Source: CloudWatch User Guide, "Using metric math" (FILL) and "Configuring how CloudWatch alarms
 * treat missing data".
 */
export const SILENCE_EXPRESSION = `FILL(${TOTAL}, 0)`;

/**
 * Chooses period and data points so that silence is noticed within a tenth of the asked time, never
 * before it: about forty short periods, because the window, the minute of the evaluation and, if
 * CloudWatch should not fill the newest gaps, two periods of evaluation range all come on top. (In
 * that case a day and up to 39 hours would be noticed up to a sixth late.)
 *
 * Windows over a day need periods of an hour and are evaluated once an hour (CloudWatch User Guide,
 * "Alarm evaluation"), which is still within a tenth of more than a day.
 * @param silence seconds, from {@link SHORTEST_SILENCE} to a week
 */
export function silenceWindow(silence: number): SilenceWindow {
  const fortieth = Math.floor(silence / 40 / SHORTEST_PERIOD) * SHORTEST_PERIOD;
  const short = Math.min(Math.max(fortieth, SHORTEST_PERIOD), LONG_PERIOD - SHORTEST_PERIOD);
  const points = Math.ceil(silence / short);
  if (points * short <= SHORT_PERIOD_WINDOW) return { period: short, evaluationPeriods: points };
  return { period: LONG_PERIOD, evaluationPeriods: Math.ceil(silence / LONG_PERIOD) };
}
