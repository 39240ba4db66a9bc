/** The state of a metric alarm (AWS user guide, alarm-evaluation). */
export type AlarmState = (typeof ALARM_STATES)[number];

export const ALARM_STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;

/** How an alarm treats missing data points (alarms-and-missing-data); AWS's default is `missing`. */
export const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;

export type TreatMissingData = (typeof TREATMENTS)[number];

/** How a data point is compared with the threshold (PutMetricAlarm), as AWS's texts say it, and when it breaches. */
export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: {
    words: "greater than or equal to",
    breaches: (value, threshold) => value >= threshold,
  },
  GreaterThanThreshold: {
    words: "greater than",
    breaches: (value, threshold) => value > threshold,
  },
  LessThanThreshold: { words: "less than", breaches: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: "less than or equal to",
    breaches: (value, threshold) => value <= threshold,
  },
} satisfies Record<string, Comparison>;

interface Comparison {
  readonly words: string;
  readonly breaches: (value: number, threshold: number) => boolean;
}

export type ComparisonOperator = keyof typeof COMPARISONS;

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
  return COMPARISONS[operator].breaches(value, threshold);
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
