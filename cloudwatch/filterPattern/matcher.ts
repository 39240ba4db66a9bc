import type { Condition, FilterPattern } from "./ast";
import { DEFAULT_FILTER_PATTERN_ASSUMPTIONS, type FilterPatternAssumptions } from "./assumptions";
import { comparable, equalTo, isKeyword, ordered, type ValueTest } from "./comparison";
import { anyAt, isJsonEvent } from "./lookup";
import { countWildcards } from "./selector";

const OPENS_OBJECT = /^\s*\{/;

/**
 * A log event's message as JSON, for {@link compileJsonFilterPattern}; undefined if it is not JSON.
 *
 * The whole line must be one JSON object, blanks around it aside (AWS's guide speaks of JSON log
 * events only; floci's tests refuse prefixed lines). Lines that cannot be one are not parsed at all.
 */
export function parseJsonMessage(message: string): unknown {
  if (!OPENS_OBJECT.test(message)) return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The matcher of a pattern for raw log lines. It never throws.
 *
 * Where several patterns look at the same line, parse it once with {@link parseJsonMessage} and use
 * {@link compileJsonFilterPattern} instead.
 *
 * @param pattern - From `parseFilterPattern`.
 * @param assumptions - What to change of the default assumptions.
 */
export function compileFilterPattern(
  pattern: FilterPattern,
  assumptions: Partial<FilterPatternAssumptions> = {},
): (message: string) => boolean {
  if (pattern.kind === "everything") return () => true;
  const matches = compileJsonFilterPattern(pattern, assumptions);
  return (message) => matches(parseJsonMessage(message));
}

/**
 * The matcher of a pattern for log events whose JSON is already parsed. It never throws, and allocates
 * nothing per event unless it must see a number as text.
 *
 * Give it undefined for a line that is not JSON: that matches only the pattern that matches everything.
 *
 * @param pattern - From `parseFilterPattern`.
 * @param assumptions - What to change of the default assumptions.
 */
export function compileJsonFilterPattern(
  pattern: FilterPattern,
  assumptions: Partial<FilterPatternAssumptions> = {},
): (event: unknown) => boolean {
  if (pattern.kind === "everything") return () => true;
  const test = compile(pattern.condition, {
    ...DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
    ...assumptions,
  });
  return (event) => isJsonEvent(event) && test(event);
}

function compile(condition: Condition, assumptions: FilterPatternAssumptions): ValueTest {
  switch (condition.kind) {
    case "equality":
      return equality(condition, assumptions);
    case "order": {
      const { selector, operator, value } = condition;
      return anyAt(selector, ordered(operator, value, assumptions));
    }
    case "is":
      return anyAt(condition.selector, isKeyword(condition.keyword, assumptions));
    case "notExists":
      return not(anyAt(condition.selector, () => true));
    case "and":
      return condition.terms.map((term) => compile(term, assumptions)).reduceRight(both);
    case "or":
      return condition.terms.map((term) => compile(term, assumptions)).reduceRight(either);
  }
}

function equality(
  { selector, operator, operand }: Extract<Condition, { kind: "equality" }>,
  assumptions: FilterPatternAssumptions,
): ValueTest {
  const equal = equalTo(operand, assumptions);
  if (operator === "=") return anyAt(selector, equal);
  const canCompare = comparable(assumptions);
  const overAll = assumptions.notEqualOverWildcard === "all" && countWildcards(selector) > 0;
  const differs = overAll
    ? both(not(anyAt(selector, equal)), anyAt(selector, canCompare))
    : anyAt(selector, (value) => canCompare(value) && !equal(value));
  if (!assumptions.notEqualMatchesAbsentField) return differs;
  return either(not(anyAt(selector, () => true)), differs);
}

function not(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

function both(second: ValueTest, first: ValueTest): ValueTest {
  return (value) => first(value) && second(value);
}

function either(second: ValueTest, first: ValueTest): ValueTest {
  return (value) => first(value) || second(value);
}
