import {
  type Condition,
  type PredictionFields,
  predictionPatterns,
  type PredictionPatterns,
  type Valid,
} from "../../components/cloudwatch/patterns";
import type { Declared } from "../program/declared";
import { modelNamed } from "../program/model";
import {
  type Condition as PatternCondition,
  type FilterPattern,
  FilterPatternError,
  parseFilterPattern,
  patternMeaning,
  plainPath,
} from "../simulator/filterPattern";
import { InputError } from "../inputError";

/**
 * What two filter patterns count, the other way round of {@link predictionPatterns}. Blanks and needless quotes and
 * parentheses may differ from what that writes.
 * @returns undefined for patterns that say anything else
 */
export function predictionFieldsOf(patterns: PredictionPatterns): PredictionFields | undefined {
  return candidates(patterns.valid).find((fields) => {
    const written = predictionPatterns(fields);
    return (["valid", "total"] as const).every(
      (which) => patternMeaning(written[which]) === patternMeaning(patterns[which]),
    );
  });
}

/** What the pattern of valid predictions may have been written from. */
function candidates(pattern: string): PredictionFields[] {
  const parsed = parsedPattern(pattern);
  if (parsed?.kind === "regex") {
    const [, name = "", word = ""] = /^([\w-]+)\\W\+(.+)$/.exec(parsed.source) ?? [];
    const valid = word === "[Tt]rue" ? {} : { valid: word };
    return name === "" ? [] : [{ field: [name], where: [], ...valid, logFormat: "text" }];
  }
  if (parsed?.kind !== "json") return [];
  const { condition } = parsed;
  const terms = condition.kind === "and" ? condition.terms : [condition];
  return terms.flatMap((first, index) => {
    const others = terms.filter((_, at) => at !== index);
    const where = others.flatMap((term) => whereOf(term) ?? []);
    const field = "selector" in first ? plainPath(first.selector) : undefined;
    const valid = validOf(first);
    if (field === undefined || valid === undefined || where.length < others.length) return [];
    return [valid === true ? { field, where } : { field, where, valid }];
  });
}

function parsedPattern(pattern: string): FilterPattern | undefined {
  try {
    return parseFilterPattern(pattern);
  } catch (error) {
    if (error instanceof FilterPatternError) return undefined;
    throw error;
  }
}

function validOf(condition: PatternCondition): Valid | undefined {
  if (condition.kind === "is") return condition.keyword === "TRUE" ? true : undefined;
  if (condition.kind === "order") {
    return { operator: condition.operator, bound: Number(condition.bound) };
  }
  const value = whereOf(condition)?.value;
  return typeof value === "boolean" ? undefined : value;
}

function whereOf(condition: PatternCondition): Condition | undefined {
  if (condition.kind !== "is" && condition.kind !== "equality") return undefined;
  const path = plainPath(condition.selector);
  if (path === undefined) return undefined;
  if (condition.kind === "is") {
    if (condition.keyword === "NULL") return undefined;
    return { path, value: condition.keyword === "TRUE" };
  }
  const { operator, operand } = condition;
  if (operator !== "=" || operand.kind === "regex") return undefined;
  if (operand.kind === "number") return { path, value: Number(operand.text) };
  // An asterisk stands for any text, which no plain value does.
  return /[*\\]/.test(operand.text) ? undefined : { path, value: operand.text };
}

/** What of a model is counted, and where. */
export interface CountedModel {
  readonly stack: string;
  readonly model: string;
  readonly logGroup: string;
  readonly patterns: PredictionPatterns;
  readonly fields: PredictionFields;
}

/**
 * Finds out what the metric filters count that a model's rate alarm watches.
 * @throws InputError where there is no such model, or filters that no query can stand for
 */
export function countedModel(declared: Declared, name: string): CountedModel {
  const model = modelNamed(declared, name);
  const { valid, total } = model;
  if (valid === undefined || total === undefined) {
    throw new InputError(
      `model ${name}: expected one metric filter for its valid predictions and one for all, found ${model.filters.length}`,
    );
  }
  if (valid.logGroupName !== total.logGroupName) {
    throw new InputError(
      `expected both metric filters of model ${name} on one log group, found ${valid.logGroupName} and ${total.logGroupName}`,
    );
  }
  const patterns = { valid: valid.pattern, total: total.pattern };
  const fields = predictionFieldsOf(patterns);
  if (fields !== undefined) {
    return { stack: declared.stack, model: name, logGroup: valid.logGroupName, patterns, fields };
  }
  throw new InputError(
    [
      `model ${name}: expected filter patterns such as this project writes, for only they can be put as a query; found`,
      `  ${valid.name}: ${valid.pattern}`,
      `  ${total.name}: ${total.pattern}`,
      "Fetch the log itself with aws logs filter-log-events, and rehearse that",
    ].join("\n"),
  );
}
