import type { AlarmState, TreatMissingData } from "../../cloudwatch/alarmState";
import type { CriticalValues } from "./criticalValues";

/** Stretches of evaluations that no threshold of a grid tells apart. */
export interface Stretches {
  /** The minute of the first evaluation of each. */
  readonly at: Float64Array;
  /** The position of the lowest threshold that gives ALARM; the grid's length where none does. */
  readonly alarm: Int32Array;
  /** The position of the lowest threshold that holds the state or takes it away; see `CriticalValues`. */
  readonly hold: Int32Array;
  /** Whether the state is held (`ignore`) rather than INSUFFICIENT_DATA. */
  readonly holds: boolean;
}

/** Hears of every change of state, and of a time in ALARM when it is over. */
export interface Visitor {
  change(to: AlarmState): void;
  /**
   * @param to the state after it; ALARM if it still was going on at the end
   */
  episode(from: number, until: number, to: AlarmState): void;
}

/**
 * Measures critical values by a grid, so that a threshold's pass is over the few stretches instead of all minutes.
 * @param thresholds rising
 */
export function stretches(
  { first, step, alarm, hold }: CriticalValues,
  thresholds: readonly number[],
  treatment: TreatMissingData,
): Stretches {
  const at = new Float64Array(alarm.length);
  const [alarmRanks, holdRanks] = [new Int32Array(alarm.length), new Int32Array(alarm.length)];
  const grid = Float64Array.from(thresholds);
  let length = 0;
  let [lastAlarm, lastHold] = [-1, -1];
  for (let index = 0; index < alarm.length; index += 1) {
    const alarmRank = rankOf(grid, alarm[index] ?? NaN);
    const holdRank = rankOf(grid, hold[index] ?? NaN);
    if (alarmRank === lastAlarm && holdRank === lastHold) continue;
    at[length] = first + index * step;
    alarmRanks[length] = alarmRank;
    holdRanks[length] = holdRank;
    length += 1;
    [lastAlarm, lastHold] = [alarmRank, holdRank];
  }
  return {
    at: at.subarray(0, length),
    alarm: alarmRanks.subarray(0, length),
    hold: holdRanks.subarray(0, length),
    holds: treatment === "ignore",
  };
}

/** The position of the first threshold that is not below a value. */
function rankOf(grid: Float64Array, value: number): number {
  let [low, high] = [0, grid.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((grid[middle] ?? NaN) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Replays the alarm under one threshold of the grid.
 * @param threshold its position
 * @param end the last minute of evaluation
 */
export function replay(
  { at, alarm, hold, holds }: Stretches,
  threshold: number,
  end: number,
  visitor: Visitor,
): void {
  let state: AlarmState = "INSUFFICIENT_DATA";
  let since = 0;
  for (let index = 0; index < at.length; index += 1) {
    let next: AlarmState = "OK";
    if (threshold >= (alarm[index] ?? Infinity)) next = "ALARM";
    else if (threshold >= (hold[index] ?? Infinity)) next = holds ? state : "INSUFFICIENT_DATA";
    if (next === state) continue;
    const minute = at[index] ?? NaN;
    visitor.change(next);
    if (state === "ALARM") visitor.episode(since, minute, next);
    state = next;
    since = minute;
  }
  if (state === "ALARM") visitor.episode(since, end, "ALARM");
}
