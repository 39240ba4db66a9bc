import type { MetricAlarm as ApiAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import {
  metricKey,
  queriesOf,
  type MetricAlarm,
  type MetricQuery,
  type MetricStat,
} from "../../cloudwatch/metricAlarm";

/**
 * How a live alarm differs from the declared one, each in a few words: `threshold is 85, declared 90`. Its description
 * does not matter, nor whether its actions are enabled, which is a finding of its own.
 */
export function alarmDifferences(live: ApiAlarm, declared: MetricAlarm): string[] {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = declared;
  return [
    ...differs("threshold", live.Threshold, declared.threshold),
    ...differs("comparison", live.ComparisonOperator, declared.comparisonOperator),
    ...differs("evaluation periods", live.EvaluationPeriods, evaluationPeriods),
    ...differs(
      "datapoints to alarm",
      live.DatapointsToAlarm ?? live.EvaluationPeriods,
      datapointsToAlarm ?? evaluationPeriods,
    ),
    ...differs("missing data", live.TreatMissingData ?? "missing", treatMissingData ?? "missing"),
    ...queryDifferences(liveQueries(live), queriesOf(declared)),
    ...actionDifferences("alarm action", live.AlarmActions, declared.alarmActions),
    ...actionDifferences("OK action", live.OKActions, declared.okActions),
    ...actionDifferences(
      "insufficient data action",
      live.InsufficientDataActions,
      declared.insufficientDataActions,
    ),
  ];
}

type Value = string | number | boolean | undefined;

function differs(what: string, live: Value, declared: Value): string[] {
  return live === declared ? [] : [`${what} is ${shown(live)}, declared ${shown(declared)}`];
}

function shown(value: Value): string {
  return value === undefined ? "not set" : String(value);
}

/** What a live alarm watches, in the form of declared ones: a single metric is the only query. */
function liveQueries(live: ApiAlarm): readonly MetricQuery[] {
  const { Metrics, MetricName: metricName, Namespace: namespace, Period, Dimensions } = live;
  if (Metrics !== undefined && Metrics.length > 0) return Metrics.map(liveQuery);
  if (metricName === undefined || namespace === undefined) return [];
  const stat = live.Statistic ?? live.ExtendedStatistic ?? "";
  return queriesOf({
    ...{ name: "", comparisonOperator: "", threshold: 0, evaluationPeriods: 0 },
    metric: { namespace, metricName, period: Period ?? 0, stat, dimensions: named(Dimensions) },
  });
}

function liveQuery(query: MetricDataQuery): MetricQuery {
  const { Id, Expression, MetricStat: stat, Label, ReturnData, Period } = query;
  return {
    id: Id ?? "",
    expression: Expression,
    label: Label,
    returnData: ReturnData,
    metric: stat && {
      namespace: stat.Metric?.Namespace ?? "",
      metricName: stat.Metric?.MetricName ?? "",
      dimensions: named(stat.Metric?.Dimensions),
      period: stat.Period ?? Period ?? 0,
      stat: stat.Stat ?? "",
    },
  };
}

function named(dimensions: ApiAlarm["Dimensions"] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name = "", Value = "" }) => [Name, Value]));
}

function queryDifferences(
  live: readonly MetricQuery[],
  declared: readonly MetricQuery[],
): string[] {
  const ids = new Set(declared.map(({ id }) => id));
  return [
    ...declared.flatMap((query) => {
      const found = live.find(({ id }) => id === query.id);
      return found === undefined
        ? [`query ${query.id} is missing`]
        : queryDifference(found, query).map((text) => `query ${query.id}: ${text}`);
    }),
    ...live.flatMap(({ id }) => (ids.has(id) ? [] : [`query ${id} is not declared`])),
  ];
}

function queryDifference(live: MetricQuery, declared: MetricQuery): string[] {
  return [
    ...differs("expression", live.expression, declared.expression),
    ...(declared.label === undefined ? [] : differs("label", live.label, declared.label)),
    ...differs("return data", live.returnData ?? true, declared.returnData ?? true),
    ...metricDifferences(live.metric, declared.metric),
  ];
}

function metricDifferences(
  live: MetricStat | undefined,
  declared: MetricStat | undefined,
): string[] {
  if (live === undefined || declared === undefined) {
    return differs("metric", live && metricText(live), declared && metricText(declared));
  }
  return [
    ...(metricKey(live) === metricKey(declared)
      ? []
      : differs("metric", metricText(live), metricText(declared))),
    ...differs("period", live.period, declared.period),
    ...differs("statistic", live.stat, declared.stat),
  ];
}

function metricText({ namespace, metricName, dimensions = {} }: MetricStat): string {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  const suffix = pairs.length === 0 ? "" : ` {${pairs.sort().join(", ")}}`;
  return `${namespace}/${metricName}${suffix}`;
}

/** The order of actions does not matter. */
function actionDifferences(
  what: string,
  live: readonly string[] = [],
  declared: readonly string[] = [],
): string[] {
  return [
    ...declared.flatMap((arn) => (live.includes(arn) ? [] : [`${what} ${arn} is missing`])),
    ...live.flatMap((arn) => (declared.includes(arn) ? [] : [`${what} ${arn} is not declared`])),
  ];
}
