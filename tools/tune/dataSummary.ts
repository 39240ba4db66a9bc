import { durationText } from "../../components/settings/duration";
import { datapointsText } from "../../components/settings/schema";
import { type MinuteSeries, totalSum } from "../simulator/minuteSeries";
import { windowStatistics } from "../simulator/windowStatistics";
import { count, percentText, rounded } from "../text";
import type { WatchedValues } from "./grid";
import { neededPredictions, wilsonInterval } from "./suggest";
import { type TuneRun } from "./tuneLogs";
import { timeSpanText, type TimeSpan } from "../time";

/** Predictions and how many of them were valid. */
interface Predictions {
  readonly predictions: number;
  readonly valid: number;
  /** Percent; NaN without predictions. */
  readonly rate: number;
}

/** What the data look like in which the model was healthy. */
export interface DataSummary {
  /** Over the whole time. */
  readonly all: Predictions;
  readonly baseline: Predictions & TimeSpan;
  /** What the alarm compares, one value a minute of the baseline that has one; percent. */
  readonly values: {
    readonly lowest: number;
    /** One in a hundred is lower. */
    readonly low: number;
    readonly median: number;
    readonly highest: number;
  };
  /** Predictions of a period, in the baseline's periods that give a data point. */
  readonly volume: {
    /** One period in twenty has fewer. */
    readonly quiet: number;
    readonly typical: number;
  };
  /** Which part of the baseline's minutes has no data point, from 0 to 1. */
  readonly missing: number;
  /** The lowest data point of the whole time. */
  readonly lowest: number;
}

/** The metrics of a rate alarm. */
export interface RateSeries {
  readonly valid: MinuteSeries;
  readonly total: MinuteSeries;
}

/**
 * Sums up the data that thresholds are tried on.
 * @param span the evaluations; the first one already sees the minute before it
 * @param baseline when the model was healthy, within the span
 */
export function dataSummary(
  series: RateSeries,
  values: WatchedValues,
  periodMinutes: number,
  span: TimeSpan,
  baseline: TimeSpan,
): DataSummary {
  // Windows that began before the data are only partly filled.
  const first = Math.min(baseline.from + periodMinutes - 1, baseline.to);
  const volumes = windowStatistics(series.total, "Sum", {
    minutes: periodMinutes,
    firstEnd: first,
    lastEnd: baseline.to,
  });
  const points = slice(values, first, baseline.to);
  const counted = volumes.filter((_, index) => !Number.isNaN(points[index] ?? NaN)).sort();
  const healthy = points.filter((value) => !Number.isNaN(value)).sort();
  return {
    all: predictionsIn(series, span),
    baseline: { ...predictionsIn(series, baseline), ...baseline },
    values: {
      lowest: quantile(healthy, 0),
      low: quantile(healthy, 0.01),
      median: quantile(healthy, 0.5),
      highest: quantile(healthy, 1),
    },
    volume: { quiet: quantile(counted, 0.05), typical: quantile(counted, 0.5) },
    missing: points.length === 0 ? 1 : 1 - healthy.length / points.length,
    lowest: slice(values, span.from, span.to).reduce(
      (low, value) => (value < low ? value : low),
      Infinity,
    ),
  };
}

/** Which part of the baseline's periods with a data point has fewer predictions than so many, from 0 to 1. */
export function shareBelow(
  { total }: RateSeries,
  values: WatchedValues,
  periodMinutes: number,
  baseline: TimeSpan,
  predictions: number,
): number {
  const first = Math.min(baseline.from + periodMinutes - 1, baseline.to);
  const windows = { minutes: periodMinutes, firstEnd: first, lastEnd: baseline.to };
  const points = slice(values, first, baseline.to);
  let [below, all] = [0, 0];
  windowStatistics(total, "Sum", windows).forEach((volume, index) => {
    if (Number.isNaN(points[index] ?? NaN)) return;
    all += 1;
    if (volume < predictions) below += 1;
  });
  return all === 0 ? 0 : below / all;
}

function slice({ start, values }: WatchedValues, from: number, to: number): Float64Array {
  return values.slice(Math.max(0, from - start), Math.max(0, to - start + 1));
}

/** Of values in rising order; NaN where there are none. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * Math.max(0, sorted.length - 1))] ?? NaN;
}

/** What was predicted in a span: an evaluation at a minute sees the data before it. */
export function predictionsIn({ valid, total }: RateSeries, span: TimeSpan): Predictions {
  const minutes = { from: span.from - 1, to: span.to };
  const [predictions, good] = [totalSum(total, minutes), totalSum(valid, minutes)];
  return {
    predictions,
    valid: good,
    rate: predictions > 0 ? (100 * good) / predictions : NaN,
  };
}

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
    ...repeatedAlarms(run),
    ...nobodyMailed(run),
    ...run.notes,
    ...run.logs.flatMap(({ nearMisses, undated }) => [
      ...nearMisses.map(
        ({ kind, count: missed, example, advice }) =>
          `${count(missed, "log event")} carry a prediction's field but can never match (${kind}), such as ${example}. What to do: ${advice}`,
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
  const interval = `the rate of a typical period (${count(typical, "prediction")}) lies between ${rounded(low, 1)} and ${percentText(high, 1)} by chance alone`;
  const longer = Math.ceil(chosen.needed / Math.max(1, quiet));
  const remedies = [
    `a longer period (about ${longer} times ${period})`,
    ...(own.datapoints.of < 5 ? ["more data points"] : []),
    "or `confidence: 95`",
  ];
  return [
    `the data are too thin to say: at ${percentText(threshold, 1)} in ${datapointsText(datapoints)}, a period needs ${count(chosen.needed, "prediction")} for chance not to fire the alarm; one in twenty has fewer than ${quiet.toLocaleString("en-US")}, and ${interval}. What helps: ${remedies.join(", ")}`,
  ];
}

/** A model that was well all the time varies by chance only. */
function restlessBaseline({ data }: TuneRun): string[] {
  const { rate } = data.baseline;
  const [byChance] = wilsonInterval(rate, data.volume.quiet);
  if (rate - data.values.low <= RESTLESS * (rate - byChance)) return [];
  return [
    `the baseline varies more than chance does: one period in a hundred is below ${percentText(data.values.low, 1)}, where even a quiet one should hardly be below ${percentText(byChance, 1)}. If something was wrong with the model, say so with --incident or --baseline-until`,
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
    `periods are thin: a quiet one has ${count(data.volume.quiet, "prediction")}, whose rate lies between ${rounded(low, 1)} and ${percentText(high, 1)} by chance alone; the threshold is therefore ${rounded(rate - threshold, 1)} points below the baseline's rate. To tell a fall of ${NEAR} points, a period would need ${count(needed, "prediction")}: take a longer one`,
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
    .map((incident) => `not caught within the budget: the incident ${timeSpanText(incident)}`);
}

/** No setting within the other demands tells an incident as seldom as was asked for. */
function repeatedAlarms({ suggestions, budget }: TuneRun): string[] {
  const { chosen } = suggestions;
  if (chosen === undefined || chosen.isCalm) return [];
  const most = count(chosen.cell.mostPerIncident, "time");
  return [
    `no setting tells an incident at most ${count(budget.perIncident, "time")}: the suggestion tells one ${most}. A longer period or more data points are calmer`,
  ];
}

function nobodyMailed({ counts }: TuneRun): string[] {
  if (counts.ALARM > 0) return [];
  return [
    "as declared, the alarm mails nobody (enabled: false, or topics without mail); the budget counts what one address would get",
  ];
}
