import { DAY, type MinuteSeries } from "../simulator/minuteSeries";
import type { TimeSpan } from "../time";
import type { RateSeries } from "./data";
import {
  type Batch,
  type Cell,
  type Setting,
  settingKey,
  type TrialInput,
  trySettings,
} from "./grid";
import { falseMails } from "./suggest";

/**
 * What chance alone does to a model's alarm: the predictions of the logs are drawn again, each valid with the model's own
 * chance, and the alarm is evaluated on them as on the logs. A parametric bootstrap (Efron and Tibshirani, An Introduction
 * to the Bootstrap, 1993, chapter 6). The seeds are fixed, so that the same logs give the same answer.
 */

/** Numbers from 0 to 1: Marsaglia's xorshift with 32 bits (Journal of Statistical Software 8, 2003). */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** Up to so many expected successes or failures, the distribution is worked out term by term. */
const EXACT = 30;

/**
 * How many of `n` are valid when each is with a chance of its own: binomial, by inversion, exact up to {@link EXACT}
 * expected exceptions; above, the normal distribution with the same mean and variance, whose chances are then off by less
 * than 0.025. For the same random numbers, a lower
 * chance never gives more.
 */
export function binomial(n: number, chance: number, random: () => number): number {
  const [first, second] = [random(), random()];
  const rare = Math.min(chance, 1 - chance);
  if (!(rare > 0)) return chance > 0.5 ? n : 0;
  if (n * rare > EXACT) {
    const value = n * chance + normal(first, second) * Math.sqrt(n * chance * (1 - chance));
    return Math.min(n, Math.max(0, Math.round(value)));
  }
  // Few exceptions mean a high draw where successes are the rule, a low one where they are rare.
  const draw = chance > 0.5 ? 1 - first : first;
  let term = (1 - rare) ** n;
  let below = term;
  let count = 0;
  while (draw > below && count < n) {
    term *= ((n - count) / (count + 1)) * (rare / (1 - rare));
    below += term;
    count += 1;
  }
  return chance > 0.5 ? n - count : count;
}

/** A standard normal number from two even ones (Box and Muller, 1958). */
function normal(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

/** A series of successive minutes' sums. A rate alarm sums up, and reads nothing else. */
function seriesOf(from: number, sums: Float64Array): MinuteSeries {
  const first = Math.floor(from / DAY);
  const days = Math.floor((from + Math.max(1, sums.length) - 1) / DAY) - first + 1;
  return {
    days: () => Array.from({ length: days }, (_, day) => first + day),
    read: (_, start, into) => {
      into.fill(NaN);
      const begin = Math.max(from, start);
      const end = Math.min(from + sums.length, start + into.length);
      if (end > begin) into.set(sums.subarray(begin - from, end - from), begin - start);
    },
  };
}

function minutesOf(series: MinuteSeries, { from, to }: TimeSpan): Float64Array {
  const sums = new Float64Array(Math.max(0, to - from));
  series.read("sum", from, sums);
  return sums;
}

/** A model as chance sees it, and the alarm that watches it. */
export interface Watched extends Omit<TrialInput, "metrics" | "span"> {
  readonly series: RateSeries;
  /** First and last evaluation of the logs. */
  readonly span: TimeSpan;
  /** The healthy model's chance of a valid prediction, from 0 to 1. */
  readonly chance: number;
  /** The standard error of that chance, as the baseline tells it. */
  readonly error: number;
  /** How much is simulated, as a part of what is usual. */
  readonly effort: number;
  /** The metrics as the alarm knows them. */
  readonly metricsOf: (series: RateSeries) => TrialInput["metrics"];
}

/** Sums of successive minutes, NaN where there is no data point. */
interface Minutes {
  readonly valid: Float64Array;
  readonly total: Float64Array;
}

/** Draws the predictions of successive minutes. @param chance of all of them, or of each */
function drawn(total: Float64Array, chance: number | Float64Array, random: () => number): Minutes {
  const valid = total.map((predictions, at) => {
    const here = typeof chance === "number" ? chance : (chance[at] ?? NaN);
    return predictions > 0 ? binomial(predictions, here, random) : predictions;
  });
  return { valid, total };
}

/** Tries settings on minutes that were drawn, the first of them `from`. */
function tryDrawn(
  { metricsOf, ...input }: Watched,
  { valid, total }: Minutes,
  from: number,
  span: TimeSpan,
  incidents: readonly TimeSpan[],
  batch: Batch,
): Cell[] {
  const metrics = metricsOf({ valid: seriesOf(from, valid), total: seriesOf(from, total) });
  const truth = { incidents, baseline: incidents.length > 0 ? input.truth.baseline : span };
  return trySettings({ ...input, metrics, span, truth }, batch);
}

/** What comes of drawing the incidents of the logs again. */
export interface Redrawn {
  /** The part of the incidents that are told, and no more often than they may be, from 0 to 1. */
  readonly kept: number;
  /** How many were drawn. */
  readonly drawn: number;
  /** Minutes until an incident is told, rising; Infinity where it never is. */
  readonly delays: readonly number[];
}

/** Minutes that are drawn in one go, at most; and how often the logs are, at least and at most. */
const DRAWN_MINUTES = 400_000;
const FEWEST_DRAWS = 4;
const MOST_DRAWS = 20;

/** Predictions that the chance within an incident is told from: a twelfth of the incident's, and no fewer than so many. */
const PARTS = 12;
const PART = 500;

/**
 * Draws the incidents again, with the time around them that the settings look back on.
 * @param batch settings that share their data points
 * @param times how many times as many draws as usual
 * @returns by {@link settingKey}
 */
export function redraw(
  watched: Watched,
  batch: Batch,
  {
    seed,
    times,
    perIncident,
  }: { readonly seed: number; readonly times: number; readonly perIncident: number },
): Map<string, Redrawn> {
  const { span, truth, series, chance } = watched;
  const most = Math.max(...batch.datapoints.map(({ of }) => of));
  const margin = Math.ceil(((most + 5) * batch.points.period) / 60);
  const stretches: { from: number; to: number; incidents: TimeSpan[] }[] = [];
  for (const incident of truth.incidents) {
    const last = stretches.at(-1);
    const from = Math.max(span.from, incident.from - margin);
    const to = Math.min(span.to, incident.to + margin);
    if (last !== undefined && from <= last.to) {
      last.to = Math.max(last.to, to);
      last.incidents.push(incident);
    } else stretches.push({ from, to, incidents: [incident] });
  }
  const length = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const usual = Math.min(MOST_DRAWS, Math.max(FEWEST_DRAWS, Math.floor(DRAWN_MINUTES / length)));
  const draws = Math.ceil(usual * times * watched.effort);
  const all = draws * truth.incidents.length;
  const random = randomNumbers(seed);
  const found = new Map<string, { kept: number; drawn: number; delays: number[] }>();
  for (const { from, to, incidents } of stretches) {
    const totals = minutesOf(series.total, { from: from - 1, to });
    const chances = totals.map(() => chance);
    // Of two that overlap, the first one says.
    for (const incident of incidents.toReversed()) {
      const chanceAt = chanceWithin(series, incident);
      for (let minute = incident.from; minute < Math.min(to, incident.to); minute += 1) {
        chances[minute - from + 1] = chanceAt(minute);
      }
    }
    for (let draw = 0; draw < draws; draw += 1) {
      const again = drawn(totals, chances, random);
      const cells = tryDrawn(watched, again, from - 1, { from, to }, incidents, batch);
      for (const cell of cells) {
        const key = settingKey(cell);
        const sums = found.get(key) ?? { kept: 0, drawn: all, delays: [] };
        found.set(key, sums);
        sums.kept += cell.told.filter((told) => told > 0 && told <= perIncident).length;
        sums.delays.push(...cell.delays.map((delay) => delay ?? Infinity));
      }
    }
  }
  for (const sums of found.values()) {
    sums.kept /= sums.drawn;
    sums.delays.sort((a, b) => a - b);
  }
  return found;
}

/** The chance of a valid prediction over an incident: of parts with enough predictions, and on a line between their middles. */
function chanceWithin(series: RateSeries, { from, to }: TimeSpan): (minute: number) => number {
  const valid = minutesOf(series.valid, { from, to });
  const total = minutesOf(series.total, { from, to });
  const sum = total.reduce((before, one) => before + (one || 0), 0);
  const part = Math.max(PART, sum / PARTS);
  const points: { minute: number; chance: number }[] = [];
  let [good, all, start, left] = [0, 0, 0, sum];
  for (let at = 0; at < to - from; at += 1) {
    good += valid[at] || 0;
    all += total[at] || 0;
    left -= total[at] || 0;
    // What is left over belongs to the last part.
    const isWhole = all >= part && left >= part;
    if (!isWhole && at < to - from - 1) continue;
    if (all > 0) points.push({ minute: from + (start + at) / 2, chance: good / all });
    [good, all, start] = [0, 0, at + 1];
  }
  let next = 0;
  return (minute) => {
    if (minute < (points[next - 1]?.minute ?? -Infinity)) next = 0;
    while (next < points.length && (points[next]?.minute ?? 0) <= minute) next += 1;
    const [before, after] = [points[next - 1] ?? points[next], points[next] ?? points[next - 1]];
    if (before === undefined || after === undefined) return NaN;
    const share = after === before ? 0 : (minute - before.minute) / (after.minute - before.minute);
    return before.chance + share * (after.chance - before.chance);
  };
}

const WEEK = 7 * DAY;

/**
 * A year is drawn in stretches that each begin without a past, as alarms do when they are deployed or changed: their first
 * data points cover a part of a period, and so few predictions.
 */
const STRETCH = 4 * WEEK;
const STRETCHES_A_YEAR = (365 * DAY) / STRETCH;

/** The volumes of a healthy model, as often as wanted one after the other: whole weeks of the baseline, or days. */
function healthyTotals({ series, truth: { baseline } }: Watched, length: number): Float64Array {
  const { from, to } = baseline;
  const unit = [WEEK, DAY].find((one) => to - from >= one) ?? 1;
  const once = minutesOf(series.total, { from, to: from + Math.floor((to - from) / unit) * unit });
  const totals = new Float64Array(length);
  for (let at = 0; at < length; at += once.length) {
    totals.set(once.subarray(0, Math.min(once.length, length - at)), at);
  }
  return totals;
}

/**
 * False mails that each address gets in a year of a model that is healthy all the time, on average.
 * @returns by {@link settingKey}
 */
export function falseMailsAYear(
  watched: Watched,
  batch: Batch,
  {
    seed,
    years,
    mailsRecovery,
  }: { readonly seed: number; readonly years: number; readonly mailsRecovery: boolean },
): Map<string, number> {
  const { from } = watched.truth.baseline;
  const span = { from: from + 1, to: from + STRETCH };
  const totals = healthyTotals(watched, STRETCH);
  const random = randomNumbers(seed);
  const sums = new Map<string, number>();
  const stretches = Math.ceil(STRETCHES_A_YEAR * years * watched.effort);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    // A long period is more exact than what is known of the rate: each stretch has one that may be the true one.
    const deviation = normal(random(), random()) * watched.error;
    const chance = Math.min(1, Math.max(0, watched.chance + deviation));
    const again = drawn(totals, chance, random);
    for (const cell of tryDrawn(watched, again, from, span, [], batch)) {
      const key = settingKey(cell);
      const mails = (falseMails(cell, mailsRecovery) * STRETCHES_A_YEAR) / stretches;
      sums.set(key, (sums.get(key) ?? 0) + mails);
    }
  }
  return sums;
}

/** Falls that are tried of a setting, spread over the baseline's days. */
const FALLS = 100;

/** The finest fall that is told from another. */
const FINEST_FALL = 0.0002;

/** How sure it has to be that a fall is noticed within a day. */
export const NOTICED = 0.9;

/**
 * The smallest sudden fall of the rate, in percent points, of which a setting tells within a day with a probability of
 * {@link NOTICED}.
 * @param guess where to begin to look, in percent points
 * @returns to a twentieth of itself; undefined where it tells of none so soon
 */
export function smallestFall(
  watched: Watched,
  setting: Setting,
  { seed, guess }: { readonly seed: number; readonly guess: number },
): number | undefined {
  const { chance, truth, effort } = watched;
  const falls = Math.ceil(FALLS * effort);
  const { datapoints, threshold, period, ...points } = setting;
  const minutes = period / 60;
  if ((datapoints.toAlarm - 1) * minutes >= DAY) return undefined;
  const batch = {
    points: { ...points, period },
    datapoints: [datapoints],
    thresholds: [threshold],
  };
  const lead = (datapoints.of + 5) * minutes;
  // Not always at the same hour.
  const length = lead + DAY + 97;
  const totals = healthyTotals(watched, falls * length);
  const { from } = truth.baseline;
  const fallen = from + lead;
  const trials = Array.from({ length: falls }, (_, trial) => {
    const begin = trial * length;
    const total = totals.subarray(begin, begin + lead + DAY);
    const before = drawn(total.subarray(0, lead), chance, randomNumbers(seed + trial));
    return { total, before, trial };
  });
  const incidents = [{ from: fallen, to: fallen + DAY }];
  // One evaluation before the fall tells who was in ALARM already.
  const span = { from: fallen - 60, to: fallen + DAY };
  const noticed = (fall: number): number => {
    const told = trials.filter(({ total, before, trial }) => {
      const fallenTo = Math.max(0, chance - fall);
      const after = drawn(total.subarray(lead), fallenTo, randomNumbers(-seed - trial));
      const minutes = { valid: total.slice(), total };
      minutes.valid.set(before.valid);
      minutes.valid.set(after.valid, lead);
      const [cell] = tryDrawn(watched, minutes, from, span, incidents, batch);
      return (cell?.caught ?? 0) > 0;
    });
    return told.length / falls;
  };
  let [low, high] = [0, Math.min(chance, guess / 100)];
  while (noticed(high) < NOTICED) {
    if (high >= chance) return undefined;
    [low, high] = [high, Math.min(chance, 2 * high)];
  }
  while (high - low > Math.max(FINEST_FALL, high / 25)) {
    const middle = (low + high) / 2;
    if (noticed(middle) < NOTICED) low = middle;
    else high = middle;
  }
  return 100 * high;
}
