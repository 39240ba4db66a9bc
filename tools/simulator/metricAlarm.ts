import { ALARM_ACTIONS, ALARM_NAME_LENGTH } from "../../components/cloudwatch/limits";
import { type AlarmRule, type ComparisonOperator, COMPARISONS, TREATMENTS } from "./alarmState";

/** A metric's identity: what its data points are found by. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly metricName: string;
  /** @default none */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** @default where the rest of what is declared is */
  readonly region?: string | undefined;
}

/** A statistic of a metric over a period. */
export interface MetricStat extends MetricIdentity {
  /** Seconds; a multiple of 60 (high-resolution periods are not modelled). */
  readonly period: number;
  /** Sum, SampleCount, Average, Minimum or Maximum. */
  readonly stat: string;
  /** Only data points published with this unit count. @default those of any unit */
  readonly unit?: string | undefined;
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
  /** The id of the band that is compared with instead of the threshold. @default none */
  readonly thresholdMetricId?: string | undefined;
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

/** Where the actions of each state stand, in the order of mails. */
export const ACTIONS = {
  OK: "okActions",
  ALARM: "alarmActions",
  INSUFFICIENT_DATA: "insufficientDataActions",
} as const;

/** A text that two metrics share only if they are the same metric; the order of dimensions does not matter. */
export function metricKey(metric: MetricIdentity): string {
  const { namespace, metricName, dimensions = {}, region = "" } = metric;
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([region, namespace, metricName, ...sorted]);
}

/** A metric as people name it: `shop/Errors {Service=cart} in eu-west-1`. */
export function metricText({ namespace, metricName, dimensions = {}, region }: MetricIdentity) {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  const suffix = pairs.length === 0 ? "" : ` {${pairs.sort().join(", ")}}`;
  return `${namespace}/${metricName}${suffix}${region === undefined ? "" : ` in ${region}`}`;
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

const OPERATORS = Object.keys(COMPARISONS) as ComparisonOperator[];

/**
 * The rule an alarm decides by, with AWS's defaults filled in; undefined when a problem was found. Problems with the
 * alarm's plain fields (PutMetricAlarm) are added to the list.
 */
export function alarmRule(alarm: MetricAlarm, problems: string[]): AlarmRule | undefined {
  const before = problems.length;
  if (alarm.name.length < 1 || alarm.name.length > ALARM_NAME_LENGTH) {
    problems.push(`its name must have 1 to ${ALARM_NAME_LENGTH} characters`);
  }
  for (const list of Object.values(ACTIONS)) {
    const found = alarm[list]?.length ?? 0;
    if (found > ALARM_ACTIONS)
      problems.push(`${list} has ${found} entries, at most ${ALARM_ACTIONS}`);
  }
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold } = alarm;
  if (!isCount(evaluationPeriods)) {
    problems.push(`evaluationPeriods must be 1 or more, found ${evaluationPeriods}`);
  }
  if (!isCount(datapointsToAlarm)) {
    problems.push(`datapointsToAlarm must be 1 or more, found ${datapointsToAlarm}`);
  } else if (datapointsToAlarm > evaluationPeriods) {
    problems.push(
      `datapointsToAlarm is ${datapointsToAlarm}, more than the ${evaluationPeriods} evaluationPeriods`,
    );
  }
  if (!Number.isFinite(threshold)) problems.push(`threshold is ${threshold}, not a number`);
  const comparisonOperator = OPERATORS.find((name) => name === alarm.comparisonOperator);
  if (!comparisonOperator) {
    const found = alarm.comparisonOperator;
    problems.push(`comparisonOperator ${found} is not one of ${OPERATORS.join(", ")}`);
  }
  const treatment = alarm.treatMissingData ?? "missing";
  const treatMissingData = TREATMENTS.find((name) => name === treatment);
  if (!treatMissingData) {
    problems.push(`treatMissingData ${treatment} is not one of ${TREATMENTS.join(", ")}`);
  }
  if (problems.length > before || !comparisonOperator || !treatMissingData) return undefined;
  return { evaluationPeriods, datapointsToAlarm, comparisonOperator, threshold, treatMissingData };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
