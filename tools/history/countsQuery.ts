import {
  type PredictionFields,
  type PropertyPath,
  toInsightsField,
  type Valid,
} from "../../components/cloudwatch/patterns";
import { insightsCondition, predictionConditions } from "../../components/cloudwatch/queries";

/** CloudWatch Logs API Reference, StartQuery, `queryString`: characters. */
export const INSIGHTS_QUERY_LENGTH = 10_000;

/**
 * Rows of a query's result. StartQuery takes up to 100,000 in 2026's API Reference; 10,000 is the default and has been
 * the limit before, so that it holds in every region and for every stand-in of AWS.
 */
export const INSIGHTS_ROWS = 10_000;

/** The columns of {@link predictionCountsQuery}'s result. */
export const COUNT_COLUMNS = {
  minute: "minute",
  // As the metrics are called: a field of the model's own may well be called valid or total.
  valid: "valid_predictions",
  total: "total_predictions",
} as const;

/**
 * A CloudWatch Logs Insights query that counts a model's predictions, minute by minute, as its two metric filters do:
 *
 * - The whole event is a JSON object. Insights also discovers fields of JSON behind a prefix, which a metric filter does
 *   not (CloudWatch Logs User Guide, "Supported logs and discovered fields").
 * - The field is a JSON boolean. Insights stores those as 1 and 0 (reported by users and the maintainers of AWS Lambda
 *   Powertools, not in AWS's guide), as it does the numbers 1 and 0: the text of the event has to tell them apart. So it
 *   has to tell numbers from text where `valid` is a comparison, and both from booleans where it is a number or a text.
 * - The further conditions hold.
 *
 * In text, the two regular expressions of the filters are the query's. That `sum` adds 1 for a condition that holds is in
 * wide public use, `sum(status >= 500)` and `sum(@message like /ERROR/)`, and not in AWS's guide.
 *
 * `bin(1m)`, because `bin(60s)` is not sure to be a minute; the bins are whole minutes of the events' own times (CloudWatch
 * Logs User Guide, "stats" and "Supported operations and functions"). Minutes without a prediction give no row.
 * docs/history.md lists what differences are left.
 */
export function predictionCountsQuery(fields: PredictionFields): string {
  const query = queryWith(fields, `"${nameForm(lastName(fields.field))}"`);
  // Only hundreds of letters that are not ASCII come to that. Then any property that is a boolean will do.
  return query.length <= INSIGHTS_QUERY_LENGTH ? query : queryWith(fields, '"');
}

function queryWith(fields: PredictionFields, property: string): string {
  const { field, where, valid: isValid = true, logFormat } = fields;
  const { minute, valid, total } = COUNT_COLUMNS;
  const conditions = predictionConditions(fields);
  const json = [
    String.raw`filter @message like /^\s*\{[\s\S]*\}\s*$/`,
    String.raw`filter @message like /${property}\s*:\s*${valueForm(field, isValid)}/`,
  ];
  const isBoolean = isValid === true && logFormat !== "text";
  return [
    ...(logFormat === "text" ? [] : json),
    `filter ${conditions.total}`,
    ...where.map((condition) => `filter ${insightsCondition(condition)}`),
    `stats sum(${isBoolean ? toInsightsField(field) : conditions.valid}) as ${valid}, count(*) as ${total} by bin(1m) as ${minute}`,
    `sort ${minute} asc`,
    `limit ${INSIGHTS_ROWS}`,
  ].join("\n| ");
}

/** The innermost name of a path; what is behind it are elements of arrays. */
function lastName(path: PropertyPath): string {
  return path.findLast((segment) => typeof segment === "string") ?? "";
}

/** A regular expression for how a value that counts begins in JSON text, or for the beginning of an array up to one. */
function valueForm(path: PropertyPath, valid: Valid): string {
  const form =
    valid === true ? "(true|false)" : typeof valid === "object" ? "-?[0-9]" : '("|-?[0-9])';
  const last = path.at(-1);
  if (typeof last !== "number") return form;
  return last === 0 ? String.raw`\[\s*${form}` : String.raw`\[[\s\S]*${form}`;
}

/** A name in JSON text. Loggers may write what is not ASCII as `\u` and four digits. */
function nameForm(name: string): string {
  return Array.from(name, (character) => {
    if (/[A-Za-z0-9_-]/.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    // Written so that no character has a meaning in the expression, or ends it.
    if (code < 0x80) return String.raw`\x${code.toString(16).padStart(2, "0")}`;
    return `(${character}|${character.split("").map(escapedUnit).join("")})`;
  }).join("");
}

/** One UTF-16 unit as JSON's escape, its digits in either case. */
function escapedUnit(unit: string): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
  return String.raw`\\u${digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)}`;
}
