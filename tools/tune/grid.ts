import { type RateOptions, rateQueries } from "../../components/cloudwatch/expressions";
import { type Valid, validText } from "../../components/cloudwatch/patterns";
import { type Datapoints, datapointsText } from "../../components/settings/settings";
import { InputError } from "../inputError";
import { addressesOf, addressFault, type Declared, topicFault } from "../program/declared";
import { minutesBetweenEvaluations, planAlarm } from "../simulator/alarmPlan";
import { type Metrics, slidingPoints } from "../simulator/alarmPoints";
import type { AlarmState, TreatMissingData } from "../simulator/alarmState";
import { type MetricAlarm, queriesOf } from "../simulator/metricAlarm";
import { actionsOn } from "../simulator/notification";
import type { TimeSpan } from "../time";

/** The settings that make an alarm's data points. */
export interface PointSettings extends RateOptions {
  /** What of the model's field counts as valid. */
  readonly valid: Valid;
  /** Length of a data point, in seconds. */
  readonly period: number;
}

/** Everything that tuning may change of a model. */
export interface Setting extends PointSettings {
  readonly datapoints: Datapoints;
  /** Percent. */
  readonly threshold: number;
}

/** Whether two settings ask for the same "M of N". */
export function isSame(a: Datapoints, b: Datapoints): boolean {
  return a.toAlarm === b.toAlarm && a.of === b.of;
}

/** A text that settings share only if they are the same. */
export function settingKey(setting: Setting): string {
  const { valid, period, confidence, minimumPredictions, datapoints, threshold } = setting;
  const points = [validText(valid), period, confidence, minimumPredictions];
  return [...points, datapointsText(datapoints), threshold].join(" ");
}

/** An alarm on a classification rate under another setting. `valid` is a matter of the metrics, not of the alarm. */
export function alarmWith<Alarm extends MetricAlarm>(alarm: Alarm, setting: Setting): Alarm {
  const { period, datapoints, threshold } = setting;
  const metrics = queriesOf(alarm).flatMap((query) =>
    query.metric === undefined ? [] : { ...query, metric: { ...query.metric, period } },
  );
  return {
    ...alarm,
    threshold,
    evaluationPeriods: datapoints.of,
    datapointsToAlarm: datapoints.toAlarm,
    metricQueries: [...metrics, ...rateQueries(setting)],
  };
}

/** What is known of the time that was replayed: which alarms were wanted. In minutes since 1970 (UTC). */
export interface Truth {
  /** When something was wrong with the model, in order. */
  readonly incidents: readonly TimeSpan[];
  /** When the model was healthy. Where no incident is known, alarms that begin in it are the false ones. */
  readonly baseline: TimeSpan;
}

/** How many mails a change to each state sends. */
export type MailCounts = Readonly<Record<AlarmState, number>>;

/** Counts the mails of an alarm's state changes as a rehearsal sends them: for each action, those subscribed to it. */
export function mailCounts(declared: Declared, alarm: MetricAlarm): MailCounts {
  const count = (from: AlarmState, to: AlarmState): number =>
    actionsOn(alarm, { from, to })
      .filter((action) => topicFault(declared, action) === undefined)
      .flatMap((action) => addressesOf(declared, action))
      .filter((address) => addressFault(address) === undefined).length;
  return {
    ALARM: count("OK", "ALARM"),
    OK: count("ALARM", "OK"),
    INSUFFICIENT_DATA: count("OK", "INSUFFICIENT_DATA"),
  };
}

/** What a setting would have done. */
interface Outcome {
  /** How often the state became ALARM. */
  episodes: number;
  /** All mails, to every address. */
  mails: number;
  alarmMinutes: number;
  /** How many incidents it noticed. */
  caught: number;
  /** Minutes from each incident's start to when its alarm was told of; undefined where there was none. */
  readonly delays: (number | undefined)[];
  /** How often an alarm was told of for each incident. */
  readonly told: number[];
  /** Episodes that were told and belong to no incident; without incidents, those that began in the baseline. */
  falseEpisodes: number;
  /** How often OK was told after such an episode, which is a mail more where recovery is mailed. */
  falseRecoveries: number;
}

/** A setting with what it would have done. */
export interface Cell extends Setting, Readonly<Outcome> {}

/**
 * Judges one setting while it is replayed. An alarm belongs to an incident if it begins in it, or so soon after it that
 * the alarm's window still holds data of it. One that began before the incident told nobody of it, nor did one that was
 * muted and over before the mute window was.
 */
export class Judge {
  state: AlarmState = "INSUFFICIENT_DATA";
  /** When the state changed; undefined as long as it never has. */
  #since: number | undefined;
  /** Whether the state before was an ALARM that belongs to no incident. */
  #wasFalse = false;
  readonly #outcome: Outcome;

  /**
   * @param window minutes that the alarm looks back
   * @param mutedUntil the end of the mute window that a minute is in; undefined for a minute that is in none
   */
  constructor(
    private readonly truth: Truth,
    private readonly window: number,
    private readonly counts: MailCounts,
    private readonly mutedUntil: (minute: number) => number | undefined = () => undefined,
  ) {
    this.#outcome = {
      ...{ episodes: 0, mails: 0, alarmMinutes: 0, caught: 0 },
      ...{ falseEpisodes: 0, falseRecoveries: 0 },
      delays: truth.incidents.map(() => undefined),
      told: truth.incidents.map(() => 0),
    };
  }

  /** Hears of each change of state, in order. */
  change(at: number, to: AlarmState): void {
    this.#settle(at);
    if (to === "ALARM") this.#outcome.episodes += 1;
    this.state = to;
    this.#since = at;
  }

  /** @param end the last minute */
  outcome(end: number): Readonly<Outcome> {
    this.#settle(end);
    return this.#outcome;
  }

  /** Counts what the newest change came to, now that it is known how long its state lasted: see `mutedChanges`. */
  #settle(until: number): void {
    const began = this.#since;
    if (began === undefined) return;
    const outcome = this.#outcome;
    const toldAt = this.mutedUntil(began) ?? began;
    const isTold = toldAt <= until;
    if (isTold) outcome.mails += this.counts[this.state];
    const wasFalse = this.#wasFalse;
    this.#wasFalse = false;
    if (this.state === "OK" && wasFalse && isTold) outcome.falseRecoveries += 1;
    if (this.state !== "ALARM") return;
    outcome.alarmMinutes += until - began;
    const { incidents, baseline } = this.truth;
    const incident = this.#incidentAt(began);
    if (incident < 0) {
      this.#wasFalse = incidents.length > 0 || (began >= baseline.from && began < baseline.to);
      if (this.#wasFalse && isTold) outcome.falseEpisodes += 1;
    } else if (isTold) {
      if (outcome.delays[incident] === undefined) outcome.caught += 1;
      outcome.delays[incident] ??= toldAt - (incidents[incident]?.from ?? began);
      outcome.told[incident] = (outcome.told[incident] ?? 0) + 1;
    }
  }

  /** The incident that is going on at a minute, or else the first that the window still holds data of; -1 for none. */
  #incidentAt(minute: number): number {
    let seen = -1;
    for (const [at, { from, to }] of this.truth.incidents.entries()) {
      if (minute >= from && minute < to) return at;
      if (seen < 0 && minute >= to && minute < to + this.window) seen = at;
    }
    return seen;
  }
}

/** What settings are tried on. */
export interface TrialInput {
  /** The alarm whose settings are replaced. */
  readonly alarm: MetricAlarm;
  readonly metrics: Metrics;
  /** First and last evaluation, in minutes since 1970 (UTC). */
  readonly span: TimeSpan;
  /** Data points that CloudWatch reads beyond the evaluation periods. @default `AlarmPlan.rangeExtra` */
  readonly extra: number | undefined;
  readonly truth: Truth;
  readonly counts: MailCounts;
  /** The alarm's mute windows within a span, in order. @default none */
  readonly mutes?: ((span: TimeSpan) => readonly TimeSpan[]) | undefined;
}

/** Settings that share their data points. */
export interface Batch {
  readonly points: PointSettings;
  readonly datapoints: readonly Datapoints[];
  /** Rising. */
  readonly thresholds: readonly number[];
}

/**
 * What an alarm would have done under every "M of N" and threshold of a batch, exactly as `evaluateAlarm` says for each
 * of them alone.
 * @returns by datapoints, then by threshold
 * @throws InputError for an alarm that is no rate alarm of this program
 */
export function trySettings(input: TrialInput, batch: Batch): Cell[] {
  const { alarm, metrics, span, truth, counts } = input;
  const { points, datapoints, thresholds } = batch;
  const plans = datapoints.map((one) =>
    planAlarm(alarmWith(alarm, { ...points, datapoints: one, threshold: 1 })),
  );
  const [plan] = plans;
  if (plan === undefined) return [];
  const { periodMinutes: period, rule } = plan;
  const extra = input.extra ?? plan.rangeExtra;
  const start = span.from - (Math.max(...datapoints.map(({ of }) => of)) + extra - 1) * period;
  // Where all are evaluated once an hour, no minute between matters, and no data point ends there.
  const hourly = plans.every((one) => minutesBetweenEvaluations(one) === 60) && period % 60 === 0;
  const step = hourly ? 60 : 1;
  const values = slidingPoints(plan, metrics, { from: start, to: span.to, step });
  if (values === undefined || rule.comparisonOperator !== "LessThanOrEqualToThreshold") {
    throw new InputError(
      `alarm ${alarm.name}: expected an alarm on a rate at or below a threshold, of its own period only`,
    );
  }
  const windows = input.mutes?.(span) ?? [];
  const mutedUntil = (minute: number): number | undefined =>
    windows.find(({ from, to }) => minute >= from && minute < to)?.to;
  const tried = datapoints.map(({ toAlarm, of }, at): Tried => {
    const judges = thresholds.map(() => new Judge(truth, of * period, counts, mutedUntil));
    const step = minutesBetweenEvaluations(plans[at] ?? plan);
    return { toAlarm, of, step, judges, ok: 0, alarm: thresholds.length };
  });
  for (const of of new Set(datapoints.map((one) => one.of))) {
    const { treatMissingData: treatment } = rule;
    const same = tried.filter((one) => one.of === of);
    replay({ start, values, period, range: of + extra, treatment, thresholds, span }, of, same);
  }
  return tried.flatMap(({ judges }, at) =>
    judges.map((judge, position) => ({
      ...points,
      datapoints: datapoints[at] ?? { toAlarm: NaN, of: NaN },
      threshold: thresholds[position] ?? NaN,
      ...judge.outcome(span.to),
    })),
  );
}

/** A "M of N" under all thresholds: OK before the position `ok`, ALARM from `alarm` on. */
interface Tried extends Datapoints {
  /** Minutes between evaluations. */
  readonly step: number;
  /** One for each threshold. */
  readonly judges: readonly Judge[];
  ok: number;
  alarm: number;
}

interface Replay extends Pick<Batch, "thresholds"> {
  /** The minute of the first value. */
  readonly start: number;
  readonly values: Float64Array;
  /** Minutes. */
  readonly period: number;
  /** Data points that are read. */
  readonly range: number;
  readonly treatment: TreatMissingData;
  readonly span: TimeSpan;
}

/**
 * Replays all thresholds, and all M of one N, at once. At any minute the state is OK below some threshold and ALARM from
 * another one on; both are among the newest N data points, so that it is enough to sort these. Between one minute and the
 * next, only the thresholds between the old two and the new two can change.
 */
function replay(scene: Replay, of: number, all: readonly Tried[]): void {
  const { start, values, period, range, treatment, thresholds, span } = scene;
  const sorted = new Float64Array(of);
  const step = all[0]?.step ?? 1;
  for (let at = Math.ceil(span.from / step) * step; at <= span.to; at += step) {
    let [found, oldest] = [0, 0];
    for (let age = 1; age <= range && found < of; age += 1) {
      const value = values[at - start - (age - 1) * period] ?? NaN;
      if (Number.isNaN(value)) continue;
      let place = found;
      for (; place > 0 && (sorted[place - 1] ?? 0) > value; place -= 1) {
        sorted[place] = sorted[place - 1] ?? 0;
      }
      sorted[place] = value;
      found += 1;
      oldest = age;
    }
    for (const one of all) {
      const level = alarmLevel(sorted, found, oldest, one, treatment);
      const wasOk = one.ok;
      const wasAlarm = one.alarm;
      one.alarm = positionOf(thresholds, level, wasAlarm);
      one.ok = one.alarm;
      // What is neither OK nor ALARM: nothing to go by at all, or nothing good.
      if (found === 0 && treatment === "missing") one.ok = 0;
      if (found < of && treatment === "ignore") {
        const highest = found === 0 ? -Infinity : (sorted[found - 1] ?? 0);
        one.ok = Math.min(one.alarm, positionOf(thresholds, highest, wasOk));
      }
      if (one.ok === wasOk && one.alarm === wasAlarm) continue;
      const last = Math.max(one.alarm, wasAlarm);
      for (let position = Math.min(one.ok, wasOk); position < last; position += 1) {
        const judge = one.judges[position];
        if (judge === undefined) continue;
        const held = treatment === "ignore" ? judge.state : "INSUFFICIENT_DATA";
        const state = position >= one.alarm ? "ALARM" : position >= one.ok ? held : "OK";
        if (state !== judge.state) judge.change(at, state);
      }
    }
  }
}

/**
 * The lowest threshold that is ALARM for the newest N data points: `nextAlarmState` the other way round.
 * @param sorted the real ones, rising
 * @param oldest how many periods ago the oldest of them ended
 */
function alarmLevel(
  sorted: Float64Array,
  found: number,
  oldest: number,
  { toAlarm, of }: Datapoints,
  treatment: TreatMissingData,
): number {
  const nth = (n: number): number => (n < 1 ? -Infinity : (sorted[n - 1] ?? Infinity));
  if (treatment === "breaching") return nth(toAlarm - (of - found));
  if (found >= toAlarm) return nth(toAlarm);
  if (treatment === "missing" && found > 0 && oldest >= toAlarm) return nth(found);
  return Infinity;
}

/** The first threshold at or above a level. @param near where it was before, which is mostly close */
function positionOf(thresholds: readonly number[], level: number, near: number): number {
  let position = near;
  while (position < thresholds.length && (thresholds[position] ?? 0) < level) position += 1;
  while (position > 0 && (thresholds[position - 1] ?? 0) >= level) position -= 1;
  return position;
}
