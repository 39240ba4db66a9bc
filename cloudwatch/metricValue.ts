import {
  countWildcards,
  DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
  type FilterPatternAssumptions,
  FilterPatternError,
  numberAt,
  numberReader,
  parseNumber,
  parseSelector,
} from "./filterPattern";

/** Largest magnitude of a metric value; CloudWatch drops others (CloudWatch API Reference, MetricDatum). */
export const MAX_METRIC_MAGNITUDE = 2 ** 360;

/** Can CloudWatch hold this value? NaN and the infinities it cannot. */
export function isMetricNumber(value: number): boolean {
  return Math.abs(value) <= MAX_METRIC_MAGNITUDE;
}

/**
 * How a metric filter's `metricValue` is read off a log event (CloudWatch Logs User Guide, Filter pattern
 * syntax for metric filters, "Using values in log events to increment a metric's value").
 *
 * @param text - A number, the same for every event, or `$.field`.
 * @param assumptions - Of these only `numericTextIsNumber` matters.
 * @returns The reader, which gives NaN for an event without such a number; undefined if `text` is
 * neither of the two forms.
 */
export function metricValueReader(
  text: string,
  assumptions: FilterPatternAssumptions = DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
): ((event: unknown) => number) | undefined {
  if (!text.startsWith("$")) {
    const value = parseNumber(text);
    return isMetricNumber(value) ? () => value : undefined;
  }
  try {
    const selector = parseSelector(text);
    // A wildcard could find several numbers, and nothing says which of them AWS would publish.
    return countWildcards(selector) > 0 ? undefined : numberAt(selector, numberReader(assumptions));
  } catch (error) {
    if (error instanceof FilterPatternError) return undefined;
    throw error;
  }
}
