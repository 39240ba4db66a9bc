import { readIsoTime } from "../time";
import { FLAT_OBJECT, parseJson } from "./logEvents";
import {
  type LogFormat,
  type LogReader,
  type LogSample,
  MAX_LINE_LENGTH,
  type Tally,
} from "./logFormat";
import { LineReader } from "./lines";

const DATE_TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d`;

/**
 * Lines that begin with their event's time.
 * @param time - The source of a regular expression; its first group is the time.
 */
function datedLines(name: string, time: string): LogFormat {
  const heading = new RegExp(`^${time}(?: |$)`);
  return {
    name,
    detect: ({ lines }) =>
      lines.some((line) => !Number.isNaN(readIsoTime(heading.exec(line)?.[1] ?? ""))),
    // A line without a time may go on with the event before it.
    cut: new RegExp(`\\n(?=${time}(?: |\\r?\\n))`),
    reader: (tally) => readerOf(heading, tally),
  };
}

/**
 * AWS does not say how an event of several lines is written. Here a line without a time goes on with the event before it,
 * unless that is a whole JSON object already, or text, which no further line can make JSON.
 */
function readerOf(heading: RegExp, tally: Tally): LogReader {
  /** The beginning of a JSON object, or blank. */
  let open: { readonly timestamp: number; message: string } | undefined;
  let isBehindText = false;
  const end = (): void => {
    if (open !== undefined) tally.event(open.timestamp, open.message);
    open = undefined;
    isBehindText = false;
  };
  const goOn = (text: string, number: number): void => {
    if (open !== undefined) {
      open.message += `\n${text}`;
      if (open.message.length > MAX_LINE_LENGTH) end();
    } else if (!isBehindText && text.trim() !== "") tally.notDated(number, text, "no time");
  };
  const line = (text: string, number: number): void => {
    const [head, time] = heading.exec(text) ?? [];
    if (head === undefined || time === undefined) {
      goOn(text, number);
      return;
    }
    end();
    const timestamp = readIsoTime(time);
    if (Number.isNaN(timestamp)) {
      tally.notDated(number, text, "time out of range");
      return;
    }
    const message = text.slice(head.length);
    isBehindText = !/^\s*(?:\{|$)/.test(message);
    if (isBehindText || FLAT_OBJECT.test(message) || parseJson(message) !== undefined) {
      tally.event(timestamp, message);
    } else open = { timestamp, message };
  };
  return new LineReader(tally, line, end);
}

/** What CreateExportTask writes to S3 (CloudWatch Logs User Guide, `S3Export`): each event a line, with its time. */
export const exportLines = datedLines(
  "S3 export lines (2026-11-22T06:52:24.000Z message)",
  String.raw`(${DATE_TIME}(?:\.\d{1,9})?Z)`,
);

/**
 * `aws logs tail`: time, log stream and message, the message's JSON on lines of its own with `--format json`, and
 * neither fraction, zone nor log stream with `--format short` (AWS CLI Command Reference, `logs tail`).
 */
export const tailLines = datedLines(
  "aws logs tail",
  String.raw`(${DATE_TIME}(?:\.\d{1,6})?\+00:00) [^ :*\r\n]+`,
);

export const shortTailLines = datedLines("aws logs tail --format short", `(${DATE_TIME})`);

const CRI = new RegExp(`^${DATE_TIME}\\.\\d+(?:Z|[+-]\\d\\d:\\d\\d) (?:stdout|stderr) [FP] `);
const ONE_TIME = new RegExp(`^(${DATE_TIME}\\.\\d{3}Z) `);
const TWO_TIMES = new RegExp(`${ONE_TIME.source}(${DATE_TIME}\\.\\d{3}Z) `);
const WORDS_FIRST = new RegExp(`^\\S+ \\S+ ${DATE_TIME}\\.\\d{3}Z `);

/** Do all lines have two times? One that the application wrote itself is not behind the event's. */
function haveTwoTimes(lines: readonly string[]): boolean {
  const dated = lines.filter((line) => ONE_TIME.test(line));
  const lags = dated.map((line) => {
    const [, one = "", other = ""] = TWO_TIMES.exec(line) ?? [];
    return readIsoTime(other) - readIsoTime(one);
  });
  return lags.every((lag) => lag >= 0) && lags.some((lag) => lag > 0);
}

/** What to do about lines that look like dated ones and are another tool's; undefined if they are not. */
export function otherDatedLines({ lines }: LogSample): string | undefined {
  if (lines.some((line) => CRI.test(line))) {
    return (
      "These are a Kubernetes node's own files (CRI), of which an agent makes the events that CloudWatch gets. Fetch " +
      "those: aws logs filter-log-events --log-group-name NAME --output json > FILE"
    );
  }
  if (haveTwoTimes(lines)) {
    return (
      "Each line has two times, as awslogs get --timestamp --ingestion-time writes them. Fetch it without " +
      "--ingestion-time: awslogs get NAME --no-group --no-stream --timestamp > FILE"
    );
  }
  if (lines.some((line) => WORDS_FIRST.test(line))) {
    return (
      "The time stands behind two other words, as awslogs writes the log group and the log stream. Fetch it without " +
      "them: awslogs get NAME --no-group --no-stream --timestamp > FILE"
    );
  }
  return undefined;
}
