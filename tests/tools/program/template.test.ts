import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../tools/inputError";
import { addressesOf } from "../../../tools/program/declared";
import { templated } from "../../../tools/program/template";

/** What the AWS CDK (aws-cdk-lib 2.276.0) wrote of a log group, filters, math and plain alarm, topic and e-mail subscription. */
const CDK = readFileSync(join(__dirname, "plans/Models.template.json"), "utf8");

/** Written by hand, as people do: parameters, conditions and functions in short form. */
const YAML = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage: { Type: String, Default: prod }
  Email: { Type: String }
Mappings:
  Limits: { prod: { Errors: 5 }, dev: { Errors: 50 } }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  HasEmail: !Not [!Equals [!Ref Email, ""]]
Resources:
  Log:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub "/models/\${Stage}/churn" }
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Join ["-", [!Ref "AWS::StackName", alerts]]
      Subscription: [{ Protocol: email, Endpoint: ops@example.com }]
  Asked:
    Type: AWS::SNS::Subscription
    Condition: HasEmail
    Properties: { TopicArn: !Ref Topic, Protocol: email, Endpoint: !Ref Email }
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Log
      FilterPattern: "{ $.level = ERROR }"
      MetricTransformations: [{ MetricName: Errors, MetricNamespace: Models, MetricValue: "1" }]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub ["\${Name}-errors", { Name: !Select [1, !Split ["/", "models/churn"]] }]
      AlarmActions: [!GetAtt Topic.TopicArn, !If [IsDev, "arn:aws:sns:eu-west-1:123456789012:dev", !Ref "AWS::NoValue"]]
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
      Threshold: !FindInMap [Limits, !Ref Stage, Errors]
      MetricName: Errors
      Namespace: Models
      Period: 60
      Statistic: Sum
  Imported:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: imported
      Threshold: !ImportValue Limit
  OnlyInDev:
    Type: AWS::CloudWatch::Alarm
    Condition: IsDev
  Nested: { Type: AWS::CloudFormation::Stack }
`;

describe("a CloudFormation template", () => {
  it("of the CDK says what its alarms read, and whom they mail", () => {
    const declared = templated(CDK, "cdk.out/Models.template.json");
    assert.equal(declared.stack, "Models");
    const [rate, errors] = declared.alarms;
    assert(rate !== undefined);
    assert.deepEqual([errors?.name, rate.name], ["Models-errors", "Models-Rate365CA505"]);
    assert.deepEqual(
      rate.metricQueries?.map(({ id, expression, metric, returnData }) => [
        id,
        expression ?? metric?.metricName,
        returnData,
      ]),
      [
        ["expr_1", "100 * valid / total", true],
        ["valid", "Valid", false],
        ["total", "Total", false],
      ],
    );
    assert.deepEqual([rate.datapointsToAlarm, rate.evaluationPeriods, rate.threshold], [2, 3, 90]);
    for (const alarm of declared.alarms) {
      const addresses = (alarm.alarmActions ?? []).flatMap((action) =>
        addressesOf(declared, action),
      );
      assert.deepEqual(
        addresses.map(({ endpoint }) => endpoint),
        ["ml@example.org"],
      );
    }
    assert.deepEqual(
      declared.filters.map(({ logGroupName, metricName, defaultValue }) => [
        logGroupName,
        metricName,
        defaultValue,
      ]),
      [
        ["/models/churn", "Valid", 0],
        ["/models/churn", "Total", 0],
        ["/models/churn", "Errors", undefined],
      ],
    );
    assert.deepEqual([declared.refused, declared.notes], [[], []]);
  });

  it("in YAML has its functions worked out, and what cannot be is named", () => {
    const declared = templated(YAML, "alerts.yaml");
    const [alarm, ...others] = declared.alarms;
    assert(alarm !== undefined);
    assert.deepEqual([alarm.name, alarm.threshold, others], ["churn-errors", 5, []]);
    assert.deepEqual(
      alarm.alarmActions?.map((arn) => arn.split(":")[5]),
      ["alerts-alerts"],
    );
    const [address] = addressesOf(declared, alarm.alarmActions[0] ?? "");
    assert.equal(address?.endpoint, "ops@example.com");
    assert.equal(declared.filters[0]?.logGroupName, "/models/prod/churn");
    assert.deepEqual(declared.refused, [
      {
        isAlarm: true,
        text: "alarm imported is not rehearsed: its threshold is the result of Fn::ImportValue",
      },
      {
        isAlarm: false,
        text: "subscription alerts-Asked is not rehearsed: its endpoint is the parameter Email, whose value is not in the template",
      },
    ]);
    assert.deepEqual(declared.notes, [
      "Asked is taken to be there: whether HasEmail holds is not known",
      "nested stack Nested is not read: its template is another file",
    ]);
  });

  it("is not taken for something else", () => {
    for (const other of ["{}", "{", "a: [", "Resources: {}"]) {
      assert.throws(
        () => templated(other, "t.yaml"),
        (error) =>
          error instanceof InputError &&
          error.message.startsWith("t.yaml: expected a CloudFormation template"),
      );
    }
  });
});
