import { longestWindow } from "../../components/cloudwatch/limits";
import type { Datapoints } from "../../components/settings/schema";
import { minutesBetweenEvaluations, planAlarm } from "../simulator/alarmPlan";
import { type Metrics, pointReader } from "../simulator/alarmPoints";
import {
  type AlarmRule,
  type AlarmState,
  STATE_OF_FRESH_BREACHES,
  type TreatMissingData,
} from "../simulator/alarmState";
import type { MetricAlarm } from "../simulator/metricAlarm";
import { isPointwise } from "../simulator/metricMath";
import { Judge, type MailCounts, type Outcome, type Truth } from "./judge";
import { InputError } from "../inputError";

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
  const read = pointReader(alarm.name, plan, metrics, { from, to, range: 1 });
  const values = new Float64Array(Math.max(0, to - from + 1));
  for (let index = 0; index < values.length; index += 1) {
    read(from + index, values.subarray(index, index + 1));
  }
  return { start: from, values };
}

/**
 * The newest data points of an alarm in order of their values, while the window moves on: at most N real ones out of a
 * range that may hold more. A step costs a search and a move among N values.
 */
class SortedWindow {
  readonly #sorted: Float64Array;
  /** Values and positions of the real points in the window as a ring, the oldest at `#head`. */
  readonly #values: Float64Array;
  readonly #positions: Float64Array;
  #head = 0;
  #size = 0;
  #position = -1;

  /**
   * @param most N, how many real points count
   * @param range how many points are looked at to find them
   */
  constructor(
    private readonly most: number,
    private readonly range: number,
  ) {
    this.#sorted = new Float64Array(most);
    this.#values = new Float64Array(most);
    this.#positions = new Float64Array(most);
  }

  /** How many real points there are. */
  get size(): number {
    return this.#size;
  }

  /** How many points ago the oldest real one was, 1 for the newest. */
  get oldestAge(): number {
    return this.#position - (this.#positions[this.#head] ?? NaN) + 1;
  }

  /** Moves on by one point. @param value NaN for a missing one */
  push(value: number): void {
    this.#position += 1;
    if (this.#size > 0 && this.oldestAge > this.range) this.#drop();
    if (Number.isNaN(value)) return;
    if (this.#size === this.most) this.#drop();
    const slot = (this.#head + this.#size) % this.most;
    this.#values[slot] = value;
    this.#positions[slot] = this.#position;
    const at = this.#find(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size += 1;
  }

  /** The k-th smallest real point; infinite where there are fewer, and minus infinite for k up to 0. */
  smallest(k: number): number {
    if (k <= 0) return -Infinity;
    return k > this.#size ? Infinity : (this.#sorted[k - 1] ?? NaN);
  }

  #drop(): void {
    const at = this.#find(this.#values[this.#head] ?? NaN);
    this.#sorted.copyWithin(at, at + 1, this.#size);
    this.#head = (this.#head + 1) % this.most;
    this.#size -= 1;
  }

  /** The position of the first value that is not below another. */
  #find(value: number): number {
    let [low, high] = [0, this.#size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? NaN) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How an alarm at or below a threshold looks at its data points. */
interface Looking {
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
interface CriticalValues {
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
function criticalValues({ start, values }: WatchedValues, looking: Looking): CriticalValues {
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

/** Stretches of evaluations that no threshold of a grid tells apart. */
interface Stretches {
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
function stretches(
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
function replay(
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

/** A threshold and a "M of N" with what they would have done. */
export interface Cell extends Outcome {
  readonly threshold: number;
  readonly datapoints: Datapoints;
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
  const { options, settings, thresholds, truth, counts } = input;
  return settings.flatMap((datapoints, number) => {
    const looking = lookingOf(input.alarm, datapoints, options);
    const critical = criticalValues(values, looking);
    const parts = stretches(critical, thresholds, looking.rule.treatMissingData);
    const window = datapoints.of * looking.periodMinutes;
    const cells = thresholds.map((threshold, position) => {
      const judge = new Judge(truth, window, counts);
      replay(parts, position, options.to, judge);
      return { threshold, datapoints, ...judge.outcome() };
    });
    progress((number + 1) / settings.length);
    return cells;
  });
}

/** When the alarm would have been in ALARM under one setting. */
export function episodesOf(
  values: WatchedValues,
  alarm: MetricAlarm,
  { threshold, datapoints }: Pick<Cell, "threshold" | "datapoints">,
  options: GridOptions,
): { readonly from: number; readonly to: number }[] {
  const looking = lookingOf(alarm, datapoints, options);
  const parts = stretches(
    criticalValues(values, looking),
    [threshold],
    looking.rule.treatMissingData,
  );
  const episodes: { from: number; to: number }[] = [];
  replay(parts, 0, options.to, {
    change: () => undefined,
    episode: (from, to) => episodes.push({ from, to }),
  });
  return episodes;
}

function lookingOf(
  alarm: MetricAlarm,
  { toAlarm, of }: Datapoints,
  { from, to, extra }: GridOptions,
): Looking {
  const replaced = { ...alarm, evaluationPeriods: of, datapointsToAlarm: toAlarm };
  const { rule, periodMinutes } = planAlarm(replaced);
  return { rule, periodMinutes, from, to, extra };
}
