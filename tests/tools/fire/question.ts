import type { LiveSubscription } from "../../../tools/aws/topicCalls";
import type { FireQuestion, LiveAlarm } from "../../../tools/fire/firePlan";
import type { DeclaredAlarm } from "../../../tools/program/declared";
import { ALARM, TOPIC } from "./memoryAws";

/** A rate alarm as the program declares it; only what a firing looks at is to the point. */
export const DECLARED: DeclaredAlarm = {
  name: ALARM,
  model: "churn",
  arn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${ALARM}`,
  alarmActions: [TOPIC],
  okActions: [],
  comparisonOperator: "LessThanOrEqualToThreshold",
  threshold: 60,
  evaluationPeriods: 5,
  metric: { namespace: "n", metricName: "m", period: 3600, stat: "Sum" },
};

/** An address in a state. */
export function address(
  endpoint: string,
  state: LiveSubscription["state"] = "confirmed",
): LiveSubscription {
  return { protocol: "email", endpoint, state };
}

/** A live alarm that is OK and notifies one address. */
export function live(more: Partial<LiveAlarm> = {}): LiveAlarm {
  return {
    state: "OK",
    since: undefined,
    reason: "",
    actionsEnabled: true,
    mutedBy: [],
    actions: [{ arn: TOPIC, subscriptions: [address("ann@example.com")] }],
    otherStates: [],
    ...more,
  };
}

/** Whether it may be set to ALARM. */
export function question(more: Partial<FireQuestion> = {}): FireQuestion {
  return {
    ...{ stack: "dev", account: "123456789012", region: "eu-west-1", alarm: DECLARED },
    ...{ to: "ALARM", live: live(), ...more },
  };
}
