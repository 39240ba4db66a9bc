import {
  type Condition as PatternCondition,
  FilterPatternError,
  parseFilterPattern,
  type Selector,
} from "./filterPattern";
import {
  predictionPatterns,
  type Condition,
  type PredictionFields,
  type PredictionPatterns,
} from "./predictionPatterns";
import type { PropertyPath } from "./propertyPath";

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
  const isSame =
    says(written.valid) === says(patterns.valid) && says(written.total) === says(patterns.total);
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
  if (operand.kind === "number") return { path, value: operand.value };
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

/** The same text for patterns that say the same, term for term. */
function says(pattern: string): string {
  return JSON.stringify(conditionOf(pattern));
}
