import { seriesLength, SHARE_PARTS, type SeriesLine } from "./series";

/** A minute of a series in which something was logged. */
export interface MinuteCount {
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
