import { metricKey, queriesOf } from "../../cloudwatch/metricAlarm";
import { RATE } from "../../cloudwatch/rateExpression";
import type { Declared, DeclaredAlarm } from "../declared";
import type { AlarmKind } from "./alarmTest";

/** What a stack declares, cut down to one model. */
export interface DeclaredModel extends Declared {
  /** The model's alarms by kind. */
  readonly byKind: ReadonlyMap<AlarmKind, DeclaredAlarm>;
}

/** The models that a stack watches, in order. */
export function modelsOf({ alarms }: Declared): string[] {
  return [...new Set(alarms.map(({ model }) => model))].sort();
}

/** What is declared for one model: its alarms, and the filters of the metrics that they look at. */
export function declaredModel(declared: Declared, model: string): DeclaredModel {
  const alarms = declared.alarms.filter((alarm) => alarm.model === model);
  const keys = new Set(
    alarms.flatMap(queriesOf).flatMap(({ metric }) => (metric ? [metricKey(metric)] : [])),
  );
  const filters = declared.filters.filter(({ metricNamespace: namespace, metricName }) =>
    keys.has(metricKey({ namespace, metricName })),
  );
  const byKind = new Map(alarms.map((alarm) => [kindOf(alarm), alarm]));
  return { ...declared, alarms, filters, byKind };
}

/** The rate alarm is the one that looks at a rate. */
export function kindOf(alarm: DeclaredAlarm): AlarmKind {
  return queriesOf(alarm).some(({ id }) => id === RATE) ? "rate" : "silence";
}
