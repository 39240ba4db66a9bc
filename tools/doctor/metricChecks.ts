import { durationText } from "../../components/settings/duration";
import type { AwsSession } from "../aws/awsSession";
import { metricFiltersOf } from "../aws/logCalls";
import { type DataMoment, newestData, type NewestData } from "../aws/metricCalls";
import { alarmOf, countedMetric } from "../program/model";
import { agoText } from "../time";
import { windowOf } from "./alarmChecks";
import { type About, type Check, failure, ok, warning } from "./check";
import { type EventEvidence, predictionsIn } from "./eventChecks";
import type { FilteredModel } from "./filterChecks";

/**
 * How long an event may be in the log group before its data point must be there, in milliseconds. Metric filters
 * report every minute (CloudWatch Logs User Guide, "Creating metrics from log events using filters") and CloudWatch
 * takes a minute or two to publish; AWS promises no time.
 */
const PUBLISHED_AFTER = 5 * 60_000;

/** What is known about a model's metric of all predictions. Moments are in milliseconds since 1970. */
export interface MetricEvidence {
  readonly data: NewestData;
  /** The newest log event of which AWS says that it is a prediction; undefined where none is known. */
  readonly newestEvent: number | undefined;
  /** The newest of those that CloudWatch has had the time to count. */
  readonly newestCountable: number | undefined;
  /** When the filter was created: it counts no earlier event. undefined where it is not known or does not matter. */
  readonly filterCreatedAt: number | undefined;
}

/**
 * Do a model's predictions arrive in its metric, and how old is the newest?
 * @param evidence what its log events say; undefined where that is not known
 * @throws AwsCallError
 */
export async function metricChecks(
  session: AwsSession,
  model: FilteredModel,
  evidence: EventEvidence | undefined,
  now: Date,
): Promise<Check[]> {
  const data = await newestData(session, countedMetric(model.total), now);
  const events = predictionTimes(evidence);
  const known = {
    data,
    newestEvent: events[0],
    newestCountable: events.find((timestamp) => timestamp <= now.getTime() - PUBLISHED_AFTER),
    filterCreatedAt: undefined,
  };
  if (!isUncounted(known)) return [judgeMetric(model, known, now)];
  const { name, logGroupName } = model.total;
  const filters = await metricFiltersOf(session, logGroupName);
  const filterCreatedAt = filters.find((filter) => filter.name === name)?.createdAt;
  return [judgeMetric(model, { ...known, filterCreatedAt }, now)];
}

/** Newest first. */
function predictionTimes(evidence: EventEvidence | undefined): number[] {
  if (evidence === undefined) return [];
  const { newest, mentioning } = evidence;
  return [newest, ...(mentioning === undefined ? [] : [mentioning])].flatMap((sample) =>
    predictionsIn(sample).map(({ timestamp }) => timestamp),
  );
}

/** Is there a prediction in the log group that should have been counted by now, and is not? */
function isUncounted({ data: { positive }, newestCountable }: MetricEvidence): boolean {
  if (newestCountable === undefined) return false;
  return positive === undefined || newestCountable > endOf(positive) + PUBLISHED_AFTER;
}

/** Is there a prediction in the log group that CloudWatch need not have counted yet? */
function isOnItsWay({ data: { positive }, newestEvent = -Infinity }: MetricEvidence, now: Date) {
  const isNew = newestEvent > now.getTime() - PUBLISHED_AFTER;
  return isNew && (positive === undefined || newestEvent > endOf(positive));
}

/** How the metric looks, and whether the alarm has something to evaluate. */
export function judgeMetric(model: FilteredModel, evidence: MetricEvidence, now: Date): Check {
  const { namespace, metricName } = countedMetric(model.total);
  const about = { model: model.name, what: "metric", subject: `${namespace} ${metricName}` };
  if (isUncounted(evidence)) return uncounted(about, model, evidence, now);
  const { positive, point } = evidence.data;
  const window = windowOf(alarmOf(model, "rate"));
  const counted = countedText(positive, now);
  if (positive !== undefined && endOf(positive) > now.getTime() - window * 1000) {
    return ok(about, counted);
  }
  const zero =
    positive === undefined && point !== undefined
      ? ` (newest data point: 0, ${agoText(point.at, now)})`
      : "";
  return warning(
    about,
    `${counted}${zero}; the alarm looks at the last ${durationText(window)}`,
    isOnItsWay(evidence, now)
      ? "There are predictions in the log group that are a few minutes old at most. Run this again in five minutes."
      : nothingToEvaluate(model),
  );
}

function nothingToEvaluate(model: FilteredModel): string {
  return [
    `Until predictions come, the rate alarm ${withoutData(alarmOf(model, "rate").treatMissingData)}, whatever the model does.`,
    "If it should be predicting, look at whether it runs, and at the findings about its log group, filters and log events.",
    ...(model.byKind.has("silence")
      ? []
      : ["`silence` in the stack file adds an alarm for no predictions at all."]),
  ].join(" ");
}

function uncounted(
  about: About,
  { total }: FilteredModel,
  { data, newestCountable = NaN, filterCreatedAt }: MetricEvidence,
  now: Date,
): Check {
  const counted = countedText(data.positive, now);
  const logged = `the log group has a prediction from ${agoText(newestCountable, now)}`;
  if (filterCreatedAt !== undefined && filterCreatedAt >= newestCountable) {
    return warning(
      about,
      `${counted}; ${logged}, but the metric filter was created only ${agoText(filterCreatedAt, now)}`,
      "A metric filter counts only events that come after it was created. Wait for the next prediction, or have the " +
        "model make one, and run this again five minutes later.",
    );
  }
  return failure(
    about,
    `${counted}, though ${logged}`,
    "Predictions are logged but not counted. Put right what the findings about the metric filters say. If they are " +
      `as declared, they may have been changed a moment ago: run this again in five minutes, and then look at the ` +
      `filter ${total.name} in the console (Log groups, Metric filters).`,
  );
}

function countedText(positive: DataMoment | undefined, now: Date): string {
  return positive === undefined
    ? "no prediction was ever counted"
    : `newest prediction counted ${agoText(positive.at, now)}`;
}

/** What an alarm does without data (CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data"). */
function withoutData(treatMissingData = "missing"): string {
  const known: Readonly<Record<string, string>> = {
    notBreaching: "stays OK",
    breaching: "is in ALARM",
    ignore: "keeps the state that it has",
  };
  return known[treatMissingData] ?? "has the state INSUFFICIENT_DATA";
}

/** The end of a data point's period: a prediction in it may be as new. */
function endOf({ at, period }: DataMoment): number {
  return at + period * 1000;
}
