import { RATE, TOTAL, VALID } from "../../components/cloudwatch/expressions";
import type { DeclaredAlarm } from "../program/declared";
import type { AlarmKind } from "../../components/settings/names";
import { kindOf } from "../program/model";
import type { RehearsedAlarm } from "../rehearse/rehearse";
import { type AlarmPlan, planAlarm } from "../simulator/alarmPlan";
import { pointReader } from "../simulator/alarmPoints";
import { type AlarmState, breaches } from "../simulator/alarmState";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MinuteSeries } from "../simulator/minuteSeries";
import type { Muted } from "../simulator/muteRules";

/** A change of an alarm's state, at a minute since 1970 (UTC). */
export interface StateChange {
  readonly at: number;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

/** A data point as an alarm sees it at one evaluation. */
export interface WatchedPoint {
  /** The minutes it covers, since 1970 (UTC), the last one not included. */
  readonly from: number;
  readonly to: number;
  /** Predictions, where the alarm looks at them; undefined also where nothing was logged. */
  readonly valid: number | undefined;
  readonly total: number | undefined;
  /** Percent; undefined where there is no data point. */
  readonly rate: number | undefined;
  /** What is compared with the threshold: the rate, or its upper limit, or the predictions. */
  readonly value: number | undefined;
  readonly breaching: boolean;
}

/** What an alarm did in a case, open to questions about any minute of it. */
export class WatchedAlarm {
  readonly kind: AlarmKind;
  readonly alarm: DeclaredAlarm;
  /** In order; without the first evaluation's finding that all is well. */
  readonly changes: readonly StateChange[];
  /** Those of which a mute rule held back what would have been told. */
  readonly muted: readonly (StateChange & Muted)[];
  readonly #first: number;
  readonly #step: number;
  readonly #values: Float64Array;
  readonly #firstState: AlarmState;
  readonly #plan: AlarmPlan;
  readonly #metrics: ReadonlyMap<string, MinuteSeries>;

  constructor(rehearsed: RehearsedAlarm) {
    const { alarm, changes, metrics, finalState } = rehearsed;
    const newest = rehearsed.newest();
    this.alarm = alarm;
    this.kind = kindOf(alarm);
    this.#plan = planAlarm(alarm);
    this.#first = newest.first;
    this.#step = newest.step;
    this.#values = newest.values;
    this.#metrics = new Map(
      queriesOf(alarm).flatMap(({ id, metric }) => {
        const series = metrics.get(id);
        return metric && series ? [[metricKey(metric), series] as const] : [];
      }),
    );
    const [initial] = changes;
    const found = initial?.at === newest.first ? initial : undefined;
    this.#firstState = found?.to ?? initial?.from ?? finalState;
    this.changes = changes.filter((change) => !this.isGreeting(change));
    this.muted = [...rehearsed.muted]
      .filter(([change]) => !this.isGreeting(change))
      .map(([change, muted]) => ({ ...change, ...muted }));
  }

  /**
   * Whether a change is a new alarm's first finding, OK, which `notifyRecovery` even mails: that is
   * the deployment's doing, not the case's.
   */
  isGreeting({ at, from, to }: StateChange): boolean {
    return at === this.#first && from === "INSUFFICIENT_DATA" && to === "OK";
  }

  /** The state right after the evaluation at a minute; before the first one, what that finds. */
  stateAt(minute: number): AlarmState {
    return this.changes.findLast(({ at }) => at <= minute)?.to ?? this.#firstState;
  }

  /** The alarm's N newest data points as its last evaluation up to a minute sees them, oldest first. */
  pointsAt(minute: number): WatchedPoint[] {
    const at = this.#evaluationUpTo(minute);
    const { rule, periodMinutes, watched } = this.#plan;
    const queries = [...this.#plan.metrics, ...this.#plan.expressions];
    const [valid, total, rate] = [VALID, TOTAL, RATE].map((id) =>
      queries.some((query) => query.id === id) ? this.#read(id, at) : undefined,
    );
    return this.#read(watched, at).map((value, index) => {
      const to = at - (rule.evaluationPeriods - 1 - index) * periodMinutes;
      return {
        from: to - periodMinutes,
        to,
        ...{ valid: valid?.[index], total: total?.[index], rate: rate?.[index] },
        value,
        breaching: value !== undefined && breaches(rule.comparisonOperator, value, rule.threshold),
      };
    });
  }

  /**
   * The minute between two at which most of the data points breach, the last of them if there are
   * several: the alarm was never nearer to firing.
   */
  worstMinute(from: number, to: number): number {
    const { rule, periodMinutes } = this.#plan;
    let [worst, most] = [to, 0];
    for (let at = this.#evaluationUpTo(from); at <= to; at += this.#step) {
      let breaching = 0;
      for (let age = 0; age < rule.evaluationPeriods; age += 1) {
        const value = this.#values[(at - age * periodMinutes - this.#first) / this.#step];
        if (value === undefined || Number.isNaN(value)) continue;
        if (breaches(rule.comparisonOperator, value, rule.threshold)) breaching += 1;
      }
      if (breaching > 0 && breaching >= most) [worst, most] = [at, breaching];
    }
    return worst;
  }

  #evaluationUpTo(minute: number): number {
    const steps = Math.floor((minute - this.#first) / this.#step);
    return this.#first + Math.max(0, steps) * this.#step;
  }

  /** A query's values at an evaluation, for the N newest data points. */
  #read(id: string, at: number): (number | undefined)[] {
    const { rule, metrics, rangeExtra } = this.#plan;
    const isMetric = metrics.some((metric) => metric.id === id);
    const plan = { ...this.#plan, watched: id, ...(isMetric && { expressions: [] }) };
    const range = new Float64Array(rule.evaluationPeriods + rangeExtra);
    const span = { from: at, to: at, range: range.length };
    pointReader(plan, this.#metrics, span)(at, range);
    return [...range.slice(rangeExtra)].map((value) => (Number.isNaN(value) ? undefined : value));
  }
}
