import assert from "node:assert/strict";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { actionOutcome } from "../../../tools/aws/alarmCalls";
import { actionChecks } from "../../../tools/doctor/alarmChecks";
import type { Check } from "../../../tools/doctor/check";
import { before, CHURN, NOW } from "./watchedChurn";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:team";
const OTHER = "arn:aws:sns:eu-west-1:123456789012:team.fifo";
const ALARM = { ...CHURN.rateAlarm, alarmActions: [TOPIC, OTHER], okActions: [TOPIC] };
const DENIED =
  "Resource: arn:aws:cloudwatch:eu-west-1:123456789012:alarm:churn is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-west-1:123456789012:team";

function sent(seconds: number, topic = TOPIC): AlarmHistoryItem {
  return {
    Timestamp: new Date(before(seconds)),
    HistorySummary: `Successfully executed action ${topic}`,
  };
}

function failed(seconds: number, error = DENIED, topic = TOPIC): AlarmHistoryItem {
  return {
    Timestamp: new Date(before(seconds)),
    HistorySummary: `Failed to execute action ${topic}. Received error: "${error}"`,
  };
}

function checks(
  history: readonly AlarmHistoryItem[],
  topics = [{ arn: TOPIC, key: undefined }],
): Check[] {
  const context = { stack: "prod", region: "eu-west-1", topics, now: NOW };
  return actionChecks(history, ALARM, context);
}

function only(history: readonly AlarmHistoryItem[], isOwn = true): Check {
  const [check, ...more] = checks(history, isOwn ? undefined : []);
  assert(check !== undefined);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [check.model, check.what, check.subject],
    ["churn", "alarm history", ALARM.name],
  );
  return check;
}

describe("doctor's check of an alarm's history", () => {
  it("is well without any action, and says how to try one", () => {
    const { status, found } = only([]);
    assert.equal(status, "ok");
    assert.equal(
      found,
      "no action in the last 30 days; `npm run fire -- --stack prod --model churn` sends a mail to try it",
    );
  });

  it("names the option with which a model's other alarms are fired", () => {
    const context = { stack: "prod", region: "eu-west-1", topics: [], now: NOW };
    for (const kind of ["silence", "warning"]) {
      const alarm = { ...ALARM, name: `${ALARM.name}-${kind}` };
      for (const history of [[], [failed(60)]]) {
        const [check] = actionChecks(history, alarm, context);
        const text = `${check?.found ?? ""} ${check?.advice ?? ""}`;
        assert.ok(text.includes(`\`npm run fire -- --stack prod --model churn --${kind}\``), text);
      }
    }
  });

  it("is well after a success", () => {
    const { status, found } = only([sent(3600), sent(7200)]);
    assert.equal(status, "ok");
    assert.equal(found, "the last action succeeded at 2026-11-20 11:00 UTC (1 h ago)");
  });

  it("is well where the same action succeeded after it had failed, and mentions it", () => {
    const { status, found } = only([sent(3600), failed(7200)]);
    assert.equal(status, "ok");
    assert.equal(
      found,
      "the last action succeeded at 2026-11-20 11:00 UTC (1 h ago); one failed before (2026-11-20 10:00 UTC), the same works since",
    );
  });

  it("finds a failure, whatever else succeeded later", () => {
    const { status, found, advice, command } = only([sent(60, OTHER), failed(3600), sent(7200)]);
    assert.equal(status, "failure");
    assert.equal(
      found,
      `the last action on ${TOPIC} failed at 2026-11-20 11:00 UTC (1 h ago): ${DENIED}`,
    );
    assert.equal(
      advice,
      "The topic's policy has to let CloudWatch publish. Deploy the stack. Then `npm run fire -- --stack prod --model churn` tries it again; once it succeeds, this finding goes.",
    );
    assert.equal(command, "pulumi up --refresh --stack prod");
  });

  it("finds each action that fails", () => {
    const all = checks([failed(60, DENIED, OTHER), failed(3600)]);
    assert.deepEqual(
      all.map(({ status }) => status),
      ["failure", "failure"],
    );
  });

  it("leaves out what the alarm no longer acts on", () => {
    assert.equal(only([failed(60, DENIED, `${TOPIC}-old`)]).status, "ok");
  });

  it("advises by the cause, and who has to act", () => {
    const kms = "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)";
    const newer =
      "CloudWatch Alarms does not have authorization to access the SNS topic encryption key.";
    const named = "CloudWatch Alarms is not authorized to perform: SNS:Publish on resource: kms";
    const cases = [
      [newer, /policy of the topic's key .*Deploy/, /policy of the topic's key .*Ask its owner/],
      [named, /let CloudWatch publish\. Deploy/, /publish\. Ask its owner/],
      [kms, /policy of the topic's key .*Deploy/, /policy of the topic's key .*Ask its owner/],
      ["Topic does not exist (NotFound)", /was deleted\. Deploy/, /was deleted\. Correct `topics`/],
      ["Something else", /^Put right what it says/, /^Put right what it says/],
      [DENIED, /Deploy the stack/, /publish\. Ask its owner/],
    ] as const;
    for (const [error, own, other] of cases) {
      assert.match(only([failed(60, error)]).advice ?? "", own);
      const foreign = only([failed(60, error)], false);
      assert.match(foreign.advice ?? "", other);
      assert.equal(foreign.command, undefined);
    }
  });
});

describe("an action's outcome", () => {
  it("comes from the data where the summary was cut", () => {
    const data = { actionState: "Failed", notificationResource: TOPIC, error: DENIED };
    assert.deepEqual(
      actionOutcome({
        HistorySummary: `Failed to execute action ${TOPIC}. Received err`,
        HistoryData: JSON.stringify(data),
      }),
      { at: undefined, target: TOPIC, succeeded: false, error: DENIED },
    );
  });

  it("comes from the summary where the data say nothing", () => {
    for (const HistoryData of [undefined, "{", "[]", '{"error":null}']) {
      const outcome = actionOutcome({ ...failed(60), HistoryData });
      assert.equal(outcome?.target, TOPIC);
      assert.equal(outcome.error, DENIED);
    }
    assert.equal(
      actionOutcome({ HistorySummary: `Failed to execute action ${OTHER}` })?.target,
      OTHER,
    );
  });

  it("is none of an item that speaks of something else", () => {
    assert.equal(actionOutcome({ HistorySummary: "Alarm updated from OK to ALARM" }), undefined);
    assert.equal(actionOutcome({}), undefined);
  });
});
