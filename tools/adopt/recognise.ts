import { silenceWindow } from "../../components/cloudwatch/expressions";
import type { PredictionFields } from "../../components/cloudwatch/patterns";
import { grouped } from "../../components/lists";
import type { LiveFilter } from "../aws/logCalls";
import { predictionFieldsOf } from "../history/modelCounts";
import { InputError } from "../inputError";
import { filtersByMetric } from "../program/model";
import { type AlarmPlan, planAlarm } from "../simulator/alarmPlan";
import { breaches } from "../simulator/alarmState";
import { actionsEnabled, type MetricAlarm, metricKey, queriesOf } from "../simulator/metricAlarm";
import type { MetricFilter } from "../simulator/metricFilter";
import { isOnSilence, type Ratio, ratioOf } from "./ratio";

/** A metric filter, with what only live ones are known to have. */
type Filter = MetricFilter & Partial<Pick<LiveFilter, "fieldSelectionCriteria">>;

/** An alarm that compares a classification rate, whoever declared it and however its expressions are written. */
export interface Rate<F extends Filter = Filter> extends Ratio {
  readonly alarm: MetricAlarm;
  readonly plan: AlarmPlan;
  readonly valid: F;
  readonly total: F;
  /** What the filters count; undefined where no settings say so. */
  readonly fields: PredictionFields | undefined;
  /** Percent of the predictions. */
  readonly threshold: number;
  /** What no settings make as it is, in sentences. */
  readonly differences: readonly string[];
}

/** An alarm that fires when a filter has counted nothing. */
interface Silence {
  readonly alarm: MetricAlarm;
  readonly filter: Filter;
  readonly seconds: number;
}

/** A rate with the other alarms that a model of this program would have for it. */
export interface Recognised<F extends Filter = Filter> {
  readonly rate: Rate<F>;
  /** The same at a higher threshold. */
  readonly warning: Rate<F> | undefined;
  readonly silence: Silence | undefined;
}

/** Why something is not taken for a rate. */
export interface Refusal {
  readonly why: string;
  /** Whether it may well be one: then it is a finding, not merely another alarm. */
  readonly isFinding: boolean;
}

/** What was looked at and not taken. */
export interface LeftAlone extends Refusal {
  /** `alarm cpu`, `metric filter errors of /aws/lambda/churn`. */
  readonly what: string;
}

/** What alarms are, by what they compare. */
export interface Recognition<F extends Filter> {
  /** In the order of the alarms. */
  readonly models: readonly Recognised<F>[];
  readonly others: readonly (Refusal & { readonly alarm: MetricAlarm })[];
}

/** Finds the classification rates among alarms: two metric filters of one log group, and an alarm on the share of one. */
export function recognise<F extends Filter>(
  alarms: readonly MetricAlarm[],
  filters: readonly F[],
): Recognition<F> {
  const byMetric = filtersByMetric(filters);
  const silences = alarms.flatMap((alarm) => silenceOf(alarm, byMetric) ?? []);
  const rates: Rate<F>[] = [];
  const others: (Refusal & { alarm: MetricAlarm })[] = [];
  for (const alarm of alarms) {
    if (silences.some((silence) => silence.alarm === alarm)) continue;
    const rate = rateOf(alarm, byMetric);
    if ("why" in rate) others.push({ alarm, ...rate });
    else rates.push(rate);
  }
  const warnings = warningsOf(rates);
  const models = rates
    .filter((rate) => ![...warnings.values()].includes(rate))
    .map((rate) => ({
      rate,
      warning: warnings.get(rate),
      silence: silences.find(({ filter }) => filter === rate.total),
    }));
  const heard = new Set(models.map(({ silence }) => silence));
  for (const silence of silences) {
    if (heard.has(silence)) continue;
    const why =
      "it fires on silence, of no rate that is recognised or of one that has another such";
    others.push({ alarm: silence.alarm, why, isFinding: true });
  }
  return { models, others };
}

/** Rates that differ in nothing but threshold, data points and who is told: of each lowest one, the next is the warning. */
function warningsOf<F extends Filter>(rates: readonly Rate<F>[]): Map<Rate<F>, Rate<F>> {
  const alike = grouped(rates, ({ plan, valid, total, confidence, least, below, alarm }) => {
    const { treatMissingData } = plan.rule;
    const filters = [valid, total].map(({ logGroupName, name }) => [logGroupName, name]);
    const points = [plan.periodMinutes, confidence, least, String(below), treatMissingData];
    return JSON.stringify([filters, points, actionsEnabled(alarm)]);
  });
  const warnings = new Map<Rate<F>, Rate<F>>();
  for (const some of alike.values()) {
    const [lowest, next] = some.toSorted((a, b) => a.threshold - b.threshold);
    if (lowest && next && next.threshold > lowest.threshold) warnings.set(lowest, next);
  }
  return warnings;
}

type FiltersByMetric<F extends Filter> = ReadonlyMap<string, readonly F[]>;

function rateOf<F extends Filter>(
  alarm: MetricAlarm,
  byMetric: FiltersByMetric<F>,
): Rate<F> | Refusal {
  const metrics = queriesOf(alarm).flatMap(({ metric }) => metric ?? []);
  const isCounted = metrics.some((metric) => byMetric.has(metricKey(metric)));
  const refused = (why: string, isFinding = isCounted): Refusal => ({ why, isFinding });
  const plan = planOf(alarm);
  if ("why" in plan) return refused(plan.why);
  const ratio = ratioOf(plan);
  if (ratio === undefined) {
    return refused("it does not compare one sum, in percent or as a fraction, of another");
  }
  const counting = (id: string): readonly F[] => {
    const counted = plan.metrics.find((one) => one.id === id);
    return (counted && byMetric.get(metricKey(counted.metric))) ?? [];
  };
  const [[valid, ...validToo], [total, ...totalToo]] = [
    counting(ratio.validId),
    counting(ratio.totalId),
  ];
  if (!valid || !total) {
    const isCustom = metrics.some(({ namespace }) => !namespace.startsWith("AWS/"));
    return refused("no metric filter that was read counts into one of its metrics", isCustom);
  }
  if (validToo.length + totalToo.length > 0) {
    return refused("several metric filters count into one of its metrics");
  }
  const odd = [valid, total].flatMap((filter) => oddity(filter) ?? []);
  if (odd[0] !== undefined) return refused(odd[0]);
  if (valid.logGroupName !== total.logGroupName) {
    return refused(`its filters are of ${valid.logGroupName} and of ${total.logGroupName}`);
  }
  const { whole, isInvalid, least, below } = ratio;
  const { comparisonOperator: operator, threshold } = plan.rule;
  if (operator.startsWith("Less") === isInvalid) {
    return refused(`it fires when the rate is high, not low (${operator} ${threshold})`, true);
  }
  const percent = (100 * (isInvalid ? whole - threshold : threshold)) / whole;
  const few = least === 1 ? "without predictions" : `with fewer than ${least} predictions`;
  return {
    ...{ ...ratio, alarm, plan, valid, total },
    fields: predictionFieldsOf({ valid: valid.pattern, total: total.pattern }),
    // A fraction's percentage without what binary fractions add to it.
    threshold: Number(percent.toPrecision(12)),
    differences: [
      ...(operator.endsWith("OrEqualToThreshold")
        ? []
        : ["a rate of exactly the threshold did not fire; here it does"]),
      ...(Number.isNaN(below)
        ? []
        : [
            `a period ${few} was a ${breaches(operator, below, threshold) ? "bad" : "good"} one; here it has no data point (treatMissingData)`,
          ]),
    ],
  };
}

/** A filter as people name it. */
export function filterText({ name, logGroupName }: MetricFilter): string {
  return `metric filter ${name} of ${logGroupName}`;
}

/** What a filter does that no model's does. */
function oddity(filter: Filter): string | undefined {
  const { metricValue, defaultValue = 0, dimensions, fieldSelectionCriteria } = filter;
  const odd =
    Number(metricValue) !== 1
      ? `adds ${metricValue} for each event, not 1`
      : defaultValue !== 0
        ? `adds ${defaultValue} for other events`
        : dimensions !== undefined
          ? "has dimensions"
          : fieldSelectionCriteria !== undefined
            ? "selects events by where they come from"
            : undefined;
  return odd && `${filterText(filter)} ${odd}`;
}

function planOf(alarm: MetricAlarm): AlarmPlan | { readonly why: string } {
  try {
    return planAlarm(alarm);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { why: error.message.replace(`alarm ${alarm.name}: `, "") };
  }
}

function silenceOf(alarm: MetricAlarm, byMetric: FiltersByMetric<Filter>): Silence | undefined {
  const plan = planOf(alarm);
  if ("why" in plan || !isOnSilence(plan)) return undefined;
  const [metric] = plan.metrics;
  const [filter, ...others] = (metric && byMetric.get(metricKey(metric.metric))) ?? [];
  if (!filter || others.length > 0) return undefined;
  return { alarm, filter, seconds: silenceSeconds(plan) };
}

/** Seconds that an alarm looks back. */
export function windowOf({ periodMinutes, rule }: AlarmPlan): number {
  return periodMinutes * 60 * rule.evaluationPeriods;
}

/** The roundest silence of which this program makes the same alarm; where it makes none such, what the alarm waits for. */
function silenceSeconds(plan: AlarmPlan): number {
  const window = windowOf(plan);
  const rounded = [86_400, 3600, 1800, 600, 300, 60].map((unit) => window - (window % unit));
  const same = rounded.find((seconds) => {
    const { period, evaluationPeriods } = silenceWindow(seconds);
    const isSame = period === plan.periodMinutes * 60;
    return seconds > 0 && isSame && evaluationPeriods === plan.rule.evaluationPeriods;
  });
  return same ?? window;
}
