import { minutesText, minuteText } from "../../rehearsal/report/words";

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/** A moment as people read it: `2026-11-20 14:03 UTC`. */
export function momentText(moment: Date): string {
  return `${minuteText(Math.floor(moment.getTime() / MINUTE))} UTC`;
}

/** A moment and how long ago it was: `2026-11-20 14:03 UTC (2 d)`. */
export function sinceText(moment: Date, now: Date): string {
  return `${momentText(moment)} (${spanText(now.getTime() - moment.getTime())})`;
}

/** A moment that something happened at: `2026-11-20 14:03 UTC (2 d ago)`. */
export function agoText(moment: Date, now: Date): string {
  return sinceText(moment, now).replace(/\)$/, " ago)");
}

/** A length of time in one unit, rounded down: `2 d`, `31 h`, `4 min`. Days start at 48 hours. */
export function spanText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  if (minutes >= 2 * DAY) return minutesText(minutes - (minutes % DAY));
  return minutes < HOUR ? minutesText(minutes) : `${String(Math.floor(minutes / HOUR))} h`;
}

/**
 * How long ago something was, within a sentence: `3 min ago`, `5 h ago`, `12 d ago`.
 * @param then milliseconds since 1970; a moment to come (clocks differ) is now
 */
export function ago(then: number, now: Date): string {
  const age = now.getTime() - then;
  return age < 60_000 ? "less than a minute ago" : `${spanText(age)} ago`;
}
