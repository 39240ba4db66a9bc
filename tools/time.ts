import { durationInput, readUnits } from "../components/settings/duration";

/**
 * Moments and stretches of time, read and written in one way in options, alarm tests, logs and reports. Moments are
 * UTC unless they say otherwise.
 */

/** Milliseconds in a minute. The simulator counts time in whole minutes since 1970. */
export const MINUTE = 60_000;

/** Minutes of a month, on average over the years. */
export const MONTH = 30.436875 * 1440;

/** A stretch of time in minutes since 1970, its end not included. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const [EARLIEST, LATEST] = [Date.UTC(2000, 0, 1), Date.UTC(2100, 0, 1)];

/**
 * Is this a moment that a log event can have, in milliseconds since 1970? Before 2000 it is a clock that was never set, and
 * from 2100 on another number.
 */
export function isEventTime(milliseconds: number): boolean {
  return milliseconds >= EARLIEST && milliseconds < LATEST;
}

const ISO =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?(?: ?(?:[Zz]|UTC|([+-])([01]\d|2[0-3]):?([0-5]\d)))?$/;

/**
 * Reads ISO 8601 text such as `2026-11-22T06:52:24.123Z`: a blank may stand for the `T`, a comma for
 * the period, up to nine digits of a second (beyond milliseconds they are dropped), `Z`, `UTC`, an offset or nothing
 * (UTC) at the end.
 * @returns milliseconds since 1970, or NaN for other text, for days that the calendar does not have and for times out
 * of range
 */
export function readIsoTime(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, date = "", hour, minute, second = 0, fraction = "", sign, hours = 0, minutes = 0] =
    match;
  const ahead = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const utcMinutes = Number(hour) * 60 + Number(minute) - ahead;
  const milliseconds = Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  const time = midnightOf(date) + utcMinutes * MINUTE + milliseconds;
  return isEventTime(time) ? time : Number.NaN;
}

/** The date asked for last: a log's times mostly share it, and Date is slow. */
let lastDate = "";
let lastMidnight = Number.NaN;

/** When a day begins that is written as `2026-11-22`; NaN for a day that the calendar does not have. */
function midnightOf(date: string): number {
  if (date !== lastDate) {
    const midnight = Date.parse(`${date}T00:00:00.000Z`);
    // JavaScript lets 30 February pass, as 2 March.
    const real = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
    lastDate = date;
    lastMidnight = real ? midnight : Number.NaN;
  }
  return lastMidnight;
}

/** Reads what a person writes for a moment: a date alone is its midnight. @returns as {@link readIsoTime} */
function readDateOrTime(text: string): number {
  return readIsoTime(/^\s*\d{4}-\d\d-\d\d\s*$/.test(text) ? `${text.trim()}T00:00` : text.trim());
}

/** A point in time as a person writes it. */
export type Moment =
  /** So many seconds from a moment that is known elsewhere: `12h` after a test's start, `7d` before now. */
  | { readonly seconds: number }
  /** Milliseconds since 1970: `2026-03-02T14:00Z`. */
  | { readonly time: number };

/** Reads `12h`, `1d12h` or `2026-03-02T14:00Z`. */
export function readMoment(input: unknown): Moment | undefined {
  if (typeof input !== "string") return undefined;
  const seconds = readUnits(input);
  if (seconds !== undefined) return { seconds };
  const time = readDateOrTime(input);
  return Number.isNaN(time) ? undefined : { time };
}

/** Reads a moment of whole minutes, which is what alarm tests are about. */
export function readMinuteMoment(input: unknown): Moment | undefined {
  const moment = input === 0 ? { seconds: 0 } : readMoment(input);
  if (moment === undefined) return undefined;
  return ("time" in moment ? moment.time % MINUTE : moment.seconds % 60) === 0 ? moment : undefined;
}

/** The minute, since 1970, that a moment stands for. @param start the minute that lengths of time begin at */
export function minuteOf(moment: Moment, start: number): number {
  return "time" in moment ? moment.time / MINUTE : start + moment.seconds / 60;
}

/** Reads a length of time of whole minutes such as `10h` or `1d12h`, or 0. @returns minutes */
export function readSpan(input: unknown): number | undefined {
  const seconds = input === 0 ? 0 : readUnits(input);
  return seconds === undefined || seconds % 60 !== 0 ? undefined : seconds / 60;
}

/** A length of time as {@link readSpan} takes it: `10h30m`. @param minutes whole, from 0 */
export function spanText(minutes: number): string {
  return durationInput(minutes * 60);
}

/** Reads a date, with or without a time, of whole minutes. @returns the minute since 1970 */
export function readDate(input: unknown): number | undefined {
  const time = typeof input === "string" ? readDateOrTime(input) : Number.NaN;
  return Number.isNaN(time) || time % MINUTE !== 0 ? undefined : time / MINUTE;
}

/** The stretches of a span that lie in none of the others, in order. */
function gapsIn(span: TimeSpan, others: readonly TimeSpan[]): TimeSpan[] {
  const gaps: TimeSpan[] = [];
  let reached = span.from;
  const ordered = [...others].sort((a, b) => a.from - b.from);
  for (const { from, to } of [...ordered, { from: span.to, to: span.to }]) {
    const end = Math.min(from, span.to);
    if (end > reached) gaps.push({ from: reached, to: end });
    reached = Math.max(reached, to);
  }
  return gaps;
}

/** How many minutes of a span lie in none of the others. */
export function minutesOutside(span: TimeSpan, others: readonly TimeSpan[]): number {
  return gapsIn(span, others).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The longest stretch of a span that lies in none of the others, the first of several; empty if there is none. */
export function longestOutside(span: TimeSpan, others: readonly TimeSpan[]): TimeSpan {
  const none = { from: span.from, to: span.from };
  const length = ({ from, to }: TimeSpan): number => to - from;
  return gapsIn(span, others).reduce((a, b) => (length(b) > length(a) ? b : a), none);
}

/** A minute since 1970 for machines, in JSON and in counts files: `2026-03-09T21:00:00Z`. */
export function isoMinute(minute: number): string {
  return new Date(minute * MINUTE).toISOString().replace(".000Z", "Z");
}

/** A minute since 1970 as people read it, in UTC: `2026-03-09 21:00`. */
export function minuteText(minute: number): string {
  return isoMinute(minute).slice(0, 16).replace("T", " ");
}

/** A length of time as people read it: `2 d 20 h`, `15 min`. @param minutes whole minutes */
export function minutesText(minutes: number): string {
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  const shown = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`);
  return shown.length === 0 ? "0 min" : shown.join(" ");
}

/** A span as a message shows it: `from 2026-03-09T21:00Z to 2026-03-12T13:40Z`. */
export function timeSpanText({ from, to }: TimeSpan): string {
  const text = (minute: number): string => `${isoMinute(minute).slice(0, 16)}Z`;
  return `from ${text(from)} to ${text(to)}`;
}

/** A moment as people read it: `2026-11-20 14:03 UTC`. */
export function momentText(moment: Date): string {
  return `${minuteText(Math.floor(moment.getTime() / MINUTE))} UTC`;
}

/** A moment to the second: `2026-11-22 12:00:02 UTC`. */
export function secondText(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A length of time in one unit, rounded down: `2 d`, `31 h`, `4 min`. Days start at 48 hours. */
export function roughText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  if (minutes >= 2 * 1440) return minutesText(minutes - (minutes % 1440));
  return minutes < 60 ? minutesText(minutes) : `${Math.floor(minutes / 60)} h`;
}

/** How long ago something was; a moment to come (clocks differ) is now. @param then milliseconds since 1970 */
export function agoText(then: number, now: Date): string {
  const age = now.getTime() - then;
  return age < MINUTE ? "less than a minute ago" : `${roughText(age)} ago`;
}

/** A moment and how long ago it was: `2026-11-20 14:03 UTC (2 d ago)`. */
export function datedText(moment: Date, now: Date): string {
  return `${momentText(moment)} (${agoText(moment.getTime(), now)})`;
}
