import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * The same resources as the project's own, for the same config, written the way most Pulumi programs
 * are: one loop, the whole AWS package, Pulumi's default set-up. What `npm run bench` compares with.
 */

interface Model {
  logGroup: string;
  threshold: number;
  email: string;
}

const config = new pulumi.Config();
const models = config.requireObject<Record<string, Model>>("models");
const prefix = `${pulumi.getProject()}-${pulumi.getStack()}`;
const namespace = "classification_rate";
const region = aws.getRegionOutput().region;
const account = aws.getCallerIdentityOutput().accountId;

const topics: Record<string, aws.sns.Topic> = {};
for (const { email } of Object.values(models)) {
  if (topics[email]) continue;
  const name = email.replace(/[^A-Za-z0-9]+/g, "-");
  const topic = new aws.sns.Topic(name, { name: `${prefix}-${name}` });
  topics[email] = topic;
  new aws.sns.TopicPolicy(name, {
    arn: topic.arn,
    policy: pulumi.all([topic.arn, region, account]).apply(([arn, where, id]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: arn,
            Condition: {
              ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${where}:${id}:alarm:*` },
              StringEquals: { "aws:SourceAccount": id },
            },
          },
        ],
      }),
    ),
  });
  new aws.sns.TopicSubscription(name, {
    topic: topic.arn,
    protocol: "email",
    endpoint: email,
  });
}

for (const [model, { logGroup, threshold, email }] of Object.entries(models)) {
  const name = `${prefix}-${model}`;
  const filter = (metric: string, pattern: string) =>
    new aws.cloudwatch.LogMetricFilter(`${model}-${metric}`, {
      name: `${name}.${metric}`,
      logGroupName: logGroup,
      pattern,
      metricTransformation: { name: `${name}.${metric}`, namespace, value: "1", defaultValue: "0" },
    });
  filter("valid_predictions", "{ $.prediction_valid IS TRUE }");
  filter("total_predictions", "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }");
  const sum = (id: string, metric: string) => ({
    id,
    returnData: false,
    metric: { namespace, metricName: `${name}.${metric}`, period: 3600, stat: "Sum" },
  });
  new aws.cloudwatch.MetricAlarm(model, {
    name,
    alarmDescription: `The classification rate of ${model} fell to ${threshold} % or less`,
    comparisonOperator: "LessThanOrEqualToThreshold",
    threshold,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: "notBreaching",
    metricQueries: [
      sum("valid", "valid_predictions"),
      sum("total", "total_predictions"),
      {
        id: "rate",
        expression: "100 * (valid / total)",
        label: "classification_rate",
        returnData: true,
      },
    ],
    alarmActions: [topics[email]!.arn],
  });
  new aws.cloudwatch.QueryDefinition(model, {
    name: `${name}.invalid_predictions`,
    logGroupNames: [logGroup],
    queryString: "fields @timestamp, @message\n| filter prediction_valid = 0\n| limit 100",
  });
}

new aws.cloudwatch.Dashboard("dashboard", {
  dashboardName: prefix,
  dashboardBody: region.apply((where) =>
    JSON.stringify({
      widgets: Object.entries(models).map(([model, { threshold }], row) => ({
        type: "metric",
        x: 0,
        y: row * 6,
        width: 24,
        height: 6,
        properties: {
          title: model,
          region: where,
          stat: "Sum",
          period: 3600,
          metrics: [
            [namespace, `${prefix}-${model}.valid_predictions`, { id: "valid", visible: false }],
            [namespace, `${prefix}-${model}.total_predictions`, { id: "total", visible: false }],
            [{ id: "rate", expression: "100 * (valid / total)" }],
          ],
          annotations: { horizontal: [{ value: threshold }] },
        },
      })),
    }),
  ),
});
