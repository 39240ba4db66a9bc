import { grouped } from "../../components/lists";
import type { AlarmEvaluation } from "../simulator/alarmEvaluation";
import type { AlarmState } from "../simulator/alarmState";
import { type MetricAlarm, queriesOf } from "../simulator/metricAlarm";
import { eachSum, type MinuteSeries } from "../simulator/minuteSeries";
import { periodMinutes, printable, unitOf, watchedName } from "../text";
import type { TimeSpan } from "../time";
import type { RehearsalOptions, RehearsedAlarm, RehearsedMail } from "./rehearse";

/** The most points of a chart: more than a screen has columns, few enough to zoom without delay. */
export const POINTS = 4000;

/** Significant digits of a value in a chart. */
const DIGITS = 6;

/** What the page's script draws of an alarm. Times are minutes since 1970 (UTC). */
export interface AlarmChart {
  readonly from: number;
  readonly to: number;
  /** Minutes between evaluations. */
  readonly step: number;
  readonly label: string;
  /** Goes behind every value, blank included. */
  readonly unit: string;
  readonly threshold: number;
  /** Rising; null is a missing data point. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** How many data points there were before thinning. */
  readonly points: number;
  readonly volumes: {
    /** Rising: when each period starts. */
    readonly times: readonly number[];
    /** The largest first, as it is drawn behind the others. */
    readonly series: readonly {
      readonly label: string;
      readonly values: readonly (number | null)[];
    }[];
  };
  readonly spans: readonly StateSpan[];
  /** One entry a minute and state. */
  readonly mails: readonly {
    readonly at: number;
    readonly state: AlarmState;
    readonly to: readonly string[];
  }[];
}

export function alarmChart(rehearsed: RehearsedAlarm, options: RehearsalOptions): AlarmChart {
  const { alarm, mails } = rehearsed;
  const newest = rehearsed.newest();
  // The first evaluation already sees the minute before it.
  const span = { from: options.from - 1, to: options.to };
  const kept = keptPositions([newest.values], POINTS);
  return {
    ...span,
    step: newest.step,
    label: printable(watchedName(alarm)),
    unit: unitOf(alarm),
    threshold: alarm.threshold,
    times: kept.map((position) => newest.first + position * newest.step),
    values: pick(newest.values, kept),
    points: newest.values.length,
    volumes: volumesOf(rehearsed, span),
    spans: stateSpans(rehearsed, options),
    mails: mailMarks(mails),
  };
}

function volumesOf({ alarm, metrics }: RehearsedAlarm, span: TimeSpan): AlarmChart["volumes"] {
  const { starts, sums } = volumes([...metrics.values()], periodMinutes(alarm), span);
  const kept = keptPositions(sums, POINTS);
  const names = metricNames(alarm, [...metrics.keys()]);
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + (value || 0), 0);
  return {
    times: kept.map((position) => starts[position] ?? span.from),
    series: sums
      .map((values, index) => ({
        values,
        label: printable(names[index] ?? ""),
        sum: total(values),
      }))
      .sort((a, b) => b.sum - a.sum)
      .map(({ values, label }) => ({ label, values: pick(values, kept) })),
  };
}

/** JSON has no NaN and no infinity; more digits than a chart shows would only make the file larger. */
function pick(values: Float64Array, positions: readonly number[]): (number | null)[] {
  return positions.map((position) => {
    const value = values[position] ?? NaN;
    return Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null;
  });
}

function mailMarks(mails: readonly RehearsedMail[]): AlarmChart["mails"] {
  const marks = grouped(mails, ({ at, change }) => `${at} ${change.to}`);
  return [...marks.values()].map((same) => {
    const [{ at, change }] = same;
    return { at, state: change.to, to: same.map(({ to }) => printable(to)) };
  });
}

/**
 * Names of an alarm's metrics for its chart. Ours end in what is counted (`….valid_predictions`); metrics that would
 * share a name keep the one they have in CloudWatch and their id.
 */
export function metricNames(alarm: MetricAlarm, ids: readonly string[]): string[] {
  const queries = new Map(queriesOf(alarm).map((query) => [query.id, query.metric]));
  const short = ids.map((id) => lastWords(queries.get(id)?.metricName ?? id));
  return ids.map((id, index) => {
    const name = short[index] ?? id;
    const shared = short.filter((other) => other === name).length > 1;
    return shared ? `${id} (${queries.get(id)?.metricName ?? id})` : name;
  });
}

function lastWords(metricName: string): string {
  const last = metricName.slice(metricName.lastIndexOf(".") + 1);
  return (last === "" ? metricName : last).replaceAll("_", " ");
}

/** A stretch of time in one state, in minutes since 1970 (UTC). */
export type StateSpan = readonly [state: AlarmState, from: number, to: number];

/**
 * The states an alarm went through, without gaps from beginning to end of a rehearsal; the last one was still going on
 * then.
 */
export function stateSpans(
  { changes, finalState }: Pick<AlarmEvaluation, "changes" | "finalState">,
  { from, to }: TimeSpan,
): StateSpan[] {
  const starts = [{ at: from, to: changes[0]?.from ?? finalState }, ...changes];
  return starts
    .map((start, index): StateSpan => [start.to, start.at, starts[index + 1]?.at ?? to])
    .filter(([, begin, end]) => begin < end);
}

/**
 * Which positions of series to draw when there are more than a chart can show: of each stretch, the lowest and the
 * highest value of every series, and the first missing one, so that neither an excursion nor a gap is lost. First and
 * last position are always among them.
 *
 * @param columns series of the same length, NaN for missing
 * @param limit the most positions to keep, at least two and three for each series
 * @returns positions in ascending order
 */
export function keptPositions(columns: readonly ArrayLike<number>[], limit: number): number[] {
  const length = columns[0]?.length ?? 0;
  if (length <= limit) return Array.from({ length }, (_, position) => position);
  const stretches = Math.floor((limit - 2) / (3 * columns.length));
  const kept = new Set([0, length - 1]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const start = Math.floor((stretch * length) / stretches);
    const end = Math.floor(((stretch + 1) * length) / stretches);
    for (const column of columns) keepExtremes(column, start, end, kept);
  }
  return [...kept].sort((a, b) => a - b);
}

function keepExtremes(
  column: ArrayLike<number>,
  start: number,
  end: number,
  kept: Set<number>,
): void {
  let [low, high] = [Infinity, -Infinity];
  let [lowest, highest, missing] = [-1, -1, -1];
  for (let position = start; position < end; position += 1) {
    const value = column[position] ?? NaN;
    if (Number.isNaN(value) && missing < 0) missing = position;
    if (value < low) [low, lowest] = [value, position];
    if (value > high) [high, highest] = [value, position];
  }
  for (const position of [lowest, highest, missing]) if (position >= 0) kept.add(position);
}

/**
 * Adds up series by period, on periods that start at whole multiples of it, as graphs in the console do.
 * @returns the minute that each period starts at, the first perhaps cut off by the beginning, and each series' sums, NaN
 * where a period has no data point
 */
export function volumes(series: readonly MinuteSeries[], period: number, { from, to }: TimeSpan) {
  const first = Math.floor(from / period);
  const length = Math.max(0, Math.ceil(to / period) - first);
  return {
    starts: Array.from({ length }, (_, index) => Math.max(from, (first + index) * period)),
    sums: series.map((one) => {
      const totals = new Float64Array(length).fill(NaN);
      eachSum(one, { from, to }, (minute, sum) => {
        const index = Math.floor(minute / period) - first;
        const before = totals[index] ?? NaN;
        totals[index] = Number.isNaN(before) ? sum : before + sum;
      });
      return totals;
    }),
  };
}
