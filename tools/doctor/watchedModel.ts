import { TOTAL } from "../../components/cloudwatch/expressions";
import type { Declared, DeclaredAlarm } from "../program/declared";
import { onlyModel } from "../program/model";
import { type MetricStat, queriesOf } from "../simulator/metricAlarm";
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
 * A model's rate alarm and the filters that feed it.
 * @returns undefined where the program declares no such alarm for the model, or not its filters
 */
export function watchedModel(declared: Declared, name: string): WatchedModel | undefined {
  const { byKind, valid, total } = onlyModel(declared, name);
  const rateAlarm = byKind.get("rate");
  if (rateAlarm === undefined || valid === undefined || total === undefined) return undefined;
  const totalMetric = queriesOf(rateAlarm).find(({ id }) => id === TOTAL)?.metric;
  if (totalMetric === undefined) return undefined;
  const { stack, region } = declared;
  const hasSilenceAlarm = byKind.has("silence");
  return { model: name, stack, region, rateAlarm, total, valid, totalMetric, hasSilenceAlarm };
}
