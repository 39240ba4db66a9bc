import type { PropertyPath } from "../../components/cloudwatch/patterns";
import type { ByteWindow } from "./byteWindow";
import type { LogSink } from "./logSink";
import type { Tally } from "./tally";

/** The beginning of a log, to tell its format by. */
export interface LogSample {
  /** The first part, up to 64 KiB. */
  readonly text: string;
  /** Its first lines that are not blank; the last may be cut off. */
  readonly lines: readonly string[];
  /** Where the user says that JSON lines have their time. */
  readonly timeField: PropertyPath | undefined;
}

/** Takes one log apart, piece by piece. */
export interface LogParser {
  /**
   * Takes what is complete out of the window and leaves the rest.
   * @param last - Nothing more will come; then the rest must be taken too.
   * @throws LogError for what cannot be read on.
   */
  take(window: ByteWindow, last: boolean): void;
}

/** A way to write log events down. To add one: make such an object and list it in `readLog.ts`. */
export interface LogFormat {
  /** For people. */
  readonly name: string;
  /** Is the log in this format? */
  detect(sample: LogSample): boolean;
  /**
   * Can a log be cut before this line, as what stands before has no bearing on what comes from here on?
   * Default: it cannot be cut, because lines mean nothing to the format.
   */
  readonly cutBefore?: (line: string) => boolean;
  /** Begins to read a log. Events go to `sink` and, as all else that is counted, to `tally`. */
  parser(sink: LogSink, tally: Tally, sample: LogSample): LogParser;
}
