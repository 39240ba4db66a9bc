import { datapointsText } from "./datapoints";
import type { ModelInput } from "./modelSchema";
import { propertyPathText } from "../cloudwatch/propertyPath";
import type { ModelSettings } from "./settings";

/** Checked settings in the form in which a person would write them; reading that gives them again. */
export function modelInput(settings: ModelSettings): ModelInput {
  const { name, emails, topics, datapoints, field, where, createLogGroup, ...same } = settings;
  return {
    ...same,
    ...(emails.length > 0 && { email: emails }),
    ...(topics.length > 0 && { topics }),
    datapoints: datapointsText(datapoints),
    field: propertyPathText(field),
    where: Object.fromEntries(where.map(({ path, value }) => [propertyPathText(path), value])),
    createLogGroup: ownership(createLogGroup),
  };
}

function ownership(options: ModelSettings["createLogGroup"]): boolean | { retentionDays: number } {
  if (options === undefined) return false;
  return options.retentionDays === undefined ? true : { retentionDays: options.retentionDays };
}
