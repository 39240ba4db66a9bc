/**
 * A slow, obvious rehearsal, written straight from the rules and sharing no code with the product: it
 * parses every line with JSON.parse, sums every window by walking over its events, and decides by the
 * rules of AWS's page on missing data.
 */
export interface OracleEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface OracleAlarm {
  readonly threshold: number;
  /** Minutes. */
  readonly period: number;
  readonly m: number;
  readonly n: number;
  readonly treatMissingData: "missing" | "ignore" | "breaching" | "notBreaching";
  /** Predictions below which a period is no data point. */
  readonly minimum: number;
}

export interface OracleChange {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

type Point = "good" | "bad" | "none";

/** The state changes of evaluations at every minute from `from` to `to`, both in minutes. */
export function rehearsedByHand(
  events: readonly OracleEvent[],
  alarm: OracleAlarm,
  { from, to, extra }: { from: number; to: number; extra: number },
): OracleChange[] {
  const changes: OracleChange[] = [];
  let state = "INSUFFICIENT_DATA";
  for (let at = from; at <= to; at += 1) {
    const hourly = alarm.period * alarm.n > 24 * 60;
    if (hourly && at % 60 !== 0) continue;
    const newestFirst: Point[] = [];
    for (let k = 1; k <= alarm.n + extra; k += 1) {
      newestFirst.push(point(events, at - k * alarm.period, at - (k - 1) * alarm.period, alarm));
    }
    const next = decide(newestFirst, alarm, state);
    if (next !== state) changes.push({ at, from: state, to: next });
    state = next;
  }
  return changes;
}

/** One data point, of the events from the minute `start` up to, not including, the minute `end`. */
function point(
  events: readonly OracleEvent[],
  start: number,
  end: number,
  { threshold, minimum }: OracleAlarm,
): Point {
  let [valid, total] = [0, 0];
  for (const { timestamp, message } of events) {
    const minute = Math.floor(timestamp / 60_000);
    if (minute < start || minute >= end) continue;
    const flag = flagOf(message);
    if (flag === undefined) continue;
    total += 1;
    if (flag) valid += 1;
  }
  if (total === 0 || total < minimum) return "none";
  return (100 * valid) / total <= threshold ? "bad" : "good";
}

function flagOf(message: string): boolean | undefined {
  try {
    const event = JSON.parse(message) as unknown;
    if (typeof event !== "object" || event === null || Array.isArray(event)) return undefined;
    const flag: unknown = Object.getOwnPropertyDescriptor(event, "prediction_valid")?.value;
    return typeof flag === "boolean" ? flag : undefined;
  } catch {
    return undefined;
  }
}

function decide(
  newestFirst: readonly Point[],
  { m, n, treatMissingData }: OracleAlarm,
  state: string,
): string {
  const real = newestFirst.filter((each) => each !== "none").slice(0, n);
  const bad = real.filter((each) => each === "bad").length;
  const missing = n - real.length;
  const verdict = (breaching: number): string => (breaching >= m ? "ALARM" : "OK");
  // Enough real points: what is missing does not matter.
  if (missing === 0) return verdict(bad);
  if (treatMissingData === "breaching") return verdict(bad + missing);
  if (treatMissingData === "notBreaching") return verdict(bad);
  const undecided = treatMissingData === "ignore" ? state : undefined;
  if (real.length === 0) return undecided ?? "INSUFFICIENT_DATA";
  if (bad >= m) return "ALARM";
  if (bad < real.length) return "OK";
  // Only breaching points, fewer than M: premature unless the oldest is at least M periods old.
  const age = newestFirst.lastIndexOf("bad") + 1;
  return undecided ?? (age >= m ? "ALARM" : "OK");
}
