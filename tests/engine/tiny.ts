import { Engine, EngineOptions } from "./engine";

/** Small programs for the tests of the stand-in itself. */

export const ALARM_TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";

const PROJECT = `
name: tiny
runtime:
  name: nodejs
  options:
    tsconfig: tsconfig.json
    nodeargs: --stack-trace-limit=1
`;

const STACK = `
config:
  aws:region: eu-west-1
  aws:defaultTags:
    tags:
      team: ml
`;

/** An engine for a program of these statements. */
export function openTiny(
  statements: readonly string[],
  options: Partial<EngineOptions> = {},
): Engine {
  return Engine.open({
    program: { "index.ts": tiny(statements) },
    project: PROJECT,
    stacks: { dev: STACK },
    ...options,
  });
}

/** A program that has a topic and these statements. */
export function tiny(statements: readonly string[]): string {
  return [
    'import { Dashboard, LogGroup, LogMetricFilter, MetricAlarm } from "@pulumi/aws/cloudwatch";',
    'import { Topic, TopicSubscription } from "@pulumi/aws/sns";',
    'const topic = new Topic("topic", { tags: { model: "churn" } });',
    ...statements,
  ].join("\n");
}

/** An alarm on metric math. */
export function alarm(args: { resource?: string; name?: string; threshold?: number }): string {
  const { resource = "alarm", ...others } = args;
  return statement("MetricAlarm", resource, alarmArgs(others), "export const alarmArn =", ".arn");
}

/** The alarm's arguments with some of them changed. */
export function alarmArgs(changed: object): object {
  return {
    name: "alarm",
    comparisonOperator: "LessThanOrEqualToThreshold",
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    threshold: 90,
    alarmActions: [TOPIC_ARN],
    metricQueries: [
      { id: "rate", expression: "100 * (valid / total)", returnData: true },
      { id: "valid", metric: metric("valid") },
      { id: "total", metric: metric("total") },
    ],
    tags: { model: "churn", team: "ml" },
    ...changed,
  };
}

/** One metric of the alarm. */
export function metric(metricName: string, period = 3600): object {
  return { metricName, namespace: "models", period, stat: "Sum" };
}

/** A metric filter. */
export function filter(changed: object = {}, transformation: object = {}): string {
  return statement("LogMetricFilter", "valid", {
    name: "valid",
    logGroupName: "/models/churn",
    pattern: "{ $.prediction_valid IS TRUE }",
    metricTransformation: {
      name: "valid",
      namespace: "models",
      value: "1",
      defaultValue: "0",
      ...transformation,
    },
    ...changed,
  });
}

/** An e-mail subscription. */
export function subscription(resource: string, endpoint: string): string {
  return statement("TopicSubscription", resource, {
    topic: TOPIC_ARN,
    protocol: "email",
    endpoint,
  });
}

/** A statement that makes a resource. */
export function statement(
  type: string,
  resource: string,
  args: object,
  before = "",
  after = "",
): string {
  const literal = JSON.stringify(args).replaceAll(JSON.stringify(TOPIC_ARN), "topic.arn");
  return `${before} new ${type}("${resource}", ${literal})${after};`;
}

/** Stands for the topic's ARN in arguments. */
const TOPIC_ARN = "<topic.arn>";
