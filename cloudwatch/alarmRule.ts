import type { AlarmRule, ComparisonOperator, TreatMissingData } from "./alarmState";
import { ALARM_ACTIONS, ALARM_NAME_LENGTH } from "./limits";
import type { MetricAlarm } from "./metricAlarm";

const OPERATORS: readonly ComparisonOperator[] = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
];

const TREATMENTS: readonly TreatMissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/**
 * The rule an alarm decides by, with AWS's defaults filled in; undefined when a problem was found. Problems with the
 * alarm's plain fields (PutMetricAlarm) are added to the list.
 */
export function alarmRule(alarm: MetricAlarm, problems: string[]): AlarmRule | undefined {
  const before = problems.length;
  if (alarm.name.length < 1 || alarm.name.length > ALARM_NAME_LENGTH) {
    problems.push(`its name must have 1 to ${String(ALARM_NAME_LENGTH)} characters`);
  }
  checkActions(alarm, problems);
  const { evaluationPeriods, datapointsToAlarm = evaluationPeriods, threshold } = alarm;
  if (!isCount(evaluationPeriods)) {
    problems.push(`evaluationPeriods must be 1 or more, found ${String(evaluationPeriods)}`);
  }
  if (!isCount(datapointsToAlarm)) {
    problems.push(`datapointsToAlarm must be 1 or more, found ${String(datapointsToAlarm)}`);
  } else if (datapointsToAlarm > evaluationPeriods) {
    problems.push(
      `datapointsToAlarm is ${String(datapointsToAlarm)}, more than the ${String(evaluationPeriods)} evaluationPeriods`,
    );
  }
  if (!Number.isFinite(threshold)) problems.push(`threshold is ${String(threshold)}, not a number`);
  const comparisonOperator = OPERATORS.find((name) => name === alarm.comparisonOperator);
  if (!comparisonOperator) {
    const found = alarm.comparisonOperator;
    problems.push(`comparisonOperator ${found} is not one of ${OPERATORS.join(", ")}`);
  }
  const treatment = alarm.treatMissingData ?? "missing";
  const treatMissingData = TREATMENTS.find((name) => name === treatment);
  if (!treatMissingData) {
    problems.push(`treatMissingData ${treatment} is not one of ${TREATMENTS.join(", ")}`);
  }
  if (problems.length > before || !comparisonOperator || !treatMissingData) return undefined;
  return { evaluationPeriods, datapointsToAlarm, comparisonOperator, threshold, treatMissingData };
}

function checkActions(alarm: MetricAlarm, problems: string[]): void {
  for (const list of ["alarmActions", "okActions", "insufficientDataActions"] as const) {
    const found = alarm[list]?.length ?? 0;
    if (found > ALARM_ACTIONS) {
      problems.push(`${list} has ${String(found)} entries, at most ${String(ALARM_ACTIONS)}`);
    }
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
