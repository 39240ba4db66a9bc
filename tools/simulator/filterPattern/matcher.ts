import {
  type Condition,
  countWildcards,
  type FilterPattern,
  type IsKeyword,
  Lexer,
  type Operand,
  type OrderOperator,
  parseNumber,
  type Selector,
  type SelectorStep,
} from "./parser";
import { translateRegex } from "./regex";

/**
 * Where AWS's documents are silent or disagree, and what this model takes to be true.
 *
 * A few readings are fixed, because no source suggests another: of duplicate keys in a log event the
 * last counts; a log event is JSON if the whole line is one JSON object; numbers are 64-bit floating
 * point, their text is their shortest decimal form (`1.0` reads `1`); null, arrays and objects take
 * part in no comparison; inside quotes `\"` is a quote, `\\` a backslash, and any other backslash is
 * an ordinary character.
 */
export interface FilterPatternAssumptions {
  /**
   * Does `!=` match when the field is absent?
   *
   * Source: a `test-metric-filter` run on real events (DataBiosphere/azul PR #8228) and floci's tests
   * say no; fakecloud's code says yes; AWS's guide says nothing. Fairly sure. Say
   * `$.x NOT EXISTS || $.x != ...` where it matters.
   * @default false
   */
  readonly notEqualMatchesAbsentField: boolean;

  /**
   * Do `=` and `!=` see the JSON values true and false, as the texts `true` and `false`?
   *
   * Source: the guide calls only strings and numbers value nodes and has `IS` for booleans; floci's
   * tests said yes in one version and no in the next. Not sure. Write `IS TRUE`.
   * @default false
   */
  readonly comparisonsSeeBooleans: boolean;

  /**
   * Do `IS TRUE` and `IS FALSE` see the strings `"true"` and `"false"`?
   *
   * Source: the guide speaks of fields that contain the value TRUE or FALSE; floci's tests say a
   * string is not one. Fairly sure. A number never counts.
   * @default false
   */
  readonly isSeesText: boolean;

  /**
   * Is a `*` between other characters of a string a wildcard, rather than an asterisk?
   *
   * Source: the 2018-2021 guide gives `"Ev*ent"` as literal; the 2026 guide says only that `*` matches
   * text, and a `test-metric-filter` run of 2026 (DataBiosphere/azul PR #8228) shows it matching.
   * Fairly sure. A `*` at the start or end is a wildcard in every source.
   * @default true
   */
  readonly starInMiddleIsWildcard: boolean;

  /**
   * Is a JSON string that spells a number (`"3"`) that number, when a pattern compares with one?
   *
   * Source: floci's tests; AWS's guide says nothing. Not sure.
   * @default true
   */
  readonly numericTextIsNumber: boolean;

  /**
   * Is a JSON number its decimal text, when a pattern compares with a quoted string or a regex?
   *
   * Source: floci's tests; the guide says so for `*` only (`4*` matches 404), which this setting
   * does not touch. Not sure.
   * @default true
   */
  readonly numberMatchesText: boolean;

  /**
   * Over `.*` or `[*]`, must any or all of the values differ for `!=` to match?
   *
   * Source: the guide's wording is that the wildcard selects any element or field. Not sure. With
   * `"all"` at least one value that can be compared is still needed.
   * @default "any"
   */
  readonly notEqualOverWildcard: "any" | "all";
}

/** The assumptions in force unless a caller says otherwise: the default of every field. */
export const DEFAULT_FILTER_PATTERN_ASSUMPTIONS: FilterPatternAssumptions = {
  notEqualMatchesAbsentField: false,
  comparisonsSeeBooleans: false,
  isSeesText: false,
  starInMiddleIsWildcard: true,
  numericTextIsNumber: true,
  numberMatchesText: true,
  notEqualOverWildcard: "any",
};

/** A question about one JSON value; never throws, and allocates only to see a number as text. */
export type ValueTest = (value: unknown) => boolean;

/** Can the value take part in `=` and `!=` at all? Null, arrays and objects never can. */
export function comparable(assumptions: FilterPatternAssumptions): ValueTest {
  const { comparisonsSeeBooleans } = assumptions;
  return (value) =>
    typeof value === "string" ||
    typeof value === "number" ||
    (comparisonsSeeBooleans && typeof value === "boolean");
}

/** Is the value equal to what the pattern says? */
export function equalTo(operand: Operand, assumptions: FilterPatternAssumptions): ValueTest {
  switch (operand.kind) {
    case "number": {
      const numberOf = numberReader(assumptions);
      const { value: wanted } = operand;
      return (value) => numberOf(value) === wanted;
    }
    case "regex": {
      const regex = translateRegex(operand.source, 0, new Lexer(operand.source));
      return textTest((text) => regex.test(text), assumptions.numberMatchesText, assumptions);
    }
    case "text": {
      const { text } = operand;
      const wildcard = wildcardTest(text, assumptions.starInMiddleIsWildcard);
      if (wildcard !== undefined) return textTest(wildcard, true, assumptions);
      return textTest((value) => value === text, assumptions.numberMatchesText, assumptions);
    }
  }
}

/** Is the value a number on the wanted side of `bound`? */
export function ordered(
  operator: OrderOperator,
  bound: number,
  assumptions: FilterPatternAssumptions,
): ValueTest {
  const numberOf = numberReader(assumptions);
  switch (operator) {
    case "<":
      return (value) => numberOf(value) < bound;
    case "<=":
      return (value) => numberOf(value) <= bound;
    case ">":
      return (value) => numberOf(value) > bound;
    case ">=":
      return (value) => numberOf(value) >= bound;
  }
}

/** Is the value the JSON null, true or false that `IS` asks for? */
export function isKeyword(keyword: IsKeyword, assumptions: FilterPatternAssumptions): ValueTest {
  if (keyword === "NULL") return (value) => value === null;
  const wanted = keyword === "TRUE";
  if (!assumptions.isSeesText) return (value) => value === wanted;
  const text = String(wanted);
  return (value) => value === wanted || value === text;
}

/**
 * How a JSON value reads as a number: itself, or the number a string spells if the assumptions let it;
 * NaN for all else, which no comparison accepts.
 */
export function numberReader(assumptions: FilterPatternAssumptions): (value: unknown) => number {
  const { numericTextIsNumber } = assumptions;
  return (value) => {
    if (typeof value === "number") return value;
    return numericTextIsNumber && typeof value === "string" ? parseNumber(value) : Number.NaN;
  };
}

function textTest(
  matches: (text: string) => boolean,
  numbersToo: boolean,
  assumptions: FilterPatternAssumptions,
): ValueTest {
  const { comparisonsSeeBooleans } = assumptions;
  return (value) => {
    if (typeof value === "string") return matches(value);
    if (typeof value === "number") return numbersToo && matches(String(value));
    return comparisonsSeeBooleans && typeof value === "boolean" && matches(String(value));
  };
}

/** The test for a text with `*` in it, or undefined if none of its asterisks is a wildcard. */
function wildcardTest(
  text: string,
  starInMiddleIsWildcard: boolean,
): ((value: string) => boolean) | undefined {
  const pieces = starInMiddleIsWildcard ? text.split("*") : splitAtEnds(text);
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  if (pieces.length < 2) return undefined;
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

/** Splits at a leading and a trailing asterisk only: `*a*b*` is `""`, `a*b`, `""`. */
function splitAtEnds(text: string): string[] {
  if (text === "*") return ["", ""];
  const starts = text.startsWith("*");
  const ends = text.endsWith("*");
  const inner = text.slice(starts ? 1 : 0, ends ? -1 : undefined);
  return [...(starts ? [""] : []), inner, ...(ends ? [""] : [])];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
export function anyAt(selector: Selector, test: ValueTest): ValueTest {
  return selector.reduceRight(stepTo, test);
}

function stepTo(next: ValueTest, step: SelectorStep): ValueTest {
  switch (step.kind) {
    case "member": {
      const { name } = step;
      return (value) => isObject(value) && Object.hasOwn(value, name) && next(value[name]);
    }
    case "element": {
      const { index } = step;
      return (value) => isArray(value) && index < value.length && next(value[index]);
    }
    case "anyMember":
      return (value) => {
        if (!isObject(value)) return false;
        for (const name in value) {
          if (Object.hasOwn(value, name) && next(value[name])) return true;
        }
        return false;
      };
    case "anyElement":
      return (value) => isArray(value) && value.some(next);
  }
}

/**
 * Reads the number at `selector` with `read`; NaN if there is no value.
 *
 * @param selector - A selector without wildcards; with one, the first value that is a number counts.
 */
export function numberAt(
  selector: Selector,
  read: (value: unknown) => number,
): (event: unknown) => number {
  let found = Number.NaN;
  const find = anyAt(selector, (value) => {
    found = read(value);
    return !Number.isNaN(found);
  });
  return (event) => (find(event) ? found : Number.NaN);
}

/** Is this parsed log event one that JSON patterns apply to, an object? */
export function isJsonEvent(event: unknown): boolean {
  return isObject(event);
}

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
