import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import {
  type PredictionFields,
  predictionPatterns,
  type Valid,
  validMeaning,
  validText,
} from "../../components/cloudwatch/patterns";
import { blindText } from "../blindSpots";
import { InputError } from "../inputError";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { filtersByMetric } from "../program/model";
import {
  type LogGroupLogs,
  rehearseLogs,
  type RehearseLogsOptions,
} from "../rehearse/rehearseLogs";
import { evaluateAlarm } from "../simulator/alarmEvaluation";
import type { Metrics } from "../simulator/alarmPoints";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import { muteCalendar } from "../simulator/muteRules";
import {
  longestOutside,
  MINUTE,
  minutesOutside,
  MONTH,
  type TimeSpan,
  timeSpanText,
} from "../time";
import type { Watched } from "./chance";
import { dataSummary, predictionsIn, type RateSeries } from "./data";
import { alarmWith, mailCounts, type Setting, type Truth } from "./grid";
import { search } from "./search";
import type { Budget } from "./suggest";
import type { Tuned } from "./searchSpace";
import { suspects } from "./suspects";

/**
 * When the model was healthy and when not, in minutes. Without a word on the baseline it is the longest stretch without
 * an incident.
 * @throws InputError where what is known contradicts itself or the logs
 */
export function truthOf(
  span: TimeSpan,
  { baselineUntil, incidents = [] }: Pick<TuneOptions, "baselineUntil" | "incidents">,
): Truth {
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

/** What is declared of a model: its settings, and as far as it is known, what of an event they are about. */
export type TunedModel = Setting & Partial<Omit<PredictionFields, "valid">>;

/** What to judge settings by. Times are milliseconds since 1970. */
export interface TuneOptions extends RehearseLogsOptions {
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
  /** Settings that stay as they are. @default none */
  readonly keep?: ReadonlySet<Tuned> | undefined;
  /** What else may count as valid. @default nothing */
  readonly valid?: readonly Valid[] | undefined;
  /** How much is simulated, as a part of what is usual; less is quicker, and less sure. @default 1 */
  readonly effort?: number | undefined;
}

/** All that tuning found out. Times are minutes since 1970 (UTC). */
export type TuneRun = Awaited<ReturnType<typeof tuneLogs>>;

const DEFAULT_BUDGET = 1;

/**
 * Reads logs once, tries everything that may be changed of a model on them, and suggests a setting.
 * @param progress told which part of trying is done, from 0 to 1
 * @throws LogError or InputError as `rehearseLogs`, InputError where there is nothing to judge by
 */
export async function tuneLogs(
  declared: Declared,
  alarm: DeclaredAlarm,
  model: TunedModel,
  logs: readonly LogGroupLogs[],
  options: TuneOptions,
  progress: (done: number) => void = () => undefined,
) {
  const others = (options.valid ?? []).map((valid) => otherMeaning(declared, alarm, model, valid));
  const run = await rehearseLogs(
    {
      ...declared,
      filters: [...declared.filters, ...others.map(({ filter }) => filter)],
      alarms: [alarm, ...others.map((other) => other.alarm)],
    },
    logs,
    options,
  );
  const read = (meaning: { readonly valid: Valid; readonly alarm: DeclaredAlarm }) => {
    const found = run.rehearsal.alarms.find((one) => one.alarm.name === meaning.alarm.name);
    const [valid, total] = [found?.metrics.get(VALID), found?.metrics.get(TOTAL)];
    if (found === undefined || valid === undefined || total === undefined) {
      const causes = run.blind.flatMap(blindText);
      throw new InputError([`model ${alarm.model} cannot be rehearsed`, ...causes].join("\n"));
    }
    return { valid: meaning.valid, series: { valid, total }, newest: found.newest };
  };
  const first = read({ valid: model.valid, alarm });
  const meanings = [first, ...others.map(read)];
  const { series } = first;

  const { from, to } = run.options;
  const span = { from, to };
  const truth = truthOf(span, options);
  const { period, confidence, minimumPredictions, datapoints, threshold, valid } = model;
  const own = { valid, period, confidence, minimumPredictions, datapoints, threshold };
  const data = dataSummary(series, span, truth.baseline, period);
  const isWhole = truth.baseline.to - truth.baseline.from >= period / 60;
  if (!isWhole || !(data.baseline.predictions > 0)) {
    const blind = run.blind.flatMap(blindText).map((line) => `${line}\n`);
    throw new InputError(
      `${blind.join("")}expected predictions of model ${alarm.model} in at least a whole period of the baseline, ${timeSpanText(truth.baseline)}; found ${data.baseline.predictions}`,
    );
  }

  if (data.all.rate > 100) {
    throw new InputError(
      `model ${alarm.model}: expected at most as many valid predictions as predictions, found ${data.all.valid} of ${data.all.predictions}`,
    );
  }

  const counts = mailCounts(declared, alarm);
  const mutes = muteWindowsOf(declared, alarm);
  const budget = budgetOf(span, truth, alarm, options);
  const metricsOf = (one: RateSeries): Metrics =>
    new Map(
      queriesOf(alarm).flatMap(({ metric, id }) =>
        metric === undefined ? [] : [[metricKey(metric), id === VALID ? one.valid : one.total]],
      ),
    );
  const { evaluationRangeExtra: extra, effort = 1 } = options;
  const odd = suspects(series, truth.baseline);
  const found = search({
    meanings: meanings.map((meaning): Watched & Pick<Setting, "valid"> => {
      const { rate, predictions } = predictionsIn(meaning.series, truth.baseline);
      const chance = rate / 100;
      const error = Math.sqrt((chance * (1 - chance)) / predictions);
      return {
        ...{ alarm, extra, truth, counts, mutes, span, chance, error, metricsOf, effort },
        valid: meaning.valid,
        series: meaning.series,
      };
    }),
    own,
    keep: options.keep ?? new Set(),
    budget,
    isBaseline: odd.length === 0 || options.acceptBaseline === true,
    progress,
  });
  const { chosen } = found;
  return {
    ...found,
    ...{ stack: run.stack, alarm, span, own, data, truth, budget, counts },
    /** What the alarm compares under the model's own settings. */
    rates: first.newest(),
    episodes: episodes(),
    logs: run.logs,
    /** What stands out in the baseline; without --accept-baseline there is no suggestion then. */
    suspects: odd,
    /** What the logs say nothing about: the suggestion rests on less than there is. */
    blind: run.blind,
    notes: run.notes,
  };

  /** When the alarm would have been in ALARM under the suggestion. */
  function episodes(): TimeSpan[] {
    if (chosen === undefined) return [];
    const { cell } = chosen;
    const meaning = meanings.find((one) => validText(one.valid) === validText(cell.valid));
    const metrics = metricsOf(meaning?.series ?? first.series);
    const evaluation = { from, to, evaluationRangeExtra: extra };
    const { changes } = evaluateAlarm(alarmWith(alarm, cell), metrics, evaluation);
    return changes.flatMap((change, position) =>
      change.to === "ALARM" ? { from: change.at, to: changes[position + 1]?.at ?? to } : [],
    );
  }
}

/** The alarm's mute windows within a span; those of a span that is asked for again are known. */
function muteWindowsOf(
  { muteRules }: Declared,
  alarm: DeclaredAlarm,
): (span: TimeSpan) => readonly TimeSpan[] {
  const known = new Map<string, readonly TimeSpan[]>();
  return (span) => {
    const key = `${span.from} ${span.to}`;
    const windows = known.get(key) ?? muteCalendar(muteRules, span)(alarm);
    known.set(key, windows);
    return windows;
  };
}

/**
 * The model's alarm and filter of valid predictions under another meaning of `valid`, with a metric of their own, so that
 * one reading of the logs counts all meanings.
 * @throws InputError where the model's field is no score
 */
function otherMeaning(
  declared: Declared,
  alarm: DeclaredAlarm,
  model: TunedModel,
  valid: Valid,
): { readonly valid: Valid; readonly alarm: DeclaredAlarm; readonly filter: MetricFilter } {
  const metric = queriesOf(alarm).find(({ id }) => id === VALID)?.metric;
  const [filter] = (metric && filtersByMetric(declared.filters).get(metricKey(metric))) ?? [];
  const { field, where } = model;
  if (!metric || !filter || !field || !where || typeof model.valid !== "object") {
    const found = field === undefined ? filter?.pattern : validMeaning(field, model.valid);
    throw new InputError(
      `--valid: expected a model whose field is a score, such as \`field: probability\` with \`valid: ">= 0.8"\`; found ${found ?? "no filter"} at model ${alarm.model}`,
    );
  }
  const metricName = `${filter.metricName} ${validText(valid)}`.replaceAll(/[:*$]/g, "");
  const queries = queriesOf(alarm).map((query) =>
    query.id === VALID ? { ...query, metric: { ...metric, metricName } } : query,
  );
  const { valid: pattern } = predictionPatterns({ ...model, field, where, valid });
  return {
    valid,
    alarm: { ...alarm, name: `${alarm.name} ${validText(valid)}`, metricQueries: queries },
    filter: { ...filter, name: metricName, metricName, pattern },
  };
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
