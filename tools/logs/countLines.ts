import type { PredictionPatterns } from "../../components/cloudwatch/patterns";
import { isCountsHeader, readCountsHeader, readMinuteCounts } from "./countsFile";
import { type LineHandler, LineParser } from "./lineParser";
import { LogError } from "./logError";
import type { LogFormat } from "./logFormat";
import type { LogSink } from "./logSink";
import type { Tally } from "./tally";

const MINUTE = 60_000;

/**
 * What `npm run history` writes: no events, but how many there were. Several such files may follow one another, each
 * with its header. A program wrote it, so that a line that is not as it should be is an error and not passed over. It
 * cannot be cut: the header says what the lines behind it count.
 */
export const countLines: LogFormat = {
  name: "counts per minute that npm run history fetched",
  detect: ({ lines: [first = ""] }) => isCountsHeader(first),
  parser: (sink, tally) => new LineParser(new CountLineHandler(sink, tally), tally),
};

class CountLineHandler implements LineHandler {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  #patterns: PredictionPatterns | undefined;

  constructor(sink: LogSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
    if (sink.addCounts !== undefined) return;
    throw new LogError("unreadable", tally.file, "has counts only, and log events are needed here");
  }

  use(): void {
    // Lines are short and few: one a minute.
  }

  scan(): number {
    return -1;
  }

  line(text: string, number: number): void {
    if (text.trim() === "") return;
    const patterns = this.#patterns;
    if (patterns === undefined || isCountsHeader(text)) {
      this.#patterns = this.#whole(readCountsHeader(text), number).patterns;
      return;
    }
    const { minute, valid, total } = this.#whole(readMinuteCounts(text), number);
    const timestamp = minute * MINUTE;
    this.#tally.event(timestamp);
    this.#tally.events += total - 1;
    const counts = new Map([
      [patterns.total, total],
      [patterns.valid, valid],
    ]);
    this.#sink.addCounts?.(timestamp, counts);
  }

  end(): void {
    // Every line stands for itself.
  }

  #whole<T extends object>(read: T | string, number: number): T {
    if (typeof read !== "string") return read;
    const where = `line ${number}: ${read}`;
    throw new LogError("damaged", this.#tally.file, where);
  }
}
