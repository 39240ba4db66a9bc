import type { Datapoints } from "../../config/datapoints";
import { isSame } from "./datapointSettings";
import { neededPredictions, type SamplingQuestion } from "./sampling";
import type { Cell } from "./tuneGrid";

/** What a suggestion has to keep to. */
export interface Demands {
  /** The model's own "M of N", kept unless another is clearly better. */
  readonly own: Datapoints;
  readonly incidents: number;
  /** False mails that each address may get in the time that was judged. */
  readonly allowed: number;
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
}

/**
 * The rule, for each "M of N": the highest threshold below the baseline's rate that keeps the false mails in the budget, catches the incidents,
 * and is not reached by a healthy model's chance in a quiet period. Where no threshold keeps to the last point, the
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
export function falseMailsEach(
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
  const able = inBudget.filter((cell) => cell.caught === caught);
  const highest = last(able);
  const safe = last(able.filter((cell) => neededBy(cell, demands) <= demands.quietVolume));
  const cell = safe ?? highest;
  if (cell === undefined || highest === undefined) return undefined;
  return {
    cell,
    highestInBudget: highest.threshold,
    needed: neededBy(cell, demands),
    isBeyondChance: safe !== undefined,
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
  const most = candidates.filter(({ cell }) => cell.caught === caught);
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
