import { EVENT_PROPERTIES, parseJson, readEnvelope } from "./envelope";
import { EnvelopeScanner } from "./envelopeScanner";
import { type LineHandler, LineParser } from "./lineParser";
import type { LogFormat } from "./logFormat";
import type { LogSink } from "./logSink";
import { MAX_LINE_BYTES, type Tally } from "./tally";
import { isJsonObject } from "./valueAt";

/** One `{"timestamp": ..., "message": ...}` a line: FilterLogEvents' events, as jq or a script writes them. */
export const eventLines: LogFormat = {
  name: "JSON lines of {timestamp, message}",
  detect: ({ lines, timeField }) =>
    lines.some((line) => {
      const value = parseJson(line);
      if (!isJsonObject(value) || typeof readEnvelope(value) === "string") return false;
      // Loggers use the same two names for what they write themselves, next to others of their own.
      if (!Object.keys(value).every((name) => EVENT_PROPERTIES.has(name))) return false;
      // The user knows better, unless the time is written as only CloudWatch does.
      return timeField === undefined || /"timestamp"\s*:\s*\d/.test(line);
    }),
  cutBefore: () => true,
  parser: (sink, tally) => new LineParser(new EventLineHandler(sink, tally), tally),
};

class EventLineHandler implements LineHandler {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #scanner: EnvelopeScanner | undefined;

  constructor(sink: LogSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
    this.#scanner = sink.fast === undefined ? undefined : new EnvelopeScanner(sink.fast, "line");
  }

  use(bytes: Buffer, start: number, end: number): void {
    this.#scanner?.use(bytes, start, end);
  }

  scan(at: number): number {
    const scanner = this.#scanner;
    const behind = scanner?.scan(at) ?? -1;
    if (scanner === undefined || behind < 0) return -1;
    const end = scanner.lineEnd(behind);
    if (end < 0 || end - at > MAX_LINE_BYTES) return -1;
    this.#tally.event(scanner.timestamp);
    scanner.deliver(this.#sink);
    return end + 1;
  }

  line(text: string, number: number): void {
    if (text.trim() === "") return;
    const value = parseJson(text);
    const event = value === undefined ? "not JSON" : readEnvelope(value);
    if (typeof event === "string") {
      this.#tally.notDated(number, text, event);
      return;
    }
    this.#tally.event(event.timestamp);
    this.#sink.add(event.timestamp, event.message);
  }

  end(): void {
    // Every line stands for itself.
  }
}
