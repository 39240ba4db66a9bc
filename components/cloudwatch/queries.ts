import {
  comparisonText,
  type Condition,
  opposite,
  type PredictionFields,
  type PredictionPatterns,
  textExpressions,
  toInsightsField,
} from "./patterns";

/**
 * A CloudWatch Logs Insights query that lists a model's newest invalid predictions.
 *
 * Insights stores JSON booleans as 1 and 0, so a comparison with `true` or `false` finds nothing
 * (reported by users and by the maintainers of AWS Lambda Powertools, not in AWS's own guide).
 * It also looks into JSON behind a prefix, which a metric filter does not: it may list an event
 * that the alarm's metrics have not counted.
 */
export function invalidPredictionsQuery(fields: PredictionFields): string {
  const conditions = [invalidCondition(fields), ...fields.where.map(insightsCondition)];
  return newest("fields @timestamp, @message", conditions.join(" and "));
}

/** The same for many models, which may log at different paths and share log groups. */
export function allInvalidPredictionsQuery(models: readonly PredictionFields[]): string {
  const conditions = [...new Set(models.map(invalidCondition))].sort();
  const either = conditions.map((one) =>
    conditions.length > 1 && one.includes(" and ") ? `(${one})` : one,
  );
  return newest("fields @timestamp, @log, @message", either.join(" or "));
}

function invalidCondition({ field, valid = true, logFormat }: PredictionFields): string {
  if (logFormat === "text") {
    const expressions = textExpressions(field, valid);
    return `@message like /${expressions.total}/ and @message not like /${expressions.valid}/`;
  }
  const name = toInsightsField(field);
  if (valid === true) return `${name} = 0`;
  if (typeof valid === "object") return `${name} ${comparisonText(opposite(valid))}`;
  return `ispresent(${name}) and ${name} != ${literal(valid)}`;
}

/** Conditions of a query's `filter` for a prediction, and for a valid one among predictions. */
export function predictionConditions(fields: PredictionFields): PredictionPatterns {
  const { field, valid = true, logFormat } = fields;
  if (logFormat === "text") {
    const expressions = textExpressions(field, valid);
    const like = (expression: string): string => `@message like /${expression}/`;
    return { valid: like(expressions.valid), total: like(expressions.total) };
  }
  const name = toInsightsField(field);
  if (valid !== true && typeof valid !== "object") {
    return { valid: `${name} = ${literal(valid)}`, total: `ispresent(${name})` };
  }
  const isValid = `${name} ${valid === true ? "= 1" : comparisonText(valid)}`;
  return { valid: isValid, total: `${isValid} or ${invalidCondition(fields)}` };
}

function newest(fields: string, filter: string): string {
  return [fields, `filter ${filter}`, "sort @timestamp desc", "limit 100"].join("\n| ");
}

/** A condition as a term of a query's `filter`. */
export function insightsCondition({ path, value }: Condition): string {
  return `${toInsightsField(path)} = ${literal(value)}`;
}

function literal(value: string | number | boolean): string {
  return typeof value === "string" ? `"${value.replaceAll('"', '\\"')}"` : `${Number(value)}`;
}
