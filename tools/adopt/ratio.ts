import { shareWithin } from "../../components/cloudwatch/expressions";
import type { AlarmPlan } from "../simulator/alarmPlan";
import { breaches } from "../simulator/alarmState";

/** What an alarm works out of two sums. */
export interface Ratio {
  readonly validId: string;
  readonly totalId: string;
  /** 100 for percent, 1 for a fraction. */
  readonly whole: number;
  /** Whether it is the share that is not valid. */
  readonly isInvalid: boolean;
  /** Percent, where it is the upper limit of the valid share's confidence interval instead. */
  readonly confidence: number | undefined;
  /** The least total of which it is that. */
  readonly least: number;
  /** What a smaller total gives; NaN where it gives no data point. */
  readonly below: number;
}

/** More than any total that an expression would name. */
const MANY = 2e9;

/**
 * The ratio that an alarm compares. It is found by trying what the expressions work out, whatever their form:
 * `100 * (m1 / m2)`, `1 - e1`, `IF(m2 > 20, m1 * 100 / m2)`, and Wilson's upper limit of any of them.
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
    const isInvalid = none > all;
    const whole = Math.max(none, all) > 10 ? 100 : 1;
    const share = (valid: number, total: number) =>
      isInvalid ? 1 - at(valid, total) / whole : at(valid, total) / whole;
    // The limit is where the share is z standard errors away, by its own: solved for z.
    const half = share(MANY / 2, MANY);
    const z = half > 0.5 ? (half - 0.5) / Math.sqrt((half * (1 - half)) / MANY) : 0;
    const isLimit = z > 0.01;
    const isRatio = (total: number): boolean =>
      [0, 1 / 3, 7 / 8, 1].every((part) => {
        const valid = Math.round(total * part);
        const rate = (100 * valid) / total;
        const expected = (isLimit ? wilsonInterval(rate, total, z)[1] : rate) / 100;
        return Math.abs(share(valid, total) - expected) <= (isLimit ? 1e-6 : 1e-9);
      });
    if (!isRatio(MANY) || !isRatio(MANY - 1)) continue;
    let [low, least] = [0, MANY];
    while (least - low > 1) {
      const middle = Math.floor((low + least) / 2);
      if (isRatio(middle)) least = middle;
      else low = middle;
    }
    const confidence = isLimit ? Number((100 * shareWithin(z)).toFixed(3)) : undefined;
    return { validId, totalId, whole, isInvalid, confidence, least, below: at(low, low) };
  }
  return undefined;
}

/**
 * Where a rate of so many predictions lies, by Wilson's score interval.
 * @param rate percent
 * @param z standard errors: 1.96 for 95 % confidence
 * @returns percent, both ends
 */
export function wilsonInterval(rate: number, predictions: number, z: number): [number, number] {
  const share = rate / 100;
  const middle = share + (z * z) / (2 * predictions);
  const half =
    z * Math.sqrt((share * (1 - share)) / predictions + (z * z) / (4 * predictions * predictions));
  const scale = 100 / (1 + (z * z) / predictions);
  return [Math.max(0, (middle - half) * scale), Math.min(100, (middle + half) * scale)];
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
    const { pointwise } = expression.compile(ids, plan.periodMinutes * 60);
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
