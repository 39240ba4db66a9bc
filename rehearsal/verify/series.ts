import { form, isMap, type Form } from "../../config/form";
import { nearest } from "../../config/nearest";
import { describeValue, type KeyPath, type Problem } from "../../config/problem";
import { readField } from "../../config/readFields";
import { readSpan } from "./span";

/** Thousandths of a percent in one: shares are whole numbers of these, so that counting is exact. */
export const SHARE_PARTS = 100_000;

/** What a model logs during a line of a series. */
export type Traffic =
  /** Not one log event. */
  | { readonly kind: "nothing" }
  /** Log events, but no prediction among them that counts. */
  | { readonly kind: "other events" }
  /** So many predictions per so many minutes; their valid share, in parts, goes evenly from one to the other. */
  | {
      readonly kind: "rate";
      readonly amount: number;
      readonly per: number;
      readonly from: number;
      readonly to: number;
    }
  /** Exactly so many valid ones of so many predictions. */
  | { readonly kind: "counts"; readonly valid: number; readonly total: number };

/** One line of a series: what is logged, and for how long. */
export interface SeriesLine {
  /** Whole, at least 1. */
  readonly minutes: number;
  readonly traffic: Traffic;
}

/** The longest series; longer ones are a slip of the pen, and take their time. */
const LONGEST = 366 * 1440;

const WORDS = ["nothing", "other events"] as const;

const traffic: Form<Traffic> = form(
  "`200/h at 95%`, `200/h from 96% to 80%`, `190 of 200`, `nothing` or `other events`",
  readTraffic,
);

const lineLength: Form<number> = form("a length of time such as `10h` or `1h30m`", (input) => {
  const minutes = readSpan(input);
  return minutes !== undefined && minutes > 0 ? minutes : undefined;
});

/** Reads what a model logs: `200/h at 95%`, `190 of 200`, `nothing` and so on. */
export function readTraffic(input: unknown): Traffic | undefined {
  if (typeof input !== "string") return undefined;
  const text = input.trim().replace(/\s+/g, " ");
  const word = WORDS.find((kind) => kind === text);
  if (word !== undefined) return { kind: word };

  const counts = /^(\d{1,9}) ?(?:of|\/) ?(\d{1,9})$/.exec(text);
  if (counts !== null) {
    const [valid, total] = [Number(counts[1]), Number(counts[2])];
    return valid <= total ? { kind: "counts", valid, total } : undefined;
  }
  const [, amount, unit = "", ...shares] =
    /^(\d{1,9}) ?\/ ?(\w+) (?:at (\S+) ?%|from (\S+) ?% to (\S+) ?%)$/.exec(text) ?? [];
  const per = readSpan(/^\d/.test(unit) ? unit : `1${unit}`);
  if (amount === undefined || per === undefined || per === 0) return undefined;
  const [at, from = at, to = at] = shares.map(readShare);
  if (from === undefined || to === undefined) return undefined;
  return { kind: "rate", amount: Number(amount), per, from, to };
}

function readShare(percent: string | undefined): number | undefined {
  if (percent === undefined || !/^\d{1,3}(\.\d{1,3})?$/.test(percent)) return undefined;
  const parts = Math.round((Number(percent) / 100) * SHARE_PARTS);
  return parts <= SHARE_PARTS ? parts : undefined;
}

/**
 * Reads a series: a list of `10h: 200/h at 95%` and `each 1h: [190 of 200, nothing]`.
 * @param path where the series stands, for the problems
 */
export function readSeries(
  input: unknown,
  path: KeyPath,
): { lines: SeriesLine[]; problems: Problem[] } {
  if (!Array.isArray(input) || input.length === 0) {
    const expected = "a list of lines such as `- 10h: 200/h at 95%`";
    return { lines: [], problems: [{ path, expected, found: describeValue(input) }] };
  }
  const entries: readonly unknown[] = input;
  const read = entries.map((entry, position) => readLine(entry, [...path, position]));
  const lines = read.flatMap((line) => line.lines);
  const problems = read.flatMap((line) => line.problems);
  if (problems.length === 0 && seriesLength(lines) > LONGEST) {
    problems.push({ path, expected: "a series of at most 366 days", found: "a longer one" });
  }
  return { lines, problems };
}

/** Minutes. */
export function seriesLength(lines: readonly SeriesLine[]): number {
  return lines.reduce((sum, { minutes }) => sum + minutes, 0);
}

function readLine(
  entry: unknown,
  path: KeyPath,
): { lines: readonly SeriesLine[]; problems: readonly Problem[] } {
  const [[key, value] = ["", undefined], ...others] = isMap(entry) ? Object.entries(entry) : [];
  if (key === "" || others.length > 0) {
    const expected = "a line such as `10h: 200/h at 95%`, each with a `-` of its own";
    return { lines: [], problems: [{ path, expected, found: describeValue(entry) }] };
  }
  const each = /^\s*each\b(.*)$/.exec(key)?.[1];
  const length = readField(lineLength, each ?? key, path);
  const badKey = Array.isArray(length)
    ? [{ ...atKey([...path, key]), expected: lengthText(each), found: describeValue(key) }]
    : [];
  const minutes = Array.isArray(length) ? 1 : length.value;
  if (each === undefined) {
    const { lines, problems } = readTraffics([{ value, path: [...path, key] }], minutes);
    const hint = Array.isArray(value) ? { hint: `did you mean each ${key}?` } : {};
    return { lines, problems: [...badKey, ...problems.map((found) => ({ ...found, ...hint }))] };
  }
  if (!Array.isArray(value) || value.length === 0) {
    const expected = "a list such as `[190 of 200, 180 of 200, nothing]`";
    const bad = { path: [...path, key], expected, found: describeValue(value) };
    return { lines: [], problems: [...badKey, bad] };
  }
  const values: readonly unknown[] = value;
  const items = values.map((item, position) => ({ value: item, path: [...path, key, position] }));
  const { lines, problems } = readTraffics(items, minutes);
  return { lines, problems: [...badKey, ...problems] };
}

function readTraffics(
  values: readonly { value: unknown; path: KeyPath }[],
  minutes: number,
): { lines: SeriesLine[]; problems: Problem[] } {
  const lines: SeriesLine[] = [];
  const problems: Problem[] = [];
  for (const { value, path } of values) {
    const result = readField(traffic, value, path);
    if (!Array.isArray(result)) lines.push({ minutes, traffic: result.value });
    else {
      const meant = typeof value === "string" ? nearest(value, WORDS) : undefined;
      const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` };
      problems.push(...result.map((problem) => ({ ...problem, ...hint })));
    }
  }
  return { lines, problems };
}

function lengthText(each: string | undefined): string {
  return each === undefined
    ? "a length of time such as `10h` or `1h30m`, or `each 1h` before a list"
    : "`each` and a length of time, such as `each 1h`";
}

function atKey(path: KeyPath): { path: KeyPath; atKey: true } {
  return { path, atKey: true };
}
