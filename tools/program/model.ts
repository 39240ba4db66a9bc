import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { InputError } from "../inputError";
import { type MetricIdentity, metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import type { Declared, DeclaredAlarm } from "./declared";

/** A model's alarms: on its rate, and on hearing nothing of it. */
export const ALARM_KINDS = ["rate", "silence"] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/** A model with what is declared for it: the one answer to which alarms, filters and log group are whose. */
export interface Model {
  readonly name: string;
  /** In the order of their names. */
  readonly alarms: readonly DeclaredAlarm[];
  readonly byKind: ReadonlyMap<AlarmKind, DeclaredAlarm>;
  /** The metric filters whose metrics its alarms read. */
  readonly filters: readonly MetricFilter[];
  /** The filters that count its valid predictions, and all of them; undefined where not exactly one does. */
  readonly valid: MetricFilter | undefined;
  readonly total: MetricFilter | undefined;
  /** The log groups of its filters. */
  readonly logGroups: readonly string[];
}

/** The models that are declared, in the order of their names. */
export function modelsOf(declared: Declared): Model[] {
  const names = new Set(declared.alarms.map(({ model }) => model));
  return [...names].sort().map((name) => modelIn(declared, name));
}

/**
 * A model by its name.
 * @throws InputError where none of that name is declared
 */
export function modelNamed(declared: Declared, name: string): Model {
  const model = modelIn(declared, name);
  if (model.alarms.length > 0) return model;
  const known = modelsOf(declared).map((one) => one.name);
  throw new InputError(`expected one of the models ${known.join(", ")}, found --model ${name}`);
}

/**
 * The alarm of a kind.
 * @throws InputError where the model has none
 */
export function alarmOf({ name, byKind }: Model, kind: AlarmKind): DeclaredAlarm {
  const alarm = byKind.get(kind);
  if (alarm !== undefined) return alarm;
  throw new InputError(
    kind === "rate"
      ? `model ${name} has no alarm on a classification rate (${VALID} and ${TOTAL} predictions)`
      : `model ${name} has no ${kind} alarm: set \`${kind}\` for it in the stack's file`,
  );
}

/** What kind of alarm it is, by its name: `<project>-<stack>-<model>` or, behind that, `-silence`. */
export function kindOf({ name, model }: Pick<DeclaredAlarm, "name" | "model">): AlarmKind {
  return name.endsWith(`-${model}-silence`) ? "silence" : "rate";
}

/** What is declared, cut down to one model. */
export type DeclaredModel = Declared & Model;

/** What is declared for one model; without alarms where it is not declared. */
export function onlyModel(declared: Declared, name: string): DeclaredModel {
  return { ...declared, ...modelIn(declared, name) };
}

/** The metric that a filter counts into. */
export function countedMetric(filter: MetricFilter): MetricIdentity {
  return { namespace: filter.metricNamespace, metricName: filter.metricName };
}

function modelIn(declared: Declared, name: string): Model {
  const alarms = declared.alarms.filter((alarm) => alarm.model === name);
  const metrics = alarms.flatMap(queriesOf);
  const keys = new Set(metrics.flatMap(({ metric }) => (metric ? [metricKey(metric)] : [])));
  const filters = declared.filters.filter((filter) => keys.has(metricKey(countedMetric(filter))));
  const counting = (id: string): MetricFilter | undefined => {
    const metric = metrics.find((query) => query.id === id)?.metric;
    const key = metric && metricKey(metric);
    const [filter, ...others] = filters.filter((one) => metricKey(countedMetric(one)) === key);
    return others.length === 0 ? filter : undefined;
  };
  return {
    name,
    alarms,
    byKind: new Map(alarms.map((alarm) => [kindOf(alarm), alarm])),
    filters,
    valid: counting(VALID),
    total: counting(TOTAL),
    logGroups: [...new Set(filters.map(({ logGroupName }) => logGroupName))],
  };
}
