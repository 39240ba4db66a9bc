import type { Rehearsal, RehearsalOptions } from "./rehearse";

/** What came in for one log group. */
export interface LogGroupRun {
  readonly logGroup: string;
  /** Events read, whether they matched or not. */
  readonly events: number;
  /** How many of them matched, by the metric filter's name. */
  readonly matched: ReadonlyMap<string, number>;
  readonly nearMisses: readonly {
    readonly kind: string;
    readonly count: number;
    readonly example: string;
    readonly advice: string;
  }[];
  /** Lines without a time that could be read. */
  readonly undated: number;
  /** A few of them, as `file:line: text`. */
  readonly undatedExamples: readonly string[];
}

/** A rehearsal from beginning to end: what the reports are made from. */
export interface RehearsalRun {
  readonly stack: string;
  readonly options: RehearsalOptions;
  readonly rehearsal: Rehearsal;
  readonly logs: readonly LogGroupRun[];
  /** Alarms that could not be rehearsed and why, and what reaches nobody by mail. */
  readonly notes: readonly string[];
}
