import { takeEvent } from "./lines";
import { isEventProperty, parseJson, plainEvent } from "./logEvents";
import { type LogFormat, type LogReader, MAX_LINE_LENGTH, type Tally } from "./logFormat";
import { isEventTime } from "../time";
import { LogError } from "./logSource";

/** The properties of a page that hold its events: of an AWS CLI's or SDK's answer, of a subscription's record. */
const LISTS: ReadonlySet<string> = new Set(["events", "logEvents", "results"]);

const PAGE =
  /^\s*(?:\[\s*)*\{\s*"(?:events|logEvents|searchedLogStreams|next(?:Forward|Backward)?Token|messageType|subscriptionFilters)"\s*:/;
/** First properties that other objects may have as well, so that a list of events must follow. */
const MAYBE_PAGE =
  /^\s*(?:\[\s*)*\{\s*"(?:\$metadata|ResponseMetadata|owner|logGroup|logStream|results|queryLanguage|statistics|status|encryptionKey)"\s*:/;
const LIST = new RegExp(`"(?:${[...LISTS].join("|")})"\\s*:\\s*\\[`);
const EVENT =
  /^\s*(\[\s*)*\{\s*"(?:timestamp|message|logStreamName|ingestionTime|eventId|id|@\w+)"\s*:/;
const ROW = /^\s*\[\s*\[\s*\{\s*"(?:field|value)"\s*:/;
const EMPTY_ARRAY = /^\s*\[\s*\]/;

/**
 * What `aws logs filter-log-events`, `get-log-events` and `get-query-results` print, `{"events": [...], ...}`, in one
 * line or pretty-printed; the same of AWS's SDKs; the console's JSON of Logs Insights; a subscription's records, as
 * Firehose puts them into S3 (CloudWatch Logs User Guide, `SubscriptionFilters`). Also the bare array of events, arrays
 * of these, and several of these one after the other.
 */
export const documents: LogFormat = {
  name: "JSON of AWS: aws logs filter-log-events, get-log-events or get-query-results, subscription records",
  detect: ({ text, lines }) => {
    if (PAGE.test(text) || (MAYBE_PAGE.test(text) && LIST.test(text))) return true;
    if (EMPTY_ARRAY.test(text) || ROW.test(text)) return true;
    const [, array] = EVENT.exec(text) ?? [undefined, undefined];
    // One event a line is a format of its own, which gets over a broken line.
    const isOneLine = (line: string) => parseJson(line) !== undefined;
    return array !== undefined || (EVENT.test(text) && !lines.some(isOneLine));
  },
  reader: (tally) => new DocumentReader(tally),
};

/** Arrays and pages within one another; more is no page. */
const MAX_LEVELS = 8;

/** What is open around the place that was reached. */
type Level =
  /** @property ignored - Its events are none of the log group's. */
  | { readonly kind: "array"; readonly ignored: boolean }
  /** An object that is not an event. If it turns out to have no events, it is shown as an undated line. */
  | {
      readonly kind: "page";
      readonly line: number;
      readonly head: string;
      events: boolean;
      /** A record that CloudWatch sends to see whether the destination can be reached. */
      control: boolean;
    };

class DocumentReader implements LogReader {
  readonly #plain = new RegExp(plainEvent("\\s*"), "y");
  readonly #levels: Level[] = [];
  /** An event that is longer than a line may be: its end is looked for, and its text dropped. */
  #tooLong: ValueEnd | undefined;
  #text = "";
  #at = 0;
  #line = 1;
  /** Where line breaks were counted up to. */
  #counted = 0;

  constructor(private readonly tally: Tally) {}

  take(text: string, last: boolean): number {
    this.#text = text;
    [this.#at, this.#counted] = [0, 0];
    while (this.#step());
    const left = text.length - this.#at;
    const stuck = left > 0 && (last || left > MAX_LINE_LENGTH);
    if (stuck || (last && (this.#levels.length > 0 || this.#tooLong !== undefined))) {
      // What may be the beginning of something is not to be told from what is cut off.
      throw this.#broken(last && (!stuck || /[{["\-\d tfn]/.test(text[this.#at] ?? "")));
    }
    this.#lineAt(this.#at);
    return this.#at;
  }

  /** Takes the next thing. False if it is not there yet, or cannot be made out. */
  #step(): boolean {
    if (this.#tooLong !== undefined) {
      if (!this.#pass(this.#tooLong)) return false;
      this.#tooLong = undefined;
    }
    const text = this.#text;
    const blank = /[\s,]*/y;
    blank.lastIndex = this.#at;
    blank.test(text);
    this.#at = blank.lastIndex;
    const level = this.#levels.at(-1);
    switch (text[this.#at]) {
      case undefined:
        return false;
      case "{":
        return level?.kind !== "page" && this.#object(level);
      case "[":
        return level?.kind !== "page" && this.#array(level);
      case "]":
        return level?.kind === "array" && this.#close();
      case "}":
        return level?.kind === "page" && this.#close();
      case '"':
        return level?.kind === "page" ? this.#property(level) : this.#stray();
      default:
        return level?.kind === "array" && this.#stray();
    }
  }

  #open(level: Level): boolean {
    if (this.#levels.length >= MAX_LEVELS) return false;
    this.#levels.push(level);
    this.#at += 1;
    return true;
  }

  #close(): boolean {
    const level = this.#levels.pop();
    if (level?.kind === "page" && !level.events) {
      this.tally.notDated(level.line, level.head, "no log event");
    }
    this.#at += 1;
    return true;
  }

  /** A row of a query's results, or a list. */
  #array(level: Level | undefined): boolean {
    const row = /\[\s*(?:$|\{\s*(?:$|"(?:(?:field|value)"|[a-z]{0,5}$)))/y;
    row.lastIndex = this.#at;
    if (!row.test(this.#text)) return this.#open({ kind: "array", ignored: false });
    // What is cut off here shows when more has come.
    return row.lastIndex < this.#text.length ? this.#event(level) : false;
  }

  /** An event, or a page. Inside a page there are only events. */
  #object(level: Level | undefined): boolean {
    if (this.#levels.every(({ kind }) => kind !== "page")) {
      const first = /\{\s*(?:"([^"\\]*)"\s*:|\})/y;
      first.lastIndex = this.#at;
      const match = first.exec(this.#text);
      if (match === null) return false;
      const [head, name] = match;
      if (name !== undefined && !isEventProperty(name)) {
        const line = this.#lineAt(this.#at);
        return this.#open({ kind: "page", line, head, events: false, control: false });
      }
    }
    return this.#event(level);
  }

  #event(level: Level | undefined): boolean {
    const ignored = level?.kind === "array" && level.ignored;
    this.#plain.lastIndex = this.#at;
    const [plain, time, message] = this.#plain.exec(this.#text) ?? [];
    const isPlain = plain !== undefined && plain.length <= MAX_LINE_LENGTH;
    if (isPlain && message !== undefined && isEventTime(Number(time))) {
      if (!ignored) this.tally.event(Number(time), message, true);
      this.#at += plain.length;
      return true;
    }
    const start = this.#at;
    const end = new ValueEnd();
    const isWhole = this.#pass(end);
    const text = this.#text.slice(start, this.#at);
    const line = this.#lineAt(start);
    if (text.length > MAX_LINE_LENGTH) {
      this.tally.notDated(line, text, "too long");
      if (!isWhole) this.#tooLong = end;
    } else if (!isWhole) this.#at = start;
    else if (!ignored) {
      takeEvent(
        this.tally,
        text,
        line,
        this.#levels.some(({ kind }) => kind === "page"),
      );
    }
    return isWhole;
  }

  /** Goes on to a value's end, or to that of the text if it is not there yet. */
  #pass(end: ValueEnd): boolean {
    const behind = end.find(this.#text, this.#at);
    this.#at = behind < 0 ? this.#text.length : behind;
    return behind >= 0;
  }

  /** A page's property: the events, or one that does not matter, such as `nextToken`. */
  #property(page: Extract<Level, { kind: "page" }>): boolean {
    const property = /"([^"\\]*)"\s*:\s*(?=[^\s])/y;
    property.lastIndex = this.#at;
    const name = property.exec(this.#text)?.[1];
    if (name === undefined) return false;
    const value = property.lastIndex;
    if (LISTS.has(name) && this.#text[value] === "[") {
      this.#at = value;
      page.events = true;
      return this.#open({ kind: "array", ignored: page.control });
    }
    if (name === "messageType") page.control = this.#text.startsWith('"CONTROL_MESSAGE"', value);
    return this.#skip(value);
  }

  /** An array's element that is no object. */
  #stray(): boolean {
    const start = this.#at;
    if (!this.#skip(start)) return false;
    this.tally.notDated(this.#lineAt(start), this.#text.slice(start, this.#at), "no log event");
    return true;
  }

  /** Passes a value. */
  #skip(value: number): boolean {
    const scalar = /"(?:[^"\\]|\\.)*"|[-\w.+]+/sy;
    scalar.lastIndex = value;
    const behind = /[{[]/.test(this.#text[value] ?? "")
      ? new ValueEnd().find(this.#text, value)
      : scalar.test(this.#text)
        ? scalar.lastIndex
        : -1;
    // A number could go on in the next piece, so something must stand behind it.
    if (behind < 0 || behind >= this.#text.length) return false;
    this.#at = behind;
    return true;
  }

  #broken(cutOff: boolean): LogError {
    const { file, events } = this.tally;
    const where = `line ${this.#lineAt(this.#at)}, after ${events.toLocaleString("en-US")} log events`;
    return cutOff && (this.#levels.length > 0 || this.#tooLong !== undefined)
      ? new LogError("cut off", file, `the JSON ends early, in ${where}; fetch it again`)
      : new LogError("damaged", file, `what stands in ${where}, is not the JSON of log events`);
  }

  /** The line of a place that is not before those asked for earlier. */
  #lineAt(place: number): number {
    for (let at = this.#counted; ; at += 1) {
      at = this.#text.indexOf("\n", at);
      if (at < 0 || at >= place) break;
      this.#line += 1;
    }
    this.#counted = Math.max(this.#counted, place);
    return this.#line;
  }
}

/** Finds where a JSON object or array ends, counting brackets outside strings; it may come in pieces. */
class ValueEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /**
   * Looks at the text from `from` on, which goes on where that of the last call ended. The first of all must be the
   * opening bracket.
   * @returns Where it ends (behind the bracket), -1 if that comes later.
   */
  find(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      const character = text.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (character === 0x5c) this.#escaped = true;
        else if (character === 0x22) this.#inString = false;
      } else if (character === 0x22) this.#inString = true;
      else if (character === 0x7b || character === 0x5b) this.#depth += 1;
      else if (character === 0x7d || character === 0x5d) {
        this.#depth -= 1;
        if (this.#depth === 0) return at + 1;
      }
    }
    return -1;
  }
}
