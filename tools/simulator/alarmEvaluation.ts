import { type AlarmPlan, minutesBetweenEvaluations, planAlarm } from "./alarmPlan";
import { type Metrics, pointReader } from "./alarmPoints";
import { type AlarmState, breaches, nextAlarmState } from "./alarmState";
import { type MetricAlarm, metricKey } from "./metricAlarm";
import type { TimeSpan } from "../time";
import { DAY } from "./minuteSeries";
import { stateReason } from "./stateReason";

/** When to evaluate an alarm: it sees data up to, not including, each minute from the first to the last. */
interface EvaluationOptions extends TimeSpan {
  /**
   * How many data points are read beyond the evaluation periods, a whole number from 0. Exactly 0 is what a wall-clock
   * window does.
   * @default as many as fit what is published, see `AlarmPlan.rangeExtra`: 2, for periods under 150 s more
   */
  readonly evaluationRangeExtra?: number | undefined;
}

/** A change of an alarm's state. */
export interface AlarmStateChange {
  /** The minute of the evaluation, in whole minutes since 1970 (UTC). */
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** In AWS's words. */
  readonly reason: string;
  /** The newest data point at that minute; undefined when it was missing. */
  readonly value: number | undefined;
}

/** The newest data point of each evaluation, for charts: the i-th evaluation is at minute `first + i * step`. */
export interface NewestPoints {
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
  /** Worked out anew with each call. */
  readonly newest: () => NewestPoints;
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
  const { from, to, evaluationRangeExtra = plan.rangeExtra } = options;
  const step = minutesBetweenEvaluations(plan);
  // Not -0, which is no minute to show.
  const first = Math.ceil(from / step) * step + 0;
  const length = rule.evaluationPeriods + evaluationRangeExtra;
  const eachRange = (visit: (range: Float64Array, at: number, until: number) => void): void => {
    const range = new Float64Array(length);
    for (let start = first; start <= to; start += BLOCK) {
      const end = Math.min(to, start + BLOCK - 1);
      const quiet = isQuiet(plan, metrics, start - length * plan.periodMinutes, end);
      const last = quiet ? start : end;
      const read = pointReader(plan, metrics, { from: start, to: last, range: length });
      for (let at = start; at <= last; at += step) {
        read(at, range);
        visit(range, at, quiet ? end : at);
      }
    }
  };
  const changes: AlarmStateChange[] = [];
  // As of a new alarm.
  let state = "INSUFFICIENT_DATA" as AlarmState;
  let since = from;
  let minutesInAlarm = 0;
  eachRange((range, at) => {
    const next = nextAlarmState(range, rule, state);
    if (next === state) return;
    changes.push(changeAt(at, state, next, range, plan, alarm));
    if (state === "ALARM") minutesInAlarm += at - since;
    state = next;
    since = at;
  });
  if (state === "ALARM") minutesInAlarm += to - since;
  const newest = () => {
    const stepsTo = (minute: number): number => Math.floor((minute - first) / step);
    const values = new Float64Array(Math.max(0, stepsTo(to) + 1));
    eachRange((range, at, until) => {
      values.fill(range[length - 1] ?? NaN, stepsTo(at), stepsTo(until) + 1);
    });
    return { first, step, values };
  };
  return { changes, finalState: state, minutesInAlarm, newest };
}

/** Minutes that are worked out at a time, so that memory does not grow with the span: whole hours, four weeks. */
const BLOCK = 28 * DAY;

/** Whether an alarm sees no data at all between two minutes: then every evaluation finds what the first one does. */
function isQuiet(plan: AlarmPlan, metrics: Metrics, from: number, to: number): boolean {
  if (plan.expressions.some(({ expression }) => expression.readsTime)) return false;
  return plan.metrics.every(({ metric }) => {
    const days = metrics.get(metricKey(metric))?.days() ?? [];
    return days.every((day) => (day + 1) * DAY <= from || day * DAY > to);
  });
}

function changeAt(
  at: number,
  from: AlarmState,
  to: AlarmState,
  range: Float64Array,
  { rule, periodMinutes }: AlarmPlan,
  { datapointsToAlarm }: MetricAlarm,
): AlarmStateChange {
  const points = Array.from(range, (value, position) => ({
    start: at - (range.length - position) * periodMinutes,
    value,
    breaching: breaches(rule.comparisonOperator, value, rule.threshold),
  }));
  const evaluated = points
    .filter(({ value }) => !Number.isNaN(value))
    .slice(-rule.evaluationPeriods);
  const setsDatapointsToAlarm = datapointsToAlarm !== undefined;
  const newest = range.at(-1) ?? NaN;
  return {
    at,
    from,
    to,
    // Worded only when read: a threshold within the noise changes the state tens of thousands of times a year.
    get reason() {
      return stateReason({ state: to, rule, setsDatapointsToAlarm, evaluated });
    },
    value: Number.isNaN(newest) ? undefined : newest,
  };
}
