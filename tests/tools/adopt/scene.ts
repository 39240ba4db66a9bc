import { liveAlarm } from "../../../tools/aws/alarmCalls";
import type { Account } from "../../../tools/adopt/adopt";
import { liveFilter } from "../../../tools/aws/logCalls";

/** A topic of the account. */
export const TOPIC = "arn:aws:sns:eu-west-1:123456789012:ml-alerts";

/**
 * What the console of CloudWatch makes of the article's steps, as `aws cloudwatch describe-alarms` prints it: metrics m1
 * and m2, the expression e1 over them, and missing data treated as missing.
 */
export function alarm(name = "churn classification rate", changes: object = {}) {
  return {
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`,
    AlarmConfigurationUpdatedTimestamp: "2025-03-04T10:00:00.123000+00:00",
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [TOPIC],
    InsufficientDataActions: [],
    StateValue: "OK",
    Metrics: queries("100*(m1/m2)"),
    EvaluationPeriods: 5,
    DatapointsToAlarm: 3,
    Threshold: 90,
    ComparisonOperator: "LessThanOrEqualToThreshold",
    TreatMissingData: "missing",
    ...changes,
  };
}

export function queries(expression: string, stat = "Sum") {
  const sum = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: "classification_rate", MetricName, Dimensions: [] },
      Period: 3600,
      Stat: stat,
    },
    ReturnData: false,
  });
  return [
    { Id: "e1", Expression: expression, Label: "classification_rate", ReturnData: true },
    sum("m1", "valid_predictions"),
    sum("m2", "total_predictions"),
  ];
}

/** As `aws logs describe-metric-filters` prints it. */
export function filter(metricName: string, filterPattern: string, changes: object = {}) {
  return {
    filterName: metricName.replace("_predictions", ""),
    filterPattern,
    metricTransformations: [
      {
        metricName,
        metricNamespace: "classification_rate",
        metricValue: "1",
        defaultValue: 0,
        ...changes,
      },
    ],
    creationTime: 1_741_082_400_000,
    logGroupName: "/aws/lambda/churn",
  };
}

export const FILTERS = [
  filter("valid_predictions", "{ $.prediction_valid IS TRUE }"),
  filter("total_predictions", "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }"),
];

/** An account with these alarms and filters, of whose topics nothing is known. */
export function account(
  alarms: readonly object[] = [alarm()],
  filters: readonly object[] = FILTERS,
): Account {
  return {
    region: "eu-west-1",
    alarms: alarms.map((one) => liveAlarm(one)),
    otherAlarms: [],
    filters: filters.map((one) => liveFilter(one)),
    subscriptions: new Map(),
    muteRules: [],
  };
}
