import type { PropertyPath } from "../../components/cloudwatch/patterns";
import type { ByteWindow } from "./byteWindow";
import { parseJson } from "./envelope";
import { readEventTime } from "./eventTime";
import type { LogSample } from "./logFormat";
import { isJsonObject } from "./valueAt";

/** Bytes by which a format is told. */
export const SAMPLE_BYTES = 64 * 1024;

/** Lines by which a format is told: the first may be half a line, if the log was cut out of a longer one. */
const SAMPLE_LINES = 50;

/** The beginning of what is in the window. */
export function sampleOf(window: ByteWindow, timeField: PropertyPath | undefined): LogSample {
  const { bytes, start, end } = window;
  const text = bytes.toString("utf8", start, Math.min(end, start + SAMPLE_BYTES));
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() !== "") lines.push(line);
    if (lines.length === SAMPLE_LINES) break;
  }
  return { text, lines, timeField };
}

/** The name of a property that looks like the time of the sample's JSON lines, if there is one. */
export function likelyTimeField({ lines }: LogSample): string | undefined {
  for (const line of lines) {
    const value = parseJson(line);
    if (!isJsonObject(value)) continue;
    const found = Object.entries(value).find(
      ([name, time]) => /^[\w-]+$/.test(name) && !Number.isNaN(readEventTime(time)),
    );
    if (found !== undefined) return found[0];
  }
  return undefined;
}
