import type { AlarmPlan } from "../simulator/alarmPlan";
import { breaches } from "../simulator/alarmState";
import { compileMetricMath } from "../simulator/metricMath";

/** What an alarm works out of two sums. */
export interface Ratio {
  readonly validId: string;
  readonly totalId: string;
  /** 100 for percent, 1 for a fraction. */
  readonly whole: number;
  /** Whether it is the share that is not valid. */
  readonly isInvalid: boolean;
  /** The least total of which it is the ratio. */
  readonly least: number;
  /** What a smaller total gives; NaN where it gives no data point. */
  readonly below: number;
}

/** More than any total that an expression would name. */
const MANY = 2e9;

/**
 * The ratio that an alarm compares. It is found by trying what the expressions work out, whatever their form:
 * `100 * (m1 / m2)`, `1 - e1`, `IF(m2 > 20, m1 * 100 / m2)`.
 * @returns undefined where the alarm compares anything else
 */
export function ratioOf(plan: AlarmPlan): Ratio | undefined {
  const [one, other, ...more] = plan.metrics;
  if (!one || !other || more.length > 0) return undefined;
  if (one.statistic !== "Sum" || other.statistic !== "Sum") return undefined;
  const evaluate = evaluatorOf(plan);
  if (evaluate === undefined) return undefined;
  const orders = [[one.id, other.id] as const, [other.id, one.id] as const];
  for (const [validId, totalId] of orders) {
    const at = (valid: number, total: number) => evaluate({ [validId]: valid, [totalId]: total });
    const [none, all] = [at(0, MANY), at(MANY, MANY)];
    const [whole, isInvalid] = [Math.max(none, all), none > all];
    const isRatio = (total: number): boolean =>
      [0, 1 / 3, 7 / 8, 1].every((share) => {
        const valid = Math.round(total * share);
        const expected = (whole * (isInvalid ? total - valid : valid)) / total;
        return Math.abs(at(valid, total) - expected) <= 1e-9 * whole;
      });
    if ((whole !== 1 && whole !== 100) || !isRatio(MANY) || !isRatio(MANY - 1)) continue;
    let [low, least] = [0, MANY];
    while (least - low > 1) {
      const middle = Math.floor((low + least) / 2);
      if (isRatio(middle)) least = middle;
      else low = middle;
    }
    return { validId, totalId, whole, isInvalid, least, below: at(low, low) };
  }
  return undefined;
}

/** Whether an alarm of one sum fires when, and only when, it has been 0 or missing for all of its periods. */
export function isOnSilence(plan: AlarmPlan): boolean {
  const { rule, metrics } = plan;
  const [metric, ...others] = metrics;
  const evaluate = evaluatorOf(plan);
  if (!metric || others.length > 0 || metric.statistic !== "Sum" || !evaluate) return false;
  const fires = (value: number): boolean =>
    breaches(rule.comparisonOperator, evaluate({ [metric.id]: value }), rule.threshold);
  const takesAll = rule.datapointsToAlarm === rule.evaluationPeriods;
  return takesAll && rule.treatMissingData === "breaching" && fires(0) && !fires(1);
}

/** What an alarm compares, by the values of its metrics; undefined where a data point depends on others. */
function evaluatorOf(
  plan: AlarmPlan,
): ((values: Readonly<Record<string, number>>) => number) | undefined {
  const ids = plan.metrics.map(({ id }) => id);
  const steps: ((row: ArrayLike<number>) => number)[] = [];
  for (const { id, expression } of plan.expressions) {
    const { pointwise } = compileMetricMath(expression, ids, plan.periodMinutes * 60);
    if (pointwise === undefined) return undefined;
    steps.push(pointwise);
    ids.push(id);
  }
  const watched = ids.indexOf(plan.watched);
  return (values) => {
    const row = plan.metrics.map(({ id }) => values[id] ?? NaN);
    // Each sees what was worked out before it, and last the time.
    for (const step of steps) row.push(step([...row, 0]));
    return row[watched] ?? NaN;
  };
}
