import { TOTAL, VALID } from "../../components/cloudwatch/expressions";
import { grouped } from "../../components/lists";
import { ALARM_KINDS, type AlarmKind } from "../../components/settings/names";
import { InputError } from "../inputError";
import { type MetricIdentity, metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import type { Declared, DeclaredAlarm } from "./declared";

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
  const filters = filtersByMetric(declared.filters);
  return [...grouped(declared.alarms, ({ model }) => model)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, alarms]) => modelFrom(name, alarms, filters));
}

/**
 * A model by its name.
 * @throws InputError where none is given, or none of that name is declared
 */
export function modelNamed(declared: Declared, name: string | undefined): Model {
  const model = name === undefined ? undefined : modelIn(declared, name);
  if (model !== undefined && model.alarms.length > 0) return model;
  const known = modelsOf(declared).map((one) => one.name);
  const found = name === undefined ? "no --model" : `--model ${name}`;
  throw new InputError(`expected one of the models ${known.join(", ")}, found ${found}`);
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

/** What kind of alarm it is, by its name: `<project>-<stack>-<model>` or, behind that, `-silence` or `-warning`. */
export function kindOf({ name, model }: Pick<DeclaredAlarm, "name" | "model">): AlarmKind {
  return ALARM_KINDS.find((kind) => name.endsWith(`-${model}-${kind}`)) ?? "rate";
}

/** What an alarm is on, in words: `churn`, `churn, silence`, `churn, warning`. */
export function subjectOf(alarm: DeclaredAlarm): string {
  const kind = kindOf(alarm);
  return kind === "rate" ? alarm.model : `${alarm.model}, ${kind}`;
}

/** What is declared, cut down to one model. */
export type DeclaredModel = Declared & Model;

/** What is declared for one model; without alarms where it is not declared. */
export function onlyModel(declared: Declared, name: string): DeclaredModel {
  return { ...declared, ...modelIn(declared, name) };
}

/** The metric that a filter counts into. */
export function countedMetric(filter: MetricFilter): MetricIdentity {
  const { metricNamespace: namespace, metricName, published: dimensions, region } = filter;
  return { namespace, metricName, ...(dimensions && { dimensions }), ...(region && { region }) };
}

/** Metric filters by the key of the metric that they count into: several may share one. */
export function filtersByMetric<Filter extends MetricFilter>(
  filters: readonly Filter[],
): ReadonlyMap<string, readonly Filter[]> {
  return grouped(filters, (filter) => metricKey(countedMetric(filter)));
}

function modelIn({ alarms, filters }: Declared, name: string): Model {
  const own = alarms.filter(({ model }) => model === name);
  return modelFrom(name, own, filtersByMetric(filters));
}

function modelFrom(
  name: string,
  alarms: readonly DeclaredAlarm[],
  byMetric: ReadonlyMap<string, readonly MetricFilter[]>,
): Model {
  const metrics = alarms.flatMap(queriesOf);
  const keys = new Set(metrics.flatMap(({ metric }) => (metric ? [metricKey(metric)] : [])));
  const filters = [...keys].flatMap((key) => byMetric.get(key) ?? []);
  const counting = (id: string): MetricFilter | undefined => {
    const metric = metrics.find((query) => query.id === id)?.metric;
    const [filter, ...others] = (metric && byMetric.get(metricKey(metric))) ?? [];
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
