import { translateRegex } from "./regex";

/**
 * A filter pattern as a tree: what a metric filter's `filterPattern` text says, without its spelling.
 *
 * Source of the grammar: CloudWatch Logs User Guide, Filter and pattern syntax
 * (`FilterAndPatternSyntax`), "Using filter patterns to match terms in JSON log events".
 */

/** One step of a {@link Selector}, from a JSON value to a value inside it. */
export type SelectorStep =
  /** `.name` or `['any.name']`: the member of an object with exactly this (case-sensitive) name. */
  | { readonly kind: "member"; readonly name: string }
  /** `[2]`: the element of an array at this zero-based index. */
  | { readonly kind: "element"; readonly index: number }
  /** `.*`: every member of an object. */
  | { readonly kind: "anyMember" }
  /** `[*]`: every element of an array. */
  | { readonly kind: "anyElement" };

/** A property selector such as `$.user.roles[0]`: the steps from the log event's root, at least one. */
export type Selector = readonly SelectorStep[];

/** `=` and `!=`, the operators that strings and regular expressions allow as well as numbers. */
export type EqualityOperator = "=" | "!=";

/** The operators that only numbers allow. */
export type OrderOperator = "<" | "<=" | ">" | ">=";

/** What a field is compared with. */
export type Operand =
  /** An unquoted number; decimals and scientific notation are already resolved. */
  | { readonly kind: "number"; readonly value: number }
  /** A quoted string or an unquoted word, its escapes resolved; `*` in it is a wildcard. */
  | { readonly kind: "text"; readonly text: string }
  /** The part between the `%` signs, as written. */
  | { readonly kind: "regex"; readonly source: string };

/** The values that `IS` can ask for. */
export type IsKeyword = "NULL" | "TRUE" | "FALSE";

/** What is asked of a JSON log event. */
export type Condition =
  | {
      readonly kind: "equality";
      readonly selector: Selector;
      readonly operator: EqualityOperator;
      readonly operand: Operand;
    }
  | {
      readonly kind: "order";
      readonly selector: Selector;
      readonly operator: OrderOperator;
      readonly value: number;
    }
  | { readonly kind: "is"; readonly selector: Selector; readonly keyword: IsKeyword }
  | { readonly kind: "notExists"; readonly selector: Selector }
  /** Two or more terms joined by `&&`; parentheses show as a nested `and` or `or`. */
  | { readonly kind: "and"; readonly terms: readonly Condition[] }
  /** Two or more terms joined by `||`. */
  | { readonly kind: "or"; readonly terms: readonly Condition[] };

/** A parsed filter pattern. */
export type FilterPattern =
  /** The empty, blank or quoted-blank pattern, which every log event matches. */
  | { readonly kind: "everything" }
  /** `{ ... }`, which only JSON log events can match. */
  | { readonly kind: "json"; readonly condition: Condition };

/**
 * Why a filter pattern was refused:
 * - `syntax`: CloudWatch Logs would not understand it either;
 * - `limit`: it is well formed but over one of the documented quotas;
 * - `unsupported`: CloudWatch Logs takes it, this local model does not.
 */
export type FilterPatternErrorReason = "syntax" | "limit" | "unsupported";

/** A filter pattern that cannot be used, with the place in it that is to blame. */
export class FilterPatternError extends Error {
  override readonly name = "FilterPatternError";

  /**
   * @param pattern - The whole pattern as it was given.
   * @param position - The offending place: a 0-based index into `pattern`, its length for "at the end".
   * @param expected - What should have stood there, for the line under the caret.
   * @param problem - The sentence for `message`, without the place.
   * @param reason - Whose rule is broken.
   */
  constructor(
    readonly pattern: string,
    readonly position: number,
    readonly expected: string,
    problem: string,
    readonly reason: FilterPatternErrorReason = "syntax",
  ) {
    super(`filter pattern: ${problem} (at character ${String(position + 1)})`);
  }

  /** Two lines: the pattern, and below it a `^` under the place followed by what was expected. */
  get caret(): string {
    // A line break inside the pattern would part the caret from the text it points at.
    const oneLine = this.pattern.replace(/\s/g, " ");
    const column = Array.from(this.pattern.slice(0, this.position)).length;
    return `${oneLine}\n${" ".repeat(column)}^ ${this.expected}`;
  }
}

/** Longest filter pattern, in characters (CloudWatch Logs API Reference, PutMetricFilter `filterPattern`). */
export const MAX_PATTERN_LENGTH = 1024;

/** Most regular expressions in one pattern (CloudWatch Logs User Guide, Filter and pattern syntax, regex quotas). */
export const MAX_REGEXES_PER_PATTERN = 2;

/** Most `.*` and `[*]` in one property selector (same page, wildcard selector quota). */
export const MAX_WILDCARDS_PER_SELECTOR = 1;

/** Most `.*` and `[*]` in one pattern (same page, quota of compound expressions). */
export const MAX_WILDCARDS_PER_PATTERN = 3;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that `text` spells, or NaN.
 *
 * The form is CloudWatch Logs' (User Guide, Filter and pattern syntax: integers and decimals, either
 * sign, scientific notation), not JavaScript's, which would also take `0x10`, blanks and `Infinity`.
 */
export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

const BLANKS = /\s+/y;
const SHOWN_CHARACTERS = 16;

/**
 * Reads a pattern from left to right.
 *
 * There is no token list: the same character means different things in a selector, in a value and
 * between them (`*`, `-`, `.`, `[`), so the parser says which form it wants next.
 */
export class Lexer {
  #position = 0;

  constructor(
    readonly text: string,
    start = 0,
  ) {
    this.#position = start;
  }

  /** The 0-based index of the next unread character. */
  get position(): number {
    return this.#position;
  }

  /** The next unread character, `""` at the end. */
  peek(): string {
    return this.text.charAt(this.#position);
  }

  /** Skips white space, line breaks included. */
  skipBlanks(): void {
    this.match(BLANKS);
  }

  /** Reads `literal` if it comes next. */
  take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.#position)) return false;
    this.#position += literal.length;
    return true;
  }

  /** Reads what the sticky expression `form` matches here, or nothing. */
  match(form: RegExp): string | undefined {
    form.lastIndex = this.#position;
    const found = form.exec(this.text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  /** What comes next, for an error message. */
  describeNext(position = this.#position): string {
    const rest = this.text.slice(position).trimEnd();
    if (rest === "") return "the end of the pattern";
    return `\`${rest.length > SHOWN_CHARACTERS ? `${rest.slice(0, SHOWN_CHARACTERS)}...` : rest}\``;
  }

  /** The error for something other than `expected` standing at `position`. */
  unexpected(expected: string, position = this.#position): FilterPatternError {
    return this.error(
      position,
      `expected ${expected}`,
      `expected ${expected}, found ${this.describeNext(position)}`,
    );
  }

  /** An error with its own sentence. */
  error(
    position: number,
    expected: string,
    problem: string,
    reason?: FilterPatternErrorReason,
  ): FilterPatternError {
    return new FilterPatternError(this.text, position, expected, problem, reason);
  }
}

const WORD = /[A-Za-z0-9_.*+-]+/y;
const SIGNLESS_WORD = /^[A-Za-z0-9_.*]+$/;
const SIGNED_WILDCARD_NUMBER = /^[+-][\d.]*\*[\d.*]*$/;
const QUOTED_CHARACTERS = /[^"\\]+/y;
const REGEX_CHARACTERS = /[^%]*/y;

/**
 * Reads what stands right of an operator: a number, an unquoted word, a quoted string or `%regex%`.
 *
 * The guide wants quotes around all but letters, digits and `_`, yet its own example leaves
 * `123.123.*` bare; so a period and the wildcard are let through unquoted, anything else is not.
 *
 * @throws FilterPatternError if nothing of the kind stands there.
 */
export function readOperand(lexer: Lexer): Operand {
  const start = lexer.position;
  if (lexer.peek() === '"') return { kind: "text", text: readQuoted(lexer) };
  if (lexer.take("%")) return readRegex(lexer, start);
  const word = lexer.match(WORD);
  if (word === undefined) {
    throw lexer.unexpected(
      'a number, a word, a string in double quotes ("...") or a regex (%...%)',
    );
  }
  const value = parseNumber(word);
  if (Number.isFinite(value)) return { kind: "number", value };
  if (!Number.isNaN(value)) throw lexer.unexpected("a number that a double can hold", start);
  if (SIGNLESS_WORD.test(word)) return { kind: "text", text: word };
  if (SIGNED_WILDCARD_NUMBER.test(word)) {
    // A JSON number never shows its plus sign, so with it the text could not match.
    return { kind: "text", text: word.startsWith("+") ? word.slice(1) : word };
  }
  throw lexer.unexpected(
    "double quotes around a string with other than letters, digits and _",
    start,
  );
}

function readQuoted(lexer: Lexer): string {
  const start = lexer.position;
  lexer.take('"');
  let text = "";
  for (;;) {
    text += lexer.match(QUOTED_CHARACTERS) ?? "";
    if (lexer.take('"')) return text;
    if (lexer.take('\\"')) text += '"';
    else if (lexer.take("\\\\") || lexer.take("\\")) text += "\\";
    else throw lexer.unexpected('a closing " for this string', start);
  }
}

function readRegex(lexer: Lexer, start: number): Operand {
  const offset = lexer.position;
  const source = lexer.match(REGEX_CHARACTERS) ?? "";
  if (!lexer.take("%")) throw lexer.unexpected("a closing % for this regular expression", start);
  translateRegex(source, offset, lexer);
  return { kind: "regex", source };
}

const NAME = /[A-Za-z0-9_-]+/y;
const INDEX = /\d+/y;
const QUOTED_NAME = /'[^']+'/y;

/** How many `.*` and `[*]` a selector has. */
export function countWildcards(selector: Selector): number {
  return selector.filter((step) => step.kind === "anyMember" || step.kind === "anyElement").length;
}

/**
 * Reads a property selector that stands alone, such as a metric filter's `$.latency`.
 *
 * @throws FilterPatternError if `text` is not one, or has more wildcards than a selector may.
 */
export function parseSelector(text: string): Selector {
  const lexer = new Lexer(text);
  if (text.length > MAX_PATTERN_LENGTH) throw lexer.unexpected("a shorter selector", 0);
  const selector = readSelector(lexer);
  if (lexer.peek() !== "") throw lexer.unexpected("the end of the selector");
  return selector;
}

/**
 * Reads a property selector and leaves the lexer behind it (CloudWatch Logs User Guide, Filter and
 * pattern syntax, "Property selector": `$.`, names of letters, digits, `-` and `_`, zero-based
 * indexes, `['a.b']` for other names, `.*` and `[*]`).
 *
 * @throws FilterPatternError at the first character that does not fit.
 */
export function readSelector(lexer: Lexer): Selector {
  const start = lexer.position;
  if (!lexer.take("$")) throw lexer.unexpected("a property selector such as $.name");
  if (lexer.peek() !== ".") throw lexer.unexpected("a period after $, as in $.name");
  const steps: SelectorStep[] = [];
  for (;;) {
    if (lexer.take(".")) steps.push(readAfterPeriod(lexer));
    else if (lexer.peek() === "[") steps.push(readBrackets(lexer));
    else break;
  }
  if (countWildcards(steps) > MAX_WILDCARDS_PER_SELECTOR) {
    const limit = `at most ${MAX_WILDCARDS_PER_SELECTOR} wildcard (.* or [*]) in a selector`;
    throw lexer.error(start, limit, `a property selector may have ${limit}`, "limit");
  }
  return steps;
}

function readAfterPeriod(lexer: Lexer): SelectorStep {
  if (lexer.take("*")) return { kind: "anyMember" };
  const name = lexer.match(NAME);
  if (name !== undefined) return { kind: "member", name };
  if (lexer.peek() === "[") {
    const position = lexer.position;
    const step = readBrackets(lexer);
    if (step.kind === "member") return step;
    throw lexer.unexpected("a property name (an index follows a name without a period)", position);
  }
  throw lexer.unexpected("a property name, ['a name'] or *");
}

function readBrackets(lexer: Lexer): SelectorStep {
  lexer.take("[");
  const position = lexer.position;
  const step = readInBrackets(lexer, position);
  if (!lexer.take("]")) throw lexer.unexpected("]");
  return step;
}

function readInBrackets(lexer: Lexer, position: number): SelectorStep {
  if (lexer.take("*")) return { kind: "anyElement" };
  const digits = lexer.match(INDEX);
  if (digits !== undefined) {
    const index = Number(digits);
    if (!Number.isSafeInteger(index)) throw lexer.unexpected("a smaller index", position);
    return { kind: "element", index };
  }
  const quoted = lexer.match(QUOTED_NAME);
  if (quoted !== undefined) return { kind: "member", name: quoted.slice(1, -1) };
  if (lexer.peek() === '"') throw lexer.unexpected("single quotes around a name in brackets");
  throw lexer.unexpected("an index, * or a name in single quotes");
}

const MATCH_EVERYTHING = /^\s*(?:"\s*")?\s*$/;
const LETTERS = /[A-Za-z]+/y;
const OPERATORS = ["!=", "<=", ">=", "=", "<", ">"] as const;
const IS_KEYWORDS: readonly IsKeyword[] = ["NULL", "TRUE", "FALSE"];
const EXPECTED_OPERATOR = "an operator (= != < <= > >=), IS or NOT EXISTS";

/**
 * Reads a filter pattern: a JSON pattern `{ ... }`, or the empty or blank one that matches everything.
 *
 * Source: CloudWatch Logs User Guide, Filter and pattern syntax. Precedence: parentheses, then `&&`,
 * then `||`. Nesting needs no limit of its own: the length limit bounds it.
 *
 * @throws FilterPatternError with `reason` `syntax` for what CloudWatch Logs would refuse too, `limit`
 * for patterns over its quotas, `unsupported` for term (`ERROR`), regex (`%ERR%`) and space-delimited
 * (`[ip, user]`) patterns, which it would take.
 */
export function parseFilterPattern(text: string): FilterPattern {
  const lexer = new Lexer(text);
  checkLength(lexer);
  if (MATCH_EVERYTHING.test(text)) return { kind: "everything" };
  lexer.skipBlanks();
  const open = lexer.position;
  if (!lexer.take("{")) throw otherForm(lexer);
  const condition = new Parser(lexer).parse(open);
  return { kind: "json", condition };
}

function checkLength(lexer: Lexer): void {
  // Characters are code points; an iterator over every short pattern would be wasted.
  if (lexer.text.length <= MAX_PATTERN_LENGTH) return;
  const length = Array.from(lexer.text).length;
  if (length <= MAX_PATTERN_LENGTH) return;
  const limit = `at most ${MAX_PATTERN_LENGTH} characters`;
  const problem = `a pattern may have ${limit}, this one has ${length}`;
  throw lexer.error(MAX_PATTERN_LENGTH, limit, problem, "limit");
}

function otherForm(lexer: Lexer): FilterPatternError {
  const form =
    lexer.peek() === "[" ? "space-delimited" : lexer.peek() === "%" ? "regular expression" : "term";
  const position = lexer.position;
  return lexer.error(
    position,
    "expected { (a JSON pattern)",
    `${form} patterns are not supported; only JSON patterns \`{ ... }\``,
    "unsupported",
  );
}

/** Recursive descent over the inside of the braces; counts what the quotas limit. */
class Parser {
  #regexes = 0;
  #wildcards = 0;

  constructor(readonly lexer: Lexer) {}

  parse(open: number): Condition {
    const { lexer } = this;
    const condition = this.#or();
    if (!lexer.take("}")) throw this.#missingClose("}", open);
    lexer.skipBlanks();
    if (lexer.peek() !== "") throw lexer.unexpected("nothing after the closing }");
    return condition;
  }

  #or(): Condition {
    const terms = [this.#and()];
    while (this.lexer.take("||")) terms.push(this.#and());
    return joined("or", terms);
  }

  #and(): Condition {
    const terms = [this.#term()];
    while (this.lexer.take("&&")) terms.push(this.#term());
    return joined("and", terms);
  }

  /** Reads a comparison or a parenthesised condition, with the blanks around it. */
  #term(): Condition {
    const { lexer } = this;
    lexer.skipBlanks();
    const open = lexer.position;
    let condition: Condition;
    if (lexer.take("(")) {
      condition = this.#or();
      if (!lexer.take(")")) throw this.#missingClose(")", open);
    } else {
      if (lexer.peek() !== "$") throw lexer.unexpected("a property selector such as $.name, or (");
      condition = this.#comparison();
    }
    lexer.skipBlanks();
    return condition;
  }

  #missingClose(close: string, open: number): FilterPatternError {
    const opener = this.lexer.text.charAt(open);
    return this.lexer.unexpected(
      `&&, || or the ${close} that closes ${opener} of character ${String(open + 1)}`,
    );
  }

  #comparison(): Condition {
    const { lexer } = this;
    const selector = this.#selector();
    lexer.skipBlanks();
    const position = lexer.position;
    const operator = OPERATORS.find((candidate) => lexer.take(candidate));
    if (operator === undefined) return this.#keywords(selector, position);
    if (operator === "=" && lexer.peek() === "=") {
      throw lexer.unexpected("a single = for equality", position);
    }
    lexer.skipBlanks();
    const operandPosition = lexer.position;
    const operand = readOperand(lexer);
    if (operator === "=" || operator === "!=") {
      if (operand.kind === "regex") this.#countRegex(operandPosition);
      return { kind: "equality", selector, operator, operand };
    }
    if (operand.kind !== "number") {
      throw lexer.unexpected(`a number after ${operator}`, operandPosition);
    }
    return { kind: "order", selector, operator, value: operand.value };
  }

  #keywords(selector: Selector, position: number): Condition {
    const { lexer } = this;
    const word = lexer.match(LETTERS);
    if (word === "IS") return { kind: "is", selector, keyword: this.#isKeyword(position) };
    if (word === "NOT") {
      lexer.skipBlanks();
      const exists = lexer.position;
      if (lexer.match(LETTERS) === "EXISTS") return { kind: "notExists", selector };
      throw lexer.unexpected("EXISTS after NOT", exists);
    }
    if (word === "EXISTS") {
      const hint = 'NOT EXISTS, or = "*" for a field that exists (EXISTS is not supported by AWS)';
      throw lexer.unexpected(hint, position);
    }
    if (word !== undefined && ["IS", "NOT", "EXISTS"].includes(word.toUpperCase())) {
      throw lexer.unexpected(`${word.toUpperCase()} in capitals`, position);
    }
    throw lexer.unexpected(EXPECTED_OPERATOR, position);
  }

  #isKeyword(isPosition: number): IsKeyword {
    const { lexer } = this;
    lexer.skipBlanks();
    const position = lexer.position;
    const word = lexer.match(LETTERS);
    const keyword = IS_KEYWORDS.find((candidate) => candidate === word);
    if (keyword !== undefined) return keyword;
    if (word === "NOT") {
      throw lexer.unexpected("IS NULL, IS TRUE or IS FALSE (IS NOT is not supported)", isPosition);
    }
    throw lexer.unexpected("NULL, TRUE or FALSE, in capitals", position);
  }

  #selector(): Selector {
    const position = this.lexer.position;
    const selector = readSelector(this.lexer);
    this.#wildcards += countWildcards(selector);
    if (this.#wildcards > MAX_WILDCARDS_PER_PATTERN) {
      throw this.#quota(position, MAX_WILDCARDS_PER_PATTERN, "wildcard selectors (.* or [*])");
    }
    return selector;
  }

  #countRegex(position: number): void {
    this.#regexes += 1;
    if (this.#regexes > MAX_REGEXES_PER_PATTERN) {
      throw this.#quota(position, MAX_REGEXES_PER_PATTERN, "regular expressions");
    }
  }

  #quota(position: number, most: number, what: string): FilterPatternError {
    const limit = `at most ${most} ${what} in a pattern`;
    return this.lexer.error(position, limit, `there may be ${limit}`, "limit");
  }
}

/** One term stays itself, so that the tree shows only what the pattern joins. */
function joined(kind: "and" | "or", terms: readonly Condition[]): Condition {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : { kind, terms };
}
