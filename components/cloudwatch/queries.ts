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
  const conditions = [`${toInsightsField(field)} = 0`, ...where.map(insightsCondition)];
  return newest("fields @timestamp, @message", conditions.join(" and "));
}

/** The same for many models, which may log at different paths and share log groups. */
export function allInvalidPredictionsQuery(models: readonly PredictionFields[]): string {
  const fields = [...new Set(models.map(({ field }) => toInsightsField(field)))].sort();
  const conditions = fields.map((field) => `${field} = 0`);
  return newest("fields @timestamp, @log, @message", conditions.join(" or "));
}

function newest(fields: string, filter: string): string {
  return [fields, `filter ${filter}`, "sort @timestamp desc", "limit 100"].join("\n| ");
}

/** A condition as a term of a query's `filter`. */
export function insightsCondition({ path, value }: Condition): string {
  const field = toInsightsField(path);
  if (typeof value === "string") return `${field} = "${value.replaceAll('"', '\\"')}"`;
  return `${field} = ${Number(value)}`;
}
