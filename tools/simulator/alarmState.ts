/** The state of a metric alarm (AWS user guide, alarm-evaluation). */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** How an alarm treats missing data points (alarms-and-missing-data); AWS's default is `missing`. */
export type TreatMissingData = "missing" | "ignore" | "breaching" | "notBreaching";

/** How a data point is compared with the threshold; the point breaches when the comparison holds (PutMetricAlarm). */
export type ComparisonOperator =
  | "GreaterThanOrEqualToThreshold"
  | "GreaterThanThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** What an alarm needs to know to decide on its state from data points. */
export interface AlarmRule {
  /** N: how many data points are looked at. At least 1. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach for ALARM. From 1 to N. */
  readonly datapointsToAlarm: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly treatMissingData: TreatMissingData;
}

/** A decision on an alarm's state and what it rests on. */
interface AlarmDecision {
  readonly state: AlarmState;
  /** Positions of the real data points that decided, oldest first: the newest N in the range, or all if there are fewer. */
  readonly evaluated: readonly number[];
  /** How many of the deciding points breach. */
  readonly breaching: number;
  /** How many data points were missing to N, and so stood for by `treatMissingData`. */
  readonly missing: number;
}

/**
 * The state for a range that holds nothing but breaching points, all of them younger than M periods, when missing data
 * is treated as missing: `- - - - X` with M = 3.
 *
 * Assumption: AWS's page says only that it is not ALARM. Its tables of 2018 and 2019 printed INSUFFICIENT_DATA; of the
 * independent implementations most say OK.
 */
export const STATE_OF_FRESH_BREACHES: AlarmState = "OK";

/** Whether a data point breaches the threshold. A missing one (NaN) does not. */
export function breaches(operator: ComparisonOperator, value: number, threshold: number): boolean {
  switch (operator) {
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "GreaterThanThreshold":
      return value > threshold;
    case "LessThanThreshold":
      return value < threshold;
    case "LessThanOrEqualToThreshold":
      return value <= threshold;
  }
}

/**
 * Decides on the state of an alarm from the data points of its evaluation range, oldest first, NaN for missing
 * (AWS user guide, alarms-and-missing-data). It allocates nothing.
 *
 * - At least N real points: the newest N of them decide; `treatMissingData` plays no part.
 * - Fewer: all real points decide, and as many missing ones as needed to make N are treated as told.
 *
 * Under `missing` and `ignore` the guide adds a rule against premature alarms: a breaching point with nothing but
 * breaching or missing ones after it means ALARM only once it is M periods old. Its wording contradicts its tables;
 * assumed here, because it reproduces every cell of them: the rule applies when fewer than N points are real and none
 * of them is good, with the age counted over the whole evaluation range (so that `X - - - -` is ALARM), and `ignore`
 * then keeps the current state.
 */
export function nextAlarmState(
  points: ArrayLike<number>,
  rule: AlarmRule,
  current: AlarmState,
): AlarmState {
  const wanted = rule.evaluationPeriods;
  let bad = 0;
  let good = 0;
  let oldestBreach = 0;
  for (let age = 1; age <= points.length && bad + good < wanted; age++) {
    const value = points[points.length - age] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (breaches(rule.comparisonOperator, value, rule.threshold)) {
      bad++;
      oldestBreach = age;
    } else good++;
  }
  const missing = wanted - bad - good;
  const enough = rule.datapointsToAlarm;
  if (bad >= enough) return "ALARM";
  if (missing === 0) return "OK";
  switch (rule.treatMissingData) {
    case "breaching":
      return bad + missing >= enough ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return good === 0 ? current : "OK";
    case "missing":
      if (bad + good === 0) return "INSUFFICIENT_DATA";
      if (good > 0) return "OK";
      return oldestBreach >= enough ? "ALARM" : STATE_OF_FRESH_BREACHES;
  }
}

/** Like {@link nextAlarmState}, and tells what the decision rests on: for state changes, which are few. */
export function decideAlarmState(
  points: ArrayLike<number>,
  rule: AlarmRule,
  current: AlarmState,
): AlarmDecision {
  const evaluated: number[] = [];
  let breaching = 0;
  for (let at = points.length - 1; at >= 0 && evaluated.length < rule.evaluationPeriods; at--) {
    const value = points[at] ?? NaN;
    if (Number.isNaN(value)) continue;
    evaluated.unshift(at);
    if (breaches(rule.comparisonOperator, value, rule.threshold)) breaching++;
  }
  const state = nextAlarmState(points, rule, current);
  return { state, evaluated, breaching, missing: rule.evaluationPeriods - evaluated.length };
}
