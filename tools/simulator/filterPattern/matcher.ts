import { type Decimal, compareDecimals, parseDecimal } from "../decimal";
import { type EventMessage, SpelledNumber } from "./eventMessage";
import {
  ANY,
  type Condition,
  type FilterPattern,
  FilterPatternError,
  type IsKeyword,
  Lexer,
  type Operand,
  type OrderOperator,
  parseFilterPattern,
  type Selector,
  type SelectorStep,
} from "./parser";
import { compileRegex, longest, textInRegex } from "./regex";
import { fieldValues } from "./spaceDelimited";

/** A filter pattern, ready to match log events. */
export interface CompiledPattern {
  /**
   * What to look for before a line is worth a closer look: a matching event has at least one of these texts. Undefined if
   * it may have none of them.
   */
  readonly hints: readonly string[] | undefined;
  /** Whether a log event matches. Never throws. */
  readonly matches: (event: EventMessage) => boolean;
}

/** The matcher of a pattern; several on the same line share what is parsed of it through the event. */
export function compileFilterPattern(pattern: FilterPattern): CompiledPattern {
  switch (pattern.kind) {
    case "everything":
      return { hints: undefined, matches: () => true };
    case "json":
      return { hints: neededNames(pattern.condition), matches: jsonMatcher(pattern.condition) };
    case "terms":
      return compileTerms(pattern);
    case "regex": {
      const test = regexOf(pattern.source);
      const text = textInRegex(pattern.source);
      return {
        hints: text === undefined ? undefined : [text],
        matches: ({ text }) => test(text),
      };
    }
    case "fields":
      return { hints: undefined, matches: fieldsMatcher(pattern) };
  }
}

/** The regular expression of a pattern that is parsed, and so compiles. */
function regexOf(source: string): (text: string) => boolean {
  return compileRegex(new Lexer(source), source.length);
}

/**
 * Terms (recorded): all plain ones are in the line, anywhere and in this case, and no excluded one is. Optional ones
 * count only where there are no others: one of them has to be there.
 */
function compileTerms(pattern: Extract<FilterPattern, { kind: "terms" }>): CompiledPattern {
  const { plain, excluded, optional } = pattern;
  const onlyOptional = plain.length + excluded.length === 0;
  const needed = longest(plain);
  const texts = onlyOptional ? optional : needed === undefined ? undefined : [needed];
  return {
    hints: texts,
    matches: ({ text }) => {
      const has = (term: string) => text.includes(term);
      return onlyOptional ? optional.some(has) : plain.every(has) && !excluded.some(has);
    },
  };
}

/** Space-delimited patterns: every field's condition holds for its value. */
function fieldsMatcher(
  pattern: Extract<FilterPattern, { kind: "fields" }>,
): (event: EventMessage) => boolean {
  const fields = [...pattern.before, ...(pattern.after ?? [])];
  const tests = fields.map(({ condition }) => condition && compileCondition(condition, wordRules));
  return ({ text }) => {
    const values = fieldValues(pattern, text);
    return values?.every((value, index) => tests[index]?.(value.text) ?? true) ?? false;
  };
}

/** JSON patterns: the event is read again, with its numbers as they are spelled, only where that can matter. */
function jsonMatcher(condition: Condition): (event: EventMessage) => boolean {
  let asked = 0;
  const rules = jsonRules(() => {
    asked += 1;
  });
  const test = compileCondition(condition, rules);
  return (event) => {
    if (event.json === null) return false;
    const before = asked;
    const matches = test(event.json);
    return asked > before ? test(event.spelledJson) : matches;
  };
}

/** A question about one value; never throws. */
type ValueTest = (value: unknown) => boolean;

/** What differs between values of JSON and words of a line. */
interface ValueRules {
  /** Whether a value is equal to what the pattern says; undefined if it is never compared with such. */
  equality(operand: Operand): (value: unknown) => boolean | undefined;
  /** Below, at or above 0 as the value is less than, equal to or greater than `bound`; NaN if it is no number. */
  order(bound: string): (value: unknown) => number;
}

function compileCondition(condition: Condition, rules: ValueRules): ValueTest {
  switch (condition.kind) {
    case "equality": {
      const { selector, operator } = condition;
      const equal = rules.equality(condition.operand);
      if (operator === "=") return anyAt(selector, (value) => equal(value) === true);
      return notEqual(selector, equal);
    }
    case "order": {
      const [holds, order] = [ORDERS[condition.operator], rules.order(condition.bound)];
      return anyAt(condition.selector, (value) => holds(order(value)));
    }
    case "is":
      return anyAt(condition.selector, isKeyword(condition));
    case "notExists": {
      const exists = anyAt(condition.selector, () => true);
      return (value) => !exists(value);
    }
    case "and":
    case "or": {
      const tests = condition.terms.map((term) => compileCondition(term, rules));
      return condition.kind === "and"
        ? (value) => tests.every((test) => test(value))
        : (value) => tests.some((test) => test(value));
    }
  }
}

/**
 * `!=` (recorded): the value can be compared and differs. Over a wildcard: what the wildcard stands on exists, and none
 * of the values is equal.
 */
function notEqual(selector: Selector, equal: (value: unknown) => boolean | undefined): ValueTest {
  if (!selector.includes(ANY)) return anyAt(selector, (value) => equal(value) === false);
  const exists = anyAt(beforeWildcard(selector), () => true);
  const isAny = anyAt(selector, (value) => equal(value) === true);
  return (value) => exists(value) && !isAny(value);
}

/** By how a value compares with the bound, as {@link ValueRules.order} says it. */
const ORDERS: Readonly<Record<OrderOperator, (compared: number) => boolean>> = {
  "<": (compared) => compared < 0,
  "<=": (compared) => compared <= 0,
  ">": (compared) => compared > 0,
  ">=": (compared) => compared >= 0,
};

/**
 * `IS TRUE` and `IS FALSE` see JSON booleans only: no text, no number (recorded). `IS NULL` sees a null in an array
 * as well, one level deep, but not below a wildcard (recorded).
 */
function isKeyword({ keyword, selector }: { keyword: IsKeyword; selector: Selector }): ValueTest {
  if (keyword !== "NULL") return (value) => value === (keyword === "TRUE");
  if (selector.includes(ANY)) return (value) => value === null;
  return (value) => value === null || (isArray(value) && value.includes(null));
}

/** From here on doubles do not hold every whole number. */
const EXACT = 2 ** 53;

/**
 * Values of JSON (recorded). Text is never a number: `=` and `!=` compare it with the number as the pattern writes it,
 * order not at all. A number is its text to strings and regular expressions. True, false, null, arrays and objects are
 * never compared.
 * @param askForSpelling hears of a number whose spelling matters, and that JSON.parse has read
 */
function jsonRules(askForSpelling: () => void): ValueRules {
  const order = (bound: string) => {
    const wanted = parseDecimal(bound) ?? ZERO;
    const double = exactDouble(bound, wanted);
    return (value: unknown) => {
      if (value instanceof SpelledNumber) return value.compare(wanted);
      if (typeof value !== "number") return NaN;
      if (double !== undefined && Math.abs(value) < EXACT) return value - double;
      askForSpelling();
      return NaN;
    };
  };
  return {
    order,
    equality: (operand) => {
      if (operand.kind === "number") {
        const compare = order(operand.text);
        return (value) => {
          if (typeof value === "string") return value === operand.text;
          const compared = compare(value);
          return Number.isNaN(compared) ? undefined : compared === 0;
        };
      }
      const { test, numbersToo } = textTest(operand);
      return (value) => {
        if (typeof value === "string") return test(value);
        if (value instanceof SpelledNumber) return test(value.text);
        if (typeof value !== "number") return undefined;
        if (!numbersToo) return false;
        askForSpelling();
        return undefined;
      };
    },
  };
}

const ZERO: Decimal = { negative: false, digits: "", magnitude: 0 };

/** The double that is a literal exactly, by its shortest decimal form; undefined if there is none. */
function exactDouble(text: string, exact: Decimal): number | undefined {
  const double = Number(text);
  const shortest = parseDecimal(String(double));
  return shortest !== undefined && compareDecimals(shortest, exact) === 0 ? double : undefined;
}

/**
 * Words of a line. Here text is a number where the pattern has one: `=1` matches `1` and `1.0` (recorded). Which
 * other spellings are numbers is assumed: those of the patterns themselves.
 */
const wordRules: ValueRules = {
  order: wordOrder,
  equality: (operand) => {
    if (operand.kind !== "number") {
      const { test } = textTest(operand);
      return (value) => test(String(value));
    }
    const compare = wordOrder(operand.text);
    return (value) => compare(value) === 0;
  },
};

function wordOrder(bound: string): (value: unknown) => number {
  const wanted = parseDecimal(bound) ?? ZERO;
  return (value) => {
    const number = typeof value === "string" ? parseDecimal(value) : undefined;
    return number === undefined ? NaN : compareDecimals(number, wanted);
  };
}

/** How a text compares with a string or a regular expression, and whether a number's text can be equal to it. */
function textTest(operand: Exclude<Operand, { kind: "number" }>): {
  readonly test: (text: string) => boolean;
  readonly numbersToo: boolean;
} {
  if (operand.kind === "regex") return { test: regexOf(operand.source), numbersToo: true };
  const { text } = operand;
  if (text.includes("*")) return { test: wildcardTest(text), numbersToo: true };
  // Every number has a digit in its text, but one beyond a double: Java's word for that is assumed.
  const numbersToo = /\d|^-?Infinity$/.test(text);
  return { test: (value) => value === text, numbersToo };
}

/** A text with `*` in it, which stands for any text: at either end, and in the middle (a run on AWS shows it). */
function wildcardTest(text: string): (value: string) => boolean {
  const pieces = text.split("*");
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  const ends = first.length + last.length;
  return (value) => {
    if (value.length < ends || !value.startsWith(first) || !value.endsWith(last)) return false;
    let from = first.length;
    for (const piece of middle) {
      // The leftmost place leaves the most room for what follows, so no other needs trying.
      const at = value.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= value.length - last.length;
  };
}

// ---- Selectors

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof SpelledNumber)
  );
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * Is there a value at `selector` that passes `test`? With a wildcard: any of them.
 *
 * Only own properties count, so `$.constructor` and `$.__proto__` find what the log event holds, not
 * what JavaScript adds. A step that does not fit (a name on an array, an index on an object or beyond
 * the end) finds nothing.
 */
function anyAt(selector: Selector, test: ValueTest): ValueTest {
  return selector.reduceRight(stepTo, test);
}

function stepTo(next: ValueTest, step: SelectorStep): ValueTest {
  if (typeof step === "string") {
    return (value) => isObject(value) && Object.hasOwn(value, step) && next(value[step]);
  }
  if (step !== ANY) {
    return (value) => isArray(value) && step < value.length && next(value[step]);
  }
  return (value) => {
    if (isArray(value)) return value.some(next);
    return isObject(value) && Object.values(value).some(next);
  };
}

/**
 * Reads a value off an event's JSON.
 *
 * @param selector - A selector without wildcards; with one, the first value counts.
 * @returns The reader: undefined where there is no value.
 */
export function valueReader(selector: Selector): (json: unknown) => unknown {
  let found: unknown;
  const find = anyAt(selector, (value) => {
    found = value;
    return true;
  });
  return (json) => (find(json) ? found : undefined);
}

function beforeWildcard(selector: Selector): Selector {
  const wildcard = selector.indexOf(ANY);
  return wildcard < 0 ? selector : selector.slice(0, wildcard);
}

// ---- What to look for in a line

/** Names of which a matching event has at least one; undefined if it may have none. */
function neededNames(condition: Condition): readonly string[] | undefined {
  switch (condition.kind) {
    case "notExists":
      return undefined;
    case "equality":
    case "order":
    case "is": {
      // What stands behind a wildcard need not be there: `$.a[*].b != 1` matches `{"a": []}`.
      const name = beforeWildcard(condition.selector).findLast((step) => typeof step === "string");
      return name === undefined ? undefined : [name];
    }
    case "and": {
      // Any term's names do: the fewest of them, and of those the longest, which other lines have least often.
      const choices = condition.terms.flatMap((term) => {
        const names = neededNames(term);
        return names === undefined ? [] : [names];
      });
      const length = (names: readonly string[]) => names.join("").length / names.length;
      return choices.sort((a, b) => a.length - b.length || length(b) - length(a))[0];
    }
    case "or": {
      const all = condition.terms.map(neededNames);
      return all.every((names) => names !== undefined) ? [...new Set(all.flat())] : undefined;
    }
  }
}

// ---- Comparing patterns

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
