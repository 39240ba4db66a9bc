/** The functions this model evaluates: those that an alarm on a rate has a use for. */
export const SUPPORTED_FUNCTIONS = ["ABS", "CEIL", "FILL", "FLOOR", "IF", "MAX", "MIN"] as const;

export type SupportedFunction = (typeof SUPPORTED_FUNCTIONS)[number];

export function isSupportedFunction(name: string): name is SupportedFunction {
  return SUPPORTED_FUNCTIONS.some((supported) => supported === name);
}

/**
 * The functions CloudWatch has and this model leaves out, from the user guide's list (using-metric-math). They are
 * refused by name, never evaluated approximately. AWS itself refuses SEARCH in an alarm and advises against several
 * others there, because an alarm reads more data points than its evaluation periods.
 */
const LEFT_OUT = new Set([
  "ANOMALY_DETECTION_BAND",
  "AVG",
  "DATAPOINT_COUNT",
  "DATE",
  "DAY",
  "DB_PERF_INSIGHTS",
  "DIFF",
  "DIFF_TIME",
  "EPOCH",
  "FIRST",
  "HOUR",
  "INSIGHT_RULE_METRIC",
  "LAMBDA",
  "LAST",
  "LOG",
  "LOG10",
  "METRICS",
  "METRIC_COUNT",
  "MINUTE",
  "MONTH",
  "PERIOD",
  "RATE",
  "REMOVE_EMPTY",
  "RUNNING_SUM",
  "SEARCH",
  "SERVICE_QUOTA",
  "SLICE",
  "SORT",
  "STDDEV",
  "SUM",
  "TIME_SERIES",
  "YEAR",
]);

/** Why a function is refused, naming it. */
export function refusal(name: string): string {
  const upper = name.toUpperCase();
  if (upper !== name && (isSupportedFunction(upper) || LEFT_OUT.has(upper))) {
    return `${name} is not a function: functions are written in capital letters, ${upper}`;
  }
  return LEFT_OUT.has(name)
    ? `${name} is a CloudWatch function that is not supported here (supported: ${SUPPORTED_FUNCTIONS.join(", ")})`
    : `${name} is not a function of metric math (supported: ${SUPPORTED_FUNCTIONS.join(", ")})`;
}
