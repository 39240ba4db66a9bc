import { parsePropertyPath, type PropertyPath } from "../../components/cloudwatch/patterns";
import { visibleText } from "../text";
import { ByteWindow } from "./byteWindow";
import { countLines } from "./countLines";
import { eventLines } from "./eventLines";
import { eventPages } from "./eventPages";
import { exportLines } from "./exportLines";
import { unpacked } from "./gunzip";
import { LogError } from "./logError";
import type { LogFormat, LogParser, LogSample } from "./logFormat";
import type { LogSink } from "./logSink";
import type { LogSource } from "./logSource";
import { likelyTimeField, SAMPLE_BYTES, sampleOf } from "./sample";
import { Tally, type UndatedLine } from "./tally";
import { timedLines } from "./timedLines";

/** How to read a log. */
export interface ReadLogOptions {
  /**
   * Where bare JSON lines have their time: a property path such as `time` or `meta.at`. Not needed for,
   * and without effect on, logs in CloudWatch's own formats.
   * @default none, and such logs are refused
   */
  readonly timeField?: string | undefined;
}

/** What was read of a log. */
export interface LogSummary {
  /** The source's name. */
  readonly name: string;
  /** The name of the format it was found to be in. */
  readonly format: string;
  /** How many events it has, not counting those without a time. */
  readonly events: number;
  /** Lines, or events, whose time could not be told. */
  readonly undated: { readonly count: number; readonly examples: readonly UndatedLine[] };
  /** The earliest event's time, milliseconds since 1970; undefined without events. */
  readonly firstAt: number | undefined;
  /** The latest event's time, milliseconds since 1970; undefined without events. */
  readonly lastAt: number | undefined;
}

/** The known formats, the first that fits wins. */
const FORMATS: readonly LogFormat[] = [countLines, eventPages, eventLines, timedLines, exportLines];

/**
 * Reads a log's events, in the log's order, whatever format it is in (told by its content) and packed
 * with gzip or not. Memory stays the same however long the log is: see `MAX_LINE_BYTES`.
 *
 * @param sink - Takes the events; a function does it if nothing needs to be fast.
 * @throws LogError if there is nothing to read, no known format, or the log breaks off. Events up to there
 * have been given to the sink.
 */
export async function readLog(
  source: LogSource,
  options: ReadLogOptions,
  sink: LogSink | ((timestamp: number, message: string) => void),
): Promise<LogSummary> {
  const { format, tally } = await tallyLog(source, options, sink);
  return summaryOf(source.name, format, tally);
}

/** How to read a log, or a part of one. */
interface TallyLogOptions extends ReadLogOptions {
  /**
   * The name of the format of the log that this is a part of: one that can be cut, and unpacked.
   * @default a whole log, whose format has to be told
   */
  readonly partOf?: string | undefined;
}

/** {@link readLog}, also for a part of a log; the tally can be added to those of the other parts. */
export async function tallyLog(
  source: LogSource,
  options: TallyLogOptions,
  sink: LogSink | ((timestamp: number, message: string) => void),
): Promise<{ format: string; tally: Tally }> {
  const timeField = readTimeField(source.name, options.timeField);
  const tally = new Tally(source.name);
  const events = typeof sink === "function" ? { add: sink } : sink;
  const window = freeWindows.pop() ?? new ByteWindow();
  const known = FORMATS.find(({ name }) => name === options.partOf);
  let reading: { readonly format: LogFormat; readonly parser: LogParser } | undefined;
  const begin = () => {
    if (known === undefined) passByteOrderMark(window);
    const sample = sampleOf(window, timeField);
    const format = known ?? formatOf(source.name, sample);
    return { format, parser: format.parser(events, tally, sample) };
  };
  const chunks = source.open();
  for await (const chunk of known === undefined ? unpacked(source.name, chunks) : chunks) {
    window.append(chunk);
    if (reading === undefined && known === undefined && window.length < SAMPLE_BYTES) continue;
    reading ??= begin();
    reading.parser.take(window, false);
  }
  reading ??= begin();
  reading.parser.take(window, true);
  window.start = window.end = 0;
  freeWindows.push(window);
  return { format: reading.format.name, tally };
}

/** Windows of logs that were read to their end: the memory of new ones would pile up, as it is freed late. */
const freeWindows: ByteWindow[] = [];

/** What was read of a log whose parts, if it was cut, were all tallied. */
export function summaryOf(name: string, format: string, tally: Tally): LogSummary {
  const any = tally.events > 0;
  return {
    name,
    format,
    events: tally.events,
    undated: { count: tally.undated, examples: tally.examples },
    firstAt: any ? tally.firstAt : undefined,
    lastAt: any ? tally.lastAt : undefined,
  };
}

/** A format whose logs can be cut, see {@link LogFormat.cutBefore}. */
export type FormatToCut = Pick<Required<LogFormat>, "name" | "cutBefore">;

/**
 * The format of a log that is not packed, if it is one that can be cut.
 * @param head - The log's beginning; it is moved past a byte order mark.
 * @throws LogError as {@link readLog} for a log without a known format
 */
export function formatToCut(
  name: string,
  head: ByteWindow,
  options: ReadLogOptions,
): FormatToCut | undefined {
  passByteOrderMark(head);
  const { name: format, cutBefore } = formatOf(
    name,
    sampleOf(head, readTimeField(name, options.timeField)),
  );
  return cutBefore && { name: format, cutBefore };
}

function readTimeField(log: string, text: string | undefined): PropertyPath | undefined {
  if (text === undefined) return undefined;
  const path = parsePropertyPath(text);
  if (path !== undefined) return path;
  const what = `"${visibleText(text)}" is no property path; write the time field as time or meta.at`;
  throw new LogError("time field", log, what);
}

function passByteOrderMark(window: ByteWindow): void {
  const { bytes, start } = window;
  const marked = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  if (marked && window.length >= 3) window.start += 3;
}

function formatOf(log: string, sample: LogSample): LogFormat {
  const [first] = sample.lines;
  if (first === undefined) throw new LogError("empty", log, "is empty");
  const format = FORMATS.find((known) => known.detect(sample));
  if (format !== undefined) return format;
  throw new LogError("unknown format", log, unknownFormat(sample, first));
}

function unknownFormat(sample: LogSample, first: string): string {
  const lines = [
    `is in no known format; its first line is\n    ${visibleText(first)}`,
    "Known are:",
  ];
  for (const { name } of FORMATS) lines.push(`  - ${name}`);
  lines.push("each of them packed with gzip or not.");
  const likely = likelyTimeField(sample);
  if (sample.timeField !== undefined) {
    lines.push("No JSON line among the first has a time in the property that --time-field names.");
  }
  if (likely !== undefined) {
    lines.push(`If its "${likely}" is the time of each line, add --time-field ${likely}`);
  } else if (sample.lines.some((line) => line.startsWith("{"))) {
    lines.push("If these are JSON lines of your own, add --time-field with their time's property.");
  } else if (sample.text.includes("\u0000")) {
    lines.push("It has NUL bytes: if it is text in UTF-16, convert it to UTF-8 first.");
  } else {
    lines.push("Fetch the log with aws logs filter-log-events --log-group-name NAME > FILE");
  }
  return lines.join("\n");
}
