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
export function foreignProperty(value: object): string | undefined {
  // What a query asked for beside the message are its fields; but hclog, a logger, writes these names, too.
  if (INSIGHTS_MESSAGE in value) return "@level" in value ? "@level" : undefined;
  for (const name in value) if (!EVENT_PROPERTIES.has(name)) return name;
  return undefined;
}

/**
 * Reads an event such as `{"timestamp": 1772409700765, "message": "..."}`, or Logs Insights' form of it; other
 * properties do not matter. A message that is an object, as some tools write it, is taken as the JSON text that it
 * stands for.
 *
 * @param value - Parsed JSON.
 * @returns The event, or why it is none.
 */
export function readEvent(value: unknown): LogEvent | UndatedReason {
  if (!isJsonObject(value)) return "no log event";
  const time = value["timestamp"] ?? value[INSIGHTS_TIME];
  const timestamp = readEventTime(time);
  if (Number.isNaN(timestamp)) return whyNoTime(time);
  const message = value["message"] ?? value[INSIGHTS_MESSAGE];
  if (typeof message === "string") return { timestamp, message };
  if (typeof message !== "object" || message === null) return "no message";
  return { timestamp, message: JSON.stringify(message) };
}

/** Reads a row of a Logs Insights query's results: `[{"field": "@timestamp", "value": "..."}, ...]`. */
export function readInsightsRow(row: readonly unknown[]): LogEvent | UndatedReason {
  const cells = row.flatMap((cell): [string, unknown][] =>
    isJsonObject(cell) && typeof cell["field"] === "string" ? [[cell["field"], cell["value"]]] : [],
  );
  return readEvent(Object.fromEntries(cells));
}

/** Why a value that {@link readEventTime} refused is no time of an event. */
export function whyNoTime(value: unknown): UndatedReason {
  if (typeof value === "number") return "time out of range";
  return typeof value === "string" && /^-?\d/.test(value) ? "time out of range" : "no time";
}

/**
 * Reads a log event's time, however loggers write it: seconds, milli-, micro- or nanoseconds since 1970 (told apart by
 * their size, since all must lie between `EARLIEST_TIME` and `LATEST_TIME`), as
 * a number or as its digits in a text, or ISO 8601 text. A text without a zone is UTC, CloudWatch's own.
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
export const STRING = String.raw`"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"`;
export const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;

/** The source of a regular expression for objects without others in them, and with at most a blank between tokens. */
export const FLAT_OBJECT = flatObject(STRING);

function flatObject(string: string): string {
  const member = `${string} ?: ?(?:${string}|${NUMBER}|true|false|null)`;
  return `\\{ ?(?:${member}(?: ?, ?${member})*)? ?\\}`;
}

/**
 * Finds events that have nothing but what CloudWatch Logs gives, in its order, without parsing them.
 * @param blank - What may stand between tokens: the source of a regular expression.
 */
export class PlainEvents {
  readonly #event: RegExp;
  /** Where the message of the event begins that was found last, and where the event ends. */
  messageStart = 0;
  end = 0;

  constructor(blank: string) {
    const other = `(?:"(?:logStreamName|eventId|id)"${blank}:${blank}${STRING}|"ingestionTime"${blank}:${blank}${NUMBER})`;
    const comma = `${blank},${blank}`;
    const others = `(?:${other}${comma})*`;
    const time = `"timestamp"${blank}:${blank}[1-9]\\d{12}${comma}`;
    const before = `\\{${blank}${others}${time}${others}"message"${blank}:${blank}`;
    this.#event = new RegExp(`${before}${STRING}(?:${comma}${other})*${blank}\\}`, "y");
  }

  /** The time of an event, in milliseconds since 1970; NaN if it takes more to tell. */
  timeAt(text: string, start: number): number {
    this.#event.lastIndex = start;
    if (!this.#event.test(text)) return Number.NaN;
    this.end = this.#event.lastIndex;
    // In a text, the quotes would have backslashes, and no colon comes behind a text that is the name.
    TIME.lastIndex = start;
    TIME.test(text);
    MESSAGE.lastIndex = TIME.lastIndex;
    MESSAGE.test(text);
    this.messageStart = MESSAGE.lastIndex;
    let time = 0;
    for (let at = TIME.lastIndex - 13; at < TIME.lastIndex; at += 1) {
      time = time * 10 + text.charCodeAt(at) - 0x30;
    }
    return isEventTime(time) ? time : Number.NaN;
  }
}

const TIME = /"timestamp"\s*:\s*\d{13}/g;
const MESSAGE = /"message"\s*:\s*"/g;

/**
 * Reads true, false, null and plain numbers off JSON objects that hold no others, without parsing them: what filters
 * mostly ask for, in a quarter of the time.
 */
export class FlatObjects {
  readonly #bare: readonly (readonly [name: string, key: string])[];
  readonly #escaped: readonly (readonly [name: string, key: string])[];

  readonly #value: RegExp;

  /**
   * @param names - Of properties: letters, digits, `-` and `_`.
   * @param numbers - Whether a number is enough as JSON.parse reads it. Else the event has to be parsed.
   */
  constructor(names: Iterable<string>, numbers: boolean) {
    this.#value = numbers ? VALUE_OR_NUMBER : VALUE;
    this.#bare = Array.from(names, (name) => [name, `"${name}"`]);
    this.#escaped = this.#bare.map(([name]) => [name, `\\"${name}\\"`]);
  }

  /**
   * An object with the properties that the text has, of those asked for.
   * @param escaped - Whether it stands within a JSON string.
   * @returns undefined if that takes parsing it
   */
  read(text: string, start: number, escaped: boolean): object | undefined {
    const form = escaped ? ESCAPED : BARE;
    form.lastIndex = start;
    if (!form.test(text)) return undefined;
    const json = text.slice(start, form.lastIndex);
    const found: Record<string, unknown> = {};
    for (const [name, key] of escaped ? this.#escaped : this.#bare) {
      const at = json.indexOf(key);
      if (at < 0) continue;
      const value = at + key.length;
      // Neither a text that is the name, nor a second property, which would count instead.
      this.#value.lastIndex = value;
      const word = this.#value.exec(json)?.[1];
      if (word === undefined || json.includes(key, value)) return undefined;
      found[name] = wordValue(word);
    }
    return found;
  }
}

/** Texts without any escape, as a regular expression looks at them there. */
const BARE = new RegExp(String.raw`${flatObject(String.raw`"[^"\\\x00-\x1f]*"`)}(?=\r?\n|$)`, "y");
const ESCAPED = new RegExp(
  String.raw`${flatObject(String.raw`\\"[^"\\\x00-\x1f]*\\"`)}(?:\\n)?"`,
  "y",
);
const VALUE = / ?: ?(true|false|null)/y;
/** Numbers that a double holds, and nothing of which goes on behind. */
const VALUE_OR_NUMBER = / ?: ?(true|false|null|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?(?=[ ,}]))/y;

function wordValue(word: string): boolean | number | null {
  if (word === "true" || word === "false") return word === "true";
  return word === "null" ? null : Number(word);
}
