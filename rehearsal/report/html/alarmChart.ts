import type { AlarmState } from "../../../cloudwatch/alarmState";
import type { RehearsalOptions, RehearsedAlarm, RehearsedMail } from "../../rehearse";
import { metricNames, periodMinutes, unitOf, watchedName } from "./alarmWords";
import { visible } from "./escape";
import { stateSpans } from "./stateSpans";
import { keptPositions } from "./thin";
import { volumes } from "./volumes";

/** The most points of a chart: more than a screen has columns, few enough to zoom without delay. */
export const POINTS = 4000;

/** Significant digits of a value in a chart. */
const DIGITS = 6;

/** What the page's script draws of an alarm. Times are minutes since 1970 (UTC). */
export interface AlarmChart {
  readonly from: number;
  readonly to: number;
  /** Minutes that a data point covers. */
  readonly period: number;
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
    readonly points: number;
  };
  readonly spans: readonly (readonly [state: AlarmState, from: number, to: number])[];
  /** One entry a minute and state. */
  readonly mails: readonly {
    readonly at: number;
    readonly state: AlarmState;
    readonly to: readonly string[];
  }[];
}

/**
 * @param mails those of this alarm
 */
export function alarmChart(
  rehearsed: RehearsedAlarm,
  mails: readonly RehearsedMail[],
  options: RehearsalOptions,
): AlarmChart {
  const { alarm, newest } = rehearsed;
  // The first evaluation already sees the minute before it.
  const span = { from: options.from - 1, to: options.to };
  const kept = keptPositions([newest.values], POINTS);
  return {
    ...span,
    period: periodMinutes(alarm),
    label: visible(watchedName(alarm)),
    unit: unitOf(alarm),
    threshold: alarm.threshold,
    times: kept.map((position) => newest.first + position * newest.step),
    values: pick(newest.values, kept),
    points: newest.values.length,
    volumes: volumesOf(rehearsed, span),
    spans: stateSpans(rehearsed, options).map(({ state, from, to }) => [state, from, to]),
    mails: mailMarks(mails),
  };
}

function volumesOf(
  { alarm, metrics }: RehearsedAlarm,
  span: { readonly from: number; readonly to: number },
): AlarmChart["volumes"] {
  const { starts, sums } = volumes([...metrics.values()], periodMinutes(alarm), span);
  const kept = keptPositions(sums, POINTS);
  const names = metricNames(alarm, [...metrics.keys()]);
  const total = (values: Float64Array) => values.reduce((sum, value) => sum + (value || 0), 0);
  return {
    times: kept.map((position) => starts[position] ?? span.from),
    series: sums
      .map((values, index) => ({ values, label: visible(names[index] ?? ""), sum: total(values) }))
      .sort((a, b) => b.sum - a.sum)
      .map(({ values, label }) => ({ label, values: pick(values, kept) })),
    points: starts.length,
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
  const marks = new Map<string, { at: number; state: AlarmState; to: string[] }>();
  for (const { at, to, change } of mails) {
    const key = `${String(at)} ${change.to}`;
    const mark = marks.get(key) ?? { at, state: change.to, to: [] };
    mark.to.push(visible(to));
    marks.set(key, mark);
  }
  return [...marks.values()];
}
