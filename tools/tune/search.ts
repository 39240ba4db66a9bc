import { validText } from "../../components/cloudwatch/patterns";
import { InputError } from "../inputError";
import { falseMailsAYear, redraw, type Redrawn, smallestFall, type Watched } from "./chance";
import { volumesOf } from "./data";
import { type Batch, type Cell, type Setting, settingKey, trySettings } from "./grid";
import { batchesOf, type Tuned } from "./searchSpace";
import {
  type Budget,
  calmCandidates,
  type Candidate,
  choose,
  frontier,
  meanDelay,
  nearest,
  roughFall,
  withinFalseMails,
} from "./suggest";

/** What is to be expected of a setting. */
interface Chance {
  /** Of the incidents, drawn again; undefined without any. */
  readonly redrawn: Redrawn | undefined;
  /** False mails that an address gets in a year by chance alone. */
  readonly falseMailsAYear: number;
}

/** A setting with what it would have done, and what is to be expected of it. */
export interface FrontierRow extends Candidate, Chance {}

/** A setting that was looked at closely. */
export interface Judged extends FrontierRow {
  /** Percent points; undefined where no fall is noticed within a day. */
  readonly smallestFall: number | undefined;
}

/** What to search. */
interface SearchInput {
  /** The model's own meaning of `valid` first. */
  readonly meanings: readonly (Watched & Pick<Setting, "valid">)[];
  readonly own: Setting;
  readonly keep: ReadonlySet<Tuned>;
  readonly budget: Budget;
  /** Whether the baseline is believed: without it there is nothing to judge by, and only the own setting is tried. */
  readonly isBaseline: boolean;
  /** Told which part of trying is done, from 0 to 1. */
  readonly progress: (done: number) => void;
}

/** The part of drawn incidents that has to be told, each no more often than it may. */
export const KEPT = 0.9;

/** The part of the false mails that chance may cost: what days do beyond chance, a release or a holiday, needs the rest. */
export const CHANCE_SHARE = 1 / 12;

/** Years of a healthy model that a shown figure is the mean of. */
export const YEARS = 3;

/** Without incidents: how many of the settings that look best are simulated. */
const SIMULATED = 4;

/** Without incidents: the part of the baseline that an alarm may be on. */
const MOST_IN_ALARM = 0.1;

/** What is not known where the baseline is not believed. */
const NOT_JUDGED = { redrawn: undefined, falseMailsAYear: NaN, smallestFall: undefined };

/** Seeds, so that what confirms a choice, and is shown, was not part of it. */
const [FIRST, CONFIRMING] = [1, 1001];

/** Settings that share their data points, and what the logs and chance make of them. */
interface TriedBatch {
  readonly watched: Watched & Pick<Setting, "valid">;
  readonly candidates: readonly Candidate[];
  /** Worked out when it is asked for: by setting. */
  chances: Map<string, Chance> | undefined;
}

/**
 * Tries everything on the logs, and suggests the earliest setting that keeps to both budgets there and, so that it is not
 * calm by luck, when chance draws the same logs again: nine of ten incidents told as seldom as they may be, in two
 * independent sets of draws, and the false mails of a healthy year. Without incidents, earliest means the smallest fall
 * noticed within a day.
 */
export function search(input: SearchInput) {
  const { meanings, own, keep, budget, isBaseline, progress } = input;
  const [first] = meanings;
  if (first === undefined) throw new InputError("expected a model to tune, found none");
  const { truth } = first;
  const incidents = truth.incidents.length;
  const demands = { ...budget, own, incidents };
  const { mailsRecovery, perIncident } = budget;
  const mostByChance = 12 * budget.mailsPerMonth * CHANCE_SHARE;

  const planned = meanings.flatMap((watched) => {
    const { valid, series, chance } = watched;
    if (!isBaseline || !(chance > 0)) return [];
    const space = { own: { ...own, valid }, keep, series, baseline: truth.baseline };
    return batchesOf({ ...space, rate: 100 * chance }).map((batch) => ({ watched, batch }));
  });
  const volumes = new Map<string, number>();
  const fallOf = (watched: (typeof meanings)[number], cell: Cell): number => {
    const key = `${validText(cell.valid)} ${cell.period}`;
    const { series, chance } = watched;
    const volume = volumes.get(key) ?? volumesOf(series, truth.baseline, cell.period).typical;
    volumes.set(key, volume);
    return roughFall(cell, 100 * chance, volume);
  };
  const candidate = (watched: (typeof meanings)[number], cell: Cell): Candidate => {
    return { cell, delay: incidents > 0 ? meanDelay(cell) : fallOf(watched, cell) };
  };
  const within: Candidate[] = [];
  const batchOf = new Map<Cell, TriedBatch>();
  const all = planned.flatMap(({ watched, batch }, at) => {
    const { series, metricsOf, chance } = watched;
    const cells = trySettings({ ...watched, metrics: metricsOf(series) }, batch);
    progress((0.7 * (at + 1)) / planned.length);
    const candidates = cells.map((cell) => candidate(watched, cell));
    const kept = new Set(withinFalseMails(cells, 100 * chance, demands));
    const own = candidates.filter(({ cell }) => kept.has(cell));
    within.push(...own);
    const tried: TriedBatch = { watched, candidates: own, chances: undefined };
    for (const cell of cells) batchOf.set(cell, tried);
    // An alarm that is on while the model is well tells nothing.
    const most =
      incidents > 0 ? Infinity : MOST_IN_ALARM * (truth.baseline.to - truth.baseline.from);
    return candidates.filter(
      ({ cell }) => cell.threshold < 100 * chance && cell.alarmMinutes < most,
    );
  });

  const calm = calmCandidates(within, demands);
  const isCalm = new Set(calm);
  const watchedOf = ({ cell }: Candidate) => batchOf.get(cell)?.watched ?? first;
  /** What chance makes of settings that share their data points, by setting. */
  const simulated = (together: readonly Candidate[], seed: number, many: number) => {
    const watched = together.map(watchedOf)[0] ?? first;
    const batch = batchWith(together);
    const drawing = { seed, times: many, years: many, mailsRecovery, perIncident };
    const kept = incidents > 0 ? redraw(watched, batch, drawing) : undefined;
    const years = falseMailsAYear(watched, batch, drawing);
    return new Map(
      [...years].map(([key, mails]): [string, Chance] => [
        key,
        { redrawn: kept?.get(key), falseMailsAYear: mails },
      ]),
    );
  };
  const isLasting = ({ redrawn, falseMailsAYear: mails }: Chance): boolean =>
    mails <= mostByChance && (incidents === 0 || (redrawn?.kept ?? 0) >= KEPT);
  const confirmed = new Map<string, Chance>();
  /** @param together settings of the same batch that will be asked for, too */
  const row = (one: Candidate, many: number, together = [one]): FrontierRow => {
    const key = settingKey(one.cell);
    if (!confirmed.has(key)) {
      const chances = simulated(together, CONFIRMING, many);
      for (const other of together.map(({ cell }) => settingKey(cell))) {
        confirmed.set(other, chances.get(other) ?? NOT_JUDGED);
      }
    }
    return { ...one, ...(confirmed.get(key) ?? NOT_JUDGED) };
  };
  let certified = 0;
  const holds = (one: Candidate): boolean => {
    const tried = batchOf.get(one.cell);
    if (tried === undefined) return false;
    const ofBatch = tried.candidates.filter((other) => isCalm.has(other));
    if (tried.chances === undefined) {
      tried.chances = simulated(ofBatch, FIRST, 1);
      certified += 1;
      progress(0.7 + (0.3 * certified) / planned.length);
    }
    const { chances } = tried;
    const lasting = ofBatch.filter(({ cell }) =>
      isLasting(chances.get(settingKey(cell)) ?? NOT_JUDGED),
    );
    return lasting.includes(one) && isLasting(row(one, YEARS, lasting));
  };
  const fallNoticed = (one: Candidate, seed: number): number | undefined => {
    const watched = watchedOf(one);
    return smallestFall(watched, one.cell, { seed, guess: fallOf(watched, one.cell) });
  };
  const chosen =
    incidents > 0
      ? choose(calm, demands, holds)
      : choose(
          bySmallestFall(calm, holds, (one) => fallNoticed(one, FIRST) ?? Infinity),
          demands,
          () => true,
        );

  const judged = (one: Candidate): Judged => {
    return { ...row(one, YEARS), smallestFall: fallNoticed(one, CONFIRMING) };
  };
  const [ownCell] = trySettings(
    { ...first, metrics: first.metricsOf(first.series) },
    { points: own, datapoints: [own.datapoints], thresholds: [own.threshold] },
  );
  if (ownCell === undefined) throw new InputError("expected a setting to try, found none");
  const declared = candidate(first, ownCell);
  const close = chosen === undefined && isBaseline ? nearestOf() : undefined;
  return {
    /** How many settings were tried. */
    tried: all.length,
    declared: isBaseline ? judged(declared) : { ...declared, ...NOT_JUDGED },
    chosen: chosen && judged(chosen),
    /** What comes nearest to the budgets where nothing keeps to them. */
    nearest: close && judged(close),
    frontier: frontier(all, demands).map((one) => row(one, 1)),
  };

  /** Of what keeps to the budgets in the logs, what comes nearest to them when they are drawn again; else in the logs. */
  function nearestOf(): Candidate | undefined {
    const kept = ({ cell }: Candidate): number =>
      batchOf.get(cell)?.chances?.get(settingKey(cell))?.redrawn?.kept ?? 0;
    const [best] = [...calm].sort((a, b) => kept(b) - kept(a) || a.delay - b.delay);
    return best ?? nearest(within.length > 0 ? within : all, demands);
  }
}

/** The settings of candidates that share their data points, for trying them together. */
function batchWith(candidates: readonly Pick<Candidate, "cell">[]): Batch {
  const cells = candidates.map(({ cell }) => cell);
  const [cell] = cells;
  if (cell === undefined) throw new InputError("expected settings to try, found none");
  const { valid, period, confidence, minimumPredictions } = cell;
  const datapoints = new Map(cells.map((one) => [JSON.stringify(one.datapoints), one.datapoints]));
  return {
    points: { valid, period, confidence, minimumPredictions },
    datapoints: [...datapoints.values()],
    thresholds: [...new Set(cells.map(({ threshold }) => threshold))].sort((a, b) => a - b),
  };
}

/** Those that look best and hold, one of each kind, by the fall that they notice when it is simulated. */
function bySmallestFall(
  candidates: readonly Candidate[],
  holds: (candidate: Candidate) => boolean,
  fall: (candidate: Candidate) => number,
): Candidate[] {
  const kinds = new Set<string>();
  const found: Candidate[] = [];
  for (const one of candidates) {
    const kind = settingKey({ ...one.cell, threshold: 0 });
    if (found.length >= SIMULATED) break;
    if (kinds.has(kind) || !holds(one)) continue;
    kinds.add(kind);
    found.push({ ...one, delay: fall(one) });
  }
  return found.sort((a, b) => a.delay - b.delay);
}
