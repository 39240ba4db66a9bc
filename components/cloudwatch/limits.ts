/**
 * What CloudWatch, CloudWatch Logs, SNS and IAM accept. Each figure names the document it comes
 * from; neither the AWS provider for Pulumi nor the AWS SDK checks all of them before the call.
 */

/** PutMetricAlarm, `AlarmName`: characters. */
export const ALARM_NAME_LENGTH = 255;

/** PutMetricAlarm, `AlarmDescription`: characters to AWS, bytes to the AWS provider for Pulumi. */
export const ALARM_DESCRIPTION_LENGTH = 1024;

/** PutMetricAlarm, `AlarmActions`, `OKActions`, `InsufficientDataActions`: entries in each. */
export const ALARM_ACTIONS = 5;

/** CloudWatch User Guide, "Create an alarm based on a metric math expression": metrics in one alarm. */
export const ALARM_METRICS = 10;

/** Shortest period, in seconds, of a metric that a metric filter publishes. */
export const SHORTEST_PERIOD = 60;

/** From this period on, in seconds, an alarm may look back over a week instead of a day. */
export const LONG_PERIOD = 3600;

/** PutMetricAlarm: longest period x evaluation periods, in seconds, for periods under an hour. */
export const SHORT_PERIOD_WINDOW = 86_400;

/** PutMetricAlarm: longest period x evaluation periods, in seconds, for periods from an hour on. */
export const LONG_PERIOD_WINDOW = 604_800;

/**
 * How far an alarm may look back.
 * @param period seconds
 * @returns the longest period x evaluation periods, in seconds
 */
export function longestWindow(period: number): number {
  return period < LONG_PERIOD ? SHORT_PERIOD_WINDOW : LONG_PERIOD_WINDOW;
}

/** PutMetricFilter, `logGroupName`; names that start with aws/ are kept for AWS itself (CreateLogGroup). */
export const LOG_GROUP_NAME = /^(?!aws\/)[-._/#A-Za-z0-9]{1,512}$/;

/** PutMetricFilter, `filterPattern`: characters (the provider counts bytes). */
export const FILTER_PATTERN_LENGTH = 1024;

/** CloudWatch Logs quotas: metric filters on one log group. */
export const FILTERS_PER_LOG_GROUP = 100;

/** "Filter pattern syntax", CloudWatch Logs User Guide: metric filters with a regular expression on a log group. */
export const REGEX_FILTERS_PER_LOG_GROUP = 5;

/** PutAlarmMuteRule, `AlarmNames`: alarms of one mute rule. */
export const ALARMS_PER_MUTE_RULE = 100;

/** PutAlarmMuteRule, `Duration`: longest window, in seconds; the shortest is a minute. */
export const LONGEST_MUTE = 15 * 86_400;

/** PutAlarmMuteRule, `Expression`: characters. */
export const MUTE_EXPRESSION_LENGTH = 256;

/** PutMetricFilter, `metricName`, and PutQueryDefinition, `name`: characters. */
export const METRIC_NAME_LENGTH = 255;

/** PutMetricFilter, `metricNamespace`: no colon, asterisk or dollar sign; ASCII and not AWS's own, as CloudWatch asks. */
export const NAMESPACE = /^(?!.*[:*$]| *$|[Aa][Ww][Ss]\/)[\x20-\x7e]{1,255}$/;

/** PutRetentionPolicy, `retentionInDays`: the only values AWS takes. */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** StartQuery, `logGroupNames`: log groups in one Logs Insights query. */
export const QUERY_LOG_GROUPS = 50;

/** StartQuery, `queryString`: characters. */
export const QUERY_LENGTH = 10_000;

/** Publish, `Subject`: characters of an e-mail's subject. */
export const SUBJECT_LENGTH = 100;

/** CloudWatch quotas: widgets on one dashboard. */
export const DASHBOARD_WIDGETS = 500;

/** CloudWatch quotas: metrics over all widgets of a dashboard. */
export const DASHBOARD_METRICS = 2500;

/** CloudWatch dashboard body reference: alarms in one alarm-status widget. */
export const WIDGET_ALARMS = 100;

/** TagResource: tags on one resource, key and value lengths in characters. */
export const TAGS = 50;
export const TAG_KEY_LENGTH = 128;
export const TAG_VALUE_LENGTH = 256;

/** IAM quotas: length of a role's or a policy's name. */
export const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
export const POLICY_NAME_LENGTH = 128;

/** IAM quotas: characters, without white space, of all inline policies of one role together. */
export const ROLE_INLINE_POLICIES_LENGTH = 10_240;
