import { commandText } from "../../components/commandText";
import { refusalOf } from "../aws/alarmCalls";
import { periodMinutes, printable } from "../text";
import { secondText } from "../time";
import { minutesBetweenEvaluations } from "../simulator/alarmPlan";
import { mailSubject } from "../simulator/notification";
import type { ActionResult, FireOutcome } from "./fireAlarm";
import { acts, type Finding, type FirePlan, type FireQuestion, type Recipient } from "./firePlan";

/** Whom SNS's mails come from (SNS Developer Guide, "Email notifications"). */
const SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>";

/** Why nothing can be fired. */
export function findingText({ found, advice }: Finding): string {
  return lines([`Nothing was fired: ${found}.`, `  what to do: ${advice}`]);
}

/** What will happen, for whom is asked whether it may. */
export function planText(plan: FirePlan): string {
  const { stack, alarm, live, to, recipients, warnings, actions } = plan;
  const others = actions.filter(({ subscriptions, problem }) => !subscriptions && !problem);
  return lines([
    `Alarm ${alarm.name} (model ${alarm.model}, stack ${stack}) will be set from ${live.state} to ${to}.`,
    ...warnings.flatMap(({ found, advice }) => [
      `  WARNING: ${found}`,
      `    what to do: ${advice}`,
    ]),
    ...(actions.length === 0 ? [] : unique(recipients.map(whoText)).map((who) => `  ${who}`)),
    ...others.map(({ arn }) => `  ${arn} will be run`),
  ]);
}

/** How the actions went, and which mail to expect where. */
export function outcomeText(outcome: FireOutcome): string {
  const { plan, at, actions, problem } = outcome;
  const { alarm, live, to } = plan;
  return lines([
    `Set: alarm ${alarm.name} from ${live.state} to ${to} at ${secondText(at)}.`,
    ...(actions.length === 0 ? ["  no action runs, so there is nothing to wait for"] : []),
    ...actions.flatMap((action) => resultLines(action, plan)),
    ...(problem === undefined
      ? []
      : [
          "  The state is set, but the alarm's history cannot be read: whether a notification was sent is not known.",
        ]),
    ...(outcome.interrupted
      ? ["  You stopped waiting; the alarm's state is set all the same."]
      : []),
    "",
    ...expectations(outcome),
    ...backLines(outcome),
  ]);
}

function whoText({ protocol, address, state, topic }: Recipient): string {
  const [who, what] = isMail(protocol)
    ? [address, "mail"]
    : [`${protocol} ${address}`, "notification"];
  switch (state) {
    case "confirmed":
      return `${who} gets a ${what}`;
    case "pending":
      return `${who} has not confirmed: no ${what} goes there`;
    case "deleted":
      return `${who} unsubscribed from ${topic}: no ${what} goes there`;
  }
}

function isMail(protocol: string): boolean {
  return protocol.startsWith("email");
}

function resultLines({ arn, result, detail }: ActionResult, plan: FirePlan): string[] {
  const why = detail ?? "";
  switch (result) {
    case "sent":
      return [`  sent: ${arn}`];
    case "failed":
      return [`  FAILED: ${arn}`, `    AWS says: ${why}`, `    what to do: ${hint(why, plan)}`];
    case "unknown":
      return [`  NOT KNOWN: ${arn}`, `    ${why}`];
  }
}

function hint(detail: string, { stack, alarm }: FirePlan): string {
  const doctor = commandText("doctor", `--stack ${stack} --model ${alarm.model}`);
  return {
    key: `the key that encrypts the topic does not let CloudWatch use it; ${doctor} shows what is missing`,
    policy: `the topic's policy does not let CloudWatch publish; ${doctor} shows what is missing`,
    gone: `the topic is gone: pulumi up --refresh --stack ${stack}`,
    other: doctor,
  }[refusalOf(detail)];
}

function expectations({ plan, actions }: FireOutcome): string[] {
  const reached = (result: ActionResult["result"]): Recipient[] =>
    plan.recipients.filter(
      ({ topic, state }) =>
        state === "confirmed" &&
        actions.some((action) => action.arn === topic && action.result === result),
    );
  const mailed = mailAddresses(reached("sent"));
  const perhaps = mailAddresses(reached("unknown")).filter((address) => !mailed.includes(address));
  const isUnlisted = plan.actions.some(({ problem }) => problem !== undefined);
  return [
    ...plan.warnings.map(({ found }) => found),
    ...(mailed.length > 0 ? [`Look in the inbox of ${mailed.join(", ")}:`] : []),
    ...(perhaps.length > 0
      ? [`If the notification was sent, look in the inbox of ${perhaps.join(", ")}:`]
      : []),
    ...(mailed.length + perhaps.length > 0
      ? [
          `  from     ${SENDER}`,
          `  subject  ${mailSubject(plan.alarm, plan.to, plan.region)}`,
          "  It should arrive within minutes; if not, look in the spam folder.",
        ]
      : isUnlisted
        ? []
        : ["Expect no mail."]),
    ...reached("sent")
      .filter(({ protocol }) => !isMail(protocol))
      .map(({ protocol, address }) => `${protocol} ${address} was notified.`),
    ...unique(plan.recipients.filter(({ state }) => state !== "confirmed").map(whoText)),
  ];
}

function mailAddresses(recipients: readonly Recipient[]): string[] {
  return unique(
    recipients.filter(({ protocol }) => isMail(protocol)).map(({ address }) => address),
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function backLines({ plan, back }: FireOutcome): string[] {
  const { alarm, live } = plan;
  const mailed = acts(live) ? live.otherStates : [];
  if (back !== undefined) {
    const sends = mailed.some((state) => state === back.state) ? "another notification" : "nothing";
    return [
      `CloudWatch set the real state again, ${back.state}, at ${secondText(back.at)}; that sends ${sends}.`,
    ];
  }
  const minutes = minutesBetweenEvaluations({ rule: alarm, periodMinutes: periodMinutes(alarm) });
  const when =
    minutes > 1 ? "which is once an hour for this alarm" : "usually within a minute or so";
  const what =
    mailed.length === 0
      ? "That sends nothing."
      : `If that is ${mailed.join(" or ")}, it notifies again.`;
  return [`CloudWatch sets the real state at its next evaluation, ${when}. ${what}`];
}

/** Some of it was written by others: nothing of that begins a line of its own. */
function lines(all: readonly string[]): string {
  return `${all.map((line) => printable(line).replaceAll("\n", " ")).join("\n")}\n`;
}

/**
 * A firing for machines: what `--json` prints. What has no value is null: no such alarm, nothing fired, or nothing seen.
 * @param findings why nothing was fired, nobody is notified, or the result is not known
 * @param fired undefined where nothing was fired
 */
export function fireJson(
  {
    stack,
    account,
    region,
    alarm,
    live,
    to,
    recipients = [],
  }: FireQuestion & Partial<Pick<FirePlan, "recipients">>,
  findings: readonly string[],
  fired?: FireOutcome,
) {
  const { at = null, reason = null, actions = [], back = null } = fired ?? {};
  return {
    ...{ stack, account, region, alarm: alarm.name, model: alarm.model },
    ...{ from: live?.state ?? null, to, at, reason, actions, recipients, back, findings },
  };
}

/** Why not everybody is notified, or the result of a firing is not known. */
export function findingsOf({ plan, problem }: FireOutcome): string[] {
  return [...plan.warnings.map(({ found }) => found), ...(problem === undefined ? [] : [problem])];
}
