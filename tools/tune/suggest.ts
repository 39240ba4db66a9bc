import { twoSidedQuantile } from "../../components/cloudwatch/expressions";
import { type Cell, isSame, type Setting } from "./grid";
import { changesTo } from "./searchSpace";

/** False mails that a setting sends to each address; as if it sent any, where it does not. */
export function falseMails(
  { falseEpisodes, falseRecoveries }: Pick<Cell, "falseEpisodes" | "falseRecoveries">,
  mailsRecovery: boolean,
): number {
  return falseEpisodes + (mailsRecovery ? falseRecoveries : 0);
}

/** Minutes from an incident's start to its alarm, on average over those that were caught. */
export function meanDelay({ delays }: Pick<Cell, "delays">): number {
  const known = delays.filter((delay) => delay !== undefined);
  return known.reduce((sum, delay) => sum + delay, 0) / known.length;
}

/** How many false mails each address may get, and how often it may be told of an incident. */
export interface Budget {
  readonly mailsPerMonth: number;
  /** The time in which mails are false, in months. */
  readonly months: number;
  /** In that time. */
  readonly allowed: number;
  readonly perIncident: number;
  /** Whether leaving ALARM is mailed, too. */
  readonly mailsRecovery: boolean;
}

/** What a suggestion has to keep to. */
interface Demands extends Pick<Budget, "allowed" | "perIncident" | "mailsRecovery"> {
  readonly own: Setting;
  readonly incidents: number;
}

/** A setting with what decides: how late it tells, and how many mails it costs. */
export interface Candidate {
  readonly cell: Cell;
  /**
   * Minutes until it tells, on average; without incidents the fall, in percent points, that it probably notices within a
   * day. The lower, the better.
   */
  readonly delay: number;
}

/** Why a cell is not within the budgets; 0 where it is. */
function excess({ told }: Cell, { perIncident }: Demands): number {
  return Math.max(0, ...told.map((times) => times - perIncident));
}

/**
 * The settings of a batch that send no more false mails than they may. Of the thresholds with one "M of N", only those
 * below the first that sends more: alarms that hardly ever end are few, too.
 * @param cells of one batch, in its order
 * @param rate the baseline's, in percent: no threshold above it tells a fall
 */
export function withinFalseMails(
  cells: readonly Cell[],
  rate: number,
  { allowed, mailsRecovery }: Demands,
): Cell[] {
  let over: Cell | undefined;
  return cells.filter((cell) => {
    if (over !== undefined && !isSame(over.datapoints, cell.datapoints)) over = undefined;
    if (over === undefined && falseMails(cell, mailsRecovery) > allowed) over = cell;
    return over === undefined && cell.threshold < rate;
  });
}

/** The candidates that tell each incident they can, no more often than they may; the earliest first. */
export function calmCandidates(
  candidates: readonly Candidate[],
  demands: Demands,
): readonly Candidate[] {
  const calm = candidates.filter(({ cell }) => excess(cell, demands) === 0);
  const most = Math.max(0, ...calm.map(({ cell }) => cell.caught));
  if (demands.incidents > 0 && most === 0) return [];
  return calm
    .filter(({ cell, delay }) => cell.caught === most && Number.isFinite(delay))
    .sort(
      (a, b) =>
        a.delay - b.delay ||
        changeCount(a, demands) - changeCount(b, demands) ||
        a.cell.mails - b.cell.mails ||
        a.cell.threshold - b.cell.threshold,
    );
}

function changeCount({ cell }: Candidate, { own }: Demands): number {
  return Object.keys(changesTo(own, cell)).length;
}

/** A setting as early as the earliest but for this part is as good. */
const AS_EARLY = 1.1;

/**
 * The earliest candidate that holds; or, of those that hold and are about as early, the one that changes least.
 * @param candidates the earliest first
 */
export function choose(
  candidates: readonly Candidate[],
  demands: Demands,
  holds: (candidate: Candidate) => boolean,
): Candidate | undefined {
  const earliest = candidates.find(holds);
  if (earliest === undefined) return undefined;
  const simpler = candidates
    .filter(({ delay }) => delay <= earliest.delay * AS_EARLY)
    .filter((one) => changeCount(one, demands) < changeCount(earliest, demands))
    .sort((a, b) => changeCount(a, demands) - changeCount(b, demands) || a.delay - b.delay);
  return simpler.find(holds) ?? earliest;
}

/** Which candidate is nearest to the budgets, where none keeps to them. */
export function nearest(candidates: readonly Candidate[], demands: Demands): Candidate | undefined {
  const { mailsRecovery, allowed, incidents } = demands;
  const most = Math.max(0, ...candidates.map(({ cell }) => cell.caught));
  const weight = ({ cell }: Candidate): number =>
    Math.max(0, falseMails(cell, mailsRecovery) - allowed) + excess(cell, demands);
  if (incidents > 0 && most === 0) return undefined;
  return candidates
    .filter(({ cell }) => cell.caught === most)
    .reduce<Candidate | undefined>((best, one) => {
      if (best === undefined) return one;
      const [a, b] = [weight(one), weight(best)];
      return a < b || (a === b && one.delay < best.delay) ? one : best;
    }, undefined);
}

/** Rows of a table that people read. */
const ROWS = 12;

/** Mails as the frontier weighs them: all that are sent, or without incidents the false ones. */
export function mailsOf(
  cell: Cell,
  { incidents, mailsRecovery }: Pick<Demands, "incidents" | "mailsRecovery">,
): number {
  return incidents > 0 ? cell.mails : falseMails(cell, mailsRecovery);
}

/**
 * What more mails buy: the settings of which no other tells as early with fewer mails. The earliest first; where there are
 * too many to read, some of them, the ends included.
 */
export function frontier(candidates: readonly Candidate[], demands: Demands): readonly Candidate[] {
  const most = Math.max(0, ...candidates.map(({ cell }) => cell.caught));
  const sorted = candidates
    .filter(({ cell, delay }) => cell.caught === most && Number.isFinite(delay))
    .sort(
      (a, b) =>
        a.delay - b.delay ||
        mailsOf(a.cell, demands) - mailsOf(b.cell, demands) ||
        changeCount(a, demands) - changeCount(b, demands),
    );
  let fewest = Infinity;
  const best = sorted.filter(({ cell }) => {
    const mails = mailsOf(cell, demands);
    if (mails >= fewest) return false;
    fewest = mails;
    return true;
  });
  const shown = Math.min(ROWS, best.length);
  return Array.from({ length: shown }, (_, row) =>
    Math.round((row * (best.length - 1)) / Math.max(1, shown - 1)),
  ).flatMap((at) => best[at] ?? []);
}

/** Standard deviations of a normal distribution that are passed with a chance; negative for more than an even one. */
function quantile(chance: number): number {
  if (chance > 0.5) return -quantile(1 - chance);
  return chance === 0.5 ? 0 : twoSidedQuantile(100 * (1 - 2 * chance));
}

/** The chance of at least `m` out of `n`, binomial. */
export function atLeast(m: number, n: number, chance: number): number {
  let below = 0;
  let term = (1 - chance) ** n;
  for (let k = 0; k < m; k += 1) {
    below += term;
    term *= ((n - k) / (k + 1)) * (chance / (1 - chance));
  }
  return 1 - below;
}

/**
 * About which fall of the rate a setting notices within a day with a probability of 90 %: M of the periods that the day
 * has, each of them on its own, at or below the threshold (normal approximation of the binomial distribution). Good enough
 * to rank settings by; what is suggested is simulated.
 * @param volume predictions of a period
 * @returns percent points; Infinity where the day has too few periods
 */
export function roughFall(setting: Setting, rate: number, volume: number): number {
  const { datapoints, period, threshold, confidence } = setting;
  const periods = Math.min(datapoints.of, Math.floor(86_400 / period));
  if (datapoints.toAlarm > periods || volume < (setting.minimumPredictions ?? 1)) return Infinity;
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (atLeast(datapoints.toAlarm, periods, middle) < 0.9) low = middle;
    else high = middle;
  }
  const error = Math.sqrt((threshold * (100 - threshold)) / Math.max(1, volume));
  const interval = confidence === undefined ? 0 : twoSidedQuantile(confidence);
  return Math.max(0.01, rate - threshold + (interval + quantile(1 - low)) * error);
}
