import { RATE, UPPER_LIMIT } from "../../cloudwatch/rateExpression";
import { queriesOf } from "../../cloudwatch/metricAlarm";
import { conditionText, count } from "../report/words";
import type { DecidingPoints } from "./mismatch";
import { table } from "./table";
import type { WatchedPoint } from "./watchedAlarm";
import { atText, percentText, sinceText } from "./words";

/** Data points that are shown; a silence alarm has forty. */
const SHOWN = 8;

/** The data points that decided, one a line, the newest last. @param start the case's start */
export function pointsTable({ alarm, at, points }: DecidingPoints, start: number): string[] {
  const shown = points.slice(-SHOWN);
  const older = points.slice(0, points.length - shown.length);
  const ids = new Set(queriesOf(alarm).map(({ id }) => id));
  const hasRate = ids.has(RATE);
  const header = [
    "",
    "period",
    ...(hasRate ? ["valid"] : []),
    "predictions",
    ...(hasRate ? ["rate"] : []),
    ...(ids.has(UPPER_LIMIT) ? ["upper limit"] : []),
    "",
  ];
  const row = (point: WatchedPoint): string[] => [
    "",
    `${sinceText(point.from, start)} - ${sinceText(point.to, start)}`,
    ...(hasRate ? [point.valid?.toLocaleString("en-US") ?? "-"] : []),
    point.total?.toLocaleString("en-US") ?? "-",
    ...(hasRate ? [point.rate === undefined ? "-" : percentText(point.rate)] : []),
    ...(ids.has(UPPER_LIMIT) ? [point.value === undefined ? "-" : percentText(point.value)] : []),
    point.breaching ? "breaching" : point.value === undefined ? "no data point" : "",
  ];
  const breaching = older.filter((point) => point.breaching).length;
  const before =
    older.length === 0
      ? []
      : [`  (before these ${count(older.length, "older one")}, ${String(breaching)} breaching)`];
  return [
    `Alarm ${alarm.name}: ${conditionText(alarm)}`,
    `Its data points at ${atText(at, start)}:`,
    ...before,
    ...table([header, ...shown.map(row)]),
  ];
}
