import { twoSidedQuantile } from "./normalQuantile";

/** Ids of the queries in a rate alarm and in the dashboard's graphs. */
export const VALID = "valid";
export const TOTAL = "total";
export const RATE = "rate";
export const UPPER_LIMIT = "upper_limit";

/** A metric-math query over the metrics `valid` and `total`. */
export interface ExpressionQuery {
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
  const guard = (expression: string): string =>
    minimumPredictions === undefined
      ? expression
      : `IF(${TOTAL} >= ${String(minimumPredictions)}, ${expression})`;
  const rate =
    minimumPredictions === undefined
      ? `100 * (${VALID} / ${TOTAL})`
      : guard(`100 * ${VALID} / ${TOTAL}`);
  const rateQuery = { id: RATE, expression: rate, label: "classification_rate" };
  if (confidence === undefined) return [{ ...rateQuery, returnData: true }];
  return [
    { ...rateQuery, returnData: false },
    {
      id: UPPER_LIMIT,
      expression: guard(wilsonUpperLimit(confidence)),
      label: `classification_rate, upper limit of the ${String(confidence)} % confidence interval`,
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
