import type { ByteWindow } from "./byteWindow";
import { EVENT_PROPERTIES, parseJson, readEnvelope } from "./envelope";
import { EnvelopeScanner } from "./envelopeScanner";
import { JsonScanner } from "./jsonScanner";
import { LogError } from "./logError";
import type { LogFormat, LogParser } from "./logFormat";
import type { LogSink } from "./logSink";
import { ObjectEnd } from "./objectEnd";
import { MAX_LINE_BYTES, type Tally } from "./tally";

const PAGE =
  /^\s*(?:\[\s*)*\{\s*"(?:events|searchedLogStreams|next(?:Forward|Backward)?Token)"\s*:/;
const EVENT = /^\s*(\[\s*)*\{\s*"(?:timestamp|message|logStreamName|ingestionTime|eventId)"\s*:/;
const EMPTY_ARRAY = /^\s*\[\s*\]/;
/** A property's name and colon, or an object without any, at the beginning of Latin-1 text. */
const FIRST_PROPERTY = /^\{\s*(?:"([^"\\]*)"\s*:|\})/;
const PROPERTY = /^"([^"\\]*)"\s*:\s*(?=[^\s])/;
/** Bytes in which a name must have ended. */
const NAME_BYTES = 1024;
const HEAD_BYTES = 1000;
/** Of a JSON value or a name. */
const BEGINNINGS = Buffer.from('{["-0123456789tfn');
/** Arrays and pages within one another; more is no page. */
const MAX_LEVELS = 8;

/**
 * What `aws logs filter-log-events` and `get-log-events` print, `{"events": [...], ...}`, in one line or
 * pretty-printed (CloudWatch Logs API Reference, FilterLogEvents and GetLogEvents); also the bare array of
 * events, arrays of pages, and several of these one after the other.
 */
export const eventPages: LogFormat = {
  name: "JSON of aws logs filter-log-events or get-log-events",
  detect: ({ text, lines }) => {
    if (PAGE.test(text) || EMPTY_ARRAY.test(text)) return true;
    const [, array] = EVENT.exec(text) ?? [undefined, undefined];
    // One event a line is a format of its own, which gets over a broken line.
    const whole = (line: string) => typeof readEnvelope(parseJson(line)) !== "string";
    return array !== undefined || (EVENT.test(text) && !lines.some(whole));
  },
  parser: (sink, tally) => new PagesParser(sink, tally),
};

/** What is open around the place that was reached. */
type Level =
  | { readonly kind: "array" }
  /** An object that is not an event. If it turns out to have no events, it is shown as an undated line. */
  | { readonly kind: "page"; readonly line: number; readonly head: string; events: boolean };

/** An event that is looked for byte by byte. */
interface Pending {
  readonly end: ObjectEnd;
  /** How far it was looked at, from the window's start. */
  looked: number;
  /** Too long to keep; its bytes are dropped. */
  tooLong: boolean;
}

class PagesParser implements LogParser {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #scanner: EnvelopeScanner | undefined;
  readonly #values = new JsonScanner("pages");
  readonly #levels: Level[] = [];
  #pending: Pending | undefined;
  #line = 1;

  constructor(sink: LogSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
    this.#scanner = sink.fast === undefined ? undefined : new EnvelopeScanner(sink.fast, "pages");
  }

  take(window: ByteWindow, last: boolean): void {
    const { bytes, end } = window;
    // A byte that JSON never has, so that no scanner runs past the end.
    bytes[end] = 0;
    this.#values.use(bytes);
    this.#scanner?.use(bytes, window.start, end);
    while (this.#step(window));
    const stuck = window.length > 0 && (last || window.length > MAX_LINE_BYTES);
    if (!stuck && !(last && (this.#levels.length > 0 || this.#pending !== undefined))) return;
    // What may be the beginning of something is not to be told from what is cut off.
    throw this.#broken(last && (!stuck || BEGINNINGS.includes(bytes[window.start] ?? 0)));
  }

  /** Takes the next thing out of the window. False if it is not there yet, or cannot be made out. */
  #step(window: ByteWindow): boolean {
    const { bytes, end } = window;
    if (this.#pending !== undefined) return this.#seekEnd(window, this.#pending);
    const at = this.#pass(bytes, window.start, end);
    window.start = at;
    if (at >= end) return false;
    const level = this.#levels.at(-1)?.kind;
    switch (bytes[at]) {
      case 0x7b:
        return level !== "page" && this.#object(window);
      case 0x5b:
        if (level === "page" || this.#levels.length >= MAX_LEVELS) return false;
        this.#levels.push({ kind: "array" });
        window.start += 1;
        return true;
      case 0x5d:
      case 0x7d:
        if (level !== (bytes[at] === 0x5d ? "array" : "page")) return false;
        this.#close();
        window.start += 1;
        return true;
      case 0x22:
        return level === "page" ? this.#property(window) : this.#value(window, at);
      default:
        return level === "array" && this.#value(window, at);
    }
  }

  /** Passes blanks and commas. */
  #pass(bytes: Buffer, from: number, end: number): number {
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x0a) this.#line += 1;
      else if (byte !== 0x20 && byte !== 0x2c && byte !== 0x0d && byte !== 0x09) return at;
    }
    return end;
  }

  #close(): void {
    const level = this.#levels.pop();
    if (level?.kind !== "page" || level.events) return;
    this.#tally.notDated(level.line, level.head, "no log event");
  }

  /** An event, or a page. Inside a page there are only events. */
  #object(window: ByteWindow): boolean {
    const { bytes, start, end } = window;
    if (this.#levels.every(({ kind }) => kind !== "page")) {
      const head = bytes.toString("latin1", start, Math.min(end, start + NAME_BYTES));
      const match = FIRST_PROPERTY.exec(head);
      if (match === null) return false;
      if (match[1] !== undefined && !EVENT_PROPERTIES.has(match[1])) {
        this.#levels.push({ kind: "page", line: this.#line, head: match[0], events: false });
        window.start += 1;
        return true;
      }
    }
    const scanner = this.#scanner;
    const behind = scanner?.scan(start) ?? -1;
    if (scanner !== undefined && behind >= 0 && behind - start <= MAX_LINE_BYTES) {
      this.#line += scanner.lineBreaks;
      this.#tally.event(scanner.timestamp);
      scanner.deliver(this.#sink);
      window.start = behind;
    } else this.#pending = { end: new ObjectEnd(), looked: 0, tooLong: false };
    return true;
  }

  /** Goes on to look for the end of an event that has to be decoded. */
  #seekEnd(window: ByteWindow, pending: Pending): boolean {
    const { bytes, start, end } = window;
    const behind = pending.end.find(bytes, start + pending.looked, end);
    pending.looked = end - start;
    const length = (behind < 0 ? end : behind) - start;
    if (!pending.tooLong && length > MAX_LINE_BYTES) {
      const head = bytes.toString("utf8", start, start + HEAD_BYTES);
      this.#tally.notDated(this.#line, head, "too long");
      pending.tooLong = true;
    }
    if (pending.tooLong) {
      const dropped = behind < 0 ? end : behind;
      this.#line += lineBreaks(bytes, start, dropped);
      window.start = dropped;
      pending.looked = 0;
    }
    if (behind < 0) return false;
    this.#pending = undefined;
    if (pending.tooLong) return true;
    this.#event(bytes.toString("utf8", start, behind));
    this.#line += lineBreaks(bytes, start, behind);
    window.start = behind;
    return true;
  }

  #event(text: string): void {
    const value = parseJson(text);
    const event = value === undefined ? "not JSON" : readEnvelope(value);
    if (typeof event === "string") {
      this.#tally.notDated(this.#line, text, event);
      return;
    }
    this.#tally.event(event.timestamp);
    this.#sink.add(event.timestamp, event.message);
  }

  /** A page's property: the events, or one that does not matter, such as `nextToken`. */
  #property(window: ByteWindow): boolean {
    const { bytes, start, end } = window;
    const head = bytes.toString("latin1", start, Math.min(end, start + NAME_BYTES));
    const match = PROPERTY.exec(head);
    if (match === null) return false;
    const value = start + match[0].length;
    if (match[1] !== "events" || bytes[value] !== 0x5b) return this.#skip(window, value);
    this.#line += lineBreaks(bytes, start, value);
    const page = this.#levels.at(-1);
    if (page?.kind === "page") page.events = true;
    this.#levels.push({ kind: "array" });
    window.start = value + 1;
    return true;
  }

  /** An array's element that is no object. */
  #value(window: ByteWindow, at: number): boolean {
    const { bytes } = window;
    const line = this.#line;
    if (!this.#skip(window, at)) return false;
    this.#tally.notDated(line, bytes.toString("utf8", at, window.start), "no log event");
    return true;
  }

  #skip(window: ByteWindow, at: number): boolean {
    const { bytes, start, end } = window;
    const values = this.#values;
    values.at = at;
    // A number could go on in the next chunk, so something must stand behind it.
    if (!values.skip(bytes[at] ?? 0) || values.at >= end) return false;
    this.#line += lineBreaks(bytes, start, values.at);
    window.start = values.at;
    return true;
  }

  #broken(cutOff: boolean): LogError {
    const { file, events } = this.#tally;
    const where = `line ${String(this.#line)}, after ${events.toLocaleString("en-US")} log events`;
    return cutOff && (this.#levels.length > 0 || this.#pending !== undefined)
      ? new LogError("cut off", file, `the JSON ends early, in ${where}; fetch it again`)
      : new LogError("damaged", file, `what stands in ${where}, is not the JSON of log events`);
  }
}

function lineBreaks(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < to; at = bytes.indexOf(0x0a, at + 1)) {
    count += 1;
  }
  return count;
}
