import { datapointsText } from "../../../config/datapoints";
import { isSame } from "../../tune/datapointSettings";
import { meanDelay } from "../../tune/suggest";
import type { Cell } from "../../tune/tuneGrid";
import { ownCell, type TuneRun } from "../../tune/tuneLogs";

/** What the page's script draws of a grid. Every list has an entry for each threshold. */
export interface TuneChart {
  /** Percent, rising. */
  readonly thresholds: readonly number[];
  readonly settings: readonly {
    /** `3 of 5`. */
    readonly label: string;
    /** Whether the suggested point, or else the declared one, is on it. */
    readonly isMain: boolean;
    readonly falseMails: readonly number[];
    readonly mails: readonly number[];
    readonly alarmMinutes: readonly number[];
    readonly caught: readonly number[];
    /** Minutes, on average over the incidents; null unless all are caught. */
    readonly delays: readonly (number | null)[];
  }[];
  /** How many incidents there are. */
  readonly incidents: number;
  /** False mails that all addresses together may get in the time of the logs. */
  readonly budget: number;
  /** The baseline's rate, in percent. */
  readonly rate: number;
  readonly suggested: GridPoint | null;
  readonly declared: GridPoint | null;
  /** The thresholds to show at first. */
  readonly view: readonly [from: number, to: number];
}

/** Positions in the lists. */
export interface GridPoint {
  readonly setting: number;
  readonly threshold: number;
}

/** Percent points that are shown below the lowest point of interest, and above the baseline's rate. */
const MARGIN = 3;

export function tuneChart(run: TuneRun): TuneChart {
  const { grid, truth, data, budget, counts, suggestions, own } = run;
  const [first] = grid;
  const firsts = grid.filter(({ threshold }) => threshold === first?.threshold);
  const settings = firsts.map(({ datapoints }) => datapoints);
  const thresholds = grid
    .filter(({ datapoints }) => first !== undefined && isSame(datapoints, first.datapoints))
    .map(({ threshold }) => threshold);
  const chosen = suggestions.chosen?.cell;
  const declared = ownCell(run);
  const main = (chosen ?? declared)?.datapoints;
  const incidents = truth.incidents.length;
  const pointOf = (cell: Cell | undefined): GridPoint | null =>
    cell === undefined
      ? null
      : {
          setting: settings.findIndex((each) => isSame(each, cell.datapoints)),
          threshold: thresholds.indexOf(cell.threshold),
        };
  const low = Math.min(own.threshold, chosen?.threshold ?? 100, data.values.lowest) - MARGIN;
  return {
    thresholds,
    settings: settings.map((datapoints) => {
      const cells = grid.filter((cell) => isSame(cell.datapoints, datapoints));
      return {
        label: datapointsText(datapoints),
        isMain: main !== undefined && isSame(datapoints, main),
        falseMails: cells.map(({ falseMails }) => falseMails),
        mails: cells.map(({ mails }) => mails),
        alarmMinutes: cells.map(({ alarmMinutes }) => alarmMinutes),
        caught: cells.map(({ caught }) => caught),
        delays: cells.map((cell) =>
          incidents > 0 && cell.caught === incidents ? Math.round(meanDelay(cell)) : null,
        ),
      };
    }),
    incidents,
    budget: budget.allowed * Math.max(1, counts.ALARM),
    rate: Number(data.baseline.rate.toFixed(3)),
    suggested: pointOf(chosen),
    declared: pointOf(declared),
    view: [
      Math.max(thresholds[0] ?? 0, low),
      Math.min(thresholds.at(-1) ?? 100, data.baseline.rate + MARGIN),
    ],
  };
}
