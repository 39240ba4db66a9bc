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
        ...{ isAlarm: true, hidesMails: false },
        text: "alarm imported is not rehearsed: its threshold is what another stack exports: --parameter Limit=<value> gives it",
      },
      {
        ...{ isAlarm: false, hidesMails: true },
        text: "subscription alerts-Asked is not rehearsed: its endpoint is a parameter without a value: --parameter Email=<value> gives it",
      },
      { isAlarm: true, text: "nested stack Nested is not read: its template is another file" },
    ]);
    assert.deepEqual(declared.notes, [
      "Asked is taken to be there: whether HasEmail holds is not known (--parameter gives values)",
    ]);
  });

  it("has values given for its parameters and imports", () => {
    const given = ["Email=a=b@example.com", "Stage=dev", "Limit=7"];
    const { alarms, subscriptions, refused, notes } = templated(YAML, "alerts.yaml", given);
    // Under another condition there is one alarm more, which says too little.
    assert.deepEqual(
      alarms.map(({ name, threshold }) => [name, threshold]),
      [
        ["alerts-OnlyInDev", NaN],
        ["churn-errors", 50],
        ["imported", 7],
      ],
    );
    assert.deepEqual(
      subscriptions.map(({ endpoint }) => endpoint),
      ["ops@example.com", "a=b@example.com"],
    );
    assert.deepEqual([refused.length, notes], [1, []]);
    assert.throws(
      () => templated(YAML, "alerts.yaml", ["Emial=x"]),
      /^InputError: --parameter Emial: expected .*parameters or imports \(Stage, Email, Limit\)$/,
    );
  });

  /** A filter, a topic and an alarm of which some properties are other ones. */
  const small = (alarm: object, more: object = {}, top: object = {}) =>
    templated(
      JSON.stringify({
        ...{ Parameters: { Stage: {}, List: { Type: "CommaDelimitedList", Default: "a, b" } } },
        Conditions: {
          Odd: { "Fn::Equals": [{ Ref: "Stage" }, "prod"] },
          Round: { "Fn::Not": [{ Condition: "Round" }] },
        },
        Resources: {
          Topic: { Type: "AWS::SNS::Topic" },
          Filter: {
            Type: "AWS::Logs::MetricFilter",
            Properties: {
              LogGroupName: { "Fn::GetAtt": ["Retention", "LogGroupName"] },
              MetricTransformations: [{ MetricName: "E", MetricNamespace: "M", MetricValue: 1 }],
            },
          },
          Function: { Type: "AWS::Serverless::Function", Properties: { FunctionName: "churn" } },
          Retention: {
            Type: "Custom::LogRetention",
            Properties: {
              LogGroupName: { "Fn::Sub": "/aws/lambda/\${Function}" },
              Self: { "Fn::GetAtt": ["Retention", "Self"] },
            },
          },
          Alarm: { Type: "AWS::CloudWatch::Alarm", Properties: { AlarmName: "a", ...alarm } },
          ...more,
        },
        ...top,
      }),
      "t.json",
    );

  it("has lists and flags said in text", () => {
    const metrics = [{ Id: "m", ReturnData: "true", Expression: "1" }];
    const actions = { Ref: "List" };
    const { alarms, filters } = small({
      ...{ ActionsEnabled: "false", AlarmActions: actions, OKActions: "one", Metrics: metrics },
    });
    const [alarm] = alarms;
    assert.deepEqual([alarm?.actionsEnabled, alarm?.alarmActions], [false, ["a", "b"]]);
    assert.deepEqual([alarm?.okActions, alarm?.metricQueries?.[0]?.returnData], [["one"], true]);
    assert.equal(filters[0]?.logGroupName, "/aws/lambda/churn");
  });

  it("says what keeps a value from being known", () => {
    const odd = (value: object) => ({ "Fn::If": ["Odd", value, { Ref: "AWS::NoValue" }] });
    const cases: [object, RegExp][] = [
      [{ Metrics: odd([]) }, /not rehearsed: its metricQueries.* the condition Odd decides/],
      [{ Metrics: [odd({})] }, /not rehearsed: its metricQueries.* the condition Odd decides/],
      [{ Dimensions: [odd({})] }, /not rehearsed: its dimensions is what the condition Odd/],
      [{ Dimensions: [{ Name: "S", Value: { Ref: "Stage" } }] }, /--parameter Stage=<value>/],
      [{ Threshold: "{{resolve:ssm:/t}}" }, /its threshold is looked up by CloudFormation/],
      [{ Threshold: { "Fn::Select": [9, { Ref: "List" }] } }, /the result of Fn::Select/],
      [{ Threshold: { "Fn::GetAtt": "Retention.Self" } }, /its threshold is the Self of Retention/],
      [{ Threshold: { "Fn::FindInMap": ["A", "b", "c"] } }, /Fn::FindInMap \(A, b, c\)/],
      [{ AlarmActions: [{ "Fn::ImportValue": "T" }] }, /^whom alarm a tells is not known: .* T=<v/],
    ];
    for (const [alarm, expected] of cases) {
      assert.match(small(alarm).refused[0]?.text ?? "", expected, JSON.stringify(alarm));
    }
    const round = { Type: "AWS::SNS::Topic", Condition: "Round" };
    const { alarms } = small({ AlarmActions: ["one", { "Fn::ImportValue": "T" }] });
    assert.deepEqual(alarms[0]?.alarmActions, ["one", "(not known)"]);
    assert.match(small({}, { Round: round }).notes.join("\n"), /whether Round holds is not known/);
  });

  it("says first what it does not hold or work out", () => {
    const loop = ["Name", ["a", "b"], {}];
    const cases: [object, object, RegExp][] = [
      [{ N: { Type: "AWS::CloudFormation::Stack" } }, {}, /^nested stack N is not read/],
      [{ N: { Type: "My::Own::Alarms::MODULE" } }, {}, /^nested stack N is not read/],
      [{ "Fn::ForEach::X": loop }, {}, /^Fn::ForEach::X is not read: .*get-template/],
      [{}, { Transform: [{ Name: "AWS::Include" }] }, /^the transform AWS::Include is not applied/],
    ];
    for (const [more, top, expected] of cases) {
      const [refused] = small({}, more, top).refused;
      assert.match(refused?.text ?? "", expected);
    }
    const serverless = small({}, {}, { Transform: "AWS::Serverless-2016-10-31" });
    assert.deepEqual([serverless.refused, serverless.notes.length], [[], 1]);
  });

  it("is taken as AWS prints it", () => {
    for (const body of [JSON.parse(CDK) as unknown, CDK]) {
      const printed = JSON.stringify({ TemplateBody: body });
      assert.deepEqual(templated(printed, "Models.json"), templated(CDK, "Models.json"));
    }
  });

  it("is not taken for something else", () => {
    for (const other of ["{}", "{", "a: [", "Resources: {}", `${YAML}Resources: {}`]) {
      assert.throws(
        () => templated(other, "t.yaml"),
        (error) =>
          error instanceof InputError &&
          error.message.startsWith("t.yaml: expected a CloudFormation template"),
      );
    }
  });
});
