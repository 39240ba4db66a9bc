import { timeText } from "../aws/clock";
import { minutesBetweenEvaluations } from "../simulator/alarmPlan";
import { queriesOf } from "../simulator/metricAlarm";
import { alarmMail, type NotifiedChange } from "../simulator/notification";
import type { ActionResult, FireOutcome } from "./fireAlarm";
import type { Finding, FirePlan, FireQuestion, Recipient } from "./firePlan";

/** Whom SNS's mails come from (SNS Developer Guide, "Email notifications"). */
const SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>";

/** Why nothing can be fired. */
export function findingText({ found, advice }: Finding): string {
  return `Nothing was fired: ${found}.\n  what to do: ${advice}\n`;
}

/** What will happen, for whom is asked whether it may. */
export function planText(plan: FirePlan): string {
  const { stack, alarm, from, to, recipients, warnings, actions } = plan;
  const others = actions.filter(({ subscriptions, problem }) => !subscriptions && !problem);
  return lines([
    `Alarm ${alarm.name} (model ${alarm.model}, stack ${stack}) will be set from ${from} to ${to}.`,
    ...warnings.flatMap(({ found, advice }) => [
      `  WARNING: ${found}`,
      `    what to do: ${advice}`,
    ]),
    ...(actions.length === 0 ? [] : unique(recipients.map(whoText)).map((who) => `  ${who}`)),
    ...others.map(({ arn }) => `  ${arn} will be run`),
  ]);
}

/** What came of it, and what to expect where. Times are in UTC. */
export function outcomeText(outcome: FireOutcome): string {
  const { plan, at, actions, problem } = outcome;
  const { alarm, from, to } = plan;
  return lines([
    `Set: alarm ${alarm.name} from ${from} to ${to} at ${timeText(at)}.`,
    ...(actions.length === 0 ? ["  it runs no actions, so there is nothing to wait for"] : []),
    ...actions.flatMap((action) => resultLines(action, plan)),
    ...(problem === undefined
      ? []
      : [
          "  The state is set, but the alarm's history cannot be read: whether a notification went out is not known.",
        ]),
    ...(outcome.interrupted
      ? ["  You stopped waiting; the alarm's state was set all the same."]
      : []),
    "",
    ...expectations(outcome),
    ...backLines(outcome),
  ]);
}

function whoText({ protocol, address, state, topic }: Recipient): string {
  const who = isMail(protocol) ? address : `${protocol} ${address}`;
  const what = isMail(protocol) ? "mail" : "notification";
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

function resultLines({ arn, result, detail = "" }: ActionResult, plan: FirePlan): string[] {
  switch (result) {
    case "sent":
      return [`  sent: ${arn}`];
    case "failed":
      return [
        `  FAILED: ${arn}`,
        `    AWS says: ${detail}`,
        `    what to do: ${hint(detail, plan)}`,
      ];
    case "unknown":
      return [`  NOT KNOWN: ${arn}`, `    ${detail}`];
  }
}

/** The likely reason comes from the words that AWS's knowledge base quotes. */
function hint(detail: string, { stack, alarm }: FirePlan): string {
  const doctor = `npm run doctor -- --stack ${stack} --model ${alarm.model}`;
  if (/KMS|encryption key/i.test(detail)) {
    return `the key that encrypts the topic does not let CloudWatch use it; ${doctor} shows what is missing`;
  }
  if (/not exist|not found|NotFound/i.test(detail)) {
    return `the topic is gone: pulumi up --refresh --stack ${stack}`;
  }
  if (/authori[sz]/i.test(detail)) {
    return `the topic's policy does not let CloudWatch publish; ${doctor} shows what is missing`;
  }
  return doctor;
}

function expectations({ plan, actions, at, reason }: FireOutcome): string[] {
  const reached = (result: ActionResult["result"]): Recipient[] =>
    plan.recipients.filter(
      ({ topic, state }) =>
        state === "confirmed" &&
        actions.some((action) => action.arn === topic && action.result === result),
    );
  const mailed = mailAddresses(reached("sent"));
  const perhaps = mailAddresses(reached("unknown")).filter((address) => !mailed.includes(address));
  const change = { at: Math.floor(at.getTime() / 60_000), from: plan.from, to: plan.to, reason };
  const isUnlisted = plan.actions.some(({ problem }) => problem !== undefined);
  return [
    ...plan.warnings.map(({ found }) => found),
    ...(mailed.length > 0 ? [`Look into the inbox of ${mailed.join(", ")}:`] : []),
    ...(perhaps.length > 0
      ? [`If the notification went out, a mail is in the inbox of ${perhaps.join(", ")}:`]
      : []),
    ...(mailed.length + perhaps.length > 0
      ? [
          `  from     ${SENDER}`,
          `  subject  ${subject(plan, change)}`,
          "  It is there within minutes; if not, look among the spam.",
        ]
      : isUnlisted
        ? []
        : ["No mail is to be expected."]),
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

function subject({ alarm, region }: FirePlan, change: NotifiedChange): string {
  const accountId = alarm.arn?.split(":")[4] ?? "";
  return alarmMail({ alarm, change, region, accountId, subscription: { endpoint: "" } }).subject;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function backLines({ plan, back }: FireOutcome): string[] {
  const { alarm, live } = plan;
  const mailed = live.actionsEnabled ? live.otherStates : [];
  if (back !== undefined) {
    const mails = mailed.some((state) => state === back.state);
    return [
      `CloudWatch set the real state again, ${back.state}, at ${timeText(back.at)}; that ${mails ? "sends another notification" : "sends nothing"}.`,
    ];
  }
  const period = queriesOf(alarm).find(({ metric }) => metric)?.metric?.period ?? 60;
  const minutes = minutesBetweenEvaluations({ rule: alarm, periodMinutes: period / 60 });
  const when =
    minutes > 1 ? "which is once an hour for this alarm" : "usually within a minute or so";
  const what =
    mailed.length === 0
      ? "That sends nothing."
      : `If that is ${mailed.join(" or ")}, it notifies again.`;
  return [`CloudWatch sets the real state at its next evaluation, ${when}. ${what}`];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

/** A firing for machines: what `--json` prints. Times are ISO-8601 in UTC. */
export interface FireJson {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly alarm: string;
  readonly model: string;
  /** null where there is no such alarm. */
  readonly from: string | null;
  readonly to: string;
  /** When the state was set; null where nothing was fired. */
  readonly at: string | null;
  /** As the mail gives it; null where nothing was fired. */
  readonly reason: string | null;
  readonly actions: readonly JsonAction[];
  readonly recipients: readonly Recipient[];
  /** When CloudWatch set the real state again, and which; null where it has not been seen. */
  readonly back: { readonly at: string; readonly state: string } | null;
  /** Why nothing was fired, nobody is told, or the result is not known. */
  readonly findings: readonly string[];
}

/** An action with null where there is no detail. */
type JsonAction = Omit<ActionResult, "detail"> & { readonly detail: string | null };

/** Where nothing was fired. */
export function notFiredJson(
  account: string,
  question: FireQuestion,
  why: string,
  recipients: readonly Recipient[] = [],
): FireJson {
  return {
    ...identified(account, question),
    ...{ at: null, reason: null, actions: [], recipients, back: null, findings: [why] },
  };
}

export function fireJson(account: string, outcome: FireOutcome): FireJson {
  const { plan, at, reason, actions, back, problem } = outcome;
  return {
    ...identified(account, plan),
    at: at.toISOString(),
    reason,
    actions: actions.map((action) => ({ ...action, detail: action.detail ?? null })),
    recipients: plan.recipients,
    back: back === undefined ? null : { at: back.at.toISOString(), state: back.state },
    findings: [
      ...plan.warnings.map(({ found }) => found),
      ...(problem === undefined ? [] : [problem]),
    ],
  };
}

function identified(
  account: string,
  { stack, region, alarm, live, to }: FireQuestion,
): Pick<FireJson, "stack" | "account" | "region" | "alarm" | "model" | "from" | "to"> {
  const from = live?.state ?? null;
  return { stack, account, region, alarm: alarm.name, model: alarm.model, from, to };
}
