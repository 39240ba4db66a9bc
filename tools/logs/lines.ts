import {
  foreignProperty,
  isJsonObject,
  parseJson,
  plainEvent,
  readEvent,
  readEventTime,
  valueAt,
  whyNoTime,
} from "./logEvents";
import { type LogFormat, type LogReader, MAX_LINE_LENGTH, type Tally } from "./logFormat";
import { visibleText } from "../text";
import { isEventTime } from "../time";
import { LogError } from "./logSource";

/** Cuts a log into lines, at LF or CR LF. A line over {@link MAX_LINE_LENGTH} is passed over as undated. */
export class LineReader implements LogReader {
  #skipping = false;

  /**
   * @param line - Deals with a line, its end cut off.
   * @param end - The next line, if there is one, has nothing to do with those before. Default: no line ever has.
   */
  constructor(
    private readonly tally: Tally,
    private readonly line: (text: string, number: number) => void,
    private readonly end: () => void = () => undefined,
  ) {}

  take(text: string, last: boolean): number {
    let at = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
      this.#line(text.slice(at, end));
      at = end + 1;
    }
    const rest = text.slice(at);
    if (last) {
      if (rest !== "") this.#line(rest);
      this.end();
      return text.length;
    }
    if (rest.length <= MAX_LINE_LENGTH && !this.#skipping) return at;
    if (!this.#skipping) this.#tooLong(rest, this.tally.lines + 1);
    this.#skipping = true;
    return text.length;
  }

  #line(text: string): void {
    this.tally.lines += 1;
    const line = text.endsWith("\r") ? text.slice(0, -1) : text;
    if (this.#skipping) this.#skipping = false;
    else if (line.length > MAX_LINE_LENGTH) this.#tooLong(line, this.tally.lines);
    else this.line(line, this.tally.lines);
  }

  #tooLong(line: string, number: number): void {
    this.end();
    this.tally.notDated(number, line, "too long");
  }
}

const PLAIN = new RegExp(`^${plainEvent(" ?")}$`);

/** One `{"timestamp": ..., "message": ...}` a line: FilterLogEvents' events, as jq or a script writes them. */
export const eventLines: LogFormat = {
  name: "JSON lines of {timestamp, message}",
  detect: ({ lines }) => {
    const events = lines.map(parseJson).filter((value) => typeof readEvent(value) !== "string");
    // Loggers use the same two names for what they write themselves, next to others of their own.
    return events.length > 0 && events.every((event) => foreignProperty(event) === undefined);
  },
  cut: /\n/,
  reader: (tally) =>
    new LineReader(tally, (text, number) => {
      const [, time, message] = PLAIN.exec(text) ?? [];
      if (message !== undefined && isEventTime(Number(time))) {
        tally.event(Number(time), message, true);
      } else if (text.trim() !== "") takeEvent(tally, text, number);
    }),
};

/**
 * Takes an event by its JSON, whatever is wrong with it. One that stands alone has no more properties than CloudWatch's
 * envelope of an event, or what stands beside them would be lost without a word.
 * @param isPaged - It is among the events of a page of AWS's.
 * @throws LogError where an application wrote it
 */
export function takeEvent(tally: Tally, text: string, line: number, isPaged = false): void {
  const value = parseJson(text);
  const event = value === undefined ? "not JSON" : readEvent(value);
  if (typeof event === "string") {
    tally.notDated(line, text, event);
    return;
  }
  const foreign = isPaged ? undefined : foreignProperty(value);
  if (foreign !== undefined) {
    throw new LogError(
      "time field",
      tally.file,
      `line ${tally.linesBefore + line} has "${visibleText(foreign)}" beside timestamp and message, which CloudWatch's own events never have.\nIf these lines are the events as the application logged them, add --time-field timestamp`,
    );
  }
  const isOwn = !isPaged && isJsonObject(value) && typeof value["timestamp"] === "string";
  if (isOwn) tally.note(UNWRAPPED);
  tally.event(event.timestamp, event.message);
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
  reader: (tally, timeField = []) =>
    new LineReader(tally, (text, number) => {
      const value = parseJson(text);
      const time = valueAt(value, timeField);
      const timestamp = readEventTime(time);
      if (!Number.isNaN(timestamp)) tally.event(timestamp, text);
      else if (text.trim() !== "") {
        tally.notDated(number, text, value === undefined ? "not JSON" : whyNoTime(time));
      }
    }),
};
