import {
  longestOutside,
  MINUTE,
  minutesOutside,
  MONTH,
  type TimeSpan,
  timeSpanText,
} from "../time";
import { type BlindSpot, blindText } from "../blindSpots";
import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { muteText } from "../../components/settings/description";
import type { Datapoints } from "../../components/settings/schema";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { type LogGroupLogs, type LogGroupRun, rehearseLogs } from "../rehearse/rehearseLogs";
import { evaluateAlarm, type Metrics } from "../simulator/alarmEvaluation";
import { planAlarm } from "../simulator/alarmPlan";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import { dataSummary, type DataSummary, type RateSeries, shareBelow } from "./dataSummary";
import {
  type Cell,
  datapointSettings,
  isSame,
  mailCounts,
  type MailCounts,
  thresholdGrid,
  type Truth,
  tuneGrid,
  valuesForGrid,
} from "./grid";

import {
  minimumTrial,
  type MinimumTrial,
  type SamplingQuestion,
  suggest,
  type Suggestions,
} from "./suggest";
import { type Suspect, suspects } from "./suspects";
import { InputError } from "../inputError";

/** What a person knows of the time. In milliseconds since 1970. */
interface Known {
  readonly baselineUntil?: number | undefined;
  readonly incidents?: readonly TimeSpan[];
}

/**
 * When the model was healthy and when not, in minutes. Without a word on the baseline it is the longest stretch without
 * an incident.
 * @throws InputError where what is known contradicts itself or the logs
 */
export function truthOf(span: TimeSpan, { baselineUntil, incidents = [] }: Known): Truth {
  const found = incidents
    .map(({ from, to }) => ({ from: Math.floor(from / MINUTE), to: Math.ceil(to / MINUTE) }))
    .sort((a, b) => a.from - b.from);
  const outside = found.find(({ from, to }) => to <= span.from || from > span.to);
  if (outside !== undefined) {
    throw new InputError(
      `expected incidents within the logs, ${timeSpanText(span)}; found one ${timeSpanText(outside)}`,
    );
  }
  if (baselineUntil === undefined) {
    return { incidents: found, baseline: longestOutside(span, found) };
  }
  const until = Math.floor(baselineUntil / MINUTE);
  if (until <= span.from) {
    throw new InputError(
      `expected a baseline within the logs, ${timeSpanText(span)}; found one until ${new Date(until * MINUTE).toISOString()}`,
    );
  }
  const baseline = { from: span.from, to: Math.min(span.to, until) };
  const early = found.find(({ from }) => from < baseline.to);
  if (early !== undefined) {
    throw new InputError(
      `expected incidents after the baseline, which is healthy ${timeSpanText(baseline)}; found one ${timeSpanText(early)}`,
    );
  }
  return { incidents: found, baseline };
}

/** What to judge settings by. Times are milliseconds since 1970. */
export interface TuneOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly timeField?: string | undefined;
  readonly evaluationRangeExtra?: number | undefined;
  /** When the model was healthy: from the beginning until then. @default the whole time */
  readonly baselineUntil?: number | undefined;
  /** When something was wrong. @default no incident is known */
  readonly incidents?: readonly TimeSpan[];
  /** False mails that an address may get. @default 1 */
  readonly maxMailsPerMonth?: number | undefined;
  /** How often an alarm may tell of one incident. @default 1 */
  readonly maxAlarmsPerIncident?: number | undefined;
  /** Whether the baseline is taken as it is, though days of it stand out. @default false */
  readonly acceptBaseline?: boolean | undefined;
  /** The model's settings that an alarm does not tell. */
  readonly confidence?: number | undefined;
  readonly minimumPredictions?: number | undefined;
}

/** All that tuning found out. Times are minutes since 1970 (UTC). */
export interface TuneRun {
  readonly stack: string;
  readonly alarm: DeclaredAlarm;
  /** First and last evaluation. */
  readonly span: TimeSpan;
  readonly extra: number;
  readonly own: { readonly threshold: number; readonly datapoints: Datapoints };
  readonly periodMinutes: number;
  readonly data: DataSummary;
  readonly truth: Truth;
  readonly budget: Budget;
  readonly counts: MailCounts;
  readonly sampling: Omit<SamplingQuestion, "threshold" | "datapoints">;
  readonly minimumPredictions: number | undefined;
  /** By datapoints, then by threshold. */
  readonly grid: readonly Cell[];
  readonly suggestions: Suggestions;
  /** When the suggested setting would have been in ALARM. */
  readonly episodes: readonly TimeSpan[];
  /** Whether the suggestion gains by a minimum number of predictions; undefined where it needs none. */
  readonly minimum: MinimumTrial | undefined;
  readonly logs: readonly LogGroupRun[];
  /** What stands out in the baseline; without --accept-baseline there is no suggestion then. */
  readonly suspects: readonly Suspect[];
  /** What the logs say nothing about: the suggestion rests on less than there is. */
  readonly blind: readonly BlindSpot[];
  readonly notes: readonly string[];
}

/** How many false mails each address may get. */
interface Budget {
  readonly mailsPerMonth: number;
  /** The time in which mails are false, in months. */
  readonly months: number;
  /** In that time. */
  readonly allowed: number;
  /** How often an alarm may tell of one incident. */
  readonly perIncident: number;
  /** Whether leaving ALARM is mailed, too. */
  readonly mailsRecovery: boolean;
}

const DEFAULT_BUDGET = 1;

/**
 * Reads logs once and tries a grid of thresholds and "M of N" on them.
 * @param progress told which part of trying is done, from 0 to 1
 * @throws LogError or InputError as `rehearseLogs`, InputError where there is nothing to judge by
 */
export async function tuneLogs(
  declared: Declared,
  alarm: DeclaredAlarm,
  logs: readonly LogGroupLogs[],
  options: TuneOptions,
  progress?: (done: number) => void,
): Promise<TuneRun> {
  const extra = options.evaluationRangeExtra ?? planAlarm(alarm).rangeExtra;
  const run = await rehearseLogs({ ...declared, alarms: [alarm] }, logs, options);
  const [rehearsed] = run.rehearsal.alarms;
  const [valid, total] = [rehearsed?.metrics.get(VALID), rehearsed?.metrics.get(TOTAL)];
  if (valid === undefined || total === undefined) {
    throw new InputError([`model ${alarm.model} cannot be rehearsed`, ...run.notes].join("\n"));
  }
  const series: RateSeries = { valid, total };
  const metrics = new Map(
    queriesOf(alarm).flatMap(({ metric, id }) => {
      const found = id === VALID ? valid : id === TOTAL ? total : undefined;
      return metric === undefined || found === undefined ? [] : [[metricKey(metric), found]];
    }),
  );

  const { from, to } = run.options;
  const span = { from, to };
  const truth = truthOf(span, options);
  const period = queriesOf(alarm).find(({ metric }) => metric)?.metric?.period ?? 0;
  const periodMinutes = period / 60;
  const of = alarm.evaluationPeriods;
  const own = {
    threshold: alarm.threshold,
    datapoints: { toAlarm: alarm.datapointsToAlarm ?? of, of },
  };
  const settings = datapointSettings(own.datapoints, period);
  const gridOptions = { from, to, extra };
  const values = valuesForGrid(alarm, metrics, settings, gridOptions);
  const data = dataSummary(series, values, periodMinutes, span, truth.baseline);
  const isWhole = truth.baseline.to - truth.baseline.from >= periodMinutes;
  if (!isWhole || !(data.baseline.predictions > 0) || Number.isNaN(data.values.median)) {
    const blind = run.blind.flatMap(blindText).map((line) => `${line}\n`);
    throw new InputError(
      `${blind.join("")}expected predictions of model ${alarm.model} in at least a whole period of the baseline, ${timeSpanText(truth.baseline)}; found ${data.baseline.predictions}`,
    );
  }

  const counts = mailCounts(declared, alarm);
  const thresholds = thresholdGrid({
    lowest: data.lowest,
    healthy: { low: data.values.lowest, high: Math.min(data.baseline.rate, data.values.highest) },
    own: own.threshold,
  });
  const input = { alarm, options: gridOptions, settings, thresholds, truth, counts };
  const grid = tuneGrid(values, input, progress);
  const budget = budgetOf(span, truth, alarm, options);
  const sampling = {
    rate: data.baseline.rate,
    periodMinutes,
    mailsPerMonth: budget.mailsPerMonth,
    confidence: options.confidence,
  };
  const odd = suspects(series, truth.baseline);
  const isBaseline = odd.length === 0 || options.acceptBaseline === true;
  const suggestions = isBaseline
    ? suggest(grid, {
        ...budget,
        own: own.datapoints,
        incidents: truth.incidents.length,
        quietVolume: data.volume.quiet,
        sampling,
      })
    : { chosen: undefined, perSetting: [] };
  const { chosen } = suggestions;
  const share = (predictions: number): number =>
    shareBelow(series, values, periodMinutes, truth.baseline, predictions);
  return {
    stack: run.stack,
    alarm,
    span,
    extra,
    own,
    periodMinutes,
    data,
    truth,
    budget,
    counts,
    sampling,
    minimumPredictions: options.minimumPredictions,
    grid,
    suggestions,
    episodes: chosen ? episodesOf(alarm, metrics, chosen.cell, gridOptions) : [],
    minimum: chosen && minimumTrial(chosen, input, metrics, { ...options, share }),
    logs: run.logs,
    suspects: odd,
    blind: run.blind,
    notes: [...run.notes, ...mutingNotes(declared, alarm)],
  };
}

/** What holds mails back that are counted here. */
function mutingNotes({ muteRules }: Declared, { name }: DeclaredAlarm): string[] {
  return muteRules
    .filter(({ alarmNames }) => alarmNames.includes(name))
    .map(
      (rule) =>
        `mails are counted as if no mute rule held any back, and one does: ${muteText(rule)}`,
    );
}

/** When the alarm would have been in ALARM under a setting. */
function episodesOf(
  alarm: DeclaredAlarm,
  metrics: Metrics,
  { threshold, datapoints }: Cell,
  { from, to, extra }: TimeSpan & { readonly extra: number },
): TimeSpan[] {
  const { of: evaluationPeriods, toAlarm: datapointsToAlarm } = datapoints;
  const { changes } = evaluateAlarm(
    { ...alarm, threshold, evaluationPeriods, datapointsToAlarm },
    metrics,
    { from, to, evaluationRangeExtra: extra },
  );
  return changes.flatMap((change, position) =>
    change.to === "ALARM" ? { from: change.at, to: changes[position + 1]?.at ?? to } : [],
  );
}

function budgetOf(
  span: TimeSpan,
  { incidents, baseline }: Truth,
  { okActions = [] }: DeclaredAlarm,
  { maxMailsPerMonth: mailsPerMonth = DEFAULT_BUDGET, maxAlarmsPerIncident = 1 }: TuneOptions,
): Budget {
  const judged =
    incidents.length > 0 ? minutesOutside(span, incidents) : baseline.to - baseline.from;
  const months = judged / MONTH;
  return {
    mailsPerMonth,
    months,
    allowed: mailsPerMonth * months,
    perIncident: maxAlarmsPerIncident,
    mailsRecovery: okActions.length > 0,
  };
}

/** The cell of a grid with the model's own settings. */
export function ownCell({ grid, own }: Pick<TuneRun, "grid" | "own">): Cell | undefined {
  return grid.find(
    ({ threshold, datapoints }) =>
      threshold === own.threshold && isSame(datapoints, own.datapoints),
  );
}
