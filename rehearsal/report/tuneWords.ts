import { datapointsText } from "../../config/datapoints";
import { durationText } from "../../config/duration";
import type { Suggestion } from "../tune/suggest";
import { ownCell, type TuneRun } from "../tune/tuneLogs";
import type { Cell } from "../tune/tuneGrid";
import { isSame } from "../tune/datapointSettings";
import { count, minutesText } from "./words";

/** A percentage with the decimals it needs, at most three. */
export function percentText(value: number): string {
  return `${String(Number(value.toFixed(3)))} %`;
}

/** A percentage of data, to a tenth. */
export function tenths(value: number): string {
  return `${value.toFixed(1)} %`;
}

/** The rule that suggestions follow, with its figures. */
export function ruleText({ budget, truth }: TuneRun): string {
  const { mailsPerMonth, months, allowed } = budget;
  const days = (months * 30.436875).toFixed(1);
  const where = truth.incidents.length > 0 ? "outside incidents" : "of the baseline";
  const most = Math.floor(allowed);
  const parts = [
    `sends an address at most ${count(mailsPerMonth, "false mail")} a month (in the ${days} days ${where}: ${most === 0 ? "none" : most.toLocaleString("en-US")})`,
    ...(truth.incidents.length > 0 ? ["catches the incidents"] : []),
    "is not reached by a healthy model's chance in a quiet period",
  ];
  return `the highest threshold below the baseline's rate that ${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** Why this setting and no other, a sentence a line. */
export function whyText(run: TuneRun, suggestion: Suggestion): string[] {
  const { data, own, periodMinutes, truth, budget } = run;
  const { cell, highestInBudget, needed, isBeyondChance } = suggestion;
  const { threshold, datapoints } = cell;
  const rate = data.baseline.rate;
  const below = rate - threshold;
  const lines = [
    `${percentText(threshold)} is ${below.toFixed(1)} points below the baseline's rate of ${tenths(rate)}.`,
  ];
  const kept = `With ${datapointsText(datapoints)}, no threshold up to ${percentText(highestInBudget)} goes beyond the budget of false mails in these data`;
  if (isBeyondChance) {
    const chance = `up to ${percentText(threshold)}, chance alone hardly fires it even in a quiet period (it needs ${count(needed, "prediction")}, one period in twenty has fewer than ${data.volume.quiet.toLocaleString("en-US")})`;
    lines.push(`${kept}; ${chance}.`);
  } else lines.push(`${kept}.`);
  if (!isSame(datapoints, own.datapoints)) lines.push(otherDatapoints(run, suggestion));
  if (truth.incidents.length > 0) {
    lines.push(
      `It catches ${String(cell.caught)} of ${count(truth.incidents.length, "incident")}, ${delaysText(cell)} after the start.`,
    );
  }
  const repeats = cell.episodes - cell.falseEpisodes - cell.caught;
  if (truth.incidents.length > 0 && repeats > 0) {
    lines.push(
      `${count(repeats, "more alarm")} in the same incidents: the rate hovers about the threshold for a while. Another threshold may tell it less often; see the rows around.`,
    );
  }
  lines.push(
    cell.falseMails === 0
      ? "It sends no false mail."
      : `It sends ${count(cell.falseMails, "false mail")} in ${(budget.months * 30.436875).toFixed(1)} days.`,
  );
  lines.push(
    `A data point is a period of ${durationText(periodMinutes * 60)}; everything else is as the stack declares it.`,
  );
  return lines;
}

function otherDatapoints({ suggestions, own, truth }: TuneRun, { cell }: Suggestion): string {
  const mine = suggestions.perSetting.find((each) => isSame(each.cell.datapoints, own.datapoints));
  const text = datapointsText(own.datapoints);
  if (mine === undefined) return `With the model's own ${text}, no threshold does.`;
  if (mine.cell.caught < cell.caught) return `With the model's own ${text}, it would catch less.`;
  return truth.incidents.length > 0
    ? `The model's own ${text} at its best threshold, ${percentText(mine.cell.threshold)}, tells ${delaysText(mine.cell)} after the start.`
    : `The model's own ${text} does not keep to all of the rule.`;
}

/** How long it took to notice: `19 h`, or for several incidents `19 h, 3 h, not caught`. */
export function delaysText({ delays }: Pick<Cell, "delays">): string {
  return delays
    .map((delay) => (delay === undefined ? "not caught" : minutesText(delay)))
    .join(", ");
}

/** What to put into the stack file: the settings that differ. */
export function changedSettings(
  { own }: Pick<TuneRun, "own">,
  { threshold, datapoints }: Pick<Cell, "threshold" | "datapoints">,
): Record<string, string | number> {
  return {
    ...(threshold !== own.threshold && { threshold }),
    ...(!isSame(datapoints, own.datapoints) && { datapoints: datapointsText(datapoints) }),
  };
}

/** A row of the short table, and why it is there. */
export interface ShownRow {
  readonly cell: Cell;
  readonly isOwn: boolean;
  readonly isSuggested: boolean;
}

/** Points below and above the suggestion that a person would like to see. */
const AROUND = [-5, -2, -1, 0, 0.5, 1, 2];

/**
 * A handful of the grid: thresholds around the suggestion with its "M of N", the model's own setting, and the best
 * threshold of every other "M of N".
 */
export function shownRows(run: TuneRun): { around: ShownRow[]; others: ShownRow[] } {
  const { suggestions, grid } = run;
  const chosen = suggestions.chosen?.cell;
  const declared = ownCell(run);
  const centre = chosen ?? declared;
  if (centre === undefined) return { around: [], others: [] };
  const column = grid.filter(({ datapoints }) => isSame(datapoints, centre.datapoints));
  const near = AROUND.flatMap((points) => nearest(column, centre.threshold + points) ?? []);
  const isDeclaredHere = declared !== undefined && isSame(declared.datapoints, centre.datapoints);
  const row = (cell: Cell): ShownRow => ({
    cell,
    isOwn: cell === declared,
    isSuggested: cell === chosen,
  });
  const around = [...new Set([...near, ...(isDeclaredHere ? [declared] : [])])]
    .sort((a, b) => a.threshold - b.threshold)
    .map(row);
  const others = suggestions.perSetting
    .map(({ cell }) => cell)
    .filter(({ datapoints }) => !isSame(datapoints, centre.datapoints));
  const mine =
    isDeclaredHere || declared === undefined || others.includes(declared) ? [] : [declared];
  return {
    around,
    others: [...others, ...mine]
      .sort(
        (a, b) =>
          a.datapoints.of - b.datapoints.of ||
          a.datapoints.toAlarm - b.datapoints.toAlarm ||
          a.threshold - b.threshold,
      )
      .map(row),
  };

  function nearest(cells: readonly Cell[], threshold: number): Cell | undefined {
    if (threshold <= 0 || threshold > 100) return undefined;
    return cells.reduce<Cell | undefined>((best, cell) => {
      const distance = (each: Cell): number => Math.abs(each.threshold - threshold);
      return best === undefined || distance(cell) < distance(best) ? cell : best;
    }, undefined);
  }
}
