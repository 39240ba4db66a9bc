import {
  type Condition,
  type PredictionFields,
  predictionPatterns,
  type PredictionPatterns,
  type PropertyPath,
} from "../../components/cloudwatch/patterns";
import type { Declared } from "../program/declared";
import { modelNamed } from "../program/model";
import {
  type Condition as PatternCondition,
  FilterPatternError,
  parseFilterPattern,
  patternMeaning,
  type Selector,
} from "../simulator/filterPattern";
import { InputError } from "../inputError";

/**
 * What two filter patterns count, the other way round of {@link predictionPatterns}. Blanks and needless quotes and
 * parentheses may differ from what that writes.
 * @returns undefined for patterns that say anything else
 */
export function predictionFieldsOf(patterns: PredictionPatterns): PredictionFields | undefined {
  const terms = termsOf(conditionOf(patterns.valid));
  const [first, ...others] = terms;
  if (first?.kind !== "is" || first.keyword !== "TRUE") return undefined;
  const field = pathOf(first.selector);
  const where = others.flatMap((term) => whereOf(term) ?? []);
  if (field === undefined || where.length < others.length) return undefined;
  const written = predictionPatterns({ field, where });
  const isSame = (["valid", "total"] as const).every(
    (which) => patternMeaning(written[which]) === patternMeaning(patterns[which]),
  );
  return isSame ? { field, where } : undefined;
}

function conditionOf(pattern: string): PatternCondition | undefined {
  try {
    const parsed = parseFilterPattern(pattern);
    return parsed.kind === "json" ? parsed.condition : undefined;
  } catch (error) {
    if (error instanceof FilterPatternError) return undefined;
    throw error;
  }
}

function termsOf(condition: PatternCondition | undefined): readonly PatternCondition[] {
  if (condition === undefined) return [];
  return condition.kind === "and" ? condition.terms : [condition];
}

function whereOf(condition: PatternCondition): Condition | undefined {
  if (condition.kind !== "is" && condition.kind !== "equality") return undefined;
  const path = pathOf(condition.selector);
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

/** Without wildcards. */
function pathOf(selector: Selector): PropertyPath | undefined {
  const path = selector.flatMap((step) =>
    step.kind === "member" ? step.name : step.kind === "element" ? step.index : [],
  );
  return path.length === selector.length ? path : undefined;
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
      `model ${name}: expected the filter patterns that this project writes for JSON booleans (valid: true, logFormat: json), for only they can be put as a query; found`,
      `  ${valid.name}: ${valid.pattern}`,
      `  ${total.name}: ${total.pattern}`,
      "Fetch the log itself with aws logs filter-log-events, and rehearse that",
    ].join("\n"),
  );
}
