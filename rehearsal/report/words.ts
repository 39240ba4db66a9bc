import { queriesOf, type MetricAlarm } from "../../cloudwatch/metricAlarm";
import { datapointsText } from "../../config/datapoints";
import { durationText } from "../../config/duration";

const COMPARISONS: Readonly<Record<string, string>> = {
  LessThanOrEqualToThreshold: "at or below",
  LessThanThreshold: "below",
  GreaterThanOrEqualToThreshold: "at or above",
  GreaterThanThreshold: "above",
};

/** When an alarm fires: `at or below 90 in 3 of 5 periods of 1 hour`. */
export function conditionText(alarm: MetricAlarm): string {
  const { comparisonOperator, threshold, evaluationPeriods: of } = alarm;
  const toAlarm = alarm.datapointsToAlarm ?? of;
  const comparison = COMPARISONS[comparisonOperator] ?? comparisonOperator;
  const period = queriesOf(alarm).find(({ metric }) => metric !== undefined)?.metric?.period ?? 0;
  return `${comparison} ${String(threshold)} in ${datapointsText({ toAlarm, of })} periods of ${durationText(period)}`;
}

/** A length of time: `2 d 20 h`, `15 min`. @param minutes whole minutes */
export function minutesText(minutes: number): string {
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
  ] as const;
  const shown = parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${String(amount)} ${unit}`);
  return shown.length === 0 ? "0 min" : shown.join(" ");
}

/** A whole number with its noun: `1 mail`, `12,345 mails`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString("en-US")} ${noun}${amount === 1 ? "" : "s"}`;
}

/** A minute since 1970 as people read it: `2026-03-09 21:00`, in UTC. */
export function minuteText(minute: number): string {
  return new Date(minute * 60_000).toISOString().slice(0, 16).replace("T", " ");
}
