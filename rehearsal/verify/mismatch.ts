import type { Position } from "../../config/yamlDocument";
import type { DeclaredAlarm } from "../declared";
import type { Expectation } from "./alarmTest";
import type { WatchedPoint } from "./watchedAlarm";

/** The data points that an alarm saw at the evaluation that a mismatch is about. */
export interface DecidingPoints {
  readonly alarm: DeclaredAlarm;
  /** Whole minutes since 1970 (UTC). */
  readonly at: number;
  /** The N newest, oldest first. */
  readonly points: readonly WatchedPoint[];
}

/** An expectation, with the minutes that it is about; both ends belong to it. */
export interface Claim {
  readonly expectation: Expectation;
  readonly from: number;
  readonly to: number;
}

/** One claim of an expectation that does not hold. */
export interface Mismatch {
  /** Where the expectation stands. */
  readonly position: Position;
  /** When it had to hold, in words: `at 12h`, `between 10h and 14h`. */
  readonly when: string;
  readonly expected: string;
  readonly found: string;
  readonly deciding: DecidingPoints | undefined;
}
