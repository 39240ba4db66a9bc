import { visibleText } from "./visibleText";

/** Most examples of undated lines that are kept of a log. */
export const MAX_UNDATED_EXAMPLES = 5;

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

/** Counts what is read of one log. */
export class Tally {
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
}
