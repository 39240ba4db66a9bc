import type { PropertyPath } from "../../components/cloudwatch/patterns";
import type { SelectorStep } from "../simulator/filterPattern";
import { parseJson, whyNoTime } from "./envelope";
import { readEventTime } from "./eventTime";
import { fieldTree, type FieldTree, joinTrees } from "./fieldTree";
import { HitFinder } from "./hitFinder";
import { JsonScanner } from "./jsonScanner";
import { type LineHandler, LineParser } from "./lineParser";
import type { LogFormat } from "./logFormat";
import type { FastSink, LogSink, MessageText } from "./logSink";
import { MAX_LINE_BYTES, type Tally } from "./tally";
import { valueAt } from "./valueAt";

/** Bare JSON lines, each an event's message, with their time in a property that the user names. */
export const timedLines: LogFormat = {
  name: "JSON lines with a time field of their own",
  detect: ({ lines, timeField }) =>
    timeField !== undefined &&
    lines.some((line) => !Number.isNaN(readEventTime(valueAt(parseJson(line), timeField)))),
  cutBefore: () => true,
  parser: (sink, tally, { timeField = [] }) =>
    new LineParser(new TimedLineHandler(sink, tally, timeField), tally),
};

class TimedLineHandler implements LineHandler, MessageText {
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #timeField: PropertyPath;
  readonly #fast: FastSink | undefined;
  readonly #fields: FieldTree | undefined;
  readonly #hits: HitFinder;
  readonly #scanner = new JsonScanner("line");
  #bytes: Buffer = Buffer.alloc(1);
  #start = 0;
  #end = 0;

  constructor(sink: LogSink, tally: Tally, timeField: PropertyPath) {
    this.#sink = sink;
    this.#tally = tally;
    this.#timeField = timeField;
    this.#fast = sink.fast;
    const time = fieldTree([timeField.map(toStep)]);
    this.#fields = joinTrees(time, sink.fast?.fields);
    this.#hits = new HitFinder(sink.fast?.interest);
  }

  use(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#scanner.use(bytes);
    this.#hits.use(bytes, start, end);
  }

  scan(at: number): number {
    const [fast, scanner] = [this.#fast, this.#scanner];
    if (fast === undefined || this.#fields === undefined || this.#bytes[at] !== 0x7b) return -1;
    scanner.at = at;
    const event = scanner.object(this.#fields);
    if (event === undefined) return -1;
    const objectEnd = scanner.at;
    if (scanner.space() !== 0x0a || scanner.at - at > MAX_LINE_BYTES) return -1;
    const timestamp = readEventTime(valueAt(event, this.#timeField));
    if (Number.isNaN(timestamp)) return -1;
    this.#tally.event(timestamp);
    this.#start = at;
    this.#end = scanner.at;
    if (this.#hits.next(at, objectEnd) >= objectEnd) {
      fast.addUninteresting(timestamp);
    } else fast.addScanned(timestamp, event, this);
    return scanner.at + 1;
  }

  line(text: string, number: number): void {
    if (text.trim() === "") return;
    const value = parseJson(text);
    const time = valueAt(value, this.#timeField);
    const timestamp = readEventTime(time);
    if (Number.isNaN(timestamp)) {
      this.#tally.notDated(number, text, value === undefined ? "not JSON" : whyNoTime(time));
      return;
    }
    this.#tally.event(timestamp);
    this.#sink.add(timestamp, text);
  }

  text(): string {
    const text = this.#bytes.toString("utf8", this.#start, this.#end);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }

  end(): void {
    // Every line stands for itself.
  }
}

function toStep(segment: string | number): SelectorStep {
  return typeof segment === "number"
    ? { kind: "element", index: segment }
    : { kind: "member", name: segment };
}
