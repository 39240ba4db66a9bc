import type { PropertyPath } from "../../components/cloudwatch/patterns";
import {
  FLAT_OBJECT,
  foreignProperty,
  isJsonObject,
  NUMBER,
  parseJson,
  PlainEvents,
  readEvent,
  readEventTime,
  STRING,
  valueAt,
  whyNoTime,
} from "./logEvents";
import {
  type LogFormat,
  type LogReader,
  type LogSink,
  MAX_LINE_LENGTH,
  type Tally,
  takenAt,
} from "./logFormat";
import { visibleText } from "../text";
import { LogError } from "./logSource";

/** What a format does with its lines. */
export interface LineHandler {
  /** Takes an event that shows without parsing the line, and says whether it did; else {@link LineHandler.line} does. */
  glance?(text: string, start: number, end: number): boolean;
  /** Deals with a line, its end cut off. */
  line(text: string, number: number): void;
  /** The next line, if there is one, has nothing to do with those before. @default no line ever has */
  end?(): void;
}

/** Characters kept of a line that is too long, for an example. */
const HEAD_LENGTH = 1000;

/** Cuts a log into lines, at LF or CR LF. A line over {@link MAX_LINE_LENGTH} is passed over as undated. */
export class LineReader implements LogReader {
  readonly #handler: LineHandler;
  readonly #tally: Tally;
  #skipping = false;

  constructor(handler: LineHandler, tally: Tally) {
    this.#handler = handler;
    this.#tally = tally;
  }

  take(text: string, last: boolean): number {
    let at = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
      this.#line(text, at, end);
      at = end + 1;
    }
    if (last) {
      if (at < text.length) this.#line(text, at, text.length);
      this.#handler.end?.();
      return text.length;
    }
    if (text.length - at <= MAX_LINE_LENGTH && !this.#skipping) return at;
    if (!this.#skipping) this.#tooLong(text, at);
    this.#skipping = true;
    return text.length;
  }

  #line(text: string, start: number, lineFeed: number): void {
    this.#tally.lines += 1;
    const end =
      lineFeed > start && text.charCodeAt(lineFeed - 1) === 0x0d ? lineFeed - 1 : lineFeed;
    if (this.#skipping) this.#skipping = false;
    else if (end - start > MAX_LINE_LENGTH) this.#tooLong(text, start);
    else if (this.#handler.glance?.(text, start, end) !== true) {
      this.#handler.line(text.slice(start, end), this.#tally.lines);
    }
  }

  #tooLong(text: string, start: number): void {
    this.#handler.end?.();
    // Of a line that is passed over, the number is counted when its end is found.
    const number = this.#tally.lines + (text.includes("\n", start) ? 0 : 1);
    this.#tally.notDated(number, text.slice(start, start + HEAD_LENGTH), "too long");
  }
}

/** Does the sticky pattern fit exactly from `start` to `end`? */
export function fits(pattern: RegExp, text: string, start: number, end: number): boolean {
  pattern.lastIndex = start;
  return pattern.test(text) && pattern.lastIndex === end;
}

/** One `{"timestamp": ..., "message": ...}` a line: FilterLogEvents' events, as jq or a script writes them. */
export const eventLines: LogFormat = {
  name: "JSON lines of {timestamp, message}",
  detect: ({ lines }) => {
    const values = lines.map(parseJson);
    const events = values.filter((value) => typeof readEvent(value) !== "string");
    // Loggers use the same two names for what they write themselves, next to others of their own.
    return events.length > 0 && events.every((event) => foreignOf(event) === undefined);
  },
  cut: /\n/,
  reader: (sink, tally) => new LineReader(new EventLineHandler(sink, tally), tally),
};

function foreignOf(value: unknown): string | undefined {
  return isJsonObject(value) ? foreignProperty(value) : undefined;
}

class EventLineHandler implements LineHandler {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #plain = new PlainEvents(" ?");

  constructor(sink: LogSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
  }

  glance(text: string, start: number, end: number): boolean {
    const plain = this.#plain;
    const time = plain.timeAt(text, start);
    if (plain.end !== end) return false;
    return takenAt(this.#sink, this.#tally, time, text, plain.messageStart, end, true);
  }

  line(text: string, number: number): void {
    const value = parseJson(text);
    const event = value === undefined ? "not JSON" : readEvent(value);
    if (typeof event === "string") {
      if (text.trim() === "") return;
      this.#tally.notDated(number, text, event);
      return;
    }
    if (isJsonObject(value)) expectEnvelope(value, this.#tally, this.#tally.linesBefore + number);
    this.#tally.event(event.timestamp);
    this.#sink.add(event.timestamp, event.message);
  }
}

/**
 * An object {timestamp, message} that is taken for CloudWatch's envelope of an event has no more than that, or what stands
 * beside it would be lost without a word.
 * @throws LogError where an application wrote it
 */
export function expectEnvelope(value: object, tally: Tally, line: number): void {
  const foreign = foreignProperty(value);
  if (foreign !== undefined) {
    throw new LogError(
      "time field",
      tally.file,
      `line ${line} has "${visibleText(foreign)}" beside timestamp and message, which CloudWatch's own events never have.\nIf these lines are the events as the application logged them, add --time-field timestamp`,
    );
  }
  if ("timestamp" in value && typeof value.timestamp === "string") tally.note(UNWRAPPED);
}

const UNWRAPPED =
  "Its lines {timestamp, message} were taken for CloudWatch's envelopes, and each message for the event. CloudWatch " +
  "itself writes numbers there: if the lines are the events as they were logged, add --time-field timestamp";

/** Bare JSON lines, each an event's message, with their time in a property that the user names. */
export const timedLines: LogFormat = {
  name: "JSON lines with a time field of their own",
  detect: ({ lines, timeField }) =>
    timeField !== undefined &&
    lines.some((line) => !Number.isNaN(readEventTime(valueAt(parseJson(line), timeField)))),
  cut: /\n/,
  reader: (sink, tally, timeField = []) =>
    new LineReader(new TimedLineHandler(sink, tally, timeField), tally),
};

class TimedLineHandler implements LineHandler {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #timeField: PropertyPath;
  readonly #flat = new RegExp(FLAT_OBJECT, "y");
  readonly #name: RegExp;
  readonly #time: RegExp | undefined;

  constructor(sink: LogSink, tally: Tally, timeField: PropertyPath) {
    this.#sink = sink;
    this.#tally = tally;
    this.#timeField = timeField;
    const [name, ...inner] = timeField;
    const isPlain = typeof name === "string" && inner.length === 0 && /^[\w@-]+$/.test(name);
    this.#name = new RegExp(`"${isPlain ? name : ""}"`);
    if (isPlain) this.#time = new RegExp(`${this.#name.source} ?: ?(?:(${NUMBER})|(${STRING}))`);
  }

  glance(text: string, start: number, end: number): boolean {
    if (this.#time === undefined || !fits(this.#flat, text, start, end)) return false;
    const line = text.slice(start, end);
    const match = this.#time.exec(line);
    // Neither what only looks like the property, inside a text, nor a second one, which would count instead.
    if (match === null || line.includes("\\") || this.#name.test(line.slice(match.index + 1))) {
      return false;
    }
    const [, number, string = ""] = match;
    const time = readEventTime(number === undefined ? string.slice(1, -1) : Number(number));
    return takenAt(this.#sink, this.#tally, time, text, start, end);
  }

  line(text: string, number: number): void {
    if (text.trim() === "") return;
    const value = parseJson(text);
    const time = valueAt(value, this.#timeField);
    const timestamp = readEventTime(time);
    if (Number.isNaN(timestamp)) {
      this.#tally.notDated(number, text, value === undefined ? "not JSON" : whyNoTime(time));
      return;
    }
    this.#tally.event(timestamp);
    this.#sink.add(timestamp, text);
  }
}
