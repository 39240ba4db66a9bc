import { dashboardUrl, insightsUrl, logGroupUrl } from "../cloudwatch/consoleLinks";
import { ALARM_DESCRIPTION_LENGTH } from "../cloudwatch/limits";
import type { MuteSchedule } from "../cloudwatch/muteSchedule";
import { validMeaning } from "../cloudwatch/patterns";
import { invalidPredictionsQuery } from "../cloudwatch/queries";
import { durationText } from "./duration";
import { dashboardName, type Owner } from "./names";
import { datapointsText, type ModelSettings, type WarningSettings } from "./settings";

/** Where an alarm's model lives; what its description links to. */
export interface DescriptionContext extends Owner {
  /** AWS region, part of the links. */
  readonly region: string;
  /** The page of the stack's dashboard that has the model, from 0; undefined: there is none. */
  readonly dashboardPage?: number | undefined;
}

/** The settings that a description speaks of. */
type DescribedModel = Omit<ModelSettings, "emails" | "topics" | "warning">;

/**
 * What the reader of a rate alarm's mail needs at three in the morning: first where to look, then when
 * the alarm fires, which is as true in the mail that all is well again. CloudWatch puts it into every
 * mail as "Description".
 */
export function rateDescription(
  model: DescribedModel,
  context: DescriptionContext,
  meaning = "the model or its input has changed.",
): string {
  const { threshold, minimumPredictions, confidence } = model;
  const counted = model.valid === true ? "" : ` (${validMeaning(model.field, model.valid)})`;
  const query = insightsUrl(context.region, model.logGroup, invalidPredictionsQuery(model));
  const conditions = [
    `Fires when at most ${threshold} % of the predictions of model ${model.name} (${context.stack}) are valid${counted} in ${pointsText(model)}: ${meaning}`,
    confidence !== undefined &&
      `It compares the upper limit of the rate's ${confidence} % confidence interval.`,
    minimumPredictions !== undefined &&
      `Periods with fewer than ${minimumPredictions} predictions do not count.`,
  ];
  const lines = (logs: string): string => description(model, context, logs, conditions);
  const text = lines(`Invalid predictions: ${query}`);
  // A query with many conditions takes more than the description holds.
  return Buffer.byteLength(text) <= ALARM_DESCRIPTION_LENGTH
    ? text
    : lines(`Logs: ${logGroupUrl(context.region, model.logGroup)}`);
}

/** The same for a warning, which says what is to come. */
export function warningDescription(
  model: DescribedModel,
  { threshold, datapoints }: Pick<WarningSettings, "threshold" | "datapoints">,
  context: DescriptionContext,
): string {
  const alarm = `the alarm follows at ${model.threshold} % in ${pointsText(model)}.`;
  return rateDescription(
    { ...model, threshold, datapoints },
    context,
    `an earlier warning; ${alarm}`,
  );
}

function pointsText({ datapoints, period }: DescribedModel): string {
  return datapoints.of === 1
    ? `a period of ${durationText(period)}`
    : `${datapointsText(datapoints)} periods of ${durationText(period)}`;
}

/** The same for a silence alarm. @param silence seconds */
export function silenceDescription(
  model: DescribedModel,
  silence: number,
  context: DescriptionContext,
): string {
  return description(model, context, `Logs: ${logGroupUrl(context.region, model.logGroup)}`, [
    `Fires when model ${model.name} (${context.stack}) logs no prediction for ${durationText(silence)}: it is not called, fails before it logs, or logs in another form.`,
    "A new alarm fires until the first prediction.",
  ]);
}

/** A mute window in words: `cron(0 2 * * SUN) for 4 hours, Europe/Berlin`. */
export function muteText({ expression, duration, timezone }: MuteSchedule): string {
  return `${expression} for ${durationText(duration)}, ${timezone}`;
}

/** Why a mail may be hours younger than the change that it tells of. */
function muteWords(mute: readonly MuteSchedule[]): string | false {
  const [first, ...others] = mute;
  if (first === undefined) return false;
  const only = muteText(first);
  const windows =
    others.length > 0 ? `${mute.length} windows` : only.length > 80 ? "a window" : only;
  return `Muted in ${windows}: what is still so at the end is mailed then.`;
}

function description(
  { runbook, mute }: DescribedModel,
  context: DescriptionContext,
  logs: string,
  conditions: readonly (string | false)[],
): string {
  const { region, dashboardPage } = context;
  const lines = [
    dashboardPage !== undefined &&
      `Dashboard: ${dashboardUrl(region, dashboardName(context, dashboardPage))}`,
    logs,
    runbook !== undefined && `Runbook: ${runbook}`,
    ...conditions,
    muteWords(mute),
  ];
  return lines.filter((line) => line !== false).join("\n");
}
