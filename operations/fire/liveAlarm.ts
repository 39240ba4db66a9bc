import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmState } from "../../cloudwatch/alarmState";
import { alarmsNamed } from "../alarmCalls";
import { AwsCallError } from "../awsCall";
import type { AwsSession } from "../awsSession";
import { subscriptionsOf, type LiveSubscription } from "../topicCalls";

/** What is done when an alarm's state changes. */
export interface LiveAction {
  /** Of an SNS topic, or of something else that an alarm can set going. */
  readonly arn: string;
  /** Who is told; undefined for what is no topic, and where SNS does not tell. */
  readonly subscriptions: readonly LiveSubscription[] | undefined;
  /** Why SNS does not tell. */
  readonly problem?: string | undefined;
}

/** An alarm as it is in AWS, with the actions of the one state that it is to be set to. */
export interface LiveAlarm {
  readonly state: AlarmState;
  readonly since: Date | undefined;
  /** Why it is in that state, in CloudWatch's words. */
  readonly reason: string;
  readonly actionsEnabled: boolean;
  readonly actions: readonly LiveAction[];
  /** The states other than that one whose actions run, too. */
  readonly otherStates: readonly AlarmState[];
}

/**
 * Looks up an alarm and who would be told.
 * @param to the state that it is to be set to
 * @returns undefined where there is no such alarm
 * @throws AwsCallError; subscriptions that cannot be listed are a problem of their action only
 */
export async function liveAlarm(
  session: AwsSession,
  name: string,
  to: AlarmState,
): Promise<LiveAlarm | undefined> {
  const found = (await alarmsNamed(session, [name])).get(name);
  if (found === undefined) return undefined;
  const arns = actionsOf(found);
  return {
    state: found.StateValue ?? "INSUFFICIENT_DATA",
    since: found.StateUpdatedTimestamp,
    reason: found.StateReason ?? "",
    actionsEnabled: found.ActionsEnabled ?? true,
    actions: await Promise.all(arns[to].map((arn) => liveAction(session, arn))),
    otherStates: (["OK", "ALARM", "INSUFFICIENT_DATA"] as const).filter(
      (state) => state !== to && arns[state].length > 0,
    ),
  };
}

function actionsOf(alarm: ApiAlarm): Readonly<Record<AlarmState, readonly string[]>> {
  return {
    OK: alarm.OKActions ?? [],
    ALARM: alarm.AlarmActions ?? [],
    INSUFFICIENT_DATA: alarm.InsufficientDataActions ?? [],
  };
}

async function liveAction(session: AwsSession, arn: string): Promise<LiveAction> {
  if (arn.split(":")[2] !== "sns") return { arn, subscriptions: undefined };
  try {
    return { arn, subscriptions: await subscriptionsOf(session, arn) };
  } catch (error) {
    if (!(error instanceof AwsCallError) || HOPELESS.has(error.kind)) throw error;
    return { arn, subscriptions: undefined, problem: error.message };
  }
}

/** What keeps all other calls from working, too. */
const HOPELESS: ReadonlySet<AwsCallError["kind"]> = new Set(["credentials", "unreachable"]);
