import type { AlarmState } from "../simulator/alarmState";
import type { Position } from "../stackFile/yaml";
import type { SeriesLine } from "./series";

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
    return amount === 0 ? "" : `${amount}${unit}`;
  });
  return parts.join("") || "0h";
}

/** A point in time, as a test file writes it. Minutes are whole ones. */
type Moment =
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

/** All states an alarm can be in. */
export const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const satisfies AlarmState[];

/** A model's alarms: on its rate, and on hearing nothing of it. */
export const ALARM_KINDS = ["rate", "silence"] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/** A time as an expectation gives it, with the words it was given in. */
export interface WrittenMoment {
  readonly moment: Moment;
  readonly text: string;
}

/** When an expectation has to hold. Both ends of a span belong to it. */
export type When =
  | { readonly at: WrittenMoment }
  /** Without `from` since the case's start, without `to` until its end. */
  | { readonly from?: WrittenMoment | undefined; readonly to?: WrittenMoment | undefined };

/** What the rate has to be: as precise as it is written, within two figures, or not there at all. */
export type ExpectedRate =
  | { readonly kind: "figure"; readonly rate: number }
  | { readonly kind: "between"; readonly low: number; readonly high: number }
  | { readonly kind: "none" };

/** A change of state at a time. */
export interface ExpectedChange {
  readonly to: AlarmState;
  readonly at: WrittenMoment;
}

/** What must hold of a case; it may claim several things at once. */
export interface Expectation {
  readonly position: Position;
  readonly when: When;
  /** Undefined: the rate alarm, but every alarm's mails. */
  readonly alarm: AlarmKind | undefined;
  /** The state, at the time or all through the span. */
  readonly state?: AlarmState | undefined;
  /** A state that is not reached. */
  readonly never?: AlarmState | undefined;
  /** A state that the alarm changes to. */
  readonly becomes?: AlarmState | undefined;
  /** Exactly these changes, in this order. */
  readonly changes?: readonly ExpectedChange[] | undefined;
  readonly rate?: ExpectedRate | undefined;
  /** How many mails, of those that `mailed` and `subject` tell; undefined: at least one. */
  readonly mails?: number | undefined;
  /** Addresses; the mails to each of them are counted. */
  readonly mailed?: readonly string[] | undefined;
  /** Words that stand in the mail's subject, in any case. */
  readonly subject?: string | undefined;
}

/** What goes in: a series from a start, or log files. */
export type CaseInput =
  | { readonly start: number; readonly series: readonly SeriesLine[] }
  /** Paths and patterns. The start is the first event's minute unless it is given. */
  | { readonly start: number | undefined; readonly log: readonly LogFile[] };

/** A path or a pattern, with its place in the test file. */
export interface LogFile {
  readonly path: string;
  readonly position: Position;
}

/** One case of an alarm test: what a model logs, and what its alarms must make of it. */
export interface AlarmTest {
  /** Its place in the file, from 0. */
  readonly index: number;
  readonly name: string;
  readonly position: Position;
  readonly stack: Named;
  readonly model: Named;
  readonly input: CaseInput;
  readonly expectations: readonly Expectation[];
}

/** A name that has to exist, with the place it was written at. */
export interface Named {
  readonly name: string;
  /** The key, for error messages: `model` or `tests[0].model`. */
  readonly key: string;
  readonly position: Position;
}

/** What a case is about, as far as it says. */
export interface CaseNames {
  readonly stack: Named | undefined;
  readonly model: Named | undefined;
}
