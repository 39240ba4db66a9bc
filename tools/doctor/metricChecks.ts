import { durationText } from "../../components/settings/duration";
import type { LiveFilter } from "../aws/logCalls";
import type { DataMoment, NewestData } from "../aws/metricCalls";
import { alarmOf, countedMetric } from "../program/model";
import { agoText } from "../time";
import { windowOf } from "./alarmChecks";
import { type Check, failure, ok, warning } from "./check";
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
  /** The newest log events of which AWS says that they are predictions, newest first; undefined where not known. */
  readonly predictions: readonly number[] | undefined;
  /** The log group's metric filters; undefined where not known. */
  readonly filters: readonly LiveFilter[] | undefined;
}

/** Do a model's predictions arrive in its metric, how old is the newest, and has the alarm something to evaluate? */
export function judgeMetric(
  model: FilteredModel,
  { data: { positive, point }, predictions = [], filters = [] }: MetricEvidence,
  now: Date,
): Check {
  const { namespace, metricName } = countedMetric(model.total);
  const about = { model: model.name, what: "metric", subject: `${namespace} ${metricName}` };
  const counted = countedText(positive, now);
  const publishedUntil = now.getTime() - PUBLISHED_AFTER;
  const countedUntil = positive === undefined ? -Infinity : endOf(positive);
  // The newest that should have been counted by now.
  const due = predictions.find((timestamp) => timestamp <= publishedUntil);
  if (due !== undefined && due > countedUntil + PUBLISHED_AFTER) {
    const logged = `the log group has a prediction from ${agoText(due, now)}`;
    const { createdAt = -Infinity } = filters.find(({ name }) => name === model.total.name) ?? {};
    if (createdAt >= due) {
      return warning(
        about,
        `${counted}; ${logged}, but the metric filter was created only ${agoText(createdAt, now)}`,
        "A metric filter counts only events that come after it was created. Wait for the next prediction, or have the " +
          "model make one, and run this again five minutes later.",
      );
    }
    return failure(
      about,
      `${counted}, though ${logged}`,
      "Predictions are logged but not counted. Put right what the findings about the metric filters say. If they are " +
        `as declared, they may have been changed a moment ago: run this again in five minutes, and then look at the ` +
        `filter ${model.total.name} in the console (Log groups, Metric filters).`,
    );
  }
  const window = windowOf(alarmOf(model, "rate"));
  if (countedUntil > now.getTime() - window * 1000) return ok(about, counted);
  const zero =
    positive === undefined && point !== undefined
      ? ` (newest data point: 0, ${agoText(point.at, now)})`
      : "";
  const [newest = -Infinity] = predictions;
  return warning(
    about,
    `${counted}${zero}; the alarm looks at the last ${durationText(window)}`,
    newest > publishedUntil && newest > countedUntil
      ? "There are predictions in the log group that are a few minutes old at most. Run this again in five minutes."
      : nothingToEvaluate(model),
  );
}

function nothingToEvaluate(model: FilteredModel): string {
  const silence = model.byKind.has("silence")
    ? ""
    : " `silence` in the stack file adds an alarm for no predictions at all.";
  return (
    `Until predictions come, the rate alarm ${withoutData(alarmOf(model, "rate").treatMissingData)}, whatever the model does. ` +
    `If it should be predicting, look at whether it runs, and at the findings about its log group, filters and log events.${silence}`
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
