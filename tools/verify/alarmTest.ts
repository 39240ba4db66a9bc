import type { AlarmState } from "../simulator/alarmState";
import type { Position } from "../stackFile/yaml";
import type { Moment } from "../time";
import type { AlarmKind } from "../program/model";
import type { SeriesLine } from "./series";

/** All states an alarm can be in. */
export const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const satisfies AlarmState[];

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
