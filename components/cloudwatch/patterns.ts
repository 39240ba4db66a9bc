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
  const steps = path.map((segment) => {
    if (typeof segment === "number") return `[${segment}]`;
    return /^[A-Za-z0-9_-]+$/.test(segment) ? `.${segment}` : `.['${segment}']`;
  });
  return `$${steps.join("")}`;
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

/** A number and the side of it on which numbers count: `>= 0.8`. */
export interface Comparison {
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly bound: number;
}

/** What at a model's field makes a prediction valid: JSON's true, this number, this text, or numbers on one side. */
export type Valid = true | number | string | Comparison;

/** Which log events are predictions, and which of them are valid. */
export interface PredictionFields {
  /** The property that tells a valid prediction from an invalid one; in text, the last of its names is looked for. */
  readonly field: PropertyPath;
  /** Further conditions, all of which a prediction of this model meets; none in text. */
  readonly where: readonly Condition[];
  /** What of the field is valid. @default true */
  readonly valid?: Valid;
  /** Whether the field is a property of a JSON event, or a name with a value anywhere in a line. @default "json" */
  readonly logFormat?: "json" | "text";
}

/** The filter patterns of a model's two metric filters. */
export interface PredictionPatterns {
  readonly valid: string;
  readonly total: string;
}

/**
 * Writes the two filter patterns. A prediction is an event that says of its field whether it is valid, in the form that
 * `valid` has: where that is true, JSON's true or false; where it is a number to compare with, a number; where it is a
 * number or a text, any number or text. Events without the field, and ones that have it in another form, count as neither.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters"; recorded answers of AWS for what `*` and
 * the comparisons see.
 */
export function predictionPatterns(fields: PredictionFields): PredictionPatterns {
  const { field, where, valid = true, logFormat = "json" } = fields;
  if (logFormat === "text") {
    const expressions = textExpressions(field, valid);
    return { valid: `%${expressions.valid}%`, total: `%${expressions.total}%` };
  }
  const [isValid, isPrediction] = predictionConditions(toSelector(field), valid);
  if (where.length === 0) return { valid: `{ ${isValid} }`, total: `{ ${isPrediction} }` };
  const conditions = where.map(conditionPattern).join(" && ");
  const either = isPrediction.includes(" || ") ? `(${isPrediction})` : isPrediction;
  return { valid: `{ ${isValid} && ${conditions} }`, total: `{ ${either} && ${conditions} }` };
}

/** What a JSON event must meet to be a valid prediction, and to be one at all. */
function predictionConditions(selector: string, valid: Valid): [valid: string, total: string] {
  if (valid === true) return [`${selector} IS TRUE`, `${selector} IS TRUE || ${selector} IS FALSE`];
  if (typeof valid === "object") {
    const isValid = `${selector} ${comparisonText(valid)}`;
    return [isValid, `${isValid} || ${selector} ${comparisonText(opposite(valid))}`];
  }
  return [`${selector} = ${literal(valid)}`, `${selector} = *`];
}

/**
 * Regular expressions for the field's name and, behind whatever signs, its value: `"prediction_valid": true`,
 * `prediction_valid=True`, `'prediction_valid': True`. Filter patterns take no parentheses in them.
 */
export function textExpressions(field: PropertyPath, valid: Valid): PredictionPatterns {
  const start = String.raw`${String(field.at(-1))}\W+`;
  if (typeof valid === "string") {
    return { valid: `${start}${valid}`, total: String.raw`${start}\w` };
  }
  // Settings refuse numbers here, which no expression can tell apart.
  return { valid: `${start}[Tt]rue`, total: `${start}[Tt]rue|${start}[Ff]alse` };
}

/** What makes a prediction valid, in words: `prediction_valid = 1`, `probability >= 0.8`. */
export function validMeaning(field: PropertyPath, valid: Valid): string {
  const sign = typeof valid === "object" ? "" : "= ";
  return `${propertyPathText(field)} ${sign}${validText(valid)}`;
}

/** The setting `valid` as a person reads it: `true`, `1`, `"True"`, `>= 0.8`. */
export function validText(valid: Valid): string {
  return typeof valid === "object" ? comparisonText(valid) : JSON.stringify(valid);
}

/** A comparison as the setting and a filter pattern write it. */
export function comparisonText({ operator, bound }: Comparison): string {
  return `${operator} ${bound}`;
}

/** The comparison that holds for all other numbers. */
export function opposite({ operator, bound }: Comparison): Comparison {
  const others = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;
  return { operator: others[operator], bound };
}

function conditionPattern({ path, value }: Condition): string {
  const selector = toSelector(path);
  if (typeof value === "boolean") return `${selector} IS ${value ? "TRUE" : "FALSE"}`;
  return `${selector} = ${literal(value)}`;
}

function literal(value: string | number): string {
  return typeof value === "number" ? String(value) : `"${value.replaceAll('"', '\\"')}"`;
}
