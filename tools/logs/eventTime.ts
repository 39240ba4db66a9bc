/**
 * The first moment that counts as a time of a log event: 2000-01-01, milliseconds since 1970. Anything
 * before is a clock that was never set, and a rehearsal keeps every minute between first and last event.
 */
export const EARLIEST_EVENT_TIME = Date.UTC(2000, 0, 1);

/** The first moment that no longer counts: 2100-01-01, milliseconds since 1970. */
export const LATEST_EVENT_TIME = Date.UTC(2100, 0, 1);

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d)))?$/;

/** Is this a moment that a log event can have, in milliseconds since 1970? */
export function isEventTime(milliseconds: number): boolean {
  return milliseconds >= EARLIEST_EVENT_TIME && milliseconds < LATEST_EVENT_TIME;
}

/**
 * Reads a log event's time, however loggers write it: milliseconds or seconds since 1970 (told apart by
 * their size, since both must lie between {@link EARLIEST_EVENT_TIME} and {@link LATEST_EVENT_TIME}), as
 * a number or as its digits in a text, or ISO 8601 text. A text without a zone is UTC, CloudWatch's own.
 *
 * @returns Whole milliseconds since 1970, or NaN if it is no such time.
 */
export function readEventTime(value: unknown): number {
  if (typeof value === "number") return readNumber(value);
  if (typeof value !== "string" || value.length > 40) return Number.NaN;
  const time = readIsoTime(value.trim());
  return Number.isNaN(time) && /^\d{9,13}(\.\d+)?$/.test(value) ? readNumber(Number(value)) : time;
}

function readNumber(value: number): number {
  if (isEventTime(value)) return Math.floor(value);
  return isEventTime(value * 1000) ? Math.floor(value * 1000) : Number.NaN;
}

/**
 * Reads ISO 8601 text such as `2026-11-22T06:52:24.123Z`: a blank may stand for the `T`, a comma for the
 * period, up to nine digits of a second (beyond milliseconds they are dropped), `Z`, `UTC`, an offset or
 * nothing (UTC) at the end.
 *
 * @returns Milliseconds since 1970, or NaN for other text and for times out of range.
 */
export function readIsoTime(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second = "00", fraction = "", , sign, hours, minutes] =
    match;
  const midnight = midnightOf(`${year ?? ""}-${month ?? ""}-${day ?? ""}`);
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  const [offsetHours, offsetMinutes] = [Number(hours ?? 0), Number(minutes ?? 0)];
  if (h > 23 || m > 59 || s > 59 || offsetHours > 23 || offsetMinutes > 59) return Number.NaN;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const utc = midnight + ((h * 60 + m) * 60 + s) * 1000 + milliseconds;
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  const time = sign === "-" ? utc + offset : utc - offset;
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
