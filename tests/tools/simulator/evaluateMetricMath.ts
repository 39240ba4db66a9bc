import type { MetricMath } from "../../../tools/simulator/metricMath/parser";

/** The data points of a metric or expression at successive time stamps, oldest first; `undefined` is a missing one. */
export type Points = readonly (number | undefined)[];

/**
 * Evaluates an expression over aligned series, as GetMetricData would. The result has one entry per time stamp. A series
 * without a single data point is a list of `undefined`, not an absent one.
 *
 * @param series the data points of each id, all of one length, the first at the beginning of 1970
 * @param period seconds between them
 */
export function evaluateMetricMath(
  expression: MetricMath,
  series: Readonly<Record<string, Points>>,
  period = 60,
): (number | undefined)[] {
  const entries = Object.entries(series);
  const length = entries[0]?.[1].length ?? 0;
  const ids = entries.map(([id]) => id);
  const { overRange } = expression.compile(ids, period);
  const columns = entries.map(([, points]) => points.map((point) => point ?? NaN));
  const starts = Array.from({ length }, (_, at) => (at * period) / 60);
  return Array.from(overRange([...columns, starts], length), (v) =>
    Number.isNaN(v) ? undefined : v,
  );
}
