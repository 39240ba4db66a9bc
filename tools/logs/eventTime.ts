import { isEventTime, readIsoTime } from "../time";

/**
 * Reads a log event's time, however loggers write it: milliseconds or seconds since 1970 (told apart by
 * their size, since both must lie between {@link EARLIEST_TIME} and {@link LATEST_TIME}), as
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
