import { type BlindSpot, blindSpots, type LogsRead } from "../blindSpots";
import { InputError } from "../inputError";
import type { LogSummary } from "../logs/logFormat";
import type { LogSource } from "../logs/logSource";
import { type ReadingOptions, readLogGroups } from "../logs/readLogGroups";
import type { Declared, DeclaredAlarm, Refused } from "../program/declared";
import { countedMetric, filtersByMetric, modelsOf } from "../program/model";
import { planAlarm, UnsupportedAlarmError } from "../simulator/alarmPlan";
import { DAY } from "../simulator/minuteSeries";
import { metricKey, metricText, queriesOf } from "../simulator/metricAlarm";
import { type MetricFilter, metricFilterProblems } from "../simulator/metricFilter";
import { count, visibleText } from "../text";
import { MINUTE, minuteText } from "../time";
import {
  type FilterPoints,
  type Rehearsal,
  type RehearsalOptions,
  rehearse,
  type RehearsedAlarm,
} from "./rehearse";

/** What came in for one log group. */
export interface LogGroupRun extends LogsRead {
  /** A few of the lines without a time, as `file:line: text`. */
  readonly undatedExamples: readonly string[];
}

/** A rehearsal from beginning to end: what the reports are made from. */
export interface RehearsalRun {
  readonly stack: string;
  /** How many alarms there are, those that could not be rehearsed included. */
  readonly declared: number;
  readonly options: RehearsalOptions;
  readonly rehearsal: Rehearsal;
  readonly logs: readonly LogGroupRun[];
  /** What the answer says nothing about. None of it is well, whatever the rest looks like. */
  readonly blind: readonly BlindSpot[];
  /** Alarms that no log was given for, what is not rehearsed of the others, and what reaches nobody by mail. */
  readonly notes: readonly string[];
}

/** Whether the logs leave unknown what an alarm would have done. */
export function isBlind({ blind }: RehearsalRun, { alarm }: RehearsedAlarm): boolean {
  return blind.some(({ models }) => models.includes(visibleText(alarm.model)));
}

/** How much of the question was answered. */
export function answeredText({ rehearsal, declared }: RehearsalRun): string {
  return `${rehearsal.alarms.length.toLocaleString("en-US")} of ${count(declared, "alarm")} rehearsed`;
}

/** The logs of one log group. */
export interface LogGroupLogs {
  readonly logGroup: string;
  readonly sources: readonly LogSource[];
}

/** What to rehearse, and when. */
export interface RehearseLogsOptions {
  /** First moment, milliseconds since 1970; earlier events are ignored. @default the first event */
  readonly from?: number | undefined;
  /** Last moment, milliseconds since 1970. @default the last event */
  readonly to?: number | undefined;
  /** Data points that CloudWatch reads beyond the evaluation periods. @default what published time lines fit */
  readonly evaluationRangeExtra?: number | undefined;
  /** Property path of the time in bare JSON lines. */
  readonly timeField?: string | undefined;
  /** How the logs are read, which makes no difference to the result. */
  readonly reading?: ReadingOptions | undefined;
}

/** Times further apart are a mistake in the logs rather than a log. */
const LONGEST_YEARS = 20;
const MINUTES_PER_YEAR = 525_600;
/** Days without a single event after which what follows is another log, or a clock that was wrong. */
const LONGEST_GAP = 400;

/**
 * Reads logs and replays them through what is declared.
 * @throws LogError where a log cannot be read, InputError where there is nothing to replay
 */
export async function rehearseLogs(
  declared: Declared,
  logs: readonly LogGroupLogs[],
  options: RehearseLogsOptions,
): Promise<RehearsalRun> {
  const refused = [...declared.refused];
  const notes = [...declared.notes];
  const filters = declared.filters.filter((filter) => isSupported(filter, refused));
  const points: FilterPoints[] = [];
  const runs: LogGroupRun[] = [];
  const uncounted = new Set<MetricFilter>();
  let [first, last] = [Infinity, -Infinity];
  const days = new Set<number>();
  const groups = logs.map(({ logGroup, sources }) => ({
    logGroup,
    sources,
    filters: filters.filter(({ logGroupName }) => logGroupName === logGroup),
    from: options.from,
    // An evaluation sees what came before its minute.
    to: options.to && Math.floor(options.to / MINUTE) * MINUTE,
    timeField: options.timeField,
  }));
  for (const { group, intake, summaries, ...read } of await readLogGroups(
    groups,
    options.reading,
  )) {
    notes.push(...read.notes);
    if (new Set(group.filters.map(({ region }) => region)).size > 1) {
      notes.push(
        `log group ${group.logGroup} is there in several regions; these logs are taken for those of each`,
      );
    }
    notes.push(...alike(summaries));
    for (const { firstAt, lastAt } of summaries) {
      first = Math.min(first, firstAt);
      last = Math.max(last, lastAt);
    }
    for (const day of intake.days()) days.add(day);
    const counts = intake.counts();
    for (const { filter, metric } of counts) {
      if (intake.uncounted().includes(filter.name)) uncounted.add(filter);
      points.push({ ...countedMetric(filter), unit: filter.unit, series: metric });
    }
    runs.push({
      logGroup: group.logGroup,
      events: intake.events,
      matched: new Map(counts.map(({ filter, matched }) => [filter.name, matched])),
      nearMisses: intake.nearMisses(),
      lines: intake.lines(),
      properties: intake.properties(),
      undated: summaries.reduce((sum, { undated }) => sum + undated.count, 0),
      undatedExamples: summaries
        .flatMap(({ undated }) => undated.examples)
        .map(({ file, line, text, reason }) => `${file}:${line}: ${reason}: ${text}`),
    });
  }

  expectNoGap([...days].sort((a, b) => a - b));
  const range = evaluationRange(first, last, options);
  notes.push(...beyondLogs(first, last, range));
  const unasked: string[] = [];
  const given = {
    filters: filtersByMetric(filters),
    logGroups: new Set(logs.map(({ logGroup }) => logGroup)),
    uncounted,
  };
  const alarms = declared.alarms.filter((alarm) => {
    const problem = problemOf(alarm, given);
    if (problem === undefined) return true;
    const text = `alarm ${alarm.name} is not rehearsed: ${problem.text}`;
    // An alarm whose log was left out is not part of the question.
    if (problem.isAsked) refused.push({ isAlarm: true, text });
    else unasked.push(text);
    return false;
  });
  const evaluation = { ...range, evaluationRangeExtra: options.evaluationRangeExtra };
  const rehearsal = rehearse(declared, alarms, points, evaluation);
  const models = modelsOf({ ...declared, filters, alarms });
  const reasons = refused.map(({ text }) => text);
  const nothing = alarms.length === 0;
  return {
    stack: declared.stack,
    declared: declared.alarms.length + declared.refused.filter(({ isAlarm }) => isAlarm).length,
    options: evaluation,
    rehearsal,
    logs: runs,
    blind: [
      ...blindSpots(models, runs),
      ...(nothing ? [leftOut("no alarm was rehearsed", [...reasons, ...unasked])] : []),
      ...(!nothing && reasons.length > 0 ? [leftOut("not all of it was rehearsed", reasons)] : []),
    ],
    notes: [...(nothing ? [] : unasked), ...notes, ...rehearsal.undelivered],
  };
}

function leftOut(what: string, causes: readonly string[]): BlindSpot {
  return { what, models: [], lines: [], properties: [], causes };
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
  if (!Number.isFinite(first)) {
    throw new InputError(
      "expected log events to rehearse, found none with a time: were the logs fetched from another log group, or for another time?",
    );
  }
  const text = (one: number, other: number): string =>
    `from ${minuteText(one)} to ${minuteText(other)} UTC`;
  const span = text(range.from, range.to);
  if (range.to < range.from) {
    const given = from !== undefined && to !== undefined;
    throw new InputError(
      given
        ? `expected a time range that does not end before it starts, found ${span}`
        : `expected --from and --to to leave some of the log events, which are ${text(Math.floor(first / MINUTE), Math.floor(last / MINUTE))}; found ${from === undefined ? `--to ${minuteText(range.to)}` : `--from ${minuteText(range.from)}`}`,
    );
  }
  if (range.to - range.from > LONGEST_YEARS * MINUTES_PER_YEAR) {
    throw new InputError(
      `expected events within ${LONGEST_YEARS} years, found some ${span}; --from and --to choose a part`,
    );
  }
  return range;
}

/** Fewer events may well be alike by chance. */
const FEW = 10;

/** Logs that have as many events from the same moment to the same: a log beside its copy, packed or not. */
function alike(summaries: readonly LogSummary[]): string[] {
  const names = new Map<string, string>();
  return summaries.flatMap(({ name, events, firstAt, lastAt }) => {
    const key = `${events} ${firstAt} ${lastAt}`;
    const same = names.get(key);
    if (events < FEW || same === undefined) {
      names.set(key, name);
      return [];
    }
    return [
      `${visibleText(name)} has as many events as ${visibleText(same)}, from the same moment to the same: if it is a copy, each event counts twice`,
    ];
  });
}

/** What was asked of a time that the logs do not reach, and which is rehearsed as silence. */
function beyondLogs(first: number, last: number, { from, to }: RehearsalOptions): string[] {
  const [begin, end] = [Math.floor(first / MINUTE), Math.floor(last / MINUTE) + 1];
  const parts = [
    ...(from < begin ? [`before ${minuteText(begin)}`] : []),
    ...(to > end ? [`after ${minuteText(end)}`] : []),
  ];
  if (parts.length === 0) return [];
  return [`the logs have no event ${parts.join(", or ")} UTC: that time is rehearsed as silence`];
}

/**
 * A stray event years away from all others is named before years of nothing are evaluated.
 * @param days days since 1970 that have events, in order
 * @throws InputError
 */
function expectNoGap(days: readonly number[]): void {
  for (const [at, day] of days.entries()) {
    const next = days[at + 1];
    if (next === undefined || next - day <= LONGEST_GAP) continue;
    const date = (one: number): string => minuteText(one * DAY).slice(0, 10);
    throw new InputError(
      `expected events without a gap of more than ${LONGEST_GAP} days, found none for ${(next - day - 1).toLocaleString("en-US")} days between ${date(day)} and ${date(next)}: is a time wrong? --from ${date(next)} takes what came after the gap, --to ${date(day + 1)} what came before`,
    );
  }
}

function isSupported(filter: MetricFilter, refused: Refused[]): boolean {
  const problems = metricFilterProblems(filter);
  if (problems.length === 0) return true;
  const text = `metric filter ${filter.name} is not rehearsed: ${problems.join("; ")}`;
  refused.push({ isAlarm: false, text });
  return false;
}

/** Why an alarm cannot be replayed. */
interface Problem {
  /** Whether that is for what it is, or what its metrics are, and not for the logs that were given. */
  readonly isAsked: boolean;
  readonly text: string;
}

function problemOf(
  alarm: DeclaredAlarm,
  given: {
    /** Those that can be rehearsed, by metric. */
    readonly filters: ReadonlyMap<string, readonly MetricFilter[]>;
    readonly logGroups: ReadonlySet<string>;
    /** Those that counts could not feed. */
    readonly uncounted: ReadonlySet<MetricFilter>;
  },
): Problem | undefined {
  try {
    planAlarm(alarm);
  } catch (error) {
    if (error instanceof UnsupportedAlarmError)
      return { isAsked: true, text: error.problems.join("; ") };
    throw error;
  }
  for (const metric of queriesOf(alarm).flatMap((query) => query.metric ?? [])) {
    const feeding = given.filters.get(metricKey(metric)) ?? [];
    if (feeding.length === 0) {
      const others = [...given.filters.values()]
        .flat()
        .filter(
          (filter) =>
            filter.metricNamespace === metric.namespace && filter.metricName === metric.metricName,
        )
        .map(({ name }) => name);
      const but =
        others.length === 0
          ? ""
          : `; ${others.join(", ")} does with other dimensions or in another region`;
      const text = `no metric filter that can be rehearsed publishes ${metricText(metric)}${but}`;
      return { isAsked: true, text };
    }
    const missing = feeding.find(({ logGroupName }) => !given.logGroups.has(logGroupName));
    if (missing) return { isAsked: false, text: `no logs were given for ${missing.logGroupName}` };
    const lacking = feeding.find((filter) => given.uncounted.has(filter));
    if (lacking === undefined) continue;
    const text = `the counts given for ${lacking.logGroupName} have none for the metric filter ${lacking.name}, ${lacking.pattern}`;
    return { isAsked: true, text };
  }
  return undefined;
}
