import { z } from "zod";
import { describeValue, didYouMean, nearest } from "../../components/settings/diagnostic";
import { isMap } from "../../components/settings/input";
import type { DeclaredModel } from "../program/model";
import type { FilterPoints } from "../rehearse/rehearse";
import { type MetricFilter, MetricFilterSeries } from "../simulator/metricFilter";
import { MinuteNumbers } from "../simulator/minuteSeries";
import { MINUTE, readSpan } from "../time";

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
const WORD = /^\s*(nothing|other\s+events)\s*$/;
const COUNTS = /^\s*(\d{1,9})\s*(?:of|\/)\s*(\d{1,9})\s*$/;
const SHARE = "(0?\\d{1,2}(?:\\.\\d{1,3})?|100(?:\\.0{1,3})?)\\s*%";
const RATE = new RegExp(
  `^\\s*(\\d{1,9})\\s*/\\s*(\\w+)\\s+(?:at\\s+${SHARE}|from\\s+${SHARE}\\s+to\\s+${SHARE})\\s*$`,
);

const TRAFFIC =
  "`200/h at 95%`, `200/h from 96% to 80%`, `190 of 200`, `nothing` or `other events`";

/** Reads what a model logs: `200/h at 95%`, `190 of 200`, `nothing` and so on. */
export function readTraffic(input: unknown): Traffic | undefined {
  if (typeof input !== "string") return undefined;
  const word = WORD.exec(input)?.[1]?.replace(/\s+/, " ");
  const kind = WORDS.find((known) => known === word);
  if (kind !== undefined) return { kind };

  const counts = COUNTS.exec(input);
  if (counts !== null) {
    const [valid, total] = [Number(counts[1]), Number(counts[2])];
    return valid <= total ? { kind: "counts", valid, total } : undefined;
  }
  const [, amount, unit = "", at, from = at, to = at] = RATE.exec(input) ?? [];
  const per = readSpan(/^\d/.test(unit) ? unit : `1${unit}`);
  if (amount === undefined || from === undefined || to === undefined) return undefined;
  if (per === undefined || per === 0) return undefined;
  return { kind: "rate", amount: Number(amount), per, from: partsOf(from), to: partsOf(to) };
}

function partsOf(percent: string): number {
  return Math.round((Number(percent) / 100) * SHARE_PARTS);
}

const LINES = "a list of lines such as `- 10h: 200/h at 95%`";

/** The same for editors, as JSON Schema. */
const TRAFFIC_FORM = {
  ...{ type: "string", expected: TRAFFIC },
  pattern: [WORD, COUNTS, RATE].map(({ source }) => source).join("|"),
};
const LINE_FORM = {
  ...{ type: "object", minProperties: 1, maxProperties: 1 },
  propertyNames: {
    pattern: "^\\s*(?:each\\b)?[\\s\\d]*\\d\\s*[dhms][\\s\\ddhms]*$",
    expected: "a length of time such as `10h` or `1h30m`, or `each 1h` before a list",
  },
  patternProperties: {
    "^\\s*each\\b": { type: "array", minItems: 1, items: TRAFFIC_FORM },
    "^(?!\\s*each\\b)": TRAFFIC_FORM,
  },
};

/** A series: a list of `10h: 200/h at 95%` and `each 1h: [190 of 200, nothing]`. */
export const seriesSchema = z
  .array(z.unknown(), LINES)
  .min(1, LINES)
  .transform((entries, context) => {
    const lines = entries.flatMap((entry, at) =>
      readLine(entry, (path, message, params = {}) => {
        context.issues.push({ code: "custom", message, params, path: [at, ...path], input: entry });
      }),
    );
    if (seriesLength(lines) > LONGEST) {
      const params = { found: "a longer one" };
      const message = "a series of at most 366 days";
      context.issues.push({ code: "custom", message, params, input: entries });
    }
    return lines;
  })
  .meta({ expected: LINES, items: LINE_FORM });

/** Minutes. */
export function seriesLength(lines: readonly SeriesLine[]): number {
  return lines.reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Hears what is expected at a place below a line. */
type Refuse = (path: (string | number)[], expected: string, more?: object) => void;

function readLine(entry: unknown, refuse: Refuse): SeriesLine[] {
  const [[key, value] = ["", undefined], ...others] = isMap(entry) ? Object.entries(entry) : [];
  if (key === "" || others.length > 0) {
    refuse([], "a line such as `10h: 200/h at 95%`, each with a `-` of its own");
    return [];
  }
  const each = /^\s*each\b(.*)$/.exec(key)?.[1];
  const minutes = readSpan(each ?? key) ?? 0;
  if (minutes === 0) {
    const expected =
      each === undefined
        ? "a length of time such as `10h` or `1h30m`, or `each 1h` before a list"
        : "`each` and a length of time, such as `each 1h`";
    refuse([key], expected, { found: describeValue(key), atKey: true });
  }
  if (each !== undefined && (!Array.isArray(value) || value.length === 0)) {
    refuse([key], "a list such as `[190 of 200, 180 of 200, nothing]`");
    return [];
  }
  const items: readonly unknown[] = each !== undefined && Array.isArray(value) ? value : [value];
  return items.flatMap((item, at) => {
    const traffic = readTraffic(item);
    if (traffic !== undefined) return { minutes, traffic };
    const word = typeof item === "string" ? nearest(item, WORDS) : undefined;
    const meant = Array.isArray(item) ? `each ${key}` : word;
    refuse(each === undefined ? [key] : [key, at], TRAFFIC, didYouMean(meant));
    return [];
  });
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
  if (traffic.kind === "counts") return traffic.total;
  return traffic.kind === "rate" ? Math.round((traffic.amount * minutes) / traffic.per) : 0;
}

/** How many of a line's first predictions are valid. Whole numbers of any size keep it exact. */
function validOfFirst(first: number, total: number, { traffic }: SeriesLine): number {
  if (total === 0) return 0;
  const [n, of] = [BigInt(first), BigInt(total)];
  if (traffic.kind === "counts") return nearestWhole(BigInt(traffic.valid) * n, of);
  if (traffic.kind !== "rate") return 0;
  // The share at the middle of the first n, times n.
  const [from, to] = [BigInt(traffic.from), BigInt(traffic.to)];
  return nearestWhole(n * (2n * from * of + (to - from) * n), 2n * of * BigInt(SHARE_PARTS));
}

function nearestWhole(numerator: bigint, denominator: bigint): number {
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/**
 * The data points that a model's declared metric filters make of a series: a valid prediction matches both, any other one
 * the total alone, and other log events neither.
 * @param start the series' first minute, since 1970 (UTC)
 */
export function seriesPoints(
  model: DeclaredModel,
  counts: readonly MinuteCount[],
  start: number,
): FilterPoints[] {
  const events = new MinuteNumbers("counts");
  for (const { minute, total } of counts) events.add(start + minute, Math.max(1, total));
  const points = (filter: MetricFilter, matched: (count: MinuteCount) => number): FilterPoints => {
    const series = new MetricFilterSeries(filter);
    for (const count of counts) series.addCount((start + count.minute) * MINUTE, matched(count));
    const { metricNamespace: namespace, metricName } = filter;
    return { namespace, metricName, series: series.metric(events) };
  };
  return [
    ...(model.valid ? [points(model.valid, ({ valid }) => valid)] : []),
    ...(model.total ? [points(model.total, ({ total }) => total)] : []),
  ];
}
