/** A metric's identity: what its data points are found by. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  /** @default none */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
}

/** A statistic of a metric over a period. */
export interface MetricStat extends MetricIdentity {
  /** Seconds; a multiple of 60 (high-resolution periods are not modelled). */
  readonly period: number;
  /** Sum, SampleCount, Average, Minimum or Maximum. */
  readonly stat: string;
}

/** One entry of an alarm's `Metrics` (MetricDataQuery): a metric or an expression over the others' ids. */
export interface MetricQuery {
  readonly id: string;
  readonly expression?: string | undefined;
  readonly metric?: MetricStat | undefined;
  readonly label?: string | undefined;
  /** Whether the alarm watches this one; exactly one must be. @default true */
  readonly returnData?: boolean | undefined;
}

/** A metric alarm as declared: the fields of PutMetricAlarm that matter to its behaviour. */
export interface MetricAlarm {
  readonly name: string;
  readonly description?: string | undefined;
  readonly arn?: string | undefined;
  /** Whether actions run on a state change. @default true */
  readonly actionsEnabled?: boolean | undefined;
  /** ARNs to act on when the state becomes ALARM. @default none */
  readonly alarmActions?: readonly string[] | undefined;
  /** ARNs to act on when the state becomes OK. @default none */
  readonly okActions?: readonly string[] | undefined;
  /** ARNs to act on when the state becomes INSUFFICIENT_DATA. @default none */
  readonly insufficientDataActions?: readonly string[] | undefined;
  /** GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold or LessThanOrEqualToThreshold. */
  readonly comparisonOperator: string;
  readonly threshold: number;
  /** N: how many data points are looked at. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. @default evaluationPeriods */
  readonly datapointsToAlarm?: number | undefined;
  /** missing, ignore, breaching or notBreaching. @default "missing" */
  readonly treatMissingData?: string | undefined;
  /** The metrics and expressions of a math alarm; not together with `metric`. */
  readonly metricQueries?: readonly MetricQuery[] | undefined;
  /** The metric of an alarm without math; not together with `metricQueries`. */
  readonly metric?: MetricStat | undefined;
}

/** A text that two metrics share only if they are the same metric; the order of dimensions does not matter. */
export function metricKey({ namespace, metricName, dimensions = {} }: MetricIdentity): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, metricName, ...sorted]);
}

/** Whether an alarm's actions run at all. */
export function actionsEnabled(alarm: MetricAlarm): boolean {
  return alarm.actionsEnabled ?? true;
}

/** What an alarm watches, as a list: its queries, or its single metric as the only one. */
export function queriesOf(alarm: MetricAlarm): readonly MetricQuery[] {
  if (alarm.metricQueries) return alarm.metricQueries;
  return alarm.metric ? [{ id: "m1", metric: alarm.metric }] : [];
}
