import { commandText } from "../../components/commandText";
import type { PredictionPatterns } from "../../components/cloudwatch/patterns";
import { visibleText } from "../text";
import { isoMinute, MINUTE, readIsoTime } from "../time";
import { isJsonObject, parseJson } from "./logEvents";
import type { LogFormat } from "./logFormat";
import { LineReader } from "./lines";
import { LogError } from "./logSource";

/**
 * The counts format: how many log events matched a model's two filter patterns, minute by minute. Lines of JSON, the first
 * a header. docs/history.md describes it.
 */
const COUNTS_FORMAT = "classification-rate counts";

/** The version that is written, and the only one that is read. */
const COUNTS_VERSION = 1;

/** What was counted; the first line. */
export interface CountsHeader {
  readonly logGroup: string;
  readonly stack: string;
  readonly model: string;
  /** The first moment that was counted, ISO 8601 in UTC. */
  readonly from: string;
  /** The first moment behind it that was not. */
  readonly to: string;
  readonly patterns: PredictionPatterns;
  /** The Logs Insights query that counted. */
  readonly query: string;
}

/** How many events of a minute matched; a line. Minutes without any have none. */
export interface MinuteCounts {
  /** Whole minutes since 1970 (UTC). */
  readonly minute: number;
  readonly valid: number;
  readonly total: number;
}

/** The whole content of a counts file. */
export function countsFileText(header: CountsHeader, minutes: readonly MinuteCounts[]): string {
  const first = { format: COUNTS_FORMAT, version: COUNTS_VERSION, ...header };
  const lines = minutes.map(({ minute, valid, total }) => {
    return { minute: isoMinute(minute), valid, total };
  });
  return [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Is this the first line of a counts file, of whatever version, even a broken one? */
function isCountsHeader(line: string): boolean {
  return /^\s*\{\s*"format"\s*:\s*"classification-rate counts"/.test(line);
}

/** What was wrong with a line: what was expected, and what was found. */
type CountsProblem = string;

/** Reads a header, as far as counting needs it. */
function readCountsHeader(line: string): { readonly patterns: PredictionPatterns } | CountsProblem {
  const header = parseJson(line);
  if (!isJsonObject(header)) return expected("a header in JSON", line);
  const { version } = header;
  if (version !== COUNTS_VERSION) {
    const found = version === undefined ? "none" : JSON.stringify(version);
    return `expected version ${COUNTS_VERSION} of the counts format, found ${found}; write it again with ${commandText("history")}`;
  }
  const { patterns } = header;
  if (isJsonObject(patterns)) {
    const { valid, total } = patterns;
    if (typeof valid === "string" && typeof total === "string")
      return { patterns: { valid, total } };
  }
  return expected("patterns with the filter patterns valid and total", JSON.stringify(patterns));
}

/** Reads a line behind the header. */
function readMinuteCounts(line: string): MinuteCounts | CountsProblem {
  const counts = parseJson(line);
  if (!isJsonObject(counts)) {
    return expected('a line such as {"minute":"2026-03-01T12:03:00Z","valid":57,"total":60}', line);
  }
  const { minute, valid, total } = counts;
  const time = typeof minute === "string" ? readIsoTime(minute) : NaN;
  if (Number.isNaN(time) || time % MINUTE !== 0) {
    return expected("a whole minute such as 2026-03-01T12:03:00Z", JSON.stringify(minute));
  }
  if (!isCount(valid)) return expected("a whole number from 0 in valid", JSON.stringify(valid));
  if (!isCount(total)) return expected("a whole number from 0 in total", JSON.stringify(total));
  if (valid > total) {
    return expected(`at most ${total} valid of as many in total`, String(valid));
  }
  return { minute: time / MINUTE, valid, total };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function expected(what: string, found: string | undefined): CountsProblem {
  return `expected ${what}, found ${found === undefined ? "none" : visibleText(found)}`;
}

/**
 * What `history` writes: no events, but how many there were. Several such files may follow one another, each
 * with its header. A program wrote it, so that a line that is not as it should be is an error and not passed over. It
 * cannot be cut: the header says what the lines behind it count.
 */
export const countLines: LogFormat = {
  name: `counts per minute that ${commandText("history")} fetched`,
  detect: ({ lines: [first = ""] }) => isCountsHeader(first),
  reader: (tally) => {
    let patterns: PredictionPatterns | undefined;
    return new LineReader(tally, (text, number) => {
      if (text.trim() === "") return;
      const whole = <T extends object>(read: T | CountsProblem): T => {
        if (typeof read !== "string") return read;
        throw new LogError("damaged", tally.file, `line ${number}: ${read}`);
      };
      if (patterns === undefined || isCountsHeader(text)) {
        patterns = whole(readCountsHeader(text)).patterns;
        return;
      }
      const { minute, valid, total } = whole(readMinuteCounts(text));
      const counts = [
        [patterns.total, total],
        [patterns.valid, valid],
      ] as const;
      tally.counts(minute * MINUTE, total, new Map(counts));
    });
  },
};
