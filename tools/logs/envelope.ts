import { readEventTime } from "./eventTime";
import type { UndatedReason } from "./tally";

/** What CloudWatch Logs calls the parts of an event (FilterLogEvents and GetLogEvents, API Reference). */
export const EVENT_PROPERTIES: ReadonlySet<string> = new Set([
  "timestamp",
  "message",
  "ingestionTime",
  "logStreamName",
  "eventId",
]);

/** A log event with its time. */
interface DatedEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Reads an event such as `{"timestamp": 1772409700765, "message": "..."}`; other properties do not matter.
 * A message that is an object, as some tools write it, is taken as the JSON text that it stands for.
 *
 * @param value - Parsed JSON.
 * @returns The event, or why it is none.
 */
export function readEnvelope(value: unknown): DatedEvent | UndatedReason {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "no log event";
  if (!("timestamp" in value)) return "no time";
  const timestamp = readEventTime(value.timestamp);
  if (Number.isNaN(timestamp)) return whyNoTime(value.timestamp);
  if (!("message" in value)) return "no message";
  const { message } = value;
  if (typeof message === "string") return { timestamp, message };
  if (typeof message !== "object" || message === null) return "no message";
  return { timestamp, message: JSON.stringify(message) };
}

/** Why a value that `readEventTime` refused is no time of an event. */
export function whyNoTime(value: unknown): UndatedReason {
  if (typeof value === "number") return "time out of range";
  return typeof value === "string" && /^-?\d/.test(value) ? "time out of range" : "no time";
}

/** JSON's value; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
