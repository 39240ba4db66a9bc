import type { MetricAlarm as ApiAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { MetricFilter as ApiFilter } from "@aws-sdk/client-cloudwatch-logs";
import {
  type MetricAlarm,
  type MetricQuery,
  queriesOf,
} from "../../../../tools/simulator/metricAlarm";
import type { MetricFilter } from "../../../../tools/simulator/metricFilter";

/** A declared metric filter as DescribeMetricFilters shows it and PutMetricFilter takes it. */
export function apiFilter(filter: MetricFilter) {
  const { metricName, metricNamespace, metricValue, defaultValue } = filter;
  return {
    filterName: filter.name,
    filterPattern: filter.pattern,
    logGroupName: filter.logGroupName,
    metricTransformations: [
      {
        ...{ metricName, metricNamespace, metricValue },
        ...(defaultValue !== undefined && { defaultValue }),
      },
    ],
  } satisfies ApiFilter;
}

/** A declared alarm as PutMetricAlarm takes it; DescribeAlarms shows the same and more. */
export function apiAlarm(alarm: MetricAlarm) {
  const { description, datapointsToAlarm, treatMissingData } = alarm;
  return {
    AlarmName: alarm.name,
    ...(description !== undefined && { AlarmDescription: description }),
    ActionsEnabled: alarm.actionsEnabled ?? true,
    AlarmActions: [...(alarm.alarmActions ?? [])],
    OKActions: [...(alarm.okActions ?? [])],
    InsufficientDataActions: [...(alarm.insufficientDataActions ?? [])],
    ComparisonOperator: operator(alarm.comparisonOperator),
    Threshold: alarm.threshold,
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
    ...(treatMissingData !== undefined && { TreatMissingData: treatMissingData }),
    Metrics: queriesOf(alarm).map(apiQuery),
  } satisfies ApiAlarm;
}

function apiQuery({ id, expression, metric, label, returnData }: MetricQuery): MetricDataQuery {
  return {
    Id: id,
    ReturnData: returnData ?? true,
    ...(label !== undefined && { Label: label }),
    ...(expression !== undefined && { Expression: expression }),
    ...(metric !== undefined && {
      MetricStat: {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.metricName,
          Dimensions: Object.entries(metric.dimensions ?? {}).map(([Name, Value]) => ({
            Name,
            Value,
          })),
        },
        Period: metric.period,
        Stat: metric.stat,
      },
    }),
  };
}

const OPERATORS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
] as const;

function operator(name: string): (typeof OPERATORS)[number] {
  const known = OPERATORS.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`no comparison operator: ${name}`);
  return known;
}
