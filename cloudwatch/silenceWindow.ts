import { LONG_PERIOD, SHORT_PERIOD_WINDOW, SHORTEST_PERIOD } from "./limits";
import { TOTAL } from "./rateExpression";

/** Shortest silence, in seconds, that one-minute data points tell within a tenth. */
export const SHORTEST_SILENCE = 600;

/** Period and number of data points of a silence alarm; all of them must be empty. */
export interface SilenceWindow {
  /** Seconds. */
  readonly period: number;
  readonly evaluationPeriods: number;
}

/**
 * The expression that a silence alarm compares with 1. `FILL` turns the gaps of a metric that has
 * fallen silent into zeros, so that the alarm looks at exactly its own window. Without it CloudWatch
 * looks for real data points beyond the window, in an evaluation range whose size it does not
 * publish, and one old prediction there keeps the alarm OK for periods on end. Where not one real
 * point is left to fill from, the alarm's treatment of missing data (breaching) takes over.
 * Source: CloudWatch User Guide, "Using metric math" (FILL) and "Configuring how CloudWatch alarms
 * treat missing data".
 */
export const SILENCE_EXPRESSION = `FILL(${TOTAL}, 0)`;

/**
 * Chooses period and data points so that silence is noticed within a tenth of the asked time, never
 * before it: about forty short periods, because the window, the minute of the evaluation and, if
 * CloudWatch should not fill the newest gaps, two periods of evaluation range all come on top. (In
 * that case a day and up to 39 hours would be noticed up to a sixth late.)
 *
 * Windows over a day need periods of an hour and are evaluated once an hour (CloudWatch User Guide,
 * "Alarm evaluation"), which is still within a tenth of more than a day.
 * @param silence seconds, from {@link SHORTEST_SILENCE} to a week
 */
export function silenceWindow(silence: number): SilenceWindow {
  const fortieth = Math.floor(silence / 40 / SHORTEST_PERIOD) * SHORTEST_PERIOD;
  const short = Math.min(Math.max(fortieth, SHORTEST_PERIOD), LONG_PERIOD - SHORTEST_PERIOD);
  const points = Math.ceil(silence / short);
  if (points * short <= SHORT_PERIOD_WINDOW) return { period: short, evaluationPeriods: points };
  return { period: LONG_PERIOD, evaluationPeriods: Math.ceil(silence / LONG_PERIOD) };
}
