import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlarmState } from "../../../tools/simulator/alarmState";
import type { MetricAlarm } from "../../../tools/simulator/metricAlarm";
import { SUBJECT_LENGTH } from "../../../components/cloudwatch/limits";
import { actionsOn, alarmMail, regionName } from "../../../tools/simulator/notification";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:classification-rate-dev-ml";

const alarm: MetricAlarm = {
  name: "classification-rate-dev-churn",
  description: "The classification rate of churn is low.",
  arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:classification-rate-dev-churn",
  alarmActions: [TOPIC],
  okActions: [`${TOPIC}-ok`, "arn:aws:sns:eu-west-1:123456789012:chat"],
  comparisonOperator: "LessThanOrEqualToThreshold",
  threshold: 90,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: "notBreaching",
  metricQueries: [
    { id: "rate", expression: "100 * (valid / total)", label: "classification_rate" },
    {
      id: "valid",
      returnData: false,
      metric: { namespace: "classification_rate", metricName: "v", period: 3600, stat: "Sum" },
    },
  ],
};

const input: Parameters<typeof alarmMail>[0] = {
  alarm,
  change: {
    at: Date.parse("2026-11-23T14:07:00Z") / 60_000,
    from: "OK",
    to: "ALARM",
    reason: "Threshold Crossed: because.",
  },
  region: "eu-west-1",
  accountId: "123456789012",
  endpoint: "ml-team@example.com",
};

const STATES: readonly AlarmState[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

describe("notification: actions", () => {
  it("runs the actions of the new state", () => {
    assert.deepEqual(actionsOn(alarm, { from: "OK", to: "ALARM" }), alarm.alarmActions);
    assert.deepEqual(actionsOn(alarm, { from: "ALARM", to: "OK" }), alarm.okActions);
    // Also on the first evaluation of a new alarm.
    assert.deepEqual(actionsOn(alarm, { from: "INSUFFICIENT_DATA", to: "OK" }), alarm.okActions);
    assert.deepEqual(actionsOn(alarm, { from: "OK", to: "INSUFFICIENT_DATA" }), []);
  });

  it("runs none without a change, or with actions off", () => {
    for (const to of STATES) {
      assert.deepEqual(actionsOn(alarm, { from: to, to }), []);
      for (const from of STATES) {
        assert.deepEqual(actionsOn({ ...alarm, actionsEnabled: false }, { from, to }), []);
      }
    }
  });
});

describe("notification: e-mail", () => {
  it("says everything in the order of a published one", () => {
    const { subject, body } = alarmMail(input);
    assert.equal(subject, 'ALARM: "classification-rate-dev-churn" in EU (Ireland)');
    assert.equal(
      body,
      `You are receiving this email because your Amazon CloudWatch Alarm "classification-rate-dev-churn" in the \
EU (Ireland) region has entered the ALARM state, because "Threshold Crossed: because." at \
"Monday 23 November, 2026 14:07:00 UTC".

View this alarm in the AWS Management Console:
https://eu-west-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=eu-west-1#alarmsV2:alarm/classification-rate-dev-churn

Alarm Details:
- Name:                       classification-rate-dev-churn
- Description:                The classification rate of churn is low.
- State Change:               OK -> ALARM
- Reason for State Change:    Threshold Crossed: because.
- Timestamp:                  Monday 23 November, 2026 14:07:00 UTC
- AWS Account:                123456789012
- Alarm Arn:                  ${alarm.arn ?? ""}

Threshold:
- The alarm is in the ALARM state when the expression is LessThanOrEqualToThreshold 90.0 for at least 3 of the \
last 5 period(s) of 3600 seconds.

Monitored Metrics:
- MetricExpression:                    100 * (valid / total)
- MetricLabel:                         classification_rate
- TreatMissingData:                    notBreaching

State Change Actions:
- OK: [${TOPIC}-ok] [arn:aws:sns:eu-west-1:123456789012:chat]
- ALARM: [${TOPIC}]
- INSUFFICIENT_DATA:

--
Sent to ml-team@example.com. The e-mail ends with a link to unsubscribe.
`,
    );
  });

  it("tells of an alarm on a single metric, without what it does not set", () => {
    const { body } = alarmMail({
      ...input,
      alarm: {
        name: "a b",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 1.5,
        evaluationPeriods: 2,
        metric: {
          namespace: "n",
          metricName: "m",
          dimensions: { a: "1", b: "2" },
          period: 60,
          stat: "Sum",
        },
      },
    });
    assert.match(body, /alarmsV2:alarm\/a%20b\n/);
    assert.match(
      body,
      /when the metric is GreaterThanThreshold 1\.5 for at least 2 of the last 2 period\(s\) of 60 seconds/,
    );
    assert.match(
      body,
      /Monitored Metric:\n- MetricNamespace: {21}n\n- MetricName: +m\n- Dimensions: +\[a = 1\] \[b = 2\]\n/,
    );
    assert.match(body, /- Unit: +not specified\n\nState Change Actions/);
    assert.match(body, /- Alarm Arn: +arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a b\n/);
  });

  it("cuts long names so that state and region stay in a subject of 100 characters (assumption)", () => {
    const names = fc.string({ minLength: 1, maxLength: 255 });
    const regions = fc.constantFrom("us-east-1", "ap-northeast-1", "xx-new-1");
    fc.assert(
      fc.property(names, fc.constantFrom(...STATES), regions, (name, to, region) => {
        const change = { ...input.change, to };
        const { subject } = alarmMail({ ...input, alarm: { ...alarm, name }, change, region });
        assert.ok(subject.length <= SUBJECT_LENGTH, subject);
        assert.ok(subject.startsWith(`${to}: "`), subject);
        assert.ok(subject.endsWith(`" in ${regionName(region)}`), subject);
        const ascii = name.replace(/[^ -~]+/g, "_");
        const whole = `${to}: "${ascii}" in ${regionName(region)}`;
        if (whole.length <= SUBJECT_LENGTH) assert.equal(subject, whole);
        else assert.equal(subject.length, SUBJECT_LENGTH);
      }),
    );
  });

  it("falls back to a region's code", () => {
    assert.equal(regionName("eu-west-1"), "EU (Ireland)");
    assert.equal(regionName("xx-new-1"), "xx-new-1");
    assert.equal(regionName("toString"), "toString");
  });
});
