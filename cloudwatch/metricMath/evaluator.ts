import type { MetricMath } from "./ast";
import { MetricMathError } from "./error";
import { compileOverRange } from "./overRange";

/** The data points of a metric or expression at successive time stamps, oldest first; `undefined` is a missing one. */
export type Points = readonly (number | undefined)[];

/**
 * Evaluates an expression over aligned series, as GetMetricData would. The result has one entry per time stamp.
 *
 * A series without a single data point is a list of `undefined`, not an absent one: FILL fills it, arithmetic with
 * another series takes it as 0.
 *
 * @param series the data points of each id, all of one length
 * @throws MetricMathError when the expression refers to an id that has no series, or the lengths differ
 */
export function evaluateMetricMath(
  expression: MetricMath,
  series: Readonly<Record<string, Points>>,
): (number | undefined)[] {
  const entries = Object.entries(series);
  const length = entries[0]?.[1].length ?? 0;
  const uneven = entries.find(([, points]) => points.length !== length);
  if (uneven) {
    const problem = `the series are not aligned: "${uneven[0]}" has ${String(uneven[1].length)} points, not ${String(length)}`;
    throw new MetricMathError(problem, expression.text, 0);
  }
  const evaluate = compileOverRange(
    expression,
    entries.map(([id]) => id),
  );
  const columns = entries.map(([, points]) => points.map((point) => point ?? NaN));
  return Array.from(evaluate(columns, length), (v) => (Number.isNaN(v) ? undefined : v));
}
