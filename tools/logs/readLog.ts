import { StringDecoder } from "node:string_decoder";
import {
  FORMATS,
  formatOf,
  isSampleWhole,
  readTimeField,
  sampleOf,
  unknownFormat,
} from "./formats";
import {
  type LogFormat,
  type LogReader,
  type LogSample,
  type LogSink,
  type LogSummary,
  Tally,
} from "./logFormat";
import type { LogSource } from "./logSource";
import { timedLines } from "./lines";
import { unpacked } from "./unpack";

/** How to read a log. */
export interface ReadLogOptions {
  /**
   * Where bare JSON lines have their time: a property path such as `time` or `meta.at`.
   * @default none, and such logs are refused
   */
  readonly timeField?: string | undefined;
  /**
   * The name of the format of the log that this is a part of: one that can be cut, and is not packed.
   * @default a whole log, whose format has to be told
   */
  readonly partOf?: string | undefined;
  /** How many lines the log has before this part, see `Tally`. @default 0 */
  readonly linesBefore?: number | undefined;
}

/** Bytes decoded at a time: so few that their text is soon gone from memory again. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Reads a log's events, in the log's order, whatever format it is in (told by its content) and packed
 * or not. Memory stays the same however long the log is: see `MAX_LINE_LENGTH`.
 *
 * @throws LogError if there is nothing to read, no known format, or the log breaks off. Events up to there
 * have been given to the sink.
 */
export async function readLog(
  source: LogSource,
  { timeField, partOf, linesBefore }: ReadLogOptions,
  sink: LogSink,
): Promise<LogSummary> {
  const { name } = source;
  const field = timeField === undefined ? undefined : readTimeField(name, timeField);
  const tally = new Tally(name, sink, linesBefore);
  const part = FORMATS.find((format) => format.name === partOf);
  let reading: { sample: LogSample; format: LogFormat; reader: LogReader } | undefined;
  let rest = "";
  const take = (text: string, last: boolean): void => {
    rest += text;
    if (reading === undefined) {
      if (!last && part === undefined && !isSampleWhole(rest)) return;
      if (part === undefined) rest = rest.replace(/^\ufeff/, "");
      const sample = sampleOf(rest, field);
      const format = part ?? formatOf(name, sample);
      reading = { sample, format, reader: format.reader(tally, field) };
    }
    rest = rest.slice(reading.reader.take(rest, last));
  };
  const decoder = new StringDecoder("utf8");
  for await (const chunk of part === undefined ? unpacked(name, source.open()) : source.open()) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      take(decoder.write(bytes.subarray(at, at + BLOCK_BYTES)), false);
    }
  }
  take(decoder.end(), true);
  const summary = tally.summary(reading?.format.name ?? "");
  if (reading?.format === timedLines && summary.events === 0 && part === undefined) {
    throw unknownFormat(name, reading.sample);
  }
  return summary;
}
