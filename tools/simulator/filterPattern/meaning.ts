import { type Condition, FilterPatternError, parseFilterPattern } from "./parser";

/**
 * The same text for patterns that say the same: blanks, needless quotes and parentheses may differ, and the order of
 * conditions that are joined by `&&` or `||`. A pattern that cannot be read stands for itself.
 */
export function patternMeaning(pattern: string): string {
  try {
    const parsed = parseFilterPattern(pattern);
    if (parsed.kind !== "json") return JSON.stringify(parsed);
    return JSON.stringify({ ...parsed, condition: inOrder(parsed.condition) });
  } catch (error) {
    if (error instanceof FilterPatternError) return pattern;
    throw error;
  }
}

function inOrder(condition: Condition): Condition {
  if (condition.kind !== "and" && condition.kind !== "or") return condition;
  const { kind } = condition;
  const terms = condition.terms
    .map(inOrder)
    .flatMap((term) => (term.kind === kind ? term.terms : [term]));
  const byText = new Map(terms.map((term) => [JSON.stringify(term), term]));
  return { kind, terms: [...byText.keys()].sort().flatMap((text) => byText.get(text) ?? []) };
}
