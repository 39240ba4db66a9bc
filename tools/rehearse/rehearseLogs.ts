import type { LogSource } from "../logs/logSource";
import { type ReadingOptions, readLogGroups } from "../logs/readLogGroups";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { planAlarm, UnsupportedAlarmError } from "../simulator/alarmPlan";
import { FilterPatternError } from "../simulator/filterPattern";
import { metricKey, queriesOf } from "../simulator/metricAlarm";
import {
  compileMetricFilter,
  type MetricFilter,
  MetricFilterError,
  UnsupportedMetricFilterError,
} from "../simulator/metricFilter";
import { MetricMathError } from "../simulator/metricMath";
import { type FilterPoints, type Rehearsal, type RehearsalOptions, rehearse } from "./rehearse";
import { InputError } from "../inputError";

/** What came in for one log group. */
export interface LogGroupRun {
  readonly logGroup: string;
  /** Events read, whether they matched or not. */
  readonly events: number;
  /** How many of them matched, by the metric filter's name. */
  readonly matched: ReadonlyMap<string, number>;
  readonly nearMisses: readonly {
    readonly kind: string;
    readonly count: number;
    readonly example: string;
    readonly advice: string;
  }[];
  /** Lines without a time that could be read. */
  readonly undated: number;
  /** A few of them, as `file:line: text`. */
  readonly undatedExamples: readonly string[];
}

/** A rehearsal from beginning to end: what the reports are made from. */
export interface RehearsalRun {
  readonly stack: string;
  readonly options: RehearsalOptions;
  readonly rehearsal: Rehearsal;
  readonly logs: readonly LogGroupRun[];
  /** Alarms that could not be rehearsed and why, and what reaches nobody by mail. */
  readonly notes: readonly string[];
}

/** The logs of one log group. */
export interface LogGroupLogs {
  readonly logGroup: string;
  readonly sources: readonly LogSource[];
}

/** What to rehearse, and when. */
interface RehearseLogsOptions {
  /** First moment, milliseconds since 1970; earlier events are ignored. @default the first event */
  readonly from?: number | undefined;
  /** Last moment, milliseconds since 1970. @default the last event */
  readonly to?: number | undefined;
  /** Data points that CloudWatch reads beyond the evaluation periods. @default 2 */
  readonly evaluationRangeExtra?: number | undefined;
  /** Property path of the time in bare JSON lines. */
  readonly timeField?: string | undefined;
  /** How the logs are read, which makes no difference to the result. */
  readonly reading?: ReadingOptions | undefined;
}

const MINUTE = 60_000;

/** Times further apart are a mistake in the logs rather than a log. */
const LONGEST_YEARS = 20;
const MINUTES_PER_YEAR = 525_600;

/**
 * Reads logs and replays them through what is declared.
 * @throws LogError where a log cannot be read, InputError where there is nothing to replay
 */
export async function rehearseLogs(
  declared: Declared,
  logs: readonly LogGroupLogs[],
  options: RehearseLogsOptions,
): Promise<RehearsalRun> {
  const notes: string[] = [...declared.refused];
  const filters = declared.filters.filter((filter) => isSupported(filter, notes));
  const points: FilterPoints[] = [];
  const runs: LogGroupRun[] = [];
  const uncounted = new Set<MetricFilter>();
  let [first, last] = [Infinity, -Infinity];
  const groups = logs.map(({ logGroup, sources }) => ({
    logGroup,
    sources,
    filters: filters.filter(({ logGroupName }) => logGroupName === logGroup),
    from: options.from,
    to: wholeMinute(options.to),
    timeField: options.timeField,
  }));
  for (const { group, intake, summaries, ...read } of await readLogGroups(
    groups,
    options.reading,
  )) {
    notes.push(...read.notes);
    const undated: string[] = [];
    let undatedCount = 0;
    for (const summary of summaries) {
      first = Math.min(first, Math.max(summary.firstAt ?? Infinity, options.from ?? -Infinity));
      last = Math.max(last, summary.lastAt ?? -Infinity);
      undatedCount += summary.undated.count;
      undated.push(
        ...summary.undated.examples.map(
          ({ file, line, text, reason }) => `${file}:${line}: ${reason}: ${text}`,
        ),
      );
    }
    const counts = intake.counts();
    for (const { filter, points: published } of counts) {
      if (intake.uncounted().includes(filter.name)) uncounted.add(filter);
      const { metricNamespace: namespace, metricName } = filter;
      points.push({ namespace, metricName, points: published });
    }
    runs.push({
      logGroup: group.logGroup,
      events: intake.events,
      matched: new Map(counts.map(({ filter, matched }) => [filter.name, matched])),
      nearMisses: intake.nearMisses(),
      undated: undatedCount,
      undatedExamples: undated,
    });
  }

  const range = evaluationRange(first, last, options);
  const alarms = declared.alarms.filter((alarm) =>
    isFed(alarm, filters, { logs, uncounted }, notes),
  );
  const evaluation = { ...range, evaluationRangeExtra: options.evaluationRangeExtra };
  const rehearsal = rehearse(declared, alarms, points, evaluation);
  return {
    stack: declared.stack,
    options: evaluation,
    rehearsal,
    logs: runs,
    notes: [...notes, ...rehearsal.undelivered],
  };
}

/**
 * Evaluations run at every whole minute from one minute after the first event's minute to one minute
 * after the last event's, or between the moments that were asked for.
 */
function evaluationRange(
  first: number,
  last: number,
  { from, to }: RehearseLogsOptions,
): { from: number; to: number } {
  const range = {
    from: from === undefined ? Math.floor(first / MINUTE) + 1 : Math.ceil(from / MINUTE),
    to: to === undefined ? Math.floor(last / MINUTE) + 1 : Math.floor(to / MINUTE),
  };
  if (!Number.isFinite(range.from) || !Number.isFinite(range.to)) {
    throw new InputError("expected log events to rehearse, found none with a time");
  }
  const [start, end] = [range.from, range.to].map((minute) => new Date(minute * MINUTE));
  const span = `from ${start?.toISOString() ?? ""} to ${end?.toISOString() ?? ""}`;
  if (range.to < range.from) {
    throw new InputError(`expected a time range that does not end before it starts, found ${span}`);
  }
  if (range.to - range.from > LONGEST_YEARS * MINUTES_PER_YEAR) {
    throw new InputError(
      `expected events within ${LONGEST_YEARS} years, found some ${span}; --from and --to choose a part`,
    );
  }
  return range;
}

/** An evaluation sees what came before its minute. */
function wholeMinute(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time / MINUTE) * MINUTE;
}

function isSupported(filter: MetricFilter, notes: string[]): boolean {
  try {
    compileMetricFilter(filter);
    return true;
  } catch (error) {
    const isOurs =
      error instanceof FilterPatternError ||
      error instanceof MetricFilterError ||
      error instanceof UnsupportedMetricFilterError;
    if (!isOurs) throw error;
    notes.push(`metric filter ${filter.name} is not rehearsed: ${error.message}`);
    return false;
  }
}

/** Whether an alarm can be replayed and all its metrics come from logs that were given. */
function isFed(
  alarm: DeclaredAlarm,
  filters: readonly MetricFilter[],
  given: { readonly logs: readonly LogGroupLogs[]; readonly uncounted: ReadonlySet<MetricFilter> },
  notes: string[],
): boolean {
  try {
    planAlarm(alarm);
  } catch (error) {
    if (!(error instanceof UnsupportedAlarmError || error instanceof MetricMathError)) throw error;
    notes.push(`alarm ${alarm.name} is not rehearsed: ${error.message}`);
    return false;
  }
  const logGroups = new Set(given.logs.map(({ logGroup }) => logGroup));
  const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
  for (const metric of metrics) {
    const feeding = filters.filter(
      ({ metricNamespace: namespace, metricName }) =>
        metricKey({ namespace, metricName }) === metricKey(metric),
    );
    const missing = feeding.find(({ logGroupName }) => !logGroups.has(logGroupName));
    const lacking = feeding.find((filter) => given.uncounted.has(filter));
    if (feeding.length > 0 && missing === undefined && lacking === undefined) continue;
    notes.push(
      `alarm ${alarm.name} is not rehearsed: ${
        missing !== undefined
          ? `no logs were given for ${missing.logGroupName}`
          : lacking !== undefined
            ? `the counts given for ${lacking.logGroupName} have none for the metric filter ${lacking.name}, ${lacking.pattern}`
            : `no metric filter here publishes ${metric.namespace} ${metric.metricName}`
      }`,
    );
    return false;
  }
  return true;
}
