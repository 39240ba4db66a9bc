import { MINUTE } from "../time";
import { type AlarmRule, type AlarmState, COMPARISONS, type TreatMissingData } from "./alarmState";
import { javaDouble } from "./decimal";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

function iso(minute: number): string {
  return new Date(minute * MINUTE).toISOString();
}

/** As data points are dated in a state reason: `27/09/21 01:36:00` (day/month/year, UTC). */
function reasonDate(minute: number): string {
  const [date, time] = [iso(minute).slice(2, 10), iso(minute).slice(11, 19)];
  return `${date.split("-").reverse().join("/")} ${time}`;
}

/** As in an alarm's e-mail: `Monday 27 September, 2021 01:36:00 UTC`. */
export function mailDate(minute: number): string {
  const date = new Date(minute * MINUTE);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const weekday = WEEKDAYS[date.getUTCDay()] ?? "";
  const month = MONTHS[date.getUTCMonth()] ?? "";
  return `${weekday} ${day} ${month}, ${date.getUTCFullYear()} ${iso(minute).slice(11, 19)} UTC`;
}

/** A real data point that took part in a decision. */
interface EvaluatedPoint {
  /** The minute its period starts, in whole minutes since 1970 (UTC): AWS dates a data point by its start. */
  readonly start: number;
  readonly value: number;
  readonly breaching: boolean;
}

/** What a state reason tells about. */
export interface Decision {
  readonly state: AlarmState;
  readonly rule: AlarmRule;
  /** Whether the alarm sets DatapointsToAlarm: else its reasons speak of the data points that decided only. */
  readonly setsDatapointsToAlarm: boolean;
  /** The real data points that decided, oldest first. What is missing to N is stood for by `treatMissingData`. */
  readonly evaluated: readonly EvaluatedPoint[];
}

/** From this many data points on, AWS's text lists only the newest, in a sentence of their own. */
const LISTED_DATAPOINTS = 5;

const TREATED_AS: Readonly<Partial<Record<TreatMissingData, string>>> = {
  breaching: "Breaching",
  notBreaching: "NonBreaching",
};

/**
 * Why an alarm changed its state, in AWS's words as found in e-mails and histories people published; AWS does not
 * specify them. Taken from those: the sentences with real data points, without any, and with both; and those of alarms that
 * do not set DatapointsToAlarm.
 *
 * Assumptions: what stands in a list of five or more points that did not cross, and leaving out how missing points were
 * treated when that is `missing` or `ignore`.
 */
export function stateReason(decision: Decision): string {
  const { state, rule, evaluated, setsDatapointsToAlarm } = decision;
  const n = rule.evaluationPeriods;
  if (state === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${count(n, "datapoint")} ${wereOf(n)} unknown.`;
  }
  const alarm = state === "ALARM";
  const decisive = evaluated.filter(({ breaching }) => breaching === alarm).reverse();
  const treated = treatedAs(n - evaluated.length, rule.treatMissingData);
  if (decisive.length === 0) {
    const received =
      evaluated.length === 0 ? "no datapoints" : count(evaluated.length, "datapoint");
    const were = evaluated.length === 1 ? "was" : "were";
    return `Threshold Crossed: ${received} ${were} received for ${count(n, "period")}${treated}.`;
  }
  const minimum = alarm ? rule.datapointsToAlarm : n - rule.datapointsToAlarm + 1;
  const change = alarm ? "OK -> ALARM" : "ALARM -> OK";
  // With fewer points than the minimum, missing ones or their age decided, and the sentence would contradict itself.
  const needed =
    !setsDatapointsToAlarm || decisive.length < minimum
      ? ""
      : ` (minimum ${count(minimum, "datapoint")} for ${change} transition)`;
  const compared = `${alarm ? "" : "not "}${COMPARISONS[rule.comparisonOperator].words}`;
  const were = `${wereOf(decisive.length)} ${compared} the threshold (${javaDouble(rule.threshold)})`;
  const those = setsDatapointsToAlarm
    ? `${decisive.length} out of the last ${n} datapoints`
    : count(decisive.length, "datapoint");
  const out = `Threshold Crossed: ${those}`;
  const listed = decisive
    .slice(0, LISTED_DATAPOINTS)
    .map(({ value, start }) => `${javaDouble(value)} (${reasonDate(start)})`)
    .join(", ");
  if (decisive.length < LISTED_DATAPOINTS) return `${out} [${listed}] ${were}${treated}${needed}.`;
  const which = alarm ? "crossed" : "did not cross";
  return `${out} ${were}${treated}. The most recent datapoints which ${which} the threshold: [${listed}]${needed}.`;
}

function treatedAs(missing: number, treatment: TreatMissingData): string {
  const name = TREATED_AS[treatment];
  if (missing === 0 || name === undefined) return "";
  return ` and ${count(missing, "missing datapoint")} ${wereOf(missing)} treated as [${name}]`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function wereOf(n: number): string {
  return n === 1 ? "was" : "were";
}
