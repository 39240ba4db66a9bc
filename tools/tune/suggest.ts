import {
  type RateOptions,
  rateQueries,
  twoSidedQuantile,
} from "../../components/cloudwatch/expressions";
import type { Datapoints } from "../../components/settings/schema";
import type { Metrics } from "../simulator/alarmPoints";
import { type MetricAlarm, queriesOf } from "../simulator/metricAlarm";
import { type Cell, type GridInput, isSame, tuneGrid, valuesForGrid } from "./grid";
import { periodMinutes } from "../text";
import { MONTH } from "../time";

/** Percent of an interval that a report shows. */
const SHOWN_CONFIDENCE = 95;

/** Standard deviations of the shown interval. */
const SHOWN_Z = twoSidedQuantile(SHOWN_CONFIDENCE);

/**
 * Where a rate of so many predictions lies, by Wilson's score interval with 95 % confidence.
 * @param rate percent
 * @returns percent, both ends
 */
export function wilsonInterval(rate: number, predictions: number): [low: number, high: number] {
  const z2 = SHOWN_Z * SHOWN_Z;
  const share = rate / 100;
  const middle = share + z2 / (2 * predictions);
  const half =
    SHOWN_Z * Math.sqrt((share * (1 - share)) / predictions + z2 / (4 * predictions * predictions));
  const scale = 100 / (1 + z2 / predictions);
  return [Math.max(0, (middle - half) * scale), Math.min(100, (middle + half) * scale)];
}

/** What decides how many predictions a data point needs. */
export interface SamplingQuestion {
  /** The healthy model's rate, in percent. */
  readonly rate: number;
  readonly threshold: number;
  readonly datapoints: Datapoints;
  readonly periodMinutes: number;
  /** Mails a month that chance may cost. */
  readonly mailsPerMonth: number;
  /** Percent; the alarm compares the upper limit of this confidence interval. */
  readonly confidence?: number | undefined;
}

/**
 * How many predictions a period needs so that a healthy model's alarm hardly fires by chance: if every period had just
 * so many, M of N of them would be at or below the threshold as often as the budget allows. Each period counts as a new
 * window. One data point is at or below the threshold by chance when the threshold lies z standard errors under the
 * rate (Wilson's score, the error taken at the threshold), so n = z2 T (100 - T) / (R - T)2.
 * @returns Infinity where no number is enough: the threshold is not below the rate
 */
export function neededPredictions(question: SamplingQuestion): number {
  const { rate, threshold, datapoints, periodMinutes, mailsPerMonth, confidence } = question;
  if (threshold >= rate) return Infinity;
  // Nothing is ever quite impossible by chance.
  const windows = MONTH / periodMinutes;
  const allowed = Math.min(0.5, Math.max(mailsPerMonth, 0.1) / windows);
  const built = confidence === undefined ? 0 : twoSidedQuantile(confidence);
  const z = Math.max(0, oneSidedQuantile(chanceOfPoint(allowed, datapoints)) - built);
  return Math.max(1, Math.ceil((z * z * threshold * (100 - threshold)) / (rate - threshold) ** 2));
}

/** The chance of a single point at which M of N of them come together with a given chance. */
function chanceOfPoint(together: number, { toAlarm, of }: Datapoints): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (atLeast(toAlarm, of, middle) < together) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The binomial chance of at least `m` out of `n`. */
function atLeast(m: number, n: number, chance: number): number {
  let below = 0;
  let term = (1 - chance) ** n;
  for (let k = 0; k < m; k += 1) {
    below += term;
    term *= ((n - k) / (k + 1)) * (chance / (1 - chance));
  }
  return 1 - below;
}

/** Standard deviations below the mean that are passed with a given chance; 0 for an even chance and more. */
function oneSidedQuantile(chance: number): number {
  return chance >= 0.5 ? 0 : twoSidedQuantile(100 * (1 - 2 * chance));
}

/** What a suggestion has to keep to. */
export interface Demands {
  /** The model's own "M of N", kept unless another is clearly better. */
  readonly own: Datapoints;
  readonly incidents: number;
  /** False mails that each address may get in the time that was judged. */
  readonly allowed: number;
  /** How often an alarm may tell of one incident. */
  readonly perIncident: number;
  /** Whether leaving ALARM is mailed, too. */
  readonly mailsRecovery: boolean;
  /** How many predictions a quiet period has. */
  readonly quietVolume: number;
  readonly sampling: Omit<SamplingQuestion, "threshold" | "datapoints">;
}

/** A setting that keeps to the demands as well as any. */
export interface Suggestion {
  readonly cell: Cell;
  /** The highest threshold, with the same data points, that keeps the budget in these data. */
  readonly highestInBudget: number;
  /** Predictions that a period needs so that chance alone hardly fires it. */
  readonly needed: number;
  /** Whether a quiet period has as many. */
  readonly isBeyondChance: boolean;
  /** Whether no incident is told more often than it may be. */
  readonly isCalm: boolean;
}

/**
 * The rule, for each "M of N": the highest threshold below the baseline's rate that keeps the false mails in the budget, catches the incidents,
 * tells none of them more often than it may, and is not reached by a healthy model's chance in a quiet period. Where no threshold keeps to the last point, the
 * highest that keeps to the others; the incidents are as many as can be caught within the budget.
 *
 * Among the "M of N", the model's own stays unless another catches more, or the same at least a period sooner on
 * average and without more mails.
 */
export interface Suggestions {
  readonly chosen: Suggestion | undefined;
  /** The best of each "M of N" that has one. */
  readonly perSetting: readonly Suggestion[];
}

/** Applies the rule to a grid. */
export function suggest(grid: readonly Cell[], demands: Demands): Suggestions {
  const settings = grid
    .map(({ datapoints }) => datapoints)
    .filter((one, index, all) => all.findIndex((other) => isSame(one, other)) === index);
  const perSetting = settings.flatMap((setting) => {
    const cells = grid.filter(({ datapoints }) => isSame(datapoints, setting));
    return best(cells, demands) ?? [];
  });
  return { chosen: choose(perSetting, demands), perSetting };
}

/** False mails that a setting sends to each address; as if it sent any, where it does not. */
function falseMailsEach(
  { falseEpisodes, falseRecoveries }: Pick<Cell, "falseEpisodes" | "falseRecoveries">,
  mailsRecovery: boolean,
): number {
  return falseEpisodes + (mailsRecovery ? falseRecoveries : 0);
}

function best(cells: readonly Cell[], demands: Demands): Suggestion | undefined {
  const { incidents } = demands;
  const inBudget = withinBudget(cells, demands);
  const caught = Math.max(0, ...inBudget.map((cell) => cell.caught));
  if (inBudget.length === 0 || (incidents > 0 && caught === 0)) return undefined;
  const most = inBudget.filter((cell) => cell.caught === caught);
  // An alarm that repeats within one incident is noise like a false one.
  const told = Math.max(demands.perIncident, Math.min(...most.map((cell) => cell.mostPerIncident)));
  const able = most.filter((cell) => cell.mostPerIncident <= told);
  const highest = last(able);
  const safe = last(able.filter((cell) => neededBy(cell, demands) <= demands.quietVolume));
  const cell = safe ?? highest;
  if (cell === undefined || highest === undefined) return undefined;
  return {
    cell,
    highestInBudget: highest.threshold,
    needed: neededBy(cell, demands),
    isBeyondChance: safe !== undefined,
    isCalm: cell.mostPerIncident <= demands.perIncident,
  };
}

/**
 * The cells below the baseline's rate, up to the first one over the budget. Beyond it, alarms that hardly ever end are
 * few, too.
 */
function withinBudget(
  cells: readonly Cell[],
  { allowed, mailsRecovery, sampling }: Demands,
): readonly Cell[] {
  const rising = cells
    .filter(({ threshold }) => threshold < sampling.rate)
    .sort((a, b) => a.threshold - b.threshold);
  const over = rising.findIndex((cell) => falseMailsEach(cell, mailsRecovery) > allowed);
  return over < 0 ? rising : rising.slice(0, over);
}

function last(cells: readonly Cell[]): Cell | undefined {
  return cells.reduce<Cell | undefined>(
    (top, cell) => (top === undefined || cell.threshold > top.threshold ? cell : top),
    undefined,
  );
}

function neededBy({ threshold, datapoints }: Cell, { sampling }: Demands): number {
  return neededPredictions({ ...sampling, threshold, datapoints });
}

function choose(candidates: readonly Suggestion[], demands: Demands): Suggestion | undefined {
  const { own, sampling, incidents } = demands;
  const caught = Math.max(...candidates.map(({ cell }) => cell.caught));
  const able = candidates.filter(({ cell }) => cell.caught === caught);
  const calm = able.filter(({ isCalm }) => isCalm);
  const most = calm.length > 0 ? calm : able;
  const safe = most.filter(({ isBeyondChance }) => isBeyondChance);
  const [first, ...others] = safe.length > 0 ? safe : most;
  if (first === undefined) return undefined;
  const rest = [first, ...others];
  const better = incidents > 0 ? isSooner : isHigher;
  const mine = rest.find(({ cell }) => isSame(cell.datapoints, own));
  if (mine === undefined) return rest.reduce((a, b) => (better(b, a) ? b : a));
  if (incidents === 0) return mine;
  return rest
    .filter(({ cell }) => meanDelay(mine.cell) - meanDelay(cell) >= sampling.periodMinutes)
    .filter(({ cell }) => cell.mails <= mine.cell.mails)
    .reduce((a, b) => (isSooner(b, a) ? b : a), mine);
}

function isSooner(a: Suggestion, b: Suggestion): boolean {
  const [sooner, later] = [meanDelay(a.cell), meanDelay(b.cell)];
  return sooner < later || (sooner === later && isHigher(a, b));
}

function isHigher(a: Suggestion, b: Suggestion): boolean {
  return a.cell.threshold > b.cell.threshold;
}

/** Minutes from an incident's start to its alarm, on average over those that were caught. */
export function meanDelay({ delays }: Pick<Cell, "delays">): number {
  const known = delays.filter((delay) => delay !== undefined);
  return known.reduce((sum, delay) => sum + delay, 0) / known.length;
}

/** What a suggested setting would have done, had thin periods been no data points. */
export interface MinimumTrial {
  /** The setting `minimumPredictions` that was tried. */
  readonly predictions: number;
  /** The part of the baseline's data points that have fewer, from 0 to 1. */
  readonly share: number;
  readonly cell: Cell;
  /** Whether it costs nothing: as many incidents, no more than a period later, no more mails. */
  readonly isFree: boolean;
}

/** What is known beside the suggestion. */
interface TrialContext extends RateOptions {
  /** Which part of the baseline's data points has fewer predictions than so many. */
  readonly share: (predictions: number) => number;
}

/** At most this part of the data points may be lost to a minimum. */
const MOST_LOST = 0.05;

/**
 * Tries a suggestion with a minimum number of predictions in a period: as many as it needs for chance not to fire it.
 * @returns undefined where every period has as many, or too many periods would no longer count
 */
export function minimumTrial(
  { cell, needed }: Suggestion,
  input: GridInput,
  metrics: Metrics,
  { share, minimumPredictions = 1, confidence }: TrialContext,
): MinimumTrial | undefined {
  if (!Number.isFinite(needed) || needed <= minimumPredictions) return undefined;
  const lost = share(needed);
  if (lost === 0 || lost > MOST_LOST) return undefined;
  const alarm = withQueries(input.alarm, { minimumPredictions: needed, confidence });
  const settings = [cell.datapoints];
  const values = valuesForGrid(alarm, metrics, settings, input.options);
  const [tried] = tuneGrid(values, { ...input, alarm, settings, thresholds: [cell.threshold] });
  if (tried === undefined) return undefined;
  const later = cell.caught > 0 ? meanDelay(tried) - meanDelay(cell) : 0;
  const isFree =
    tried.caught >= cell.caught &&
    tried.falseEpisodes <= cell.falseEpisodes &&
    tried.mails <= cell.mails &&
    later <= periodMinutes(alarm);
  return { predictions: needed, share: lost, cell: tried, isFree };
}

function withQueries(alarm: MetricAlarm, options: RateOptions): MetricAlarm {
  const metrics = queriesOf(alarm).filter(({ metric }) => metric !== undefined);
  return { ...alarm, metricQueries: [...metrics, ...rateQueries(options)] };
}
