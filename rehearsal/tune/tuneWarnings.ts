import { datapointsText } from "../../config/datapoints";
import { durationText } from "../../config/duration";
import { count } from "../report/words";
import { neededPredictions, wilsonInterval } from "./sampling";
import { spanText } from "./timeSpans";
import type { TuneRun } from "./tuneLogs";

/** Percent points below the baseline's rate: a threshold that misses much, and one that would not. */
const FAR = 10;
const NEAR = 5;

/** How many times as far as chance takes a quiet period the lowest ones may lie below the rate. */
const RESTLESS = 1.5;

/** What a reader of a suggestion must know before acting on it, in words. */
export function tuneWarnings(run: TuneRun): string[] {
  return [
    ...restlessBaseline(run),
    ...thinPeriods(run),
    ...farBelow(run),
    ...shortTime(run),
    ...manyGaps(run),
    ...missedIncidents(run),
    ...nobodyMailed(run),
    ...run.notes,
    ...run.logs.flatMap(({ nearMisses, undated }) => [
      ...nearMisses.map(
        ({ kind, count: missed }) =>
          `${count(missed, "log event")} carry a prediction's field but can never match (${kind}); npm run rehearse shows them`,
      ),
      ...(undated > 0
        ? [`${count(undated, "line")} without a time that can be read were left out`]
        : []),
    ]),
  ];
}

function thinPeriods({ suggestions, data, periodMinutes, own }: TuneRun): string[] {
  const { chosen } = suggestions;
  if (chosen?.isBeyondChance !== false) return [];
  const { threshold, datapoints } = chosen.cell;
  const { quiet, typical } = data.volume;
  const period = durationText(periodMinutes * 60);
  const [low, high] = wilsonInterval(data.baseline.rate, typical);
  const interval = `the rate of a typical period (${count(typical, "prediction")}) lies between ${percent(low)} and ${percent(high)} % by chance alone`;
  const longer = Math.ceil(chosen.needed / Math.max(1, quiet));
  const remedies = [
    `a longer period (about ${String(longer)} times ${period})`,
    ...(own.datapoints.of < 5 ? ["more data points"] : []),
    "or `confidence: 95`",
  ];
  return [
    `the data are too thin to say: at ${percent(threshold)} % in ${datapointsText(datapoints)}, a period needs ${count(chosen.needed, "prediction")} for chance not to fire the alarm; one in twenty has fewer than ${quiet.toLocaleString("en-US")}, and ${interval}. What helps: ${remedies.join(", ")}`,
  ];
}

/** A model that was well all the time varies by chance only. */
function restlessBaseline({ data }: TuneRun): string[] {
  const { rate } = data.baseline;
  const [byChance] = wilsonInterval(rate, data.volume.quiet);
  if (rate - data.values.low <= RESTLESS * (rate - byChance)) return [];
  return [
    `the baseline varies more than chance does: one period in a hundred is below ${percent(data.values.low)} %, where even a quiet one should hardly be below ${percent(byChance)} %. If something was wrong with the model, say so with --incident or --baseline-until`,
  ];
}

/** Chance, not the model, decides how low the threshold is. */
function farBelow({ suggestions, data, sampling }: TuneRun): string[] {
  const { chosen } = suggestions;
  if (chosen?.isBeyondChance !== true) return [];
  const { threshold, datapoints } = chosen.cell;
  const { rate } = data.baseline;
  const needed = neededPredictions({ ...sampling, datapoints, threshold: rate - NEAR });
  if (rate - threshold <= FAR || needed <= data.volume.quiet) return [];
  const [low, high] = wilsonInterval(rate, data.volume.quiet);
  return [
    `periods are thin: a quiet one has ${count(data.volume.quiet, "prediction")}, whose rate lies between ${percent(low)} and ${percent(high)} % by chance alone; the threshold is therefore ${percent(rate - threshold)} points below the baseline's rate. To tell a fall of ${String(NEAR)} points, a period would need ${count(needed, "prediction")}: take a longer one`,
  ];
}

/** No mail in a time T still allows for 3 / T (95 %), the "rule of three". */
function shortTime({ budget, suggestions }: TuneRun): string[] {
  if (suggestions.chosen === undefined || budget.mailsPerMonth * budget.months >= 3) return [];
  const days = (budget.months * 30.436875).toFixed(1);
  const most = (3 / budget.months).toLocaleString("en-US", { maximumFractionDigits: 1 });
  return [
    `${days} days are short: even without a false alarm in them, the true rate may be up to ${most} a month (95 %)`,
  ];
}

function manyGaps({ data }: TuneRun): string[] {
  if (data.missing < 0.5) return [];
  return [
    `the baseline has no data point for ${(100 * data.missing).toFixed(0)} % of its time: too few predictions in a period`,
  ];
}

function missedIncidents({ truth, suggestions }: TuneRun): string[] {
  const { chosen } = suggestions;
  if (truth.incidents.length > 0 && chosen === undefined) {
    return ["no setting catches an incident within the budget"];
  }
  return truth.incidents
    .filter((_, index) => chosen?.cell.delays[index] === undefined && chosen !== undefined)
    .map((incident) => `not caught within the budget: the incident ${spanText(incident)}`);
}

function nobodyMailed({ counts }: TuneRun): string[] {
  if (counts.ALARM > 0) return [];
  return [
    "as declared, the alarm mails nobody (enabled: false, or topics without mail); the budget counts what one address would get",
  ];
}

function percent(value: number): string {
  return String(Number(value.toFixed(1)));
}
