import { commandText } from "../../components/commandText";
import { durationText } from "../../components/settings/duration";
import { datapointsText } from "../../components/settings/schema";
import { blindText } from "../blindSpots";
import { conditionText, count, percentText, shellWord, table, wrapped as linesOf } from "../text";
import { isoMinute, minutesText, minuteText } from "../time";
import { tuneWarnings } from "./dataSummary";
import { type Cell, isSame } from "./grid";
import { type Suggestion, wilsonInterval } from "./suggest";
import { ownCell, type TuneRun } from "./tuneLogs";

/** The rule that suggestions follow, with its figures. */
export function ruleText({ budget, truth }: TuneRun): string {
  const { mailsPerMonth, months, allowed } = budget;
  const days = (months * 30.436875).toFixed(1);
  const where = truth.incidents.length > 0 ? "outside incidents" : "of the baseline";
  const most = Math.floor(allowed);
  const parts = [
    `sends an address at most ${count(mailsPerMonth, "false mail")} a month (in the ${days} days ${where}: ${most === 0 ? "none" : most.toLocaleString("en-US")})`,
    ...(truth.incidents.length > 0
      ? [
          "catches the incidents",
          `tells each of them at most ${budget.perIncident === 1 ? "once" : count(budget.perIncident, "time")}`,
        ]
      : []),
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
    `${percentText(threshold)} is ${below.toFixed(1)} points below the baseline's rate of ${percentText(rate, 1)}.`,
  ];
  const kept = `With ${datapointsText(datapoints)}, no threshold up to ${percentText(highestInBudget)} goes beyond the budget of false mails in these data`;
  if (isBeyondChance) {
    const chance = `up to ${percentText(threshold)}, chance alone hardly fires it even in a quiet period (it needs ${count(needed, "prediction")}, one period in twenty has fewer than ${data.volume.quiet.toLocaleString("en-US")})`;
    lines.push(`${kept}; ${chance}.`);
  } else lines.push(`${kept}.`);
  if (!isSame(datapoints, own.datapoints)) lines.push(otherDatapoints(run, suggestion));
  if (truth.incidents.length > 0) {
    lines.push(
      `It catches ${cell.caught} of ${count(truth.incidents.length, "incident")}, ${delaysText(cell)} after the start.`,
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

/** Episodes of the suggestion that are listed. */
const EPISODES = 5;

/** Characters of a line. */
const LINE = 96;

/** What tuning says to a person at a terminal. Times are in UTC. */
export function tuneText(run: TuneRun): string {
  const { stack, alarm, span, blind } = run;
  const warnings = tuneWarnings(run);
  const sections = [
    ...blind.map((spot) => blindText(spot).join("\n")),
    ...suspectSection(run, run.suggestions.chosen !== undefined),
    `Model ${alarm.model} of stack ${stack}, ${minuteText(span.from)} to ${minuteText(span.to)} UTC (${minutesText(span.to - span.from)})\nDeclared: ${conditionText(alarm)}`,
    dataText(run),
    tableText(run),
    suggestionText(run),
    ...(warnings.length > 0
      ? [["Warnings", ...warnings.flatMap((text) => wrapped(text, "  - ", "    "))].join("\n")]
      : []),
  ];
  return `${sections.join("\n\n")}\n`;
}

function dataText({ data, truth, periodMinutes }: TuneRun): string {
  const { baseline, all, values, volume } = data;
  const [low, high] = wilsonInterval(baseline.rate, volume.typical);
  const [quietLow, quietHigh] = wilsonInterval(baseline.rate, volume.quiet);
  const period = durationText(periodMinutes * 60);
  return [
    "Data",
    `  all         ${count(all.predictions, "prediction")}, classification rate ${percentText(all.rate, 1)}`,
    `  baseline    ${minuteText(baseline.from)} to ${minuteText(baseline.to)}: ${count(baseline.predictions, "prediction")}, rate ${percentText(baseline.rate, 1)}`,
    `  its periods of ${period}: lowest ${percentText(values.lowest, 1)}, one in a hundred below ${percentText(values.low, 1)}, median ${percentText(values.median, 1)}`,
    `              typical ${count(volume.typical, "prediction")}, by chance between ${percentText(low, 1)} and ${percentText(high, 1)} (Wilson, 95 %)`,
    `              quiet   ${count(volume.quiet, "prediction")}, by chance between ${percentText(quietLow, 1)} and ${percentText(quietHigh, 1)}`,
    ...truth.incidents.map(
      ({ from, to }) =>
        `  incident    ${minuteText(from)} to ${minuteText(to)} (${minutesText(to - from)})`,
    ),
  ].join("\n");
}

function tableText(run: TuneRun): string {
  const { around, others } = shownRows(run);
  const hasIncidents = run.truth.incidents.length > 0;
  const head = [
    "",
    "threshold",
    "datapoints",
    "alarms",
    "mails",
    "false",
    "in ALARM",
    ...(hasIncidents ? ["caught", "after"] : []),
  ];
  const line = ({ cell, isOwn, isSuggested }: ShownRow): string[] => [
    isSuggested ? "->" : isOwn ? "=" : "",
    percentText(cell.threshold),
    datapointsText(cell.datapoints),
    cell.episodes.toLocaleString("en-US"),
    cell.mails.toLocaleString("en-US"),
    cell.falseMails.toLocaleString("en-US"),
    minutesText(cell.alarmMinutes),
    ...(hasIncidents ? [`${cell.caught} of ${cell.delays.length}`, delaysText(cell)] : []),
  ];
  const rows = [head, ...around.map(line), ...others.map(line)];
  const shown = table(rows, "right").map((text) => `  ${text}`.trimEnd());
  const [title = "", ...lines] = shown;
  const best = lines.slice(around.length);
  return [
    title,
    ...lines.slice(0, around.length),
    ...(best.length > 0 ? ["  other data points, each at its best threshold:", ...best] : []),
    "  (-> suggested, = declared; false: mails of alarms that belong to no incident" +
      (hasIncidents ? ")" : ", in the baseline)"),
  ].join("\n");
}

/** Why there is none. */
export function noSuggestionText({ suspects }: TuneRun): string {
  return suspects.length > 0
    ? "some days of the baseline do not look healthy, see above"
    : "no setting keeps to the rule";
}

/** Days that stand out in the baseline, and what to say of them. */
export function suspectText({ suspects }: TuneRun): string[] {
  return suspects.map(({ from, to, predictions, rate, elsewhere }) => {
    const last = minuteText(to - 1).slice(0, 10);
    const first = minuteText(from).slice(0, 10);
    const days = first === last ? first : `${first} to ${last}`;
    return `${days}: ${percentText(rate, 1)} of ${count(predictions, "prediction")}, against ${percentText(elsewhere, 1)} elsewhere, which is more than chance`;
  });
}

function suspectSection(run: TuneRun, isAccepted: boolean): string[] {
  if (run.suspects.length === 0) return [];
  const options = run.suspects.map(
    ({ from, to }) => `--incident ${isoMinute(from)}/${isoMinute(to)}`,
  );
  return [
    [
      "Days of the baseline that stand out",
      ...suspectText(run).map((text) => `  ${text}`),
      ...(isAccepted
        ? []
        : [
            "  What to do: if something was wrong then, run this again with",
            ...options.map((option) => `    ${option}`),
            "  or with --accept-baseline if the model was healthy all the time.",
          ]),
    ].join("\n"),
  ];
}

function suggestionText(run: TuneRun): string {
  const { chosen } = run.suggestions;
  const rule = wrapped(`${ruleText(run)}.`, "  Rule: ", "        ");
  if (chosen === undefined) {
    return [`No suggestion: ${noSuggestionText(run)}.`, ...rule].join("\n");
  }
  const { threshold, datapoints } = chosen.cell;
  const settings = Object.entries(changedSettings(run, chosen.cell));
  const title = `Suggestion: ${percentText(threshold)} in ${datapointsText(datapoints)}`;
  return [
    settings.length === 0 ? `${title}, as declared` : title,
    ...rule,
    ...whyText(run, chosen).flatMap((text) => wrapped(text, "  ", "  ")),
    ...episodesText(run),
    ...(settings.length > 0 ? ["", ...linesForFile(run, settings)] : []),
    ...minimumText(run),
  ].join("\n");
}

function episodesText({ episodes }: TuneRun): string[] {
  if (episodes.length === 0) return [];
  const shown = episodes
    .slice(0, EPISODES)
    .map(({ from, to }) => `${minuteText(from)} to ${minuteText(to)}`);
  const left = episodes.length - shown.length;
  return wrapped(
    `In ALARM: ${shown.join(", ")}${left > 0 ? `, and ${count(left, "more time")}` : ""}.`,
    "  ",
    "  ",
  );
}

function linesForFile(run: TuneRun, settings: [string, string | number][]): string[] {
  return [
    `  Pulumi.${run.stack}.yaml, at the model ${run.alarm.model} (--write does it):`,
    ...settings.map(([key, value]) => `      ${key}: ${value}`),
  ];
}

function minimumText({ minimum, data }: TuneRun): string[] {
  if (minimum === undefined) return [];
  const { predictions, share, isFree } = minimum;
  const what = `a net for thin periods (${(100 * share).toFixed(1)} % of the baseline's have fewer predictions)`;
  if (!isFree) {
    return [
      "",
      ...wrapped(
        `minimumPredictions: ${predictions} would be ${what}, but with it these data tell later or more often; a quiet period has ${data.volume.quiet.toLocaleString("en-US")}.`,
        "  ",
        "  ",
      ),
    ];
  }
  return [
    "",
    ...wrapped(`Worth a thought, ${what}; it costs nothing in these data:`, "  ", "  "),
    `      minimumPredictions: ${predictions}`,
  ];
}

/** What to do after a suggestion. @param isDone whether the stack file has it already */
export function nextSteps(run: TuneRun, files: readonly string[], isDone: boolean): string {
  // Here the model said whose logs they are; to a rehearsal each file has to say so itself.
  const logs = files.map((file) => (file.includes("=") ? file : `${run.alarm.model}=${file}`));
  const command = commandText(
    "rehearse",
    `--stack ${shellWord(run.stack)}${logs.map((log) => ` --logs ${shellWord(log)}`).join("")}`,
  );
  return [
    "What next:",
    ...(isDone ? [] : ["  - put it into the stack file, or run this again with --write"]),
    `  - see it at work: ${command}`,
    `  - pin it with a test: ${commandText("verify")}`,
    "  - deploy: pulumi up",
    "",
  ].join("\n");
}

/** Breaks a text into lines of readable length. */
function wrapped(text: string, first: string, others: string): string[] {
  return linesOf(text, LINE - others.length).map((line, at) => (at === 0 ? first : others) + line);
}
