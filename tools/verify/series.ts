import { type DeclaredModel } from "../program/model";
import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import {
  describeValue,
  type KeyPath,
  nearest,
  type Problem,
} from "../../components/settings/diagnostic";
import { readField } from "../../components/settings/read";
import { form, type Form, isMap } from "../../components/settings/schema";
import type { FilterPoints } from "../rehearse/rehearse";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import type { MinutePoint } from "../simulator/windowStatistics";
import { readSpan } from "../time";

/** Thousandths of a percent in one: shares are whole numbers of these, so that counting is exact. */
const SHARE_PARTS = 100_000;

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

/** A minute of a series in which something was logged. */
interface MinuteCount {
  /** Whole minutes since the series' start. */
  readonly minute: number;
  readonly total: number;
  readonly valid: number;
}

/**
 * Spreads the predictions of a series over its minutes, without chance.
 *
 * A line of n minutes with N predictions has had N k / n of them, rounded up, at the end of its k-th
 * minute: the first comes at once, the last in time. Of the first predictions of a line so many are
 * valid as their share says, rounded to the nearest whole number, halves up. So a line's own totals
 * are exact, and those of every stretch of it within one prediction.
 *
 * @returns the minutes with log events, in order
 */
export function minuteCounts(lines: readonly SeriesLine[]): MinuteCount[] {
  const counts: MinuteCount[] = [];
  let start = 0;
  for (const line of lines) {
    addLine(counts, line, start);
    start += line.minutes;
  }
  return counts;
}

function addLine(counts: MinuteCount[], line: SeriesLine, start: number): void {
  const { traffic, minutes } = line;
  if (traffic.kind === "nothing") return;
  const total = lineTotal(line);
  let [totalBefore, validBefore] = [0, 0];
  for (let k = 1; k <= minutes; k += 1) {
    const totalNow = Math.ceil((total * k) / minutes);
    const validNow = validOfFirst(totalNow, total, line);
    const minute = { total: totalNow - totalBefore, valid: validNow - validBefore };
    if (minute.total > 0 || traffic.kind === "other events") {
      counts.push({ minute: start + k - 1, ...minute });
    }
    [totalBefore, validBefore] = [totalNow, validNow];
  }
}

/** How many predictions a line has: the nearest whole number, halves up. */
export function lineTotal({ traffic, minutes }: SeriesLine): number {
  switch (traffic.kind) {
    case "nothing":
    case "other events":
      return 0;
    case "counts":
      return traffic.total;
    case "rate":
      return Math.round((traffic.amount * minutes) / traffic.per);
  }
}

/** How many of a line's first predictions are valid. Whole numbers of any size keep it exact. */
function validOfFirst(first: number, total: number, { traffic }: SeriesLine): number {
  if (total === 0) return 0;
  const [n, of] = [BigInt(first), BigInt(total)];
  switch (traffic.kind) {
    case "nothing":
    case "other events":
      return 0;
    case "counts":
      return nearestWhole(BigInt(traffic.valid) * n, of);
    case "rate": {
      // The share at the middle of the first n, times n.
      const [from, to] = [BigInt(traffic.from), BigInt(traffic.to)];
      return nearestWhole(n * (2n * from * of + (to - from) * n), 2n * of * BigInt(SHARE_PARTS));
    }
  }
}

function nearestWhole(numerator: bigint, denominator: bigint): number {
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/** The predictions of a whole series. */
export function seriesTotals(lines: readonly SeriesLine[]): {
  minutes: number;
  total: number;
  valid: number;
} {
  const sum = { minutes: seriesLength(lines), total: 0, valid: 0 };
  for (const line of lines) {
    const total = lineTotal(line);
    sum.total += total;
    sum.valid += validOfFirst(total, total, line);
  }
  return sum;
}

/**
 * The data points that a model's declared metric filters make of a series: each valid prediction adds
 * the filter's value to both metrics, each other one to the total alone, and a minute with log events
 * of which none matches gets the filter's default value.
 * @param start the series' first minute, since 1970 (UTC)
 */
export function seriesPoints(
  model: DeclaredModel,
  counts: readonly MinuteCount[],
  start: number,
): FilterPoints[] {
  const ids = new Map(
    model.alarms
      .flatMap(queriesOf)
      .flatMap(({ id, metric }) => (metric ? [[metricKey(metric), id] as const] : [])),
  );
  return model.filters.flatMap((filter) => {
    const { metricNamespace: namespace, metricName } = filter;
    const id = ids.get(metricKey({ namespace, metricName }));
    if (id !== VALID && id !== TOTAL) return [];
    const points = counts.flatMap(({ minute, total, valid }) =>
      pointOf(filter, start + minute, id === VALID ? valid : total),
    );
    return [{ namespace, metricName, points }];
  });
}

/** The data point of a minute in which so many events matched. */
function pointOf(filter: MetricFilter, minute: number, matched: number): MinutePoint[] {
  if (matched === 0) {
    return filter.defaultValue === undefined ? [] : [{ minute, sum: filter.defaultValue }];
  }
  const value = Number(filter.metricValue);
  return [{ minute, sum: matched * value, count: matched, minimum: value, maximum: value }];
}
