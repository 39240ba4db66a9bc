import { dashboardUrl } from "../cloudwatch/consoleLinks";
import { durationText } from "./duration";
import { dashboardName, modelNames, stackPrefix } from "./names";
import type { ModelSettings } from "./settings";

/** Where an alarm's model lives; what its description links to. */
export interface DescriptionContext {
  readonly project: string;
  readonly stack: string;
  /** AWS region, part of the links. */
  readonly region: string;
  /** Whether the stack has a dashboard to link to. */
  readonly dashboard: boolean;
}

/** The settings that a description speaks of. */
type DescribedModel = Pick<
  ModelSettings,
  "name" | "threshold" | "period" | "datapoints" | "minimumPredictions" | "confidence" | "runbook"
>;

/**
 * What the reader of a rate alarm's mail needs at three in the morning: what happened, what that
 * means, where to look. CloudWatch puts it into the mail as "Description".
 */
export function rateDescription(model: DescribedModel, context: DescriptionContext): string {
  const { threshold, datapoints, period, minimumPredictions, confidence } = model;
  const points =
    datapoints.of === 1
      ? `the last ${durationText(period).replace(/^1 /, "")}`
      : `${datapoints.toAlarm} of the last ${datapoints.of} periods of ${durationText(period)}`;
  return sentences([
    `The classification rate of model ${model.name} (${context.stack}) fell: at most ${threshold} % of its predictions were valid in ${points}.`,
    "Fewer predictions than usual are above the model's cut-off: the model or its input has changed.",
    confidence !== undefined &&
      `The alarm compares the upper limit of the rate's ${confidence} % confidence interval.`,
    minimumPredictions !== undefined &&
      `Periods with fewer than ${minimumPredictions} predictions do not count.`,
    whereToLook(model, context),
  ]);
}

/** The same for a silence alarm. @param silence seconds */
export function silenceDescription(
  model: DescribedModel,
  silence: number,
  context: DescriptionContext,
): string {
  return sentences([
    `Model ${model.name} (${context.stack}) has logged no prediction for ${durationText(silence)}.`,
    "It is not called, fails before it logs, or logs in another form.",
    "A new alarm fires until the first prediction.",
    whereToLook(model, context),
  ]);
}

function whereToLook(model: DescribedModel, context: DescriptionContext): string {
  const prefix = stackPrefix(context.project, context.stack);
  const { invalidPredictionsQuery } = modelNames(prefix, model.name);
  const places = [
    context.dashboard && `Dashboard: ${dashboardUrl(context.region, dashboardName(prefix, 0))}`,
    `Invalid predictions: Logs Insights, saved query ${invalidPredictionsQuery}`,
    model.runbook !== undefined && `Runbook: ${model.runbook}`,
  ];
  return places.filter((place) => place !== false).join(" | ");
}

function sentences(parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(" ");
}
