import { visibleText } from "../text";

/** Most examples of undated lines that are kept of a log. */
const MAX_UNDATED_EXAMPLES = 5;

/** Longest line or event that is looked at, in bytes: CloudWatch's 1 MB for a message, twice for JSON's escapes. */
export const MAX_LINE_BYTES = 2 * 1024 * 1024;

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

/** What was counted in a part of a log; its lines are numbered from where the part begins. */
export type TallyPart = Pick<
  Tally,
  "lines" | "events" | "firstAt" | "lastAt" | "undated" | "examples"
>;

/** Counts what is read of one log. */
export class Tally {
  /** Lines up to here, of formats that go line by line. */
  lines = 0;
  events = 0;
  firstAt = Infinity;
  lastAt = -Infinity;
  undated = 0;
  readonly examples: UndatedLine[] = [];

  constructor(readonly file: string) {}

  /** An event at that moment, in milliseconds since 1970. */
  event(timestamp: number): void {
    this.events += 1;
    if (timestamp < this.firstAt) this.firstAt = timestamp;
    if (timestamp > this.lastAt) this.lastAt = timestamp;
  }

  /** A line that has no place in time, or not one that can be told. */
  notDated(line: number, text: string, reason: UndatedReason): void {
    this.undated += 1;
    if (this.examples.length >= MAX_UNDATED_EXAMPLES) return;
    this.examples.push({ file: this.file, line, text: visibleText(text), reason });
  }

  /** Adds the next part of the log, as if it had been read here. */
  addPart(part: TallyPart): void {
    this.events += part.events;
    this.firstAt = Math.min(this.firstAt, part.firstAt);
    this.lastAt = Math.max(this.lastAt, part.lastAt);
    this.undated += part.undated;
    for (const example of part.examples) {
      if (this.examples.length >= MAX_UNDATED_EXAMPLES) break;
      this.examples.push({ ...example, line: this.lines + example.line });
    }
    this.lines += part.lines;
  }
}
