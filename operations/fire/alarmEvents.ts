import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { map, text } from "../../rehearsal/properties";

/** What came of an action. */
export interface ActionResult {
  readonly arn: string;
  /** Unknown: the history does not say, or not yet. */
  readonly result: "sent" | "failed" | "unknown";
  /** Why it failed, in AWS's words, or why it is not known. */
  readonly detail: string | undefined;
}

/** A state that CloudWatch set itself. */
export interface StateBack {
  readonly at: Date;
  readonly state: string;
}

/** The items of a history that were not in it before; both newest first. */
export function newItems(
  items: readonly AlarmHistoryItem[],
  before: readonly AlarmHistoryItem[],
): AlarmHistoryItem[] {
  const known = new Set(before.map(itemKey));
  return items.filter((item) => !known.has(itemKey(item)));
}

function itemKey({ Timestamp, HistorySummary = "" }: AlarmHistoryItem): string {
  return `${String(Timestamp?.getTime())} ${HistorySummary}`;
}

/**
 * What a history says about actions. Where the state went back meanwhile and ran the same action again, the earlier
 * item is the one that counts.
 *
 * Assumption: the items begin with "Successfully executed action <ARN>" and "Failed to execute action <ARN>", the
 * latter with the error behind it. That is how AWS's knowledge base and published histories show them; the API
 * Reference does not lay it down.
 * @param items new ones, newest first
 */
export function actionResults(
  arns: readonly string[],
  items: readonly AlarmHistoryItem[],
): ActionResult[] {
  const oldestFirst = [...items].reverse();
  return arns.map((arn) => {
    for (const item of oldestFirst) {
      if (after(item, `Successfully executed action ${arn}`) !== undefined) {
        return { arn, result: "sent", detail: undefined };
      }
      const failure = after(item, `Failed to execute action ${arn}`);
      if (failure === undefined) continue;
      return { arn, result: "failed", detail: failure || dataError(item) };
    }
    return { arn, result: "unknown", detail: undefined };
  });
}

/** What follows in a summary that begins so; undefined for another summary, such as one of a topic with a longer name. */
function after({ HistorySummary = "" }: AlarmHistoryItem, beginning: string): string | undefined {
  if (!HistorySummary.startsWith(beginning)) return undefined;
  const rest = HistorySummary.slice(beginning.length);
  if (!/^(\.?\s|\.?$)/.test(rest)) return undefined;
  return rest
    .replace(/^\.?\s*(Received error:\s*)?/, "")
    .replace(/^"(.*)"$/, "$1")
    .trim();
}

function dataError({ HistoryData = "" }: AlarmHistoryItem): string {
  try {
    return text(map(JSON.parse(HistoryData))["error"]) || NO_WORDS;
  } catch {
    return NO_WORDS;
  }
}

const NO_WORDS = "AWS does not say why";

/**
 * When CloudWatch changed the state after it was set.
 * @param items new state updates, newest first
 */
export function stateBack(items: readonly AlarmHistoryItem[], to: string): StateBack | undefined {
  const changes = [...items].reverse().flatMap(({ HistorySummary = "", Timestamp }) => {
    const [, from, state] = /^Alarm updated from (\w+) to (\w+)/.exec(HistorySummary) ?? [];
    return state === undefined || Timestamp === undefined ? [] : [{ from, state, at: Timestamp }];
  });
  const set = changes.findIndex(({ state }) => state === to);
  const next = set < 0 ? undefined : changes.slice(set + 1).find(({ from }) => from === to);
  return next && { at: next.at, state: next.state };
}
