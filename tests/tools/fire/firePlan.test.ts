import assert from "node:assert/strict";
import {
  type Finding,
  firePlan,
  type FirePlan,
  type FireQuestion,
  reachesSomebody,
} from "../../../tools/fire/firePlan";
import { planText } from "../../../tools/fire/report";
import { TOPIC } from "./memoryAws";
import { address, DECLARED, live, question } from "./question";

function planned(more: Partial<FireQuestion> = {}): FirePlan {
  const { plan } = firePlan(question(more));
  assert(plan !== undefined);
  return plan;
}

function refused(more: Partial<FireQuestion>): Finding {
  const { finding } = firePlan(question(more));
  assert(finding !== undefined);
  return finding;
}

function onlyWarning(plan: FirePlan): Finding {
  const [warning, ...others] = plan.warnings;
  assert(warning !== undefined && others.length === 0);
  return warning;
}

describe("the plan of a firing", () => {
  it("has no warning where everybody has confirmed", () => {
    const plan = planned();
    assert.deepEqual([plan.live.state, plan.to, plan.warnings], ["OK", "ALARM", []]);
    assert.equal(reachesSomebody(plan), true);
    assert.match(
      planText(plan),
      /will be set from OK to ALARM\.\n {2}ann@example\.com gets a mail\n$/,
    );
  });

  it("names everybody who is not told", () => {
    const subscriptions = [
      address("ann@example.com"),
      address("bob@example.com", "pending"),
      address("eve@example.com", "deleted"),
    ];
    const hook = { ...address("https://chat.example.com", "pending"), protocol: "https" };
    const actions = [{ arn: TOPIC, subscriptions: [...subscriptions, hook] }];
    const plan = planned({ live: live({ actions }) });
    assert.deepEqual(plan.warnings, []);
    const text = planText(plan);
    assert.match(text, /bob@example\.com has not confirmed: no mail goes there/);
    assert.match(text, /eve@example\.com unsubscribed from arn:.*: no mail goes there/);
    assert.match(
      text,
      /https https:\/\/chat\.example\.com has not confirmed: no notification goes/,
    );
  });

  it("shows what an endpoint would do to the terminal, and lets it begin no line of its own", () => {
    const endpoint = "ann@example.com\u001b[2J\nSet: all is well";
    const actions = [{ arn: TOPIC, subscriptions: [address(endpoint)] }];
    const text = planText(planned({ live: live({ actions }) }));
    assert.match(text, /\n {2}ann@example\.com\\u001b\[2J Set: all is well gets a mail\n$/);
  });

  it("refuses an alarm that is not there or in the state already", () => {
    assert.match(refused({ live: undefined }).advice, /pulumi up --stack dev/);
    const since = new Date("2026-11-20T08:00:00Z");
    const already = refused({
      alarm: { ...DECLARED, name: `${DECLARED.name}-silence` },
      live: live({ state: "ALARM", since, reason: "no data" }),
    });
    assert.match(already.found, /in ALARM already since 2026-11-20 08:00:00 UTC \(no data\)/);
    assert.match(already.advice, /--model churn --silence --state OK/);
    const ok = refused({ to: "OK" });
    assert.match(ok.advice, /--model churn --state ALARM/);
  });

  it("warns of actions that are off, and says who switched them off", () => {
    const off = { live: live({ actionsEnabled: false }) };
    const byHand = planned(off);
    assert.match(
      onlyWarning(byHand).advice,
      /^aws cloudwatch enable-alarm-actions --region eu-west-1/,
    );
    assert.deepEqual([byHand.actions, reachesSomebody(byHand)], [[], false]);
    assert.doesNotMatch(planText(byHand), /gets a mail/);
    const named = planned({ ...off, alarm: { ...DECLARED, name: "a b" } });
    assert.match(onlyWarning(named).advice, / --alarm-names 'a b'$/);
    const byProgram = planned({ ...off, alarm: { ...DECLARED, actionsEnabled: false } });
    assert.match(onlyWarning(byProgram).advice, /take `enabled: false` out of Pulumi\.dev\.yaml/);
  });

  it("warns of mute rules, and where it is not known whether there are any", () => {
    const muted = planned({ live: live({ mutedBy: ["nightly"], otherStates: ["OK"] }) });
    assert.match(
      onlyWarning(muted).found,
      /^the alarm is muted by nightly: nothing is sent before/,
    );
    assert.deepEqual([muted.actions, reachesSomebody(muted)], [[], false]);
    const unknown = planned({ live: live({ mutedBy: { problem: "not allowed" } }) });
    assert.match(
      onlyWarning(unknown).found,
      /whether a mute rule is active is not known: not allow/,
    );
    assert.equal(reachesSomebody(unknown), true);
  });

  it("warns of a state without actions, and says what would give it some", () => {
    const bare = live({ state: "INSUFFICIENT_DATA", actions: [] });
    assert.match(onlyWarning(planned({ to: "OK", live: bare })).advice, /notifyRecovery: true/);
    assert.match(onlyWarning(planned({ live: bare })).advice, /pulumi up --refresh --stack dev/);
    const insufficient = planned({ to: "INSUFFICIENT_DATA", live: live({ actions: [] }) });
    assert.match(onlyWarning(insufficient).advice, /leave out --state/);
    assert.equal(reachesSomebody(insufficient), false);
  });

  it("warns where nobody has confirmed, and where nobody is subscribed", () => {
    const to = (subscriptions: ReturnType<typeof address>[]): FirePlan =>
      planned({ live: live({ actions: [{ arn: TOPIC, subscriptions }] }) });
    const pending = to([address("bob@example.com", "pending")]);
    assert.match(onlyWarning(pending).found, /nobody has confirmed/);
    assert.match(onlyWarning(pending).advice, /Subscription Confirmation/);
    const nobody = to([]);
    assert.match(onlyWarning(nobody).found, /nobody is subscribed/);
    assert.deepEqual([reachesSomebody(pending), reachesSomebody(nobody)], [false, false]);
  });

  it("counts what it cannot look into as somebody, and says so", () => {
    const problem = "sns:ListSubscriptionsByTopic: your credentials may not do this";
    const actions = [{ arn: TOPIC, subscriptions: undefined, problem }];
    const plan = planned({ live: live({ actions }) });
    assert.match(onlyWarning(plan).found, /who is subscribed to .* is not known: sns:List/);
    assert.equal(reachesSomebody(plan), true);
    const lambda = { arn: "arn:aws:lambda:eu-west-1:1:function:f", subscriptions: undefined };
    const other = planned({ live: live({ actions: [lambda] }) });
    assert.deepEqual([other.warnings, reachesSomebody(other)], [[], true]);
    assert.match(planText(other), /function:f will be run/);
  });
});
