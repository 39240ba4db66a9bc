import { toSelector, type PropertyPath } from "./propertyPath";

/** One condition on a log event: the property at `path` has exactly this value. */
export interface Condition {
  readonly path: PropertyPath;
  readonly value: string | number | boolean;
}

/** Which log events are predictions, and which of them are valid. */
export interface PredictionFields {
  /** The boolean property that tells a valid prediction from an invalid one. */
  readonly field: PropertyPath;
  /** Further conditions, all of which a prediction of this model meets. */
  readonly where: readonly Condition[];
}

/** The filter patterns of a model's two metric filters. */
export interface PredictionPatterns {
  readonly valid: string;
  readonly total: string;
}

/**
 * Writes the two filter patterns. A prediction is an event whose field is a JSON boolean: events
 * without it, and events that carry it as text or as a number, count as neither.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters", JSON form.
 */
export function predictionPatterns({ field, where }: PredictionFields): PredictionPatterns {
  const selector = toSelector(field);
  const isTrue = `${selector} IS TRUE`;
  const isBoolean = `${isTrue} || ${selector} IS FALSE`;
  if (where.length === 0) return { valid: `{ ${isTrue} }`, total: `{ ${isBoolean} }` };
  const conditions = where.map(conditionPattern).join(" && ");
  return { valid: `{ ${isTrue} && ${conditions} }`, total: `{ (${isBoolean}) && ${conditions} }` };
}

function conditionPattern({ path, value }: Condition): string {
  const selector = toSelector(path);
  switch (typeof value) {
    case "boolean":
      return `${selector} IS ${value ? "TRUE" : "FALSE"}`;
    case "number":
      return `${selector} = ${String(value)}`;
    default:
      return `${selector} = "${value.replaceAll('"', '\\"')}"`;
  }
}
