import type { MetricFilter } from "../../cloudwatch/metricFilter";
import { metricKey, queriesOf } from "../../cloudwatch/metricAlarm";
import type { MinutePoint } from "../../cloudwatch/minuteSeries";
import { TOTAL, VALID } from "../../cloudwatch/rateExpression";
import type { FilterPoints } from "../rehearse";
import type { DeclaredModel } from "./modelAlarms";
import type { MinuteCount } from "./seriesCounts";

/**
 * The data points that a model's declared metric filters make of a series: each valid prediction adds
 * the filter's value to both metrics, each other one to the total alone, and a minute with log events
 * of which none matches gets the filter's default value.
 * @param start the series' first minute, since 1970 (UTC)
 */
export function seriesPoints(
  model: DeclaredModel,
  counts: readonly MinuteCount[],
  start: number,
): FilterPoints[] {
  const ids = new Map(
    model.alarms
      .flatMap(queriesOf)
      .flatMap(({ id, metric }) => (metric ? [[metricKey(metric), id] as const] : [])),
  );
  return model.filters.flatMap((filter) => {
    const { metricNamespace: namespace, metricName } = filter;
    const id = ids.get(metricKey({ namespace, metricName }));
    if (id !== VALID && id !== TOTAL) return [];
    const points = counts.flatMap(({ minute, total, valid }) =>
      pointOf(filter, start + minute, id === VALID ? valid : total),
    );
    return [{ namespace, metricName, points }];
  });
}

/** The data point of a minute in which so many events matched. */
function pointOf(filter: MetricFilter, minute: number, matched: number): MinutePoint[] {
  if (matched === 0) {
    return filter.defaultValue === undefined ? [] : [{ minute, sum: filter.defaultValue }];
  }
  const value = Number(filter.metricValue);
  return [{ minute, sum: matched * value, count: matched, minimum: value, maximum: value }];
}
