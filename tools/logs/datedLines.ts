import { isEventTime, readIsoTime } from "../time";
import { FLAT_OBJECT, parseJson } from "./logEvents";
import {
  type LogFormat,
  type LogSample,
  type LogSink,
  MAX_LINE_LENGTH,
  type Tally,
  takenAt,
} from "./logFormat";
import { fits, type LineHandler, LineReader } from "./lines";

/** How a kind of dated lines begins: the source of a regular expression whose first group is the time. */
interface Heading {
  readonly name: string;
  readonly source: string;
}

const DATE_TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`;

/**
 * Lines that begin with their event's time. AWS does not say how an event of several lines is written. Here a line
 * without a time goes on with the event before it, unless that is a whole JSON object already, or text, which no
 * further line can make JSON.
 */
function datedLines({ name, source }: Heading): LogFormat {
  const heading = new RegExp(`${source}(?: |(?=\r?$))`, "m");
  const first = new RegExp(`^${heading.source}`, "m");
  return {
    name,
    detect: ({ lines }) =>
      lines.some((line) => !Number.isNaN(readIsoTime(first.exec(line)?.[1] ?? ""))),
    // A line without a time may go on with the event before it.
    cut: new RegExp(`\\n(?=${heading.source})`, "m"),
    reader: (sink, tally) => new LineReader(new DatedLineHandler(heading, sink, tally), tally),
  };
}

/** What CreateExportTask writes to S3 (CloudWatch Logs User Guide, `S3Export`): each event a line, with its time. */
export const exportLines = datedLines({
  name: "S3 export lines (2026-11-22T06:52:24.000Z message)",
  source: String.raw`(${DATE_TIME}(?:\.\d{1,9})?Z)`,
});

/**
 * `aws logs tail`: time, log stream and message, the message's JSON on lines of its own with `--format json`, and
 * neither fraction, zone nor log stream with `--format short` (AWS CLI Command Reference, `logs tail`).
 */
export const tailLines = datedLines({
  name: "aws logs tail",
  source: String.raw`(${DATE_TIME}(?:\.\d{1,6})?\+00:00) [^ :*\r\n]+`,
});

export const shortTailLines = datedLines({
  name: "aws logs tail --format short",
  source: `(${DATE_TIME})`,
});

/** What other tools write that looks alike, by a name and by what is to be done about it. */
const OTHERS: readonly { readonly is: (sample: LogSample) => boolean; readonly advice: string }[] =
  [
    {
      is: ({ lines }) =>
        lines.some((line) =>
          new RegExp(`^${DATE_TIME}\\.\\d+(?:Z|[+-]\\d\\d:\\d\\d) (?:stdout|stderr) [FP] `).test(
            line,
          ),
        ),
      advice:
        "These are a Kubernetes node's own files (CRI), of which an agent makes the events that CloudWatch gets. Fetch " +
        "those: aws logs filter-log-events --log-group-name NAME --output json > FILE",
    },
    {
      // A time that the application wrote itself is not behind the event's.
      is: ({ lines }) => {
        const two = lines.flatMap((line) => {
          const [, one = "", other = ""] =
            new RegExp(`^(${DATE_TIME}\\.\\d{3}Z) (${DATE_TIME}\\.\\d{3}Z) `).exec(line) ?? [];
          return one === "" ? [] : [readIsoTime(other) - readIsoTime(one)];
        });
        const dated = lines.filter((line) => new RegExp(`^${DATE_TIME}\\.\\d{3}Z `).test(line));
        const late = two.every((later) => later >= 0) && two.some((later) => later > 0);
        return two.length > 0 && two.length === dated.length && late;
      },
      advice:
        "Each line has two times, as awslogs get --timestamp --ingestion-time writes them. Fetch it without " +
        "--ingestion-time: awslogs get NAME --no-group --no-stream --timestamp > FILE",
    },
    {
      is: ({ lines }) =>
        lines.some((line) => new RegExp(`^\\S+ \\S+ ${DATE_TIME}\\.\\d{3}Z `).test(line)),
      advice:
        "The time stands behind two other words, as awslogs writes the log group and the log stream. Fetch it without " +
        "them: awslogs get NAME --no-group --no-stream --timestamp > FILE",
    },
  ];

/** What to do about lines that look like dated ones and are another tool's; undefined if they are not. */
export function otherDatedLines(sample: LogSample): string | undefined {
  return OTHERS.find(({ is }) => is(sample))?.advice;
}

/** What to do with a line without a time. */
type Before =
  /** There is nothing it could go on with. */
  | { readonly kind: "nothing" }
  /** Text, which no further line can make JSON; such lines are of no consequence. */
  | { readonly kind: "text" }
  /** The beginning of a JSON object, or blank. Not yet given to the sink. */
  | { readonly kind: "open"; readonly timestamp: number; message: string };

const NOTHING: Before = { kind: "nothing" };
const TEXT: Before = { kind: "text" };

class DatedLineHandler implements LineHandler {
  readonly #heading: RegExp;
  readonly #sink: LogSink;
  readonly #tally: Tally;
  readonly #flat = new RegExp(FLAT_OBJECT, "y");
  #before = NOTHING;
  /** The minute read last: lines mostly share it, and reading a date is slow. */
  #minute = "";
  #minuteTime = Number.NaN;

  constructor(heading: RegExp, sink: LogSink, tally: Tally) {
    this.#heading = new RegExp(heading.source, "my");
    this.#sink = sink;
    this.#tally = tally;
  }

  glance(text: string, start: number, end: number): boolean {
    if (this.#before.kind === "open") return false;
    const heading = this.#heading;
    heading.lastIndex = start;
    const time = heading.exec(text)?.[1];
    const message = heading.lastIndex;
    if (time === undefined || message >= end) return false;
    const first = text.charCodeAt(message);
    // What JavaScript counts as blank may stand before a brace, too, so only ASCII is sure to be text.
    const isText = first > 0x20 && first < 0x7f && first !== 0x7b;
    if (!isText && !fits(this.#flat, text, message, end)) return false;
    this.#before = isText ? TEXT : NOTHING;
    return takenAt(this.#sink, this.#tally, this.#timeOf(time), text, message, end);
  }

  line(text: string, number: number): void {
    const heading = this.#heading;
    heading.lastIndex = 0;
    const time = heading.exec(text)?.[1];
    if (time === undefined) {
      this.#continue(text, number);
      return;
    }
    const message = text.slice(heading.lastIndex);
    this.end();
    const timestamp = this.#timeOf(time);
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

  #timeOf(time: string): number {
    const minute = time.slice(0, 16);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteTime = readIsoTime(`${minute}:00Z`);
    }
    const seconds = Number(time.slice(17, 19));
    if (seconds > 59) return Number.NaN;
    const fraction = /^\.\d+/.exec(time.slice(19))?.[0] ?? "";
    const moment = this.#minuteTime + seconds * 1000 + Number(fraction.slice(1, 4).padEnd(3, "0"));
    return isEventTime(moment) ? moment : Number.NaN;
  }

  #continue(text: string, number: number): void {
    const before = this.#before;
    if (before.kind === "open") {
      before.message += `\n${text}`;
      if (before.message.length > MAX_LINE_LENGTH) this.end();
    } else if (before.kind === "nothing" && text.trim() !== "") {
      this.#tally.notDated(number, text, "no time");
    }
  }

  end(): void {
    const before = this.#before;
    this.#before = NOTHING;
    if (before.kind === "open") this.#sink.add(before.timestamp, before.message);
  }
}
