import { type Condition, type PredictionFields, toInsightsField } from "./patterns";

/**
 * A CloudWatch Logs Insights query that lists a model's newest invalid predictions.
 *
 * Insights stores JSON booleans as 1 and 0, so a comparison with `true` or `false` finds nothing
 * (reported by users and by the maintainers of AWS Lambda Powertools, not in AWS's own guide).
 * It also looks into JSON behind a prefix, which a metric filter does not: it may list an event
 * that the alarm's metrics have not counted.
 */
export function invalidPredictionsQuery({ field, where }: PredictionFields): string {
  return [
    "fields @timestamp, @message",
    `filter ${[`${toInsightsField(field)} = 0`, ...where.map(insightsCondition)].join(" and ")}`,
    "sort @timestamp desc",
    "limit 100",
  ].join("\n| ");
}

/** A condition as a term of a query's `filter`. */
export function insightsCondition({ path, value }: Condition): string {
  const field = toInsightsField(path);
  if (typeof value === "string") return `${field} = "${value.replaceAll('"', '\\"')}"`;
  return `${field} = ${String(Number(value))}`;
}
