import { datapointsText } from "../../config/datapoints";
import { durationText } from "../../config/duration";
import { wilsonInterval } from "../tune/sampling";
import type { TuneRun } from "../tune/tuneLogs";
import { tuneWarnings } from "../tune/tuneWarnings";
import {
  changedSettings,
  delaysText,
  percentText,
  ruleText,
  shownRows,
  tenths,
  whyText,
  type ShownRow,
} from "./tuneWords";
import { conditionText, count, minutesText, minuteText } from "./words";
import { shellWord } from "./shellWord";

/** Episodes of the suggestion that are listed. */
const EPISODES = 5;

/** Characters of a line. */
const LINE = 96;

/** What tuning says to a person at a terminal. Times are in UTC. */
export function tuneText(run: TuneRun): string {
  const { stack, alarm, span } = run;
  const warnings = tuneWarnings(run);
  const sections = [
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
    `  all         ${count(all.predictions, "prediction")}, classification rate ${tenths(all.rate)}`,
    `  baseline    ${minuteText(baseline.from)} to ${minuteText(baseline.to)}: ${count(baseline.predictions, "prediction")}, rate ${tenths(baseline.rate)}`,
    `  its periods of ${period}: lowest ${tenths(values.lowest)}, one in a hundred below ${tenths(values.low)}, median ${tenths(values.median)}`,
    `              typical ${count(volume.typical, "prediction")}, by chance between ${tenths(low)} and ${tenths(high)} (Wilson, 95 %)`,
    `              quiet   ${count(volume.quiet, "prediction")}, by chance between ${tenths(quietLow)} and ${tenths(quietHigh)}`,
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
    ...(hasIncidents
      ? [`${String(cell.caught)} of ${String(cell.delays.length)}`, delaysText(cell)]
      : []),
  ];
  const rows = [head, ...around.map(line), ...others.map(line)];
  const widths = head.map((_, column) =>
    Math.max(...rows.map((cells) => (cells[column] ?? "").length)),
  );
  const shown = rows.map((cells) =>
    `  ${cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")}`.trimEnd(),
  );
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

function suggestionText(run: TuneRun): string {
  const { chosen } = run.suggestions;
  const rule = wrapped(`${ruleText(run)}.`, "  Rule: ", "        ");
  if (chosen === undefined) {
    return ["No suggestion: no setting keeps to the rule.", ...rule].join("\n");
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
    ...settings.map(([key, value]) => `      ${key}: ${String(value)}`),
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
        `minimumPredictions: ${String(predictions)} would be ${what}, but with it these data tell later or more often; a quiet period has ${data.volume.quiet.toLocaleString("en-US")}.`,
        "  ",
        "  ",
      ),
    ];
  }
  return [
    "",
    ...wrapped(`Worth a thought, ${what}; it costs nothing in these data:`, "  ", "  "),
    `      minimumPredictions: ${String(predictions)}`,
  ];
}

/** What to do after a suggestion. @param isWritten whether the stack file has it already */
export function nextSteps(run: TuneRun, files: readonly string[], isWritten: boolean): string {
  const { chosen } = run.suggestions;
  // Here the model said whose logs they are; to a rehearsal each file has to say so itself.
  const logs = files.map((file) => (file.includes("=") ? file : `${run.alarm.model}=${file}`));
  const command = `npm run rehearse -- --stack ${run.stack}${logs.map((log) => ` --logs ${shellWord(log)}`).join("")}`;
  const isDone =
    isWritten ||
    chosen === undefined ||
    Object.keys(changedSettings(run, chosen.cell)).length === 0;
  return [
    "What next:",
    ...(isDone ? [] : ["  - put it into the stack file, or run this again with --write"]),
    `  - see it at work: ${command}`,
    "  - pin it with a test: npm run verify",
    "  - deploy: pulumi up",
    "",
  ].join("\n");
}

/** Breaks a text into lines of readable length. */
function wrapped(text: string, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = others;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
