import { parseJson } from "./envelope";
import { readIsoTime } from "../time";
import { HitFinder } from "./hitFinder";
import { ISO_LENGTH, IsoBytes } from "./isoBytes";
import { JsonScanner, NO_FIELDS } from "./jsonScanner";
import { type LineHandler, LineParser } from "./lineParser";
import type { LogFormat } from "./logFormat";
import type { FastSink, LogSink, MessageText } from "./logSink";
import { MAX_LINE_BYTES, type Tally } from "./tally";

/** Only `Z`: `aws logs tail` writes an offset and puts the log stream between time and message. */
const DATED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)(?: (.*))?$/s;

/**
 * What CreateExportTask writes to S3 (CloudWatch Logs User Guide, `S3Export`): each event a line, which
 * begins with its time.
 *
 * AWS does not say how an event of several lines is written. Here a line without a time goes on with the
 * event before it, unless that is a whole JSON object already: then the line is undated.
 */
export const exportLines: LogFormat = {
  name: "S3 export lines (2026-11-22T06:52:24.000Z message)",
  detect: ({ lines }) =>
    lines.some((line) => !Number.isNaN(readIsoTime(DATED.exec(line)?.[1] ?? ""))),
  // A line without a time may go on with the event before it.
  cutBefore: (line) => DATED.test(line),
  parser: (sink, tally) => new LineParser(new ExportLineHandler(sink, tally), tally),
};

/** What to do with a line without a time. */
type Before =
  | { readonly kind: "nothing" }
  /** Text, which no further line can make JSON; such lines are of no consequence. */
  | { readonly kind: "text" }
  /** The beginning of a JSON object, or blank. Not yet given to the sink. */
  | { readonly kind: "open"; readonly timestamp: number; message: string };

const NOTHING: Before = { kind: "nothing" };
const TEXT: Before = { kind: "text" };

class ExportLineHandler implements LineHandler, MessageText {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #fast: FastSink | undefined;
  readonly #hits: HitFinder;
  readonly #iso = new IsoBytes();
  readonly #scanner = new JsonScanner("line");
  #bytes: Buffer = Buffer.alloc(1);
  #start = 0;
  #end = 0;
  #before = NOTHING;

  constructor(sink: LogSink, tally: Tally) {
    this.#sink = sink;
    this.#tally = tally;
    this.#fast = sink.fast;
    this.#hits = new HitFinder(sink.fast?.interest);
  }

  use(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#scanner.use(bytes);
    this.#hits.use(bytes, start, end);
  }

  scan(at: number): number {
    const [fast, bytes, scanner] = [this.#fast, this.#bytes, this.#scanner];
    if (fast === undefined || this.#before.kind === "open") return -1;
    const timestamp = this.#iso.read(bytes, at);
    if (Number.isNaN(timestamp) || bytes[at + ISO_LENGTH] !== 0x20) return -1;
    const start = at + ISO_LENGTH + 1;
    const first = bytes[start] ?? 0;
    if (first <= 0x20) return -1;
    if (first !== 0x7b) return this.#scanText(fast, timestamp, at, start);
    scanner.at = start;
    const event = scanner.object(fast.fields);
    if (event === undefined || scanner.space() !== 0x0a) return -1;
    const end = scanner.at;
    if (end - at > MAX_LINE_BYTES) return -1;
    this.#before = NOTHING;
    this.#tally.event(timestamp);
    [this.#start, this.#end] = [start, end];
    if (fast.fields === undefined) this.#sink.add(timestamp, this.text());
    else if (event !== NO_FIELDS || this.#hits.next(start, end) < end) {
      fast.addScanned(timestamp, event, this);
    } else fast.addUninteresting(timestamp);
    return end + 1;
  }

  #scanText(fast: FastSink, timestamp: number, at: number, start: number): number {
    const bytes = this.#bytes;
    // What JavaScript counts as blank may stand before a brace too, so only ASCII is sure to be text.
    if ((bytes[start] ?? 0) >= 0x80) return -1;
    const end = bytes.indexOf(0x0a, start);
    if (end - at > MAX_LINE_BYTES || this.#hits.next(start, end) < end) return -1;
    this.#before = TEXT;
    this.#tally.event(timestamp);
    fast.addUninteresting(timestamp);
    return end + 1;
  }

  line(text: string, number: number): void {
    const [, time, message = ""] = DATED.exec(text) ?? [];
    if (time === undefined) {
      this.#continue(text, number);
      return;
    }
    this.end();
    const timestamp = readIsoTime(time);
    if (Number.isNaN(timestamp)) {
      this.#tally.notDated(number, text, "time out of range");
      return;
    }
    this.#tally.event(timestamp);
    if (/^\s*(\{|$)/.test(message) && parseJson(message) === undefined) {
      this.#before = { kind: "open", timestamp, message };
      return;
    }
    this.#before = /^\s*\{/.test(message) ? NOTHING : TEXT;
    this.#sink.add(timestamp, message);
  }

  #continue(text: string, number: number): void {
    const before = this.#before;
    if (before.kind === "open") {
      before.message += `\n${text}`;
      if (before.message.length > MAX_LINE_BYTES) this.end();
    } else if (before.kind === "nothing" && text.trim() !== "") {
      this.#tally.notDated(number, text, "no time");
    }
  }

  end(): void {
    const before = this.#before;
    this.#before = NOTHING;
    if (before.kind === "open") this.#sink.add(before.timestamp, before.message);
  }

  text(): string {
    const text = this.#bytes.toString("utf8", this.#start, this.#end);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
