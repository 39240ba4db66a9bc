import assert from "node:assert/strict";
import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { countedMetric } from "../../../tools/program/model";
import { alarmDifferences } from "../../../tools/doctor/alarmChecks";
import { apiAlarm } from "../aws/fake/apiForms";
import { CHURN } from "./watchedChurn";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:team";
const DECLARED = { ...CHURN.rateAlarm, alarmActions: [TOPIC, `${TOPIC}2`] };
const TOTAL_METRIC = {
  ...countedMetric(CHURN.total),
  ...{ period: 3600, stat: "Sum" },
};
const WELL = apiAlarm(DECLARED);

function differences(changes: Partial<ApiAlarm>): string[] {
  return alarmDifferences({ ...WELL, ...changes }, DECLARED);
}

/** With another value in the query of this id. */
function withQuery(id: string, changes: object): Partial<ApiAlarm> {
  return { Metrics: WELL.Metrics.map((one) => (one.Id === id ? { ...one, ...changes } : one)) };
}

describe("the differences of a live alarm", () => {
  it("are none where it is as declared, whatever the order and the description", () => {
    assert.deepEqual(differences({}), []);
    assert.deepEqual(
      differences({
        AlarmActions: [`${TOPIC}2`, TOPIC],
        Metrics: [...WELL.Metrics].reverse(),
        AlarmDescription: "other",
        ActionsEnabled: false,
      }),
      [],
    );
  });

  it("are told with both values", () => {
    assert.deepEqual(
      differences({
        Threshold: 85,
        ComparisonOperator: "LessThanThreshold",
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        TreatMissingData: "breaching",
      }),
      [
        "threshold is 85, declared 90",
        "comparison is LessThanThreshold, declared LessThanOrEqualToThreshold",
        "evaluation periods is 3, declared 5",
        "datapoints to alarm is 2, declared 3",
        "missing data is breaching, declared notBreaching",
      ],
    );
    assert.deepEqual(differences({ Threshold: undefined }), ["threshold is not set, declared 90"]);
  });

  it("know CloudWatch's defaults", () => {
    const { datapointsToAlarm, treatMissingData, ...bare } = DECLARED;
    assert.deepEqual([datapointsToAlarm, treatMissingData], [3, "notBreaching"]);
    const live = { ...WELL, DatapointsToAlarm: undefined, TreatMissingData: undefined };
    assert.deepEqual(alarmDifferences(live, bare), []);
    const said = { ...WELL, DatapointsToAlarm: 5, TreatMissingData: "missing" };
    assert.deepEqual(alarmDifferences(said, bare), []);
  });

  it("are told for what is watched, query by query", () => {
    assert.deepEqual(differences(withQuery("rate", { Expression: "valid / total" })), [
      "query rate: expression is valid / total, declared 100 * (valid / total)",
    ]);
    assert.deepEqual(differences(withQuery("valid", { ReturnData: true })), [
      "query valid: return data is true, declared false",
    ]);
    assert.deepEqual(differences(withQuery("valid", { Id: "good" })), [
      "query valid is missing",
      "query good is not declared",
    ]);
    assert.deepEqual(differences(withQuery("rate", { Label: "somehow" })), []);
    const MetricStat = {
      Metric: { Namespace: "n", MetricName: "m", Dimensions: [{ Name: "a", Value: "b" }] },
      Period: 60,
      Stat: "Average",
    };
    assert.deepEqual(differences(withQuery("total", { MetricStat })), [
      "query total: metric is n/m {a=b}, declared classification_rate/classification-rate-prod-churn.total_predictions",
      "query total: period is 60, declared 3600",
      "query total: statistic is Average, declared Sum",
    ]);
    assert.deepEqual(differences(withQuery("rate", { Expression: undefined, MetricStat })), [
      "query rate: expression is not set, declared 100 * (valid / total)",
      "query rate: metric is n/m {a=b}, declared not set",
    ]);
  });

  it("are told for alarms on a single metric", () => {
    const { metricQueries, ...rest } = DECLARED;
    assert.equal(metricQueries.length, 3);
    const declared = { ...rest, metric: { ...TOTAL_METRIC, dimensions: { a: "1", b: "2" } } };
    const Dimensions = [
      { Name: "a", Value: "1" },
      { Name: "b", Value: "2" },
    ];
    const live: ApiAlarm = {
      ...WELL,
      Metrics: undefined,
      Namespace: TOTAL_METRIC.namespace,
      MetricName: TOTAL_METRIC.metricName,
      Statistic: "Sum",
      Period: 3600,
      Dimensions,
    };
    assert.deepEqual(alarmDifferences(live, declared), []);
    const turned = { ...live, Dimensions: [...Dimensions].reverse() };
    assert.deepEqual(alarmDifferences(turned, declared), []);
    assert.deepEqual(alarmDifferences({ ...live, Period: 60, MetricName: "x" }, declared), [
      "query m1: metric is classification_rate/x {a=1, b=2}, declared classification_rate/classification-rate-prod-churn.total_predictions {a=1, b=2}",
      "query m1: period is 60, declared 3600",
    ]);
    assert.ok(alarmDifferences(live, DECLARED).includes("query rate is missing"));
  });

  it("are told for actions, which are sets", () => {
    assert.deepEqual(
      differences({
        AlarmActions: [TOPIC, "arn:x"],
        OKActions: [TOPIC],
        InsufficientDataActions: [TOPIC],
      }),
      [
        `alarm action ${TOPIC}2 is missing`,
        "alarm action arn:x is not declared",
        `OK action ${TOPIC} is not declared`,
        `insufficient data action ${TOPIC} is not declared`,
      ],
    );
  });
});
