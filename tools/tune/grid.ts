import { longestWindow } from "../../components/cloudwatch/limits";
import type { Datapoints } from "../../components/settings/schema";
import { InputError } from "../inputError";
import { addressesOf, addressFault, type Declared, topicFault } from "../program/declared";
import { type AlarmPlan, minutesBetweenEvaluations, planAlarm } from "../simulator/alarmPlan";
import { type Metrics, pointReader } from "../simulator/alarmPoints";
import { type AlarmState, nextAlarmState } from "../simulator/alarmState";
import type { MetricAlarm } from "../simulator/metricAlarm";
import { isPointwise } from "../simulator/metricMath";
import { actionsOn } from "../simulator/notification";
import type { TimeSpan } from "../time";

/** From firing at every hiccup to firing only when it goes on: [M, N]. */
const COMMON = [
  [1, 1],
  [2, 2],
  [2, 3],
  [3, 3],
  [3, 5],
  [4, 5],
  [5, 5],
] as const;

/**
 * The settings of "M of N" worth trying: the common ones and the model's own, as far as CloudWatch lets an alarm look
 * back.
 * @param period length of a data point in seconds
 * @returns by N, then by M
 */
export function datapointSettings(own: Datapoints, period: number): Datapoints[] {
  const common = COMMON.map(([toAlarm, of]) => ({ toAlarm, of }));
  const others = common.filter(
    (setting) => !isSame(setting, own) && setting.of * period <= longestWindow(period),
  );
  return [...others, own].sort((a, b) => a.of - b.of || a.toAlarm - b.toAlarm);
}

/** Whether two settings ask for the same. */
export function isSame(a: Datapoints, b: Datapoints): boolean {
  return a.toAlarm === b.toAlarm && a.of === b.of;
}

/** What a grid of thresholds is laid around; all in percent. */
interface GridRange {
  /** The lowest data point. */
  readonly lowest: number;
  /** Where a healthy model's data points lie: the thresholds that matter are among them or just below. */
  readonly healthy: { readonly low: number; readonly high: number };
  /** The model's own threshold, to compare with. */
  readonly own: number;
}

/** Round steps in thousandths of a percent point, the finest first. */
const FINE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const COARSE_STEPS = [500, 1000, 2000];

/** About as many as fit into each part. */
const FINE = 110;
const COARSE = 100;

/** Percent points below the healthy data points that are tried in any case, and closer together. */
const FAR = 20;
const NEAR = 5;

/** Thresholds are written with at most three decimals. */
const UNIT = 1000;

/**
 * One to two hundred thresholds: half a point apart (or one) from below the lowest data point up to 100, a tenth apart
 * for some points below a healthy rate, and closer where healthy data points are closer. All but the own one are round
 * numbers that a person would write.
 * @returns rising, above 0 and at most 100
 */
export function thresholdGrid({ lowest, healthy, own }: GridRange): number[] {
  const { low, high } = healthy;
  const found = new Set<number>();
  addSteps(found, [Math.min(lowest, low - FAR), 100], COARSE, COARSE_STEPS);
  addSteps(found, [high - NEAR, high], NEAR * 10, [100]);
  addSteps(found, [low, high], FINE, FINE_STEPS);
  return [...new Set([...[...found].map((value) => value / UNIT), own])]
    .filter((value) => value > 0 && value <= 100)
    .sort((a, b) => a - b);
}

/** Multiples of the smallest step that does with `most` values, from just below a range to just above it. */
function addSteps(
  into: Set<number>,
  range: readonly [low: number, high: number],
  most: number,
  steps: readonly number[],
): void {
  const [low, high] = range.map((end) => Math.min(100, Math.max(0, end)) * UNIT);
  if (low === undefined || high === undefined) return;
  const step = steps.find((each) => (high - low) / each <= most) ?? steps.at(-1) ?? UNIT;
  for (let value = Math.floor(low / step) * step; value < high + step; value += step) {
    into.add(value);
  }
}

/** What an alarm compares with its threshold, for a period ending at each minute. */
export interface WatchedValues {
  /** The first minute, since 1970 (UTC). */
  readonly start: number;
  /** The i-th covers the period that ends before minute `start + i`; NaN where there is no data point. */
  readonly values: Float64Array;
}

/**
 * Works out an alarm's data points once. Windows slide with the minutes, so the k-th newest data point at a minute is
 * the newest one k - 1 periods earlier: one value a minute serves every threshold and every "M of N".
 * @throws InputError for an expression whose value depends on more than its own period
 */
function watchedValues(
  alarm: MetricAlarm,
  metrics: Metrics,
  { from, to }: { readonly from: number; readonly to: number },
): WatchedValues {
  const plan = planAlarm(alarm);
  if (!plan.expressions.every(({ expression }) => isPointwise(expression))) {
    throw new InputError(
      `alarm ${alarm.name}: expected an expression whose value depends on its own period only`,
    );
  }
  const read = pointReader(plan, metrics, { from, to, range: 1 });
  const values = new Float64Array(Math.max(0, to - from + 1));
  for (let index = 0; index < values.length; index += 1) {
    read(from + index, values.subarray(index, index + 1));
  }
  return { start: from, values };
}

/** What is known of the time that was replayed: which alarms were wanted. */
export interface Truth {
  /** When something was wrong with the model, in order. */
  readonly incidents: readonly TimeSpan[];
  /** Without incidents: when the model was healthy. */
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

/** A threshold and a "M of N" with what they would have done. */
export interface Cell {
  readonly threshold: number;
  readonly datapoints: Datapoints;
  /** How often the state became ALARM. */
  readonly episodes: number;
  /** All mails, to every address. */
  readonly mails: number;
  readonly alarmMinutes: number;
  /** How many incidents it noticed. */
  readonly caught: number;
  /** Minutes from each incident's start to its alarm; undefined where there was none. */
  readonly delays: readonly (number | undefined)[];
  /** How often the incident that was told most often became ALARM. */
  readonly mostPerIncident: number;
  /** Episodes that belong to no incident; without incidents, those that began in the baseline. */
  readonly falseEpisodes: number;
  /** How many of them ended in OK, which is a mail more where recovery is mailed. */
  readonly falseRecoveries: number;
  /** Mails of false episodes, to every address. */
  readonly falseMails: number;
}

/**
 * Judges one setting while it is replayed. An alarm belongs to an incident if it begins in it, or so soon after it that
 * the alarm's window still holds data of it. One that began before the incident told nobody of it.
 */
export class Judge {
  state: AlarmState = "INSUFFICIENT_DATA";
  #since = 0;
  #episodes = 0;
  #mails = 0;
  #alarmMinutes = 0;
  #falseEpisodes = 0;
  #falseRecoveries = 0;
  readonly #delays: (number | undefined)[];
  readonly #told: number[];

  /** @param window minutes that the alarm looks back */
  constructor(
    private readonly truth: Truth,
    private readonly window: number,
    private readonly counts: MailCounts,
  ) {
    this.#delays = truth.incidents.map(() => undefined);
    this.#told = truth.incidents.map(() => 0);
  }

  /** Hears of each change of state, in order. */
  change(at: number, to: AlarmState): void {
    this.#mails += this.counts[to];
    if (to === "ALARM") this.#episodes += 1;
    if (this.state === "ALARM") this.#leave(at, to);
    this.state = to;
    this.#since = at;
  }

  /** @param end the last minute */
  outcome(end: number): Omit<Cell, "threshold" | "datapoints"> {
    if (this.state === "ALARM") this.#leave(end, "ALARM");
    const [episodes, recoveries] = [this.#falseEpisodes, this.#falseRecoveries];
    return {
      episodes: this.#episodes,
      mails: this.#mails,
      alarmMinutes: this.#alarmMinutes,
      caught: this.#delays.filter((delay) => delay !== undefined).length,
      delays: this.#delays,
      mostPerIncident: Math.max(0, ...this.#told),
      falseEpisodes: episodes,
      falseRecoveries: recoveries,
      falseMails: episodes * this.counts.ALARM + recoveries * this.counts.OK,
    };
  }

  #leave(at: number, to: AlarmState): void {
    const began = this.#since;
    this.#alarmMinutes += at - began;
    const { incidents, baseline } = this.truth;
    const within = (after: number): number =>
      incidents.findIndex(({ from, to: until }) => began >= from && began < until + after);
    const incident = within(0) >= 0 ? within(0) : within(this.window);
    if (incident >= 0) {
      this.#delays[incident] ??= began - (incidents[incident]?.from ?? began);
      this.#told[incident] = (this.#told[incident] ?? 0) + 1;
    } else if (incidents.length > 0 || (began >= baseline.from && began < baseline.to)) {
      this.#falseEpisodes += 1;
      if (to === "OK") this.#falseRecoveries += 1;
    }
  }
}

/** When to evaluate, in minutes since 1970 (UTC), and what AWS leaves open. */
interface GridOptions {
  readonly from: number;
  readonly to: number;
  /** Data points that CloudWatch reads beyond the evaluation periods. */
  readonly extra: number;
}

/** What to try an alarm with. */
export interface GridInput {
  /** Its threshold and its data points are the ones that are replaced. */
  readonly alarm: MetricAlarm;
  readonly options: GridOptions;
  readonly settings: readonly Datapoints[];
  /** Rising. */
  readonly thresholds: readonly number[];
  readonly truth: Truth;
  readonly counts: MailCounts;
}

/** The data points that every setting needs, worked out once. */
export function valuesForGrid(
  alarm: MetricAlarm,
  metrics: Metrics,
  settings: readonly Datapoints[],
  { from, to, extra }: GridOptions,
): WatchedValues {
  const { periodMinutes } = planAlarm(alarm);
  const most = Math.max(1, ...settings.map(({ of }) => of + extra));
  return watchedValues(alarm, metrics, { from: from - (most - 1) * periodMinutes, to });
}

/**
 * What an alarm would have done under every threshold and "M of N" of a grid, exactly as `evaluateAlarm` says for each
 * of them alone.
 * @param progress told after each setting which part of all is done, from 0 to 1
 * @returns by setting, then by threshold
 */
export function tuneGrid(
  values: WatchedValues,
  input: GridInput,
  progress: (done: number) => void = () => undefined,
): Cell[] {
  const { alarm, options, settings, thresholds, truth, counts } = input;
  return settings.flatMap((datapoints, number) => {
    const { of, toAlarm } = datapoints;
    const plan = planAlarm({ ...alarm, evaluationPeriods: of, datapointsToAlarm: toAlarm });
    const judges = thresholds.map(() => new Judge(truth, of * plan.periodMinutes, counts));
    replay(values, plan, thresholds, options, judges);
    progress((number + 1) / settings.length);
    return judges.map((judge, at) => {
      return { threshold: thresholds[at] ?? NaN, datapoints, ...judge.outcome(options.to) };
    });
  });
}

/**
 * Replays an alarm under all thresholds at once. At any minute the state is OK below some threshold and ALARM from
 * another one on, so it is enough to look for these two, and between one minute and the next only the thresholds
 * between the old two and the new two can change.
 * @param judges one for each threshold
 */
function replay(
  { start, values }: WatchedValues,
  plan: AlarmPlan,
  thresholds: readonly number[],
  { from, to, extra }: GridOptions,
  judges: readonly Judge[],
): void {
  const { rule, periodMinutes } = plan;
  const rules = thresholds.map((threshold) => ({ ...rule, threshold }));
  const range = new Float64Array(rule.evaluationPeriods + extra);
  const stateUnder = (position: number): AlarmState =>
    nextAlarmState(range, rules[position] ?? rule, "INSUFFICIENT_DATA");
  const isAlarm = (position: number): boolean => stateUnder(position) === "ALARM";
  const isNotOk = (position: number): boolean => stateUnder(position) !== "OK";
  const step = minutesBetweenEvaluations(plan);
  let [ok, alarm] = [0, rules.length];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const oldest = at - start - (range.length - 1) * periodMinutes;
    for (let age = 0; age < range.length; age += 1) {
      range[age] = values[oldest + age * periodMinutes] ?? NaN;
    }
    const [wasOk, wasAlarm] = [ok, alarm];
    alarm = firstPosition(rules.length, wasAlarm, isAlarm);
    ok = firstPosition(alarm, Math.min(wasOk, alarm), isNotOk);
    for (let position = Math.min(ok, wasOk); position < Math.max(alarm, wasAlarm); position += 1) {
      const judge = judges[position];
      if (judge === undefined) continue;
      const held = rule.treatMissingData === "ignore" ? judge.state : "INSUFFICIENT_DATA";
      const state = position >= alarm ? "ALARM" : position >= ok ? held : "OK";
      if (state !== judge.state) judge.change(at, state);
    }
  }
}

/** The first of so many positions from which on something holds. @param likely where that probably is */
function firstPosition(
  length: number,
  likely: number,
  holds: (position: number) => boolean,
): number {
  let [low, high] = [0, length];
  if (likely < length && !holds(likely)) low = likely + 1;
  else high = likely;
  if (high === likely && (likely === 0 || !holds(likely - 1))) return likely;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
