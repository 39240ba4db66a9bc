import { queriesOf, type MetricAlarm } from "../../../cloudwatch/metricAlarm";
import { conditionText } from "../words";

/** Seconds of a period where an alarm does not say: CloudWatch's shortest. */
const SHORTEST = 60;

/** What an alarm watches, by its label, or else by the metric's own name or the query's id. */
export function watchedName(alarm: MetricAlarm): string {
  const watched = queriesOf(alarm).find(({ returnData = true }) => returnData);
  return watched?.label ?? watched?.metric?.metricName ?? watched?.id ?? "value";
}

/** ` %` where an alarm's expressions say that its value is a percentage, else nothing: CloudWatch keeps no unit. */
export function unitOf(alarm: MetricAlarm): string {
  const expressions = queriesOf(alarm).map(({ expression }) => expression ?? "");
  const isRate = /rate|percent|%/i.test(watchedName(alarm));
  return isRate && expressions.some((text) => /\b100\b/.test(text)) ? " %" : "";
}

/** When an alarm fires: `at or below 90 % in 3 of 5 periods of 1 hour`. */
export function firesWhen(alarm: MetricAlarm): string {
  const threshold = String(alarm.threshold);
  return conditionText(alarm).replace(` ${threshold} in `, ` ${threshold}${unitOf(alarm)} in `);
}

/** Minutes that one data point covers. */
export function periodMinutes(alarm: MetricAlarm): number {
  const period = queriesOf(alarm).find(({ metric }) => metric)?.metric?.period;
  return Math.max(SHORTEST, period ?? SHORTEST) / 60;
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
