import type { PropertyPath } from "../../components/cloudwatch/patterns";
import { visibleText } from "../text";

/** Takes the events of a log, in the log's order. Times are milliseconds since 1970, within the range of `isEventTime`. */
export interface LogSink {
  /** An event, with its message as it was logged. */
  add(timestamp: number, message: string): void;
  /**
   * Takes an event if its text is enough for that, which is faster.
   * @param text - The message, or a JSON string of it, quotes included, if `isQuoted`.
   * @returns Whether it did; if not, the event has to be given to {@link LogSink.add}.
   */
  glance(timestamp: number, text: string, isQuoted: boolean): boolean;
  /**
   * How many events of a minute match each of some filter patterns; there may have been others. An event may match
   * several, but the highest count is that of all of them.
   * @param timestamp - When the minute begins.
   * @param counts - By pattern.
   */
  addCounts(timestamp: number, counts: ReadonlyMap<string, number>): void;
}

/** The beginning of a log, to tell its format by. */
export interface LogSample {
  /** The first part: 64 KiB, up to the end of a line. */
  readonly text: string;
  /** Its first lines that are not blank. */
  readonly lines: readonly string[];
  /** Where the user says that JSON lines have their time. */
  readonly timeField: PropertyPath | undefined;
}

/** Takes one log apart, piece by piece. */
export interface LogReader {
  /**
   * Takes what is complete off the beginning of the text.
   * @param last - Nothing more will come; then the rest must be taken too.
   * @returns How many characters were taken. The others come again, with more behind them.
   * @throws LogError for what cannot be read on.
   */
  take(text: string, last: boolean): number;
}

/** A way to write log events down. To add one: make such an object and list it in `formats.ts`. */
export interface LogFormat {
  /** For people. */
  readonly name: string;
  /** Is the log in this format? */
  detect(sample: LogSample): boolean;
  /**
   * Finds a line feed behind which a log can be cut, as what stands before has no bearing on what comes after it.
   * @default it cannot be cut
   */
  readonly cut?: RegExp;
  /** Begins to read a log. What is in it goes to `tally`. */
  reader(tally: Tally, timeField: PropertyPath | undefined): LogReader;
}

/** Most examples of undated lines that are kept of a log. */
const MAX_UNDATED_EXAMPLES = 5;

/** Longest line or event that is looked at, in characters: CloudWatch's 1 MB for a message, twice for JSON's escapes. */
export const MAX_LINE_LENGTH = 2 * 1024 * 1024;

/** Why a line is no event with a time. */
export type UndatedReason =
  "not JSON" | "no log event" | "no time" | "time out of range" | "no message" | "too long";

/** A line that could not be placed in time. */
export interface UndatedLine {
  /** The log's name. */
  readonly file: string;
  /** Counted from 1. Of a line that holds several events, or an event on several lines: where it begins. */
  readonly line: number;
  /** Its beginning, control characters made visible. */
  readonly text: string;
  readonly reason: UndatedReason;
}

/** What was read of a log: plain data, which another thread can be sent. */
export interface LogSummary {
  /** The source's name. */
  readonly name: string;
  /** The name of the format it was found to be in. */
  readonly format: string;
  /** How many lines it has, in formats that go line by line. */
  readonly lines: number;
  /** How many events it has, not counting those without a time. */
  readonly events: number;
  /** Lines, or events, whose time could not be told. */
  readonly undated: { readonly count: number; readonly examples: readonly UndatedLine[] };
  /** The earliest event's time, milliseconds since 1970; Infinity without events. */
  readonly firstAt: number;
  /** The latest event's time, milliseconds since 1970; -Infinity without events. */
  readonly lastAt: number;
  /** What a person should know of how it was read, in sentences. */
  readonly notes: readonly string[];
}

/** Counts what is read of one log, and hands its events on. */
export class Tally {
  lines = 0;
  events = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;
  #undated = 0;
  readonly #examples: UndatedLine[] = [];
  readonly #notes = new Set<string>();

  /** @param linesBefore - How many lines the log has before this part of it, for the messages of errors. */
  constructor(
    readonly file: string,
    private readonly sink: LogSink,
    readonly linesBefore = 0,
  ) {}

  /** An event. @param text - As of {@link LogSink.glance}. */
  event(timestamp: number, text: string, isQuoted = false): void {
    this.#count(timestamp, 1);
    if (this.sink.glance(timestamp, text, isQuoted)) return;
    this.sink.add(timestamp, isQuoted ? (JSON.parse(text) as string) : text);
  }

  /** How many events of a minute there were, and how many match filter patterns, as {@link LogSink.addCounts}. */
  counts(timestamp: number, events: number, counts: ReadonlyMap<string, number>): void {
    this.#count(timestamp, events);
    this.sink.addCounts(timestamp, counts);
  }

  #count(timestamp: number, times: number): void {
    this.events += times;
    if (timestamp < this.#firstAt) this.#firstAt = timestamp;
    if (timestamp > this.#lastAt) this.#lastAt = timestamp;
  }

  /** A line that has no place in time, or not one that can be told. */
  notDated(line: number, text: string, reason: UndatedReason): void {
    this.#undated += 1;
    if (this.#examples.length >= MAX_UNDATED_EXAMPLES) return;
    this.#examples.push({ file: this.file, line, text: visibleText(text), reason });
  }

  /** Something that a person should know of how the log was read, in a sentence. */
  note(sentence: string): void {
    this.#notes.add(sentence);
  }

  summary(format: string): LogSummary {
    return {
      name: this.file,
      format,
      lines: this.lines,
      events: this.events,
      undated: { count: this.#undated, examples: this.#examples },
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      notes: [...this.#notes],
    };
  }
}

/** What was read of a log whose next part was read apart. */
export function joinedSummary(one: LogSummary, next: LogSummary): LogSummary {
  const moved = next.undated.examples.map(({ line, ...rest }) => {
    return { ...rest, line: one.lines + line };
  });
  return {
    ...one,
    lines: one.lines + next.lines,
    events: one.events + next.events,
    undated: {
      count: one.undated.count + next.undated.count,
      examples: [...one.undated.examples, ...moved].slice(0, MAX_UNDATED_EXAMPLES),
    },
    firstAt: Math.min(one.firstAt, next.firstAt),
    lastAt: Math.max(one.lastAt, next.lastAt),
    notes: [...new Set([...one.notes, ...next.notes])],
  };
}
