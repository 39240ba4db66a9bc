import { parsePropertyPath, type PropertyPath } from "../../components/cloudwatch/patterns";
import { visibleText } from "../text";
import { csv } from "./csv";
import { countLines } from "./countsFile";
import { exportLines, otherDatedLines, shortTailLines, tailLines } from "./datedLines";
import { documents } from "./documents";
import { eventLines, timedLines } from "./lines";
import { pathsOf } from "./eventSample";
import { isJsonObject, parseJson, readEventTime, valueAt } from "./logEvents";
import { type LogFormat, type LogSample, MAX_LINE_LENGTH } from "./logFormat";
import { LogError } from "./logSource";

/** The known formats, the first that fits wins. What the user says about the time comes before what lines look like. */
export const FORMATS: readonly LogFormat[] = [
  ...[countLines, documents, csv, timedLines, eventLines],
  ...[exportLines, tailLines, shortTailLines],
];

/** The known formats for people, a line each. */
export function formatsText(): string {
  const known = FORMATS.map(({ name }) => `  - ${name}`);
  return [...known, "each of them packed with gzip or not."].join("\n");
}

/** Characters by which a format is told, up to the end of the line that they end in. */
const SAMPLE_LENGTH = 64 * 1024;

/** Characters of the longest sample. */
export const LONGEST_SAMPLE = SAMPLE_LENGTH + MAX_LINE_LENGTH;

/** Lines by which a format is told: the first may be half a line, if the log was cut out of a longer one. */
const SAMPLE_LINES = 50;

/**
 * Reads an option that says where JSON lines have their time: `time`, `meta.at`, `@timestamp`, `['any name']`.
 * @throws LogError for anything else
 */
export function readTimeField(log: string, text: string): PropertyPath {
  const plain = /^@?[\w-]+(?:\.@?[\w-]+)*$/.test(text) ? text.split(".") : undefined;
  const path = plain ?? parsePropertyPath(text);
  if (path !== undefined) return path;
  const what = `"${visibleText(text)}" is no property path; write the time field as time, meta.at or @timestamp`;
  throw new LogError("time field", log, what);
}

/** Is this enough of a log's beginning to tell its format? */
export function isSampleWhole(beginning: string): boolean {
  return beginning.length >= LONGEST_SAMPLE || beginning.includes("\n", SAMPLE_LENGTH);
}

/** The beginning of a log, without a byte order mark. */
export function sampleOf(beginning: string, timeField: PropertyPath | undefined): LogSample {
  const end = beginning.indexOf("\n", SAMPLE_LENGTH);
  const text = beginning.slice(0, Math.min(end < 0 ? Infinity : end, LONGEST_SAMPLE));
  const all = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return { text, lines: all.slice(0, SAMPLE_LINES), timeField };
}

/**
 * Tells the format of a log.
 * @throws LogError for one that is empty or in no known format: what it is, as far as that can be told, and what to do
 */
export function formatOf(log: string, sample: LogSample): LogFormat {
  const [first] = sample.lines;
  if (first === undefined) throw new LogError("empty", log, "is empty");
  const other = otherDatedLines(sample) ?? OTHERS.find(({ is }) => is.test(sample.text))?.advice;
  const format = FORMATS.find((known) => known.detect(sample));
  if (format !== undefined && other === undefined) return format;
  // Whoever names the property knows that there are such lines, though behind a banner.
  if (sample.timeField !== undefined && other === undefined) return timedLines;
  throw unknownFormat(log, sample, other);
}

const FETCH = "aws logs filter-log-events --log-group-name NAME --output json > FILE";

/** What is not read, and what gives something that is. */
const OTHERS: readonly { readonly is: RegExp; readonly advice: string }[] = [
  {
    is: /^(?:EVENTS|SEARCHEDLOGSTREAMS|b\/|f\/)[^\t\n]*\t/m,
    advice: `This is the AWS CLI's --output text, in which events cannot be told apart. Fetch it with --output json:\n  ${FETCH}`,
  },
  {
    is: /^-{20,}\r?\n\|\s+(?:Filter|Get)LogEvents\s+\|/,
    advice: `This is the AWS CLI's --output table, made for reading. Fetch it with --output json:\n  ${FETCH}`,
  },
  {
    is: /^(?:events|searchedLogStreams):(?: \[\])?\r?\n|^- (?:eventId|ingestionTime|logStreamName|message|timestamp): /,
    advice: `This is the AWS CLI's --output yaml. Fetch it with --output json:\n  ${FETCH}`,
  },
  {
    // H4sI is gzip's beginning in base64.
    is: /^\s*\{\s*"(?:awslogs|[rR]ecords|invocationId|NextShardIterator|MillisBehindLatest)"[^]*"[dD]ata"\s*:\s*"H4sI/,
    advice:
      "These are a subscription's records as Lambda, Kinesis or Firehose hand them on, packed. Unpack them:\n  jq -r '.. | .data? // .Data? // empty | strings' FILE | while read -r data; do echo \"$data\" | base64 -d | gunzip; done > FILE.json",
  },
  {
    is: /^\s*H4sI[\w+/=\s]+$/,
    advice: "This is packed with gzip, in base64. Unpack it:\n  base64 -d FILE | gunzip > FILE.log",
  },
  {
    is: /^\s*\u001b\[[\d;]*m\d{4}-/,
    advice:
      "Its lines have colours for a terminal. Fetch them without: aws logs tail NAME --color off > FILE",
  },
  {
    is: /^Permission Check Successful\s*$/,
    advice:
      "This is the object aws-logs-write-test, by which an export to S3 tries whether it may write. Leave it out, as the pattern 'FOLDER/**/*.gz' does",
  },
  {
    is: /^(?:An error occurred|aws: error|Unable to locate credentials|\s*\{[^{}]*"__type"\s*:[^{}]*\}\s*$|<\?xml[^]*<Error>)/,
    advice: "This is what AWS answered instead of a log: an error",
  },
];

/** @param other - What to do about it, where that is known. */
export function unknownFormat(log: string, sample: LogSample, other?: string): LogError {
  const { timeField, lines, text } = sample;
  const shown = `is in no known format; its first line is\n    ${visibleText(lines[0] ?? "")}`;
  if (other !== undefined) return new LogError("unknown format", log, `${shown}\n${other}`);
  const said = [shown, "Known are:", formatsText()];
  const objects = lines.map(parseJson).filter(isJsonObject);
  const likely = likelyTimeField(objects);
  if (timeField !== undefined) {
    said.push(
      "No JSON line has a time in the property that --time-field names: ISO 8601, or seconds, milli-, micro- or nanoseconds since 1970. " +
        "Other forms, such as RFC 1123 (Sun, 22 Nov 2026 06:52:24 GMT), are not read.",
    );
  }
  if (likely !== undefined) {
    said.push(`If its "${likely}" is the time of each line, add --time-field ${likely}`);
  } else if (objects.length > 0) {
    said.push("If these are JSON lines of your own, add --time-field with their time's property.");
  } else if (timeField !== undefined && /^\s*[[{]/.test(text)) {
    said.push(
      "If these are JSON objects of your own, write each into a line:\n  jq -c 'if type == \"array\" then .[] else . end' FILE > FILE.jsonl",
    );
  } else if (isUtf16(text)) {
    said.push("It is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8");
  } else if (/[\u0000-\u0008\ufffd]/.test(text)) {
    said.push("It is no text: packed, or of another program.");
  } else {
    said.push(`Fetch the log with ${FETCH}`);
  }
  return new LogError("unknown format", log, said.join("\n"));
}

/** Whether text that was read as UTF-8 is UTF-16: every other character of what is mostly Latin letters is NUL. */
function isUtf16(text: string): boolean {
  const beginning = text.slice(0, 1000);
  const nuls = beginning.split("\u0000").length - 1;
  return nuls >= beginning.length * 0.4 && nuls <= beginning.length * 0.6;
}

/** Names of times, the likelier first. */
const TIME_NAMES = [
  /^@?timestamp$/i,
  /^(?:@t|ts|time|datetime|date_?time|event_?time|log_?time)$/i,
  /time|TIME|date|^when$|^at$|_at$|At$|_ts$/,
];

/**
 * The path of a property that looks like the time of JSON lines, if there is one: by its name, or as a text that can be
 * nothing else. A number alone, such as an account's or a request's, can be anything.
 */
function likelyTimeField(objects: readonly Record<string, unknown>[]): string | undefined {
  const found = new Map<string, number>();
  for (const object of objects) {
    for (const path of pathsOf(object)) {
      const names = path.split(".");
      const value = valueAt(object, names);
      if (!/^[\w@.-]+$/.test(path) || Number.isNaN(readEventTime(value))) continue;
      const rank = TIME_NAMES.findIndex((form) => form.test(names.at(-1) ?? ""));
      const isIso = typeof value === "string" && /^\d{4}-/.test(value);
      if (rank >= 0) found.set(path, 10 * names.length + rank + (isIso ? 0 : 0.5));
      else if (isIso) found.set(path, 10 * names.length + TIME_NAMES.length);
    }
  }
  return [...found].sort(([, a], [, b]) => a - b)[0]?.[0];
}
