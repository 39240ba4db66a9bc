import type { MetricAlarm, MetricQuery, MetricStat } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import type {
  AwsResource,
  Declared,
  DeclaredAlarm,
  DeclaredTopic,
  Origin,
  Subscription,
} from "./declared";
import { list, map, optional, text, textMap, texts } from "./properties";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TOPIC = "aws:sns/topic:Topic";

/**
 * Picks out what a rehearsal needs. It knows the AWS provider's resources, not who declared them:
 * any Pulumi program's alarms will do.
 */
export function declaredBy(resources: readonly AwsResource[], origin: Origin): Declared {
  const of = (type: string): Readonly<Record<string, unknown>>[] =>
    resources.filter((resource) => resource.type === type).map(({ properties }) => properties);
  const filters = of(FILTER).map(metricFilter);
  const topics = of(TOPIC).map(topic);
  return {
    stack: origin.stack,
    region: origin.region,
    accountId: origin.accountId,
    filters,
    alarms: of(ALARM)
      .map((properties) => declaredAlarm(metricAlarm(properties), origin))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    subscriptions: of(SUBSCRIPTION).flatMap(subscription),
    topics,
    deafTopics: topics.filter(({ key }) => key === "alias/aws/sns").map(({ arn }) => arn),
    refused: [
      ...of(COMPOSITE).map(
        ({ alarmName, name }) =>
          `composite alarm ${text(alarmName ?? name)}: composite alarms are not rehearsed; the metric alarms in its rule are`,
      ),
      ...of(ALARM).flatMap(leftOut),
    ],
  };
}

/** What an alarm sets and this model of CloudWatch does not know: it is rehearsed without. */
function leftOut(properties: Readonly<Record<string, unknown>>): string[] {
  const queries = list(properties["metricQueries"]).map(map);
  const set = [
    ...["unit", "warmUpConfiguration", "evaluationWindow"].filter(
      (key) => optional(properties[key]) !== undefined,
    ),
    ...["unit", "accountId"].filter((key) =>
      queries.some((query) => optional(query[key] ?? map(query["metric"])[key]) !== undefined),
    ),
  ];
  if (set.length === 0) return [];
  return [
    `alarm ${text(properties["name"])} is rehearsed without its ${[...new Set(set)].join(", ")}`,
  ];
}

function metricFilter(properties: Readonly<Record<string, unknown>>): MetricFilter {
  const transformation = map(properties["metricTransformation"]);
  const defaultValue = optional(transformation["defaultValue"]);
  const dimensions = textMap(transformation["dimensions"]);
  const unit = optional(transformation["unit"]);
  return {
    name: text(properties["name"]),
    logGroupName: text(properties["logGroupName"]),
    pattern: text(properties["pattern"]),
    metricName: text(transformation["name"]),
    metricNamespace: text(transformation["namespace"]),
    metricValue: text(transformation["value"]),
    ...(defaultValue !== undefined && { defaultValue: Number(defaultValue) }),
    ...(dimensions !== undefined && { dimensions }),
    ...(unit !== undefined && { unit: text(unit) }),
  };
}

function metricAlarm(properties: Readonly<Record<string, unknown>>): MetricAlarm {
  const queries = list(properties["metricQueries"]).map((query) => metricQuery(map(query)));
  const actionsEnabled = optional(properties["actionsEnabled"]);
  const datapointsToAlarm = optional(properties["datapointsToAlarm"]);
  return {
    name: text(properties["name"]),
    description: text(properties["alarmDescription"]),
    arn: text(properties["arn"]),
    ...(actionsEnabled !== undefined && { actionsEnabled: actionsEnabled !== false }),
    alarmActions: texts(properties["alarmActions"]),
    okActions: texts(properties["okActions"]),
    insufficientDataActions: texts(properties["insufficientDataActions"]),
    comparisonOperator: text(properties["comparisonOperator"]),
    threshold: Number(properties["threshold"] ?? NaN),
    evaluationPeriods: Number(properties["evaluationPeriods"] ?? NaN),
    // The provider keeps 0 for an alarm that does not say.
    ...(Number(datapointsToAlarm ?? 0) > 0 && { datapointsToAlarm: Number(datapointsToAlarm) }),
    treatMissingData: text(properties["treatMissingData"] ?? "missing"),
    ...(queries.length > 0
      ? { metricQueries: queries }
      : { metric: metricStat({ ...properties, stat: properties["statistic"] }) }),
  };
}

function metricQuery(query: Readonly<Record<string, unknown>>): MetricQuery {
  const metric = optional(query["metric"]);
  const expression = optional(query["expression"]);
  const label = optional(query["label"]);
  return {
    id: text(query["id"]),
    // The provider's default is false, CloudWatch's own is true.
    returnData: query["returnData"] === true,
    ...(expression !== undefined && { expression: text(expression) }),
    ...(label !== undefined && { label: text(label) }),
    ...(metric !== undefined && { metric: metricStat(map(metric)) }),
  };
}

function metricStat(metric: Readonly<Record<string, unknown>>): MetricStat {
  const dimensions = textMap(metric["dimensions"]);
  return {
    namespace: text(metric["namespace"]),
    metricName: text(metric["metricName"]),
    period: Number(metric["period"] ?? NaN),
    stat: text(metric["stat"]),
    ...(dimensions !== undefined && { dimensions }),
  };
}

/** The model is what physical names hold between `<project>-<stack>-` and the metric's own part. */
function declaredAlarm(alarm: MetricAlarm, { project, stack }: Origin): DeclaredAlarm {
  const prefix = `${project}-${stack}-`;
  const metrics = (alarm.metricQueries ?? []).flatMap(({ metric }) => metric?.metricName ?? []);
  const own = metrics.find((name) => name.startsWith(prefix) && name.includes("."));
  return { ...alarm, model: own?.slice(prefix.length, own.lastIndexOf(".")) ?? alarm.name };
}

function topic({ arn, kmsMasterKeyId: key }: Readonly<Record<string, unknown>>): DeclaredTopic {
  return { arn: text(arn), key: optional(key) === undefined ? undefined : text(key) };
}

function subscription(properties: Readonly<Record<string, unknown>>): Subscription[] {
  if (!/^email(-json)?$/.test(text(properties["protocol"]))) return [];
  return [
    {
      topicArn: text(properties["topic"]),
      endpoint: text(properties["endpoint"]),
      pending: properties["pendingConfirmation"] === true,
    },
  ];
}
