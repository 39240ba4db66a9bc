import assert from "node:assert/strict";
import { type FireOutcome, fireReason, isWell, REASON_LENGTH } from "../../../tools/fire/fireAlarm";
import { firePlan, type FireQuestion } from "../../../tools/fire/firePlan";
import { outcomeText } from "../../../tools/fire/report";
import { CALLER, OTHER_TOPIC, TOPIC } from "./memoryAws";
import { address, DECLARED, live, question } from "./question";

const AT = new Date("2026-11-22T12:00:00Z");

function outcome(more: Partial<FireOutcome> = {}, asked: Partial<FireQuestion> = {}): FireOutcome {
  const { plan } = firePlan(question(asked));
  assert(plan !== undefined);
  return {
    ...{ plan, at: AT, reason: "tried out" },
    actions: [{ arn: TOPIC, result: "sent", detail: null }],
    ...{ back: undefined, problem: undefined, interrupted: false, ...more },
  };
}

function failedWith(detail: string): string {
  return outcomeText(outcome({ actions: [{ arn: TOPIC, result: "failed", detail }] }));
}

describe("what is told after a firing", () => {
  it("hints at what to do about a failure by AWS's words", () => {
    assert.match(
      failedWith("CloudWatch Alarms is not authorized to perform: SNS:Publish"),
      /policy does not let CloudWatch publish; npm run doctor -- --stack dev --model churn/,
    );
    assert.match(
      failedWith(
        "CloudWatch Alarms does not have authorization to access the SNS topic encryption key.",
      ),
      /the key that encrypts the topic/,
    );
    assert.match(failedWith("Topic does not exist"), /pulumi up --refresh --stack dev/);
    assert.match(failedWith("Internal failure"), /what to do: npm run doctor/);
  });

  it("promises a mail only where the notification is known to be sent", () => {
    const unknown = { arn: TOPIC, result: "unknown", detail: "not waited for" } as const;
    const text = outcomeText(outcome({ actions: [unknown], problem: "access denied" }));
    assert.match(text, /whether a notification was sent is not known/);
    assert.match(text, /If the notification was sent, look in the inbox of ann@example\.com/);
    assert.doesNotMatch(text, /Look in the/);
  });

  it("names each address once, and tells of what is no mail", () => {
    const hook = { ...address("https://chat.example.com"), protocol: "https" };
    const subscriptions = [address("ann@example.com"), address("bob@example.com", "pending"), hook];
    const actions = [TOPIC, OTHER_TOPIC].map((arn) => ({ arn, subscriptions }));
    const sent = actions.map(({ arn }) => ({ arn, result: "sent", detail: null }) as const);
    const text = outcomeText(outcome({ actions: sent }, { live: live({ actions }) }));
    assert.match(text, /Look in the inbox of ann@example\.com:\n/);
    assert.equal(text.split("bob@example.com has not confirmed").length, 2);
    assert.match(text, /https https:\/\/chat\.example\.com was notified/);
  });

  it("tells when the real state comes back, and whether that notifies", () => {
    assert.match(outcomeText(outcome()), /usually within a minute or so\. That sends nothing\./);
    const recovers = { live: live({ otherStates: ["OK"] }) };
    assert.match(outcomeText(outcome({}, recovers)), /If that is OK, it notifies again\./);
    const back = { at: new Date("2026-11-22T12:00:31Z"), state: "OK" };
    assert.match(
      outcomeText(outcome({ back }, recovers)),
      /set the real state again, OK, at 2026-11-22 12:00:31 UTC; that sends another notification/,
    );
    assert.match(outcomeText(outcome({ back })), /12:00:31 UTC; that sends nothing/);
    const days = { alarm: { ...DECLARED, evaluationPeriods: 48 } };
    assert.match(outcomeText(outcome({}, days)), /which is once an hour for this alarm/);
  });

  it("is well only where everything was sent, to somebody", () => {
    assert.equal(isWell(outcome()), true);
    const failed = { arn: TOPIC, result: "failed", detail: "" } as const;
    assert.equal(isWell(outcome({ actions: [failed] })), false);
    const pending = [{ arn: TOPIC, subscriptions: [address("bob@example.com", "pending")] }];
    assert.equal(isWell(outcome({}, { live: live({ actions: pending }) })), false);
    const off = live({ actionsEnabled: false });
    assert.equal(isWell(outcome({ actions: [] }, { live: off })), false);
  });

  it("says who fired in the reason, in what AWS takes", () => {
    const reason = fireReason(CALLER);
    assert.match(reason, /^Test by arn:aws:sts::123456789012:assumed-role\/ops\/ann with/);
    assert.match(reason, /this says nothing about the model/);
    assert.equal(fireReason("x".repeat(2_000)).length, REASON_LENGTH);
    assert.doesNotMatch(fireReason("a\nb\u0007c"), /\p{Cc}/u);
  });
});
