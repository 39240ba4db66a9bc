import type { PropertyPath } from "../../components/cloudwatch/patterns";
import { isEventTime, readIsoTime } from "../time";
import type { UndatedReason } from "./logFormat";

/** What CloudWatch Logs calls the parts of an event (API Reference: FilterLogEvents, GetLogEvents, StartLiveTail; subscription records). */
const EVENT_PROPERTIES: ReadonlySet<string> = new Set([
  ...["timestamp", "message", "ingestionTime", "logStreamName", "eventId", "id", "logGroupName"],
  ...["logStreamIdentifier", "logGroupIdentifier", "logStream", "logGroup", "extractedFields"],
]);

/** The names under which Logs Insights gives the same. */
const INSIGHTS_TIME = "@timestamp";
const INSIGHTS_MESSAGE = "@message";

/** A log event with its time. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** Can this be the name of a property of an event, as opposed to a page of events? */
export function isEventProperty(name: string): boolean {
  return EVENT_PROPERTIES.has(name) || name.startsWith("@");
}

/** A property that an object has beside those of CloudWatch's events: an application's own line then. */
export function foreignProperty(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  // What a query asked for beside the message are its fields; but hclog, a logger, writes these names, too.
  if (INSIGHTS_MESSAGE in value) return "@level" in value ? "@level" : undefined;
  for (const name in value) if (!EVENT_PROPERTIES.has(name)) return name;
  return undefined;
}

/**
 * Reads an event such as `{"timestamp": 1772409700765, "message": "..."}`, or Logs Insights' form of it, also as a row of
 * a query's results: `[{"field": "@timestamp", "value": "..."}, ...]`. Other properties do not matter. A message that is an
 * object, as some tools write it, is taken as the JSON text that it stands for.
 *
 * @param value - Parsed JSON.
 * @returns The event, or why it is none.
 */
export function readEvent(value: unknown): LogEvent | UndatedReason {
  if (Array.isArray(value) && value.some(isCell)) {
    return readEvent(
      Object.fromEntries(value.filter(isCell).map((cell) => [cell.field, cell["value"]])),
    );
  }
  if (!isJsonObject(value)) return "no log event";
  const time = value["timestamp"] ?? value[INSIGHTS_TIME];
  const timestamp = readEventTime(time);
  if (Number.isNaN(timestamp)) return whyNoTime(time);
  const message = value["message"] ?? value[INSIGHTS_MESSAGE];
  if (typeof message === "string") return { timestamp, message };
  if (typeof message !== "object" || message === null) return "no message";
  return { timestamp, message: JSON.stringify(message) };
}

function isCell(value: unknown): value is Record<string, unknown> & { readonly field: string } {
  return isJsonObject(value) && typeof value["field"] === "string";
}

/** Why a value that {@link readEventTime} refused is no time of an event. */
export function whyNoTime(value: unknown): UndatedReason {
  if (typeof value === "number") return "time out of range";
  return typeof value === "string" && /^-?\d/.test(value) ? "time out of range" : "no time";
}

/**
 * Reads a log event's time, however loggers write it: seconds, milli-, micro- or nanoseconds since 1970 (told apart by
 * their size, since all must lie in the range of `isEventTime`), as a number or as its digits in a text, or ISO 8601 text. A text without a zone is UTC, CloudWatch's own.
 *
 * @returns Whole milliseconds since 1970, or NaN if it is no such time.
 */
export function readEventTime(value: unknown): number {
  if (typeof value === "number") return readNumber(value);
  if (typeof value !== "string" || value.length > 40) return Number.NaN;
  const time = readIsoTime(value.trim());
  return Number.isNaN(time) && /^\d{9,19}(\.\d+)?$/.test(value) ? readNumber(Number(value)) : time;
}

function readNumber(value: number): number {
  const found = [1, 1000, 1e-3, 1e-6].find((scale) => isEventTime(value * scale));
  return found === undefined ? Number.NaN : Math.floor(value * found);
}

// ---- JSON

/** JSON's value; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Is it a JSON object, neither null nor an array? */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path into parsed JSON, own properties and elements only; undefined if there is none. */
export function valueAt(value: unknown, path: PropertyPath): unknown {
  let found: unknown = value;
  for (const segment of path) {
    if (typeof segment === "number") found = Array.isArray(found) ? found[segment] : undefined;
    else found = isJsonObject(found) && Object.hasOwn(found, segment) ? found[segment] : undefined;
  }
  return found;
}

/** Sources of regular expressions for JSON's texts and numbers: nothing else fits them. */
const STRING = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const MEMBER = `${STRING} ?: ?(?:${STRING}|${NUMBER}|true|false|null)`;

/** JSON objects without others in them, and with at most a blank between tokens. */
export const FLAT_OBJECT = new RegExp(`^\\{ ?(?:${MEMBER}(?: ?, ?${MEMBER})*)? ?\\}$`);

/**
 * The source of a regular expression that reads true, false or null off a property of JSON objects that hold no others,
 * and no escapes.
 * @param name - Letters, digits, `-` and `_`.
 * @param quote - What stands for a quotation mark: the source of an expression.
 */
export function flatProperty(name: string, quote: string): string {
  const text = `[^"\\\\\\x00-\\x1f]*${quote}`;
  const value = `(?:${quote}${text}|${NUMBER}|true|false|null)`;
  const other = `${quote}(?!${name}${quote})${text} ?: ?${value}`;
  return `\\{ ?(?:${other} ?, ?)*${quote}${name}${quote} ?: ?(true|false|null)(?: ?, ?${other})* ?\\}`;
}

/**
 * The source of a regular expression for events that have nothing but what CloudWatch Logs gives, in its order. That takes
 * a third of the time of parsing them. Its groups are the time, in milliseconds, and the message as a JSON string.
 * @param blank - What may stand between tokens: another such source.
 */
export function plainEvent(blank: string): string {
  const colon = `${blank}:${blank}`;
  const comma = `${blank},${blank}`;
  const other = `(?:"(?:logStreamName|eventId|id)"${colon}${STRING}|"ingestionTime"${colon}${NUMBER})`;
  const others = `(?:${other}${comma})*`;
  const time = `"timestamp"${colon}([1-9]\\d{12})${comma}`;
  const message = `"message"${colon}(${STRING})`;
  return `\\{${blank}${others}${time}${others}${message}(?:${comma}${other})*${blank}\\}`;
}
