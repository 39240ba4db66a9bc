/**
 * Where a property stands in a JSON log event: `prediction_valid`, `result.valid`, `outputs[0].valid`
 * or, for a name with other characters, `['prediction.valid']`.
 */
export type PropertyPath = readonly (string | number)[];

const PLAIN = "[A-Za-z0-9_-]+";
const QUOTED = "\\['[^'\"`\\\\[\\]\\u0000-\\u001f]+'\\]";
const INDEX = "\\[\\d{1,4}\\]";

/** A property path as a person writes it, without the leading `$.` of a filter pattern. */
export const PROPERTY_PATH = new RegExp(
  `^(?:${PLAIN}|${QUOTED})(?:\\.${PLAIN}|\\.?${QUOTED}|${INDEX})*$`,
);

const SEGMENT = new RegExp(`${QUOTED}|${INDEX}|${PLAIN}`, "g");

/**
 * Reads a property path.
 * @returns its segments, or undefined where the text is not a path
 */
export function parsePropertyPath(text: string): PropertyPath | undefined {
  if (!PROPERTY_PATH.test(text)) return undefined;
  return (text.match(SEGMENT) ?? []).map((segment) => {
    if (segment.startsWith("['")) return segment.slice(2, -2);
    return segment.startsWith("[") ? Number(segment.slice(1, -1)) : segment;
  });
}

/** The path as a person writes it; the other way round of {@link parsePropertyPath}. */
export function propertyPathText(path: PropertyPath): string {
  return toSelector(path).replace(/^\$\.?/, "");
}

/**
 * The path as a selector of a filter pattern, such as `$.result.valid`.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters": a name with a
 * period is written `$.['a.b']`.
 */
export function toSelector(path: PropertyPath): string {
  let selector = "$";
  for (const segment of path) {
    if (typeof segment === "number") selector += `[${segment}]`;
    else if (/^[A-Za-z0-9_-]+$/.test(segment)) selector += `.${segment}`;
    else selector += `.['${segment}']`;
  }
  return selector;
}

/**
 * The path as a field of CloudWatch Logs Insights, which flattens nested properties and array
 * elements with periods and wants backticks around anything but letters, digits, `@` and periods.
 * Source: CloudWatch Logs User Guide, "Supported logs and discovered fields" and query guidelines.
 */
export function toInsightsField(path: PropertyPath): string {
  const field = path.join(".");
  return /^[A-Za-z@_][A-Za-z0-9@._]*$/.test(field) ? field : `\`${field}\``;
}

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
      return `${selector} = ${value}`;
    default:
      return `${selector} = "${value.replaceAll('"', '\\"')}"`;
  }
}
