import { InvalidArgumentError } from "commander";
import { readDuration } from "../config/duration";
import { UsageError } from "./runCommand";
import { parseTime } from "./values";

/** A moment, as far as it is known before the time now is. @returns milliseconds since 1970 */
export type Moment = (now: Date) => number;

/** A moment: `30d` is that long ago; else an ISO 8601 time, in UTC unless it says otherwise. */
export function parseMoment(text: string): Moment {
  if (/^\s*\d+\s*[smhd]\s*$/.test(text)) {
    const seconds = readDuration(text);
    if (seconds !== undefined) return (now) => now.getTime() - seconds * 1000;
  }
  try {
    const time = parseTime(text);
    return () => time;
  } catch {
    throw new InvalidArgumentError(
      "expected how long ago, such as 30d or 12h, or a time such as 2026-03-09T14:00Z or 2026-03-09.",
    );
  }
}

const MINUTE = 60_000;

/**
 * The whole minutes between two moments, since 1970; none that is yet to come.
 * @throws UsageError where there is none
 */
export function pastMinutes(
  from: Moment,
  to: Moment | undefined,
  now: Date,
): { from: number; to: number } {
  const whole = (time: number): number => Math.floor(time / MINUTE);
  const latest = whole(now.getTime());
  const span = { from: whole(from(now)), to: Math.min(latest, whole(to?.(now) ?? Infinity)) };
  if (span.from < span.to && span.from >= 0) return span;
  const text = (minute: number): string =>
    Number.isNaN(new Date(minute * MINUTE).getTime())
      ? String(minute)
      : new Date(minute * MINUTE).toISOString();
  throw new UsageError(
    `expected --from before --to, and in the past, found ${text(span.from)} to ${text(span.to)}`,
  );
}
