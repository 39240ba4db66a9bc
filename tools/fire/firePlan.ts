import { commandText } from "../../components/commandText";
import { activeMuteRules, alarmsNamed, liveAlarm } from "../aws/alarmCalls";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { type LiveSubscription, subscriptionsOf } from "../aws/topicCalls";
import { fire } from "../doctor/check";
import type { DeclaredAlarm } from "../program/declared";
import { ALARM_STATES, type AlarmState } from "../simulator/alarmState";
import { shellWord } from "../text";
import { secondText } from "../time";
import { ACTIONS, actionsEnabled } from "../simulator/metricAlarm";

/** What is done when an alarm's state changes. */
interface LiveAction {
  /** Of an SNS topic, or of something else that an alarm can set going. */
  readonly arn: string;
  /** Who is subscribed; undefined for what is no topic, and where SNS does not say. */
  readonly subscriptions: readonly LiveSubscription[] | undefined;
  /** Why SNS does not say. */
  readonly problem?: string | undefined;
}

/** An alarm as it is in AWS, with the actions of the one state that it is to be set to. */
export interface LiveAlarm {
  readonly state: AlarmState;
  readonly since: Date | undefined;
  /** Why it is in that state, in CloudWatch's words. */
  readonly reason: string;
  readonly actionsEnabled: boolean;
  /** The mute rules that hold its actions back now; or why that is not known. */
  readonly mutedBy: readonly string[] | { readonly problem: string };
  readonly actions: readonly LiveAction[];
  /** The states other than that one whose actions run, too. */
  readonly otherStates: readonly AlarmState[];
}

/**
 * Looks up an alarm and who would be notified.
 * @param to the state that it is to be set to
 * @returns undefined where there is no such alarm
 * @throws AwsCallError; subscriptions that cannot be listed are a problem of their action only
 */
export async function lookUpAlarm(
  session: AwsSession,
  name: string,
  to: AlarmState,
): Promise<LiveAlarm | undefined> {
  const found = (await alarmsNamed(session, [name])).get(name);
  if (found === undefined) return undefined;
  const alarm = liveAlarm(found);
  return {
    state: found.StateValue ?? "INSUFFICIENT_DATA",
    since: found.StateUpdatedTimestamp,
    reason: found.StateReason ?? "",
    actionsEnabled: actionsEnabled(alarm),
    mutedBy: await activeMuteRules(session, name).catch(problemOf),
    actions: await Promise.all((alarm[ACTIONS[to]] ?? []).map((arn) => liveAction(session, arn))),
    otherStates: ALARM_STATES.filter(
      (state) => state !== to && (alarm[ACTIONS[state]] ?? []).length > 0,
    ),
  };
}

/** What could not be found out keeps nobody from firing, unless it keeps all other calls from working, too. */
function problemOf(error: unknown): { readonly problem: string } {
  if (!(error instanceof AwsCallError)) throw error;
  if (error.kind === "credentials" || error.kind === "unreachable") throw error;
  return { problem: error.message };
}

async function liveAction(session: AwsSession, arn: string): Promise<LiveAction> {
  if (arn.split(":")[2] !== "sns") return { arn, subscriptions: undefined };
  const found = await subscriptionsOf(session, arn).catch(problemOf);
  return "problem" in found
    ? { arn, subscriptions: undefined, ...found }
    : { arn, subscriptions: found };
}

/** What is asked for, and what is there. */
export interface FireQuestion {
  readonly stack: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly alarm: DeclaredAlarm;
  /** The state to set. */
  readonly to: AlarmState;
  /** undefined where there is no such alarm. */
  readonly live: LiveAlarm | undefined;
}

/** Something that is not as it should be, and what to do about it. */
export interface Finding {
  readonly found: string;
  readonly advice: string;
}

/** An address or another endpoint, with the topic that it hangs on. */
export interface Recipient {
  readonly topic: string;
  readonly protocol: string;
  readonly address: string;
  readonly state: LiveSubscription["state"];
}

/** What will happen when the alarm is fired. */
export interface FirePlan extends FireQuestion {
  readonly live: LiveAlarm;
  /** The actions that CloudWatch will run; none where they are switched off. */
  readonly actions: readonly LiveAction[];
  readonly recipients: readonly Recipient[];
  /** Why nobody, or not everybody, will be notified. */
  readonly warnings: readonly Finding[];
}

/** Either there is something to fire, or a reason why not. */
type Planning =
  | { readonly plan: FirePlan; readonly finding?: undefined }
  | { readonly plan?: undefined; readonly finding: Finding };

/**
 * What setting the state will do. Setting the state that an alarm is in already runs no action (CloudWatch API
 * Reference, SetAlarmState), so that is nothing to fire.
 */
export function firePlan(question: FireQuestion): Planning {
  const { stack, alarm, to, live } = question;
  if (live === undefined) {
    const advice = `deploy it: pulumi up --stack ${stack}`;
    return { finding: { found: `there is no alarm ${alarm.name}`, advice } };
  }
  if (live.state === to) return { finding: alreadyThere(question, live) };
  const recipients = live.actions.flatMap(recipientsOf);
  const plan = { ...question, live, actions: acts(live) ? live.actions : [], recipients };
  return { plan: { ...plan, warnings: warningsOn(plan) } };
}

/** Whether CloudWatch runs the alarm's actions at this moment. */
export function acts({ actionsEnabled: isOn, mutedBy }: LiveAlarm): boolean {
  return isOn && ("problem" in mutedBy || mutedBy.length === 0);
}

/** Whether a notification may reach anybody: somebody has confirmed, or it is not known who is subscribed. */
export function reachesSomebody({ actions, recipients }: Omit<FirePlan, "warnings">): boolean {
  if (actions.length === 0) return false;
  const isUnknown = actions.some(({ subscriptions }) => subscriptions === undefined);
  return isUnknown || recipients.some(({ state }) => state === "confirmed");
}

function alreadyThere(question: FireQuestion, { since, reason }: LiveAlarm): Finding {
  const { stack, alarm, to } = question;
  const when = since === undefined ? "" : ` since ${secondText(since)}`;
  const why = reason === "" ? "" : ` (${reason})`;
  const other = to === "OK" ? "ALARM" : "OK";
  return {
    found: `alarm ${alarm.name} is in ${to} already${when}${why}: setting it again sends nothing`,
    advice: `set another state first: ${fire(stack, alarm)} --state ${other}; if ${to} is the real state, CloudWatch returns to it at its next evaluation, which notifies as any change does`,
  };
}

function recipientsOf({ arn: topic, subscriptions = [] }: LiveAction): Recipient[] {
  return subscriptions.map(({ protocol, endpoint: address, state }) => ({
    ...{ topic, protocol, address, state },
  }));
}

function warningsOn(plan: Omit<FirePlan, "warnings">): Finding[] {
  const { stack, alarm, to, live, region } = plan;
  const { mutedBy } = live;
  if (!live.actionsEnabled) return [switchedOff(plan)];
  if (!("problem" in mutedBy) && mutedBy.length > 0) {
    const [rule = ""] = mutedBy;
    return [
      {
        found: `the alarm is muted by ${mutedBy.join(", ")}: nothing is sent before the window of that mute rule ends`,
        advice: `fire again after it; aws cloudwatch get-alarm-mute-rule --region ${region} --alarm-mute-rule-name ${shellWord(rule)} shows the window`,
      },
    ];
  }
  if (live.actions.length === 0) return [withoutActions(plan)];
  const doctor = commandText("doctor", `--stack ${stack} --model ${alarm.model}`);
  const unknown = live.actions
    .filter(({ problem }) => problem !== undefined)
    .map(({ arn, problem = "" }) => ({
      found: `who is subscribed to ${arn} is not known: ${problem}`,
      advice: doctor,
    }));
  if ("problem" in mutedBy) {
    unknown.unshift({
      found: `whether a mute rule is active is not known: ${mutedBy.problem}`,
      advice:
        "where one is, nothing is sent before its window ends; look under Mute rules in the CloudWatch console",
    });
  }
  if (reachesSomebody(plan)) return unknown;
  const isPending = plan.recipients.some(({ state }) => state === "pending");
  const nobody = isPending
    ? {
        found: "nobody has confirmed their address",
        advice:
          'open the mail "AWS Notification - Subscription Confirmation" and click its link, then fire again',
      }
    : {
        found: "nobody is subscribed to the alarm's topics",
        advice: `pulumi up --refresh --stack ${stack} subscribes the addresses of Pulumi.${stack}.yaml again`,
      };
  const found = `${nobody.found}: the notification of ${to} reaches no inbox`;
  return [...unknown, { ...nobody, found }];
}

function switchedOff({ stack, region, alarm }: FireQuestion): Finding {
  return actionsEnabled(alarm)
    ? {
        found: "the alarm's actions were switched off in AWS: nothing is sent",
        advice: `aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${shellWord(alarm.name)}`,
      }
    : {
        found: "the model has `enabled: false`, so the alarm's actions are off: nothing is sent",
        advice: `take \`enabled: false\` out of Pulumi.${stack}.yaml, then pulumi up --stack ${stack}`,
      };
}

function withoutActions({ stack, alarm, to }: FireQuestion): Finding {
  const recovery = `set \`notifyRecovery: true\` for the model in Pulumi.${stack}.yaml, then pulumi up --stack ${stack}`;
  const other = "leave out --state to try ALARM, the state that mails are sent for";
  const isDeclared = (alarm[ACTIONS[to]] ?? []).length > 0;
  return {
    found: `the alarm has no actions for ${to}: nothing is sent`,
    advice: isDeclared
      ? `the program declares some: pulumi up --refresh --stack ${stack}`
      : to === "OK"
        ? recovery
        : other,
  };
}
