import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { isSilenceAlarm } from "../program/model";
import {
  type MetricIdentity,
  metricKey,
  type MetricStat,
  queriesOf,
} from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";

/** How a model is watched, as its stack declares it. */
export interface WatchedModel {
  readonly model: string;
  readonly stack: string;
  readonly region: string;
  readonly rateAlarm: DeclaredAlarm;
  /** The filter that counts predictions. */
  readonly total: MetricFilter;
  /** The filter that counts valid predictions. */
  readonly valid: MetricFilter;
  /** What the rate alarm reads of the total. */
  readonly totalMetric: MetricStat;
  /** Whether the model has another alarm, for no predictions at all. */
  readonly hasSilenceAlarm: boolean;
}

/**
 * Finds a model's rate alarm by the ids of its queries, and by their metrics the filters that feed it.
 * @returns undefined where the program declares no such alarm for the model, or not its filters
 */
export function watchedModel(declared: Declared, model: string): WatchedModel | undefined {
  const alarms = declared.alarms.filter((alarm) => alarm.model === model);
  for (const rateAlarm of alarms) {
    const totalMetric = metricOf(rateAlarm, TOTAL);
    const total = totalMetric && feeding(declared, totalMetric);
    const validMetric = metricOf(rateAlarm, VALID);
    const valid = validMetric && feeding(declared, validMetric);
    if (totalMetric === undefined || total === undefined || valid === undefined) continue;
    const { stack, region } = declared;
    const hasSilenceAlarm = alarms.some(isSilenceAlarm);
    return { model, stack, region, rateAlarm, total, valid, totalMetric, hasSilenceAlarm };
  }
  return undefined;
}

/** The metric that a filter counts into. */
export function countedMetric(filter: MetricFilter): MetricIdentity {
  return { namespace: filter.metricNamespace, metricName: filter.metricName };
}

function metricOf(alarm: DeclaredAlarm, id: string): MetricStat | undefined {
  return queriesOf(alarm).find((query) => query.id === id)?.metric;
}

function feeding(declared: Declared, metric: MetricIdentity): MetricFilter | undefined {
  return declared.filters.find((filter) => metricKey(countedMetric(filter)) === metricKey(metric));
}
