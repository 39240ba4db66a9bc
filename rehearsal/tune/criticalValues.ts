import {
  STATE_OF_FRESH_BREACHES,
  type AlarmRule,
  type TreatMissingData,
} from "../../cloudwatch/alarmState";
import { minutesBetweenEvaluations } from "../../cloudwatch/alarmPlan";
import type { WatchedValues } from "./watchedValues";
import { SortedWindow } from "./sortedWindow";

/** How an alarm at or below a threshold looks at its data points. */
export interface Looking {
  readonly rule: Pick<AlarmRule, "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData">;
  /** Length of a data point. */
  readonly periodMinutes: number;
  /** The first and the last minute of evaluation. */
  readonly from: number;
  readonly to: number;
  /** Data points read beyond the evaluation periods. */
  readonly extra: number;
}

/**
 * For each evaluation, what the alarm's state is under every threshold: ALARM from `alarm` on; below that and from
 * `hold` on, the state it had (`ignore`) or INSUFFICIENT_DATA (`missing`); else OK.
 */
export interface CriticalValues {
  /** The i-th evaluation is at minute `first + i * step`. */
  readonly first: number;
  readonly step: number;
  readonly alarm: Float64Array;
  readonly hold: Float64Array;
}

/**
 * Turns the rules of `nextAlarmState` around: instead of the state at a threshold, the thresholds of each state. M
 * points of the newest N are at or below a threshold exactly if the M-th smallest of them is. A test holds the two
 * against each other.
 */
export function criticalValues({ start, values }: WatchedValues, looking: Looking): CriticalValues {
  const { rule, periodMinutes, from, to, extra } = looking;
  const step = minutesBetweenEvaluations(looking);
  const first = Math.ceil(from / step) * step;
  const evaluations = Math.max(0, Math.floor((to - first) / step) + 1);
  const result = {
    first,
    step,
    alarm: new Float64Array(evaluations),
    hold: new Float64Array(evaluations),
  };
  const range = rule.evaluationPeriods + extra;
  // The data points of a minute are those of the minutes whole periods before it, so each remainder is a walk of its own.
  for (let offset = 0; offset < Math.min(periodMinutes, values.length); offset += 1) {
    const window = new SortedWindow(rule.evaluationPeriods, range);
    for (let at = offset; at < values.length; at += periodMinutes) {
      window.push(values[at] ?? NaN);
      const since = start + at - first;
      if (since < 0 || since % step !== 0 || since / step >= evaluations) continue;
      put(result, since / step, window, rule);
    }
  }
  return result;
}

function put(
  into: CriticalValues,
  at: number,
  window: SortedWindow,
  { datapointsToAlarm: enough, evaluationPeriods, treatMissingData }: Looking["rule"],
): void {
  const missing = evaluationPeriods - window.size;
  into.alarm[at] = alarmFrom(window, enough, missing, treatMissingData);
  into.hold[at] = missing === 0 ? Infinity : holdFrom(window, treatMissingData);
}

/** The lowest threshold of ALARM. */
function alarmFrom(
  window: SortedWindow,
  enough: number,
  missing: number,
  treatment: TreatMissingData,
): number {
  if (missing === 0) return window.smallest(enough);
  if (treatment === "breaching") return window.smallest(enough - missing);
  // Nothing but breaching points, fewer than M: ALARM once the oldest of them is M periods old.
  const isOld = treatment === "missing" && window.size > 0 && window.oldestAge >= enough;
  return isOld ? window.smallest(Math.min(enough, window.size)) : window.smallest(enough);
}

/** The lowest threshold at which missing points keep the alarm from being OK. */
function holdFrom(window: SortedWindow, treatment: TreatMissingData): number {
  const allBreach = window.smallest(window.size);
  if (treatment === "ignore") return allBreach;
  if (treatment !== "missing") return Infinity;
  const unclear = window.size === 0 || STATE_OF_FRESH_BREACHES === "INSUFFICIENT_DATA";
  return unclear ? allBreach : Infinity;
}
