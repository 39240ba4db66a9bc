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
  InterestFinder,
  type LogFormat,
  type LogReader,
  type LogSink,
  MAX_LINE_LENGTH,
  type Tally,
} from "./logFormat";
import { LogError } from "./logSource";

/** What a format does with its lines. */
export interface LineHandler {
  /**
   * The time of the event that a line is, from `start` up to `end`, if that can be told without parsing it: nothing in
   * it is of interest. NaN if {@link LineHandler.line} has to tell.
   */
  glance(text: string, start: number, end: number): number;
  /** Deals with a line, its end cut off. */
  line(text: string, number: number): void;
  /** The next line, if there is one, has nothing to do with those before. */
  end(): void;
}

/** Characters kept of a line that is too long, for an example. */
const HEAD_LENGTH = 1000;

/** After so many lines of interest in a row, only one in as many is looked at. */
const STREAK = 8;

/** Cuts a log into lines, at LF or CR LF. A line over {@link MAX_LINE_LENGTH} is passed over as undated. */
export class LineReader implements LogReader {
  readonly #handler: LineHandler;
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #interest: InterestFinder;
  #skipping = false;
  /** Lines of interest in a row, of those that were looked at. */
  #streak = 0;

  constructor(handler: LineHandler, sink: LogSink, tally: Tally) {
    this.#handler = handler;
    this.#sink = sink;
    this.#tally = tally;
    this.#interest = new InterestFinder(sink.pass && sink.interest);
  }

  take(text: string, last: boolean): number {
    this.#interest.use(text);
    let at = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
      this.#line(text, at, end);
      at = end + 1;
    }
    if (last) {
      if (at < text.length) this.#line(text, at, text.length);
      this.#handler.end();
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
    else if (!this.#glance(text, start, end)) {
      this.#handler.line(text.slice(start, end), this.#tally.lines);
    }
  }

  #glance(text: string, start: number, end: number): boolean {
    // Where line after line is of interest, looking for it costs more than it spares.
    if (this.#streak > STREAK && this.#tally.lines % STREAK > 0) return false;
    if (this.#interest.within(start, end)) {
      this.#streak += 1;
      return false;
    }
    this.#streak = 0;
    const timestamp = this.#handler.glance(text, start, end);
    if (Number.isNaN(timestamp) || this.#sink.pass?.(timestamp) !== true) return false;
    this.#tally.event(timestamp);
    return true;
  }

  #tooLong(text: string, start: number): void {
    this.#handler.end();
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
  reader: (sink, tally) => new LineReader(new EventLineHandler(sink, tally), sink, tally),
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

  glance(text: string, start: number, end: number): number {
    const time = this.#plain.timeAt(text, start);
    return this.#plain.end === end ? time : Number.NaN;
  }

  line(text: string, number: number): void {
    const value = parseJson(text);
    const event = value === undefined ? "not JSON" : readEvent(value);
    if (typeof event === "string") {
      if (text.trim() === "") return;
      this.#tally.notDated(number, text, event);
      return;
    }
    const foreign = foreignOf(value);
    if (foreign !== undefined) throw ownLines(this.#tally, number, foreign);
    if (isJsonObject(value) && typeof value["timestamp"] === "string") this.#tally.note(UNWRAPPED);
    this.#tally.event(event.timestamp);
    this.#sink.add(event.timestamp, event.message);
  }

  end(): void {
    // Every line stands for itself.
  }
}

const UNWRAPPED =
  "Its lines {timestamp, message} were taken for CloudWatch's envelopes, and each message for the event. CloudWatch " +
  "itself writes numbers there: if the lines are the events as they were logged, add --time-field timestamp";

/** Before, lines were envelopes; one that has more must not lose it without a word. */
function ownLines({ file, linesBefore }: Tally, number: number, foreign: string): LogError {
  const what = `line ${linesBefore + number} has "${foreign}" beside timestamp and message, which CloudWatch's own events never have`;
  const how =
    "If these lines are the events as the application logged them, add --time-field timestamp";
  return new LogError("time field", file, `${what}.\n${how}`);
}

/** Bare JSON lines, each an event's message, with their time in a property that the user names. */
export const timedLines: LogFormat = {
  name: "JSON lines with a time field of their own",
  detect: ({ lines, timeField }) =>
    timeField !== undefined &&
    lines.some((line) => !Number.isNaN(readEventTime(valueAt(parseJson(line), timeField)))),
  cut: /\n/,
  reader: (sink, tally, timeField = []) =>
    new LineReader(new TimedLineHandler(sink, tally, timeField), sink, tally),
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

  glance(text: string, start: number, end: number): number {
    if (this.#time === undefined || !fits(this.#flat, text, start, end)) return Number.NaN;
    const line = text.slice(start, end);
    const match = this.#time.exec(line);
    // Neither what only looks like the property, inside a text, nor a second one, which would count instead.
    if (match === null || line.includes("\\") || this.#name.test(line.slice(match.index + 1))) {
      return Number.NaN;
    }
    const [, number, string = ""] = match;
    return readEventTime(number === undefined ? string.slice(1, -1) : Number(number));
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

  end(): void {
    // Every line stands for itself.
  }
}
