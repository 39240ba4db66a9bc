import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import {
  rateQueries,
  SILENCE_EXPRESSION,
  silenceWindow,
  TOTAL,
  VALID,
} from "./cloudwatch/expressions";
import type { ModelNames } from "./settings/names";
import type { ModelSettings, WarningSettings } from "./settings/settings";

/** Which metrics an alarm looks at. */
interface AlarmMetrics {
  readonly names: ModelNames;
  /** CloudWatch namespace. */
  readonly namespace: string;
}

/** A plain, known query of an alarm; the dashboard draws the same ones. */
export interface AlarmQuery {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly returnData: boolean;
  readonly metric?: {
    readonly namespace: string;
    readonly metricName: string;
    readonly period: number;
    readonly stat: "Sum";
  };
}

/** The alarm on a model's classification rate, without its description and actions. */
export function rateAlarmArgs(model: ModelSettings, metrics: AlarmMetrics): MetricAlarmArgs {
  return {
    name: metrics.names.rateAlarm,
    comparisonOperator: "LessThanOrEqualToThreshold",
    threshold: model.threshold,
    evaluationPeriods: model.datapoints.of,
    datapointsToAlarm: model.datapoints.toAlarm,
    treatMissingData: model.treatMissingData,
    metricQueries: rateAlarmQueries(model, metrics),
  };
}

/** The same earlier, at the warning's threshold and data points. */
export function warningAlarmArgs(
  model: ModelSettings,
  { threshold, datapoints }: WarningSettings,
  metrics: AlarmMetrics,
): MetricAlarmArgs {
  const rate = rateAlarmArgs({ ...model, threshold, datapoints }, metrics);
  return { ...rate, name: metrics.names.warningAlarm };
}

/**
 * The alarm that fires after `silence` seconds without a prediction. A metric with no data at all is
 * as silent as one of zeros, so missing data breaches.
 */
export function silenceAlarmArgs(silence: number, metrics: AlarmMetrics): MetricAlarmArgs {
  const { period, evaluationPeriods } = silenceWindow(silence);
  return {
    name: metrics.names.silenceAlarm,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    evaluationPeriods,
    datapointsToAlarm: evaluationPeriods,
    treatMissingData: "breaching",
    metricQueries: [
      sum(TOTAL, metrics.names.totalPredictions, metrics.namespace, period),
      { id: "predictions", expression: SILENCE_EXPRESSION, label: "predictions", returnData: true },
    ],
  };
}

/** The queries of a rate alarm: both sums and the expressions over them, in a fixed order. */
export function rateAlarmQueries(
  model: ModelSettings,
  { names, namespace }: AlarmMetrics,
): AlarmQuery[] {
  return [
    sum(VALID, names.validPredictions, namespace, model.period),
    sum(TOTAL, names.totalPredictions, namespace, model.period),
    ...rateQueries(model),
  ];
}

function sum(id: string, metricName: string, namespace: string, period: number): AlarmQuery {
  return { id, returnData: false, metric: { namespace, metricName, period, stat: "Sum" } };
}
