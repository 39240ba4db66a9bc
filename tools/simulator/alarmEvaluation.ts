import { type AlarmPlan, minutesBetweenEvaluations, planAlarm } from "./alarmPlan";
import { type Metrics, pointReader } from "./alarmPoints";
import { type AlarmState, breaches, decideAlarmState, nextAlarmState } from "./alarmState";
import type { MetricAlarm } from "./metricAlarm";
import {
  type Decision,
  type EvaluatedPoint,
  stateReason,
  stateReasonData,
  type StateReasonData,
} from "./stateReason";

export type { Metrics } from "./alarmPoints";
export { UnsupportedAlarmError } from "./alarmPlan";

/** When to evaluate an alarm, and what AWS leaves open. Times are whole minutes since 1970 (UTC). */
interface EvaluationOptions {
  /** The first minute the alarm is evaluated at; it sees data up to, not including, that minute. */
  readonly from: number;
  /** The last minute the alarm is evaluated at. */
  readonly to: number;
  /**
   * How many data points are read beyond the evaluation periods, a whole number from 0. AWS reads more but does not say how many; the only
   * published example reads 5 for 3 (alarms-and-missing-data). Exactly 0 is what a wall-clock window does.
   * @default 2
   */
  readonly evaluationRangeExtra?: number | undefined;
  /** The state before the first evaluation. @default "INSUFFICIENT_DATA", as of a new alarm */
  readonly initialState?: AlarmState | undefined;
}

/** A change of an alarm's state. */
export interface AlarmStateChange {
  /** The minute of the evaluation, in whole minutes since 1970 (UTC). */
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** In AWS's words. */
  readonly reason: string;
  readonly reasonData: StateReasonData;
  /** The newest data point at that minute; undefined when it was missing. */
  readonly value: number | undefined;
  /** The real data points that decided, oldest first. */
  readonly evaluated: readonly EvaluatedPoint[];
  /** How many data points were missing to N, and so stood for by `treatMissingData`. */
  readonly missing: number;
}

/** The newest data point of each evaluation, for charts: the i-th evaluation is at minute `first + i * step`. */
interface NewestPoints {
  readonly first: number;
  /** Minutes between evaluations. */
  readonly step: number;
  /** NaN where the newest data point was missing. */
  readonly values: Float64Array;
}

/** What became of an alarm between two minutes. */
export interface AlarmEvaluation {
  /** In order of time. */
  readonly changes: readonly AlarmStateChange[];
  readonly finalState: AlarmState;
  /** How long the state was ALARM between `from` and `to`. */
  readonly minutesInAlarm: number;
  /** How often the alarm was evaluated. */
  readonly evaluations: number;
  readonly newest: NewestPoints;
}

/**
 * Replays an alarm over metrics (AWS user guide, alarm-evaluation).
 *
 * The alarm is evaluated every minute, on a window that slides with it: the k-th newest data point at minute t covers
 * [t - k periods, t - (k-1) periods). An alarm whose period x evaluation periods exceeds one day is evaluated once an
 * hour, on data up to the full hour; assumed here to happen at that very minute (the guide's example does it at :03).
 *
 * What is not modelled: data that arrives late, high-resolution periods, wall-clock windows' alignment, warm-up.
 *
 * @throws UnsupportedAlarmError when AWS would refuse the alarm or this model leaves it out
 */
export function evaluateAlarm(
  alarm: MetricAlarm,
  metrics: Metrics,
  options: EvaluationOptions,
): AlarmEvaluation {
  const plan = planAlarm(alarm);
  const { rule } = plan;
  const { from, to, evaluationRangeExtra = 2, initialState = "INSUFFICIENT_DATA" } = options;
  const step = minutesBetweenEvaluations(plan);
  const first = Math.ceil(from / step) * step;
  const range = new Float64Array(rule.evaluationPeriods + evaluationRangeExtra);
  const read = pointReader(alarm.name, plan, metrics, { from: first, to, range: range.length });
  const values = new Float64Array(Math.max(0, Math.floor((to - first) / step) + 1));
  const changes: AlarmStateChange[] = [];
  let state = initialState;
  let since = from;
  let minutesInAlarm = 0;
  for (let i = 0; i < values.length; i++) {
    const at = first + i * step;
    read(at, range);
    values[i] = range[range.length - 1] ?? NaN;
    const next = nextAlarmState(range, rule, state);
    if (next === state) continue;
    changes.push(changeAt(at, state, range, plan));
    if (state === "ALARM") minutesInAlarm += at - since;
    state = next;
    since = at;
  }
  if (state === "ALARM") minutesInAlarm += to - since;
  return {
    changes,
    finalState: state,
    minutesInAlarm,
    evaluations: values.length,
    newest: { first, step, values },
  };
}

function changeAt(
  at: number,
  from: AlarmState,
  range: Float64Array,
  plan: AlarmPlan,
): AlarmStateChange {
  const { rule, periodMinutes } = plan;
  const { state, evaluated, missing } = decideAlarmState(range, rule, from);
  const decision: Decision = {
    state,
    rule,
    missing,
    evaluated: evaluated.map((position) => {
      const value = range[position] ?? NaN;
      return {
        start: at - (range.length - position) * periodMinutes,
        value,
        breaching: breaches(rule.comparisonOperator, value, rule.threshold),
      };
    }),
  };
  const newest = range[range.length - 1] ?? NaN;
  const single = plan.expressions.length === 0 ? plan.metrics[0]?.statistic : undefined;
  return {
    at,
    from,
    to: state,
    // Worded only when read: a threshold within the noise changes the state tens of thousands of times a year.
    get reason() {
      return stateReason(decision);
    },
    get reasonData() {
      return stateReasonData(decision, { at, period: periodMinutes * 60, statistic: single });
    },
    value: Number.isNaN(newest) ? undefined : newest,
    evaluated: decision.evaluated,
    missing,
  };
}
