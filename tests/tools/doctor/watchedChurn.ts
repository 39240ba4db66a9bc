import { TOTAL, VALID } from "../../../components/cloudwatch/expressions";
import type { DeclaredAlarm } from "../../../tools/program/declared";
import type { FilteredModel } from "../../../tools/doctor/filterChecks";

const NAMESPACE = "classification_rate";
const PREFIX = "classification-rate-prod-churn";

function counter(part: string, pattern: string) {
  return {
    name: `${PREFIX}.${part}`,
    logGroupName: "/logs/churn",
    pattern,
    metricName: `${PREFIX}.${part}`,
    metricNamespace: NAMESPACE,
    metricValue: "1",
    defaultValue: 0,
  };
}

const VALID_FILTER = counter("valid_predictions", "{ $.prediction_valid IS TRUE }");
const TOTAL_FILTER = counter(
  "total_predictions",
  "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }",
);

function metric(metricName: string) {
  return { namespace: NAMESPACE, metricName, period: 3600, stat: "Sum" };
}

const RATE = {
  name: PREFIX,
  model: "churn",
  comparisonOperator: "LessThanOrEqualToThreshold",
  threshold: 90,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: "notBreaching",
  metricQueries: [
    { id: VALID, metric: metric(VALID_FILTER.metricName), returnData: false },
    { id: TOTAL, metric: metric(TOTAL_FILTER.metricName), returnData: false },
    { id: "rate", expression: "100 * (valid / total)", returnData: true },
  ],
} satisfies DeclaredAlarm;

/** The model churn of the stack prod, as the program declares it: 3 of 5 periods of an hour. */
export const CHURN = {
  ...{ name: "churn", stack: "prod", region: "eu-west-1", accountId: "123456789012" },
  ...{ topics: [], subscriptions: [], muteRules: [], refused: [], notes: [] },
  alarms: [RATE],
  byKind: new Map([["rate", RATE]]),
  filters: [VALID_FILTER, TOTAL_FILTER],
  logGroups: ["/logs/churn"],
  total: TOTAL_FILTER,
  valid: VALID_FILTER,
  rateAlarm: RATE,
} satisfies FilteredModel & { readonly rateAlarm: DeclaredAlarm };

export const NOW = new Date("2026-11-20T12:00:00Z");

/** So many seconds before {@link NOW}, in milliseconds since 1970. */
export function before(seconds: number): number {
  return NOW.getTime() - seconds * 1000;
}
