/** Minutes of each unit of a span, longest first. */
const UNITS = [
  ["d", 1440],
  ["h", 60],
  ["m", 1],
] as const;

const SPAN = /^\s*(?:(\d{1,5})\s*d)?\s*(?:(\d{1,6})\s*h)?\s*(?:(\d{1,8})\s*m)?\s*$/;

/**
 * Reads a length of time such as `10h`, `1d12h` or `10h30m`.
 * @returns whole minutes, 0 included, or undefined where the input is none
 */
export function readSpan(input: unknown): number | undefined {
  if (input === 0) return 0;
  if (typeof input !== "string" || !/\d/.test(input)) return undefined;
  const [, ...amounts] = SPAN.exec(input) ?? [];
  if (amounts.length === 0) return undefined;
  return UNITS.reduce((sum, [, minutes], unit) => sum + Number(amounts[unit] ?? 0) * minutes, 0);
}

/** A length of time as {@link readSpan} takes it: `10h30m`. @param minutes whole, from 0 */
export function spanText(minutes: number): string {
  let rest = minutes;
  const parts = UNITS.map(([unit, length]) => {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    return amount === 0 ? "" : `${String(amount)}${unit}`;
  });
  return parts.join("") || "0h";
}

/** A point in time, as a test file writes it. Minutes are whole ones. */
export type Moment =
  /** So long after the start: `12h`. */
  | { readonly after: number }
  /** A date and time, in minutes since 1970 (UTC): `2026-03-02T14:00Z`. */
  | { readonly minute: number };

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Reads a date, with or without a time, of whole minutes; UTC unless it says otherwise. */
export function readDate(input: unknown): number | undefined {
  if (typeof input !== "string") return undefined;
  const [, date, time = "00:00", zone = "Z"] = ISO.exec(input.trim()) ?? [];
  if (date === undefined) return undefined;
  const milliseconds = Date.parse(`${date}T${time}:00${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse takes 30 February for 2 March.
  const isDay = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return isDay ? milliseconds / 60_000 : undefined;
}

/** Reads `12h` or `2026-03-02T14:00Z`. */
export function readMoment(input: unknown): Moment | undefined {
  const after = readSpan(input);
  if (after !== undefined) return { after };
  const minute = readDate(input);
  return minute === undefined ? undefined : { minute };
}

/** The minute, since 1970 (UTC), that a moment of a case stands for. @param start the case's start */
export function minuteOf(moment: Moment, start: number): number {
  return "after" in moment ? start + moment.after : moment.minute;
}
