import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { map, text } from "../../rehearsal/properties";

/** How an alarm's action went. */
export interface ActionOutcome {
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
