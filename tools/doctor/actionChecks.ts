import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { DeclaredAlarm } from "../program/declared";
import { kindOf } from "../program/model";
import { map, text } from "../program/properties";
import type { AlarmContext } from "./alarmChecks";
import { agoText, type Check, deploy, fire, momentText } from "./check";

/** How an alarm's action went. */
interface ActionOutcome {
  readonly at: Date | undefined;
  /** The ARN that the alarm acted on. */
  readonly target: string;
  readonly succeeded: boolean;
  /** What the service said; empty for a success. */
  readonly error: string;
}

/**
 * Reads an item of type Action of an alarm's history. Its summary reads `Successfully executed action <arn>` or
 * `Failed to execute action <arn>. Received error: "..."`; its data, as JSON, has the same in parts, but AWS does not
 * document them, so that they are used where they are there.
 * Sources: CloudWatch API Reference, AlarmHistoryItem; AWS Knowledge Center, "Why didn't I receive an SNS notification
 * for my CloudWatch alarm trigger?"
 * @returns undefined for an item that speaks of something else
 */
export function actionOutcome(item: AlarmHistoryItem): ActionOutcome | undefined {
  const { HistorySummary: summary = "", HistoryData, Timestamp: at } = item;
  const data = parsed(HistoryData);
  const failed =
    /^failed to execute action/i.test(summary) || text(data["actionState"]) === "Failed";
  if (!failed && !/^successfully executed action/i.test(summary)) return undefined;
  const [named = ""] = /arn:\S*[^\s.,;:"']/.exec(summary) ?? [];
  return {
    at,
    target: text(data["notificationResource"]) || named,
    succeeded: !failed,
    error: failed ? text(data["error"]) || errorIn(summary) : "",
  };
}

function errorIn(summary: string): string {
  const [, error] = /received error:\s*(.*)$/is.exec(summary) ?? [];
  return (error ?? summary).trim().replace(/^"(.*)"$/s, "$1");
}

function parsed(json = "{}"): Readonly<Record<string, unknown>> {
  try {
    return map(JSON.parse(json));
  } catch {
    return {};
  }
}

/**
 * How an alarm's actions went lately. A failure counts until the same action has succeeded; those on what the alarm no
 * longer acts on do not count.
 * @param history items of type Action, newest first
 */
export function actionChecks(
  history: readonly AlarmHistoryItem[],
  alarm: DeclaredAlarm,
  context: AlarmContext,
): Check[] {
  const targets = new Set(actionsOf(alarm));
  const outcomes = history
    .flatMap((item) => actionOutcome(item) ?? [])
    .filter(({ target }) => targets.has(target));
  const newest = new Map<string, ActionOutcome>();
  for (const outcome of outcomes) {
    if (!newest.has(outcome.target)) newest.set(outcome.target, outcome);
  }
  const failures = [...newest.values()].filter(({ succeeded }) => !succeeded);
  if (failures.length > 0) return failures.map((failure) => failed(failure, alarm, context));
  return [{ ...about(alarm), status: "ok", found: foundWell(outcomes, alarm, context) }];
}

/** All ARNs that an alarm acts on, each once. */
export function actionsOf(alarm: DeclaredAlarm): string[] {
  const { alarmActions = [], okActions = [], insufficientDataActions = [] } = alarm;
  return [...new Set([...alarmActions, ...okActions, ...insufficientDataActions])];
}

function about({ model, name }: DeclaredAlarm): Pick<Check, "model" | "what" | "subject"> {
  return { model, what: "alarm history", subject: name };
}

function foundWell(
  [last, ...earlier]: readonly ActionOutcome[],
  alarm: DeclaredAlarm,
  { stack, now }: AlarmContext,
): string {
  if (last === undefined) {
    return `no action in the last 30 days; \`${fire(stack, alarm.model, kindOf(alarm) === "silence")}\` tries the mail out`;
  }
  const when = last.at === undefined ? "" : ` at ${agoText(last.at, now)}`;
  const failure = earlier.find(({ succeeded }) => !succeeded);
  const before =
    failure === undefined
      ? ""
      : `; one failed before${failure.at === undefined ? "" : ` (${momentText(failure.at)})`}, the same works since`;
  return `the last action succeeded${when}${before}`;
}

function failed(
  { at, target, error }: ActionOutcome,
  alarm: DeclaredAlarm,
  { stack, topics, now }: AlarmContext,
): Check {
  const when = at === undefined ? "" : ` at ${agoText(at, now)}`;
  const isOwn = topics.some(({ arn }) => arn === target);
  const { cause, command } = isOwn ? ownRemedy(error, stack) : { cause: otherRemedy(error) };
  return {
    ...about(alarm),
    status: "failure",
    found: `the last action on ${target} failed${when}: ${error}`,
    advice: `${cause} Then \`${fire(stack, alarm.model, kindOf(alarm) === "silence")}\` tries it again; once it succeeds, this finding goes.`,
    command,
  };
}

/**
 * What a failed action was refused for, by the words of its error: those of AWS's knowledge base ("is not authorized to
 * perform: SNS:Publish") and of KMS ("... does not have authorization to access the SNS topic encryption key", "Service:
 * AWSKMS"). A topic's name in them may be anything, so what is plain comes first.
 */
function reasonOf(error: string): "key" | "policy" | "gone" | "other" {
  if (/sns:publish/i.test(error)) return "policy";
  if (/kms|encryption key/i.test(error)) return "key";
  if (/not authorized|authorization ?error|access ?denied/i.test(error)) return "policy";
  return /not ?found|does not exist/i.test(error) ? "gone" : "other";
}

interface Remedy {
  readonly cause: string;
  readonly command?: string;
}

/** For a topic that the stack declares. */
function ownRemedy(error: string, stack: string): Remedy {
  const command = deploy(stack);
  switch (reasonOf(error)) {
    case "key":
      return {
        cause: "The policy of the topic's key has to let CloudWatch use it. Deploy the stack.",
        command,
      };
    case "policy":
      return {
        cause: "The topic's policy has to let CloudWatch publish. Deploy the stack.",
        command,
      };
    case "gone":
      return { cause: "The topic was deleted. Deploy the stack.", command };
    case "other":
      return { cause: "Put right what it says." };
  }
}

/** For a topic of somebody else's. */
function otherRemedy(error: string): string {
  switch (reasonOf(error)) {
    case "key":
      return "The policy of the topic's key has to let cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*. Ask its owner.";
    case "policy":
      return "The topic's policy has to let CloudWatch publish. Ask its owner.";
    case "gone":
      return "The topic was deleted. Correct `topics` in the stack file.";
    case "other":
      return "Put right what it says.";
  }
}
