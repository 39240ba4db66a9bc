import { FILTER_PATTERN_LENGTH } from "../../../components/cloudwatch/limits";
import type { PropertyPath } from "../../../components/cloudwatch/patterns";
import { parseDecimal } from "../decimal";
import { compileRegex } from "./regex";

/**
 * A step from a JSON value to a value inside it. A name: the member of an object with exactly this (case-sensitive) name.
 * A number: the element of an array at this index, from 0. {@link ANY}: every element or member.
 */
export type SelectorStep = string | number | typeof ANY;

/** `.*` or `[*]`, which are the same (recorded). */
export const ANY = null;

/**
 * A property selector such as `$.user.roles[0]`: the steps from the log event's root, at least one. In a field of a
 * space-delimited pattern there is none: the condition is about that field.
 */
export type Selector = readonly SelectorStep[];

/** A selector as a path; undefined where it has a wildcard. */
export function plainPath(selector: Selector): PropertyPath | undefined {
  const path = selector.filter((step) => step !== ANY);
  return path.length === selector.length ? path : undefined;
}

/** The operators that only numbers allow. */
export type OrderOperator = "<" | "<=" | ">" | ">=";

/** What a field is compared with. */
export type Operand =
  /** An unquoted number, as it is written. */
  | { readonly kind: "number"; readonly text: string }
  /** A quoted string or an unquoted word, its escapes resolved; `*` in it is a wildcard. */
  | { readonly kind: "text"; readonly text: string }
  /** The part between the `%` signs, as it is written. */
  | { readonly kind: "regex"; readonly source: string };

/** What is asked of a JSON log event, or of a field of a space-delimited one. */
export type Condition =
  | {
      readonly kind: "equality";
      readonly selector: Selector;
      readonly operator: "=" | "!=";
      readonly operand: Operand;
    }
  | {
      readonly kind: "order";
      readonly selector: Selector;
      readonly operator: OrderOperator;
      /** A number, as it is written. */
      readonly bound: string;
    }
  | { readonly kind: "is"; readonly selector: Selector; readonly keyword: IsKeyword }
  | { readonly kind: "notExists"; readonly selector: Selector }
  /** Two or more terms joined by `&&` or `||`; parentheses show as a nested one. */
  | { readonly kind: "and" | "or"; readonly terms: readonly Condition[] };

/** The values that `IS` can ask for. */
export type IsKeyword = (typeof IS_KEYWORDS)[number];

/** A place of a space-delimited pattern. */
export interface Field {
  /** Undefined for a place that is left empty. */
  readonly name: string | undefined;
  readonly condition: Condition | undefined;
}

/** A parsed filter pattern. */
export type FilterPattern =
  /** The empty or blank pattern, which every log event matches. */
  | { readonly kind: "everything" }
  /** `{ ... }`, which only JSON log events can match. */
  | { readonly kind: "json"; readonly condition: Condition }
  /** `ERROR -expected "out of memory"` or `?WARN ?ERROR`: words and phrases, anywhere in the line. */
  | {
      readonly kind: "terms";
      readonly plain: readonly string[];
      /** Marked by `-`. */
      readonly excluded: readonly string[];
      /** Marked by `?`. */
      readonly optional: readonly string[];
    }
  /** `%...%`: a regular expression, anywhere in the line. */
  | { readonly kind: "regex"; readonly source: string }
  /** `[ip, user, ..., status = 5*]`: the words of a line, one by one. */
  | {
      readonly kind: "fields";
      /** The fields before the `...`, or all of them. */
      readonly before: readonly Field[];
      /** The fields behind the `...`; undefined if there is none. */
      readonly after: readonly Field[] | undefined;
    };

/** A filter pattern that CloudWatch Logs refuses, with the place in it that is to blame. */
export class FilterPatternError extends Error {
  override readonly name = "FilterPatternError";

  /**
   * @param position - The offending place: a 0-based index into the pattern, its length for "at the end".
   * @param problem - The sentence for `message`, without the place.
   */
  constructor(
    readonly position: number,
    problem: string,
  ) {
    super(`filter pattern: ${problem} (at character ${position + 1})`);
  }
}

/** Most regular expressions in one pattern (CloudWatch Logs User Guide, Filter and pattern syntax, regex quotas). */
export const MAX_REGEXES = 2;

/** Most `.*` and `[*]` in one pattern (same page, quota of compound expressions); in one selector there may be one. */
export const MAX_WILDCARDS = 3;

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
  /** How many there were so far. */
  regexes = 0;
  wildcards = 0;

  constructor(readonly text: string) {}

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

  /** The error for something other than `expected` standing at `position`. */
  unexpected(expected: string, position = this.#position): FilterPatternError {
    const rest = this.text.slice(position).trimEnd();
    const shown = rest.length > SHOWN_CHARACTERS ? `${rest.slice(0, SHOWN_CHARACTERS)}...` : rest;
    const found = rest === "" ? "the end of the pattern" : `\`${shown}\``;
    return new FilterPatternError(position, `expected ${expected}, found ${found}`);
  }

  /** @throws FilterPatternError for more than CloudWatch Logs' quota of something. */
  expectAtMost(most: number, found: number, what: string, position: number): void {
    if (found > most)
      throw new FilterPatternError(position, `there may be at most ${most} ${what}`);
  }
}

/**
 * Reads a filter pattern, in any of its forms.
 *
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax", and AWS's recorded answers to patterns
 * (docs/cloudwatch-model.md says which rule rests on which).
 *
 * @throws FilterPatternError for what CloudWatch Logs refuses.
 */
export function parseFilterPattern(text: string): FilterPattern {
  const lexer = new Lexer(text);
  // Characters are code points.
  const length = Array.from(text).length;
  if (length > FILTER_PATTERN_LENGTH) {
    const limit = `a pattern may have at most ${FILTER_PATTERN_LENGTH} characters`;
    throw new FilterPatternError(FILTER_PATTERN_LENGTH, `${limit}, this one has ${length}`);
  }
  lexer.skipBlanks();
  const open = lexer.position;
  switch (lexer.peek()) {
    case "":
      return { kind: "everything" };
    case "{":
      return readJsonPattern(lexer, open);
    case "[":
      return readFieldsPattern(lexer, open);
    case "%": {
      const source = readRegex(lexer);
      readEnd(lexer, "%");
      return { kind: "regex", source };
    }
    default:
      return readTerms(lexer);
  }
}

function readEnd(lexer: Lexer, closing: string): void {
  lexer.skipBlanks();
  if (lexer.peek() !== "") throw lexer.unexpected(`nothing after the closing ${closing}`);
}

// ---- Terms

const TERM = /[\p{L}\p{N}_.]+/uy;

/**
 * Words and phrases. `-` and `?` mark what follows, inside a word as well: `a-b` is `a -b` (recorded). That a mark
 * needs a term right behind it, and a phrase a blank before it, is assumed.
 */
function readTerms(lexer: Lexer): FilterPattern {
  const terms = { plain: [] as string[], excluded: [] as string[], optional: [] as string[] };
  for (;;) {
    const list = lexer.take("-") ? terms.excluded : lexer.take("?") ? terms.optional : terms.plain;
    list.push(readTerm(lexer));
    lexer.skipBlanks();
    if (lexer.peek() === "") return { kind: "terms", ...terms };
  }
}

function readTerm(lexer: Lexer): string {
  const start = lexer.position;
  if (lexer.peek() === '"') {
    const phrase = readQuoted(lexer);
    if (phrase === "") throw lexer.unexpected("at least one character between the quotes", start);
    if (/\S/.test(lexer.peek())) throw lexer.unexpected("a blank behind the phrase");
    return phrase;
  }
  const word = lexer.match(TERM);
  if (word === undefined) {
    throw lexer.unexpected("a word of letters, digits, _ and ., or a phrase in double quotes");
  }
  if (lexer.peek() === '"') throw lexer.unexpected("a blank before the phrase");
  return word;
}

// ---- JSON: { ... }

function readJsonPattern(lexer: Lexer, open: number): FilterPattern {
  lexer.take("{");
  const selector = (): Selector => {
    if (lexer.peek() !== "$") throw lexer.unexpected("a property selector such as $.name, or (");
    return readSelector(lexer);
  };
  const condition = new ConditionParser(lexer, selector, true).parse();
  readClose(lexer, "}", open);
  readEnd(lexer, "}");
  return { kind: "json", condition };
}

function readClose(lexer: Lexer, close: string, open: number): void {
  if (lexer.take(close)) return;
  const opener = `the ${close} that closes ${lexer.text.charAt(open)} of character ${open + 1}`;
  throw lexer.unexpected(`&&, || or ${opener}`);
}

// ---- Space-delimited: [ ... ]

const FIELD_NAME = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const LONE_NAME = /[\p{L}_][\p{L}\p{N}_-]*\s*(?=[,\]]|$)/uy;

/**
 * The fields of `[a, b = 1, ..., c]`. A place that is left empty, also behind the last comma, is a field
 * without a name; `[]` is one `...` (recorded).
 */
function readFieldsPattern(lexer: Lexer, open: number): FilterPattern {
  lexer.take("[");
  const before: Field[] = [];
  let after: Field[] | undefined;
  const names = new Set<string>();
  lexer.skipBlanks();
  if (lexer.peek() === "]") after = [];
  else {
    do {
      lexer.skipBlanks();
      const position = lexer.position;
      if (lexer.take("...")) {
        if (after !== undefined) throw lexer.unexpected("a single ...", position);
        after = [];
      } else {
        const field = readField(lexer);
        if (field.name !== undefined) {
          if (names.has(field.name)) throw lexer.unexpected("another name", position);
          names.add(field.name);
        }
        (after ?? before).push(field);
      }
      lexer.skipBlanks();
    } while (lexer.take(","));
  }
  readClose(lexer, "]", open);
  readEnd(lexer, "]");
  return { kind: "fields", before, after };
}

/** A field's conditions stand in its own place and name it: `[status = 4* || status = 5*]`. */
function readField(lexer: Lexer): Field {
  if (",]".includes(lexer.peek())) return { name: undefined, condition: undefined };
  let name: string | undefined;
  const subject = (): Selector => {
    const position = lexer.position;
    const found = lexer.match(FIELD_NAME);
    if (found === undefined) throw lexer.unexpected("a field's name, which begins with a letter");
    if (name !== undefined && found !== name) {
      throw lexer.unexpected(`a condition on ${name}, whose place this is`, position);
    }
    name = found;
    return [];
  };
  const alone = lexer.match(LONE_NAME)?.trimEnd();
  if (alone !== undefined) return { name: alone, condition: undefined };
  const condition = new ConditionParser(lexer, subject, false).parse();
  return { name, condition };
}

// ---- Conditions

const LETTERS = /[A-Za-z]+/y;
const COMPARISONS = ["!=", "<=", ">=", "=", "<", ">"] as const;
const IS_KEYWORDS = ["NULL", "TRUE", "FALSE"] as const;

/**
 * Recursive descent over conditions. Precedence: parentheses, then `&&`, then `||`. Nesting needs no limit of its own:
 * the length limit bounds it.
 */
class ConditionParser {
  /**
   * @param subject - Reads what a comparison begins with.
   * @param keywords - Whether `IS` and `NOT EXISTS` may follow it.
   */
  constructor(
    readonly lexer: Lexer,
    readonly subject: () => Selector,
    readonly keywords: boolean,
  ) {}

  parse(): Condition {
    return this.#joined("or", "||", () => this.#joined("and", "&&", () => this.#term()));
  }

  /** One term stays itself, so that the tree shows only what the pattern joins. */
  #joined(kind: "and" | "or", sign: string, read: () => Condition): Condition {
    const first = read();
    const terms = [first];
    while (this.lexer.take(sign)) terms.push(read());
    return terms.length === 1 ? first : { kind, terms };
  }

  /** Reads a comparison or a parenthesised condition, with the blanks around it. */
  #term(): Condition {
    const { lexer } = this;
    lexer.skipBlanks();
    const open = lexer.position;
    let condition: Condition;
    if (lexer.take("(")) {
      condition = this.parse();
      readClose(lexer, ")", open);
    } else condition = this.#comparison();
    lexer.skipBlanks();
    return condition;
  }

  #comparison(): Condition {
    const { lexer } = this;
    const selector = this.subject();
    lexer.skipBlanks();
    const position = lexer.position;
    const operator = COMPARISONS.find((candidate) => lexer.take(candidate));
    if (operator === undefined) return this.#keyword(selector, position);
    if (operator === "=" && lexer.peek() === "=") {
      throw lexer.unexpected("a single = for equality", position);
    }
    lexer.skipBlanks();
    const operandPosition = lexer.position;
    const operand = readOperand(lexer);
    if (operator === "=" || operator === "!=") {
      return { kind: "equality", selector, operator, operand };
    }
    if (operand.kind !== "number") {
      throw lexer.unexpected(`a number after ${operator}`, operandPosition);
    }
    return { kind: "order", selector, operator, bound: operand.text };
  }

  /** `IS NULL` and the others; lower case is taken too (recorded for `is null`, assumed for the rest). */
  #keyword(selector: Selector, position: number): Condition {
    const { lexer } = this;
    const expected = "an operator (= != < <= > >=)";
    if (!this.keywords) throw lexer.unexpected(expected, position);
    const word = lexer.match(LETTERS)?.toUpperCase();
    lexer.skipBlanks();
    const second = lexer.position;
    const asked = lexer.match(LETTERS)?.toUpperCase();
    switch (word) {
      case "IS": {
        const keyword = IS_KEYWORDS.find((candidate) => candidate === asked);
        if (keyword !== undefined) return { kind: "is", selector, keyword };
        if (asked !== "NOT") throw lexer.unexpected("NULL, TRUE or FALSE", second);
        const hint = "IS NULL, IS TRUE or IS FALSE (IS NOT is not supported)";
        throw lexer.unexpected(hint, position);
      }
      case "NOT":
        if (asked === "EXISTS") return { kind: "notExists", selector };
        throw lexer.unexpected("EXISTS after NOT", second);
      case "EXISTS": {
        const hint =
          'NOT EXISTS, or = "*" for a field that exists (EXISTS is not supported by AWS)';
        throw lexer.unexpected(hint, position);
      }
      default:
        throw lexer.unexpected(`${expected}, IS or NOT EXISTS`, position);
    }
  }
}

// ---- What stands right of an operator

const WORD = /[+-]?[A-Za-z0-9_.*-]+(?:(?<=[0-9.][eE])\+\d+)?/y;
const WILDCARD_NUMBER = /^\+[\d.]*\*[\d.*]*$/;
const QUOTED_CHARACTERS = /[^"\\]+/y;

/**
 * Reads a number, an unquoted word, a quoted string or `%regex%`.
 *
 * The guide wants quotes around all but letters, digits and `_`, yet its own example leaves `123.123.*` bare; so a
 * period and the wildcard are let through, and hyphens, which public patterns have (assumed). `null` is no
 * literal (recorded; in capitals assumed).
 *
 * @throws FilterPatternError if nothing of the kind stands there.
 */
function readOperand(lexer: Lexer): Operand {
  const start = lexer.position;
  if (lexer.peek() === '"') return { kind: "text", text: readQuoted(lexer) };
  if (lexer.peek() === "%") return { kind: "regex", source: readRegex(lexer) };
  const word = lexer.match(WORD);
  if (word === undefined) {
    const forms = 'a number, a word, a string in double quotes ("...") or a regex (%...%)';
    throw lexer.unexpected(forms);
  }
  if (parseDecimal(word) !== undefined) return { kind: "number", text: word };
  if (word.toLowerCase() === "null") throw lexer.unexpected("a value (null: IS NULL)", start);
  // A JSON number never shows its plus sign, so with it the text could not match.
  if (WILDCARD_NUMBER.test(word)) return { kind: "text", text: word.slice(1) };
  if (word.startsWith("+") || /^[+-]?[\d.]+e[+-]?\d+$/i.test(word)) {
    throw lexer.unexpected("a number with an exponent up to 2^31 - 1, or double quotes", start);
  }
  return { kind: "text", text: word };
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

function readRegex(lexer: Lexer): string {
  const start = lexer.position;
  const end = lexer.text.indexOf("%", start + 1);
  if (end < 0) throw lexer.unexpected("a closing % for this regular expression", start);
  lexer.expectAtMost(MAX_REGEXES, ++lexer.regexes, "regular expressions in a pattern", start);
  lexer.take("%");
  compileRegex(lexer, end);
  lexer.take("%");
  return lexer.text.slice(start + 1, end);
}

// ---- Property selectors

const NAME = /[A-Za-z0-9_-]+/y;
const INDEX = /\d+/y;
const QUOTED_NAME = /'[^']+'/y;

/**
 * Reads a property selector that stands alone, such as a metric filter's `$.latency`.
 *
 * @throws FilterPatternError if `text` is not one, or has more wildcards than a selector may.
 */
export function parseSelector(text: string): Selector {
  const lexer = new Lexer(text);
  const selector = readSelector(lexer);
  if (lexer.peek() !== "") throw lexer.unexpected("the end of the selector");
  return selector;
}

/**
 * Reads a property selector and leaves the lexer behind it (CloudWatch Logs User Guide, Filter and
 * pattern syntax, "Property selector": `$.`, names of letters, digits, `-` and `_`, zero-based
 * indexes, `['a.b']` for other names, `.*` and `[*]`).
 */
function readSelector(lexer: Lexer): Selector {
  const start = lexer.position;
  if (!lexer.take("$")) throw lexer.unexpected("a property selector such as $.name");
  if (lexer.peek() !== ".") throw lexer.unexpected("a period after $, as in $.name");
  const steps: SelectorStep[] = [];
  for (;;) {
    if (lexer.take(".")) steps.push(readAfterPeriod(lexer));
    else if (lexer.peek() === "[") steps.push(readBrackets(lexer));
    else break;
  }
  const wildcards = steps.filter((step) => step === ANY).length;
  lexer.wildcards += wildcards;
  lexer.expectAtMost(1, wildcards, "wildcard (.* or [*]) in a selector", start);
  const what = "wildcard selectors (.* or [*]) in a pattern";
  lexer.expectAtMost(MAX_WILDCARDS, lexer.wildcards, what, start);
  return steps;
}

function readAfterPeriod(lexer: Lexer): SelectorStep {
  if (lexer.take("*")) return ANY;
  const name = lexer.match(NAME);
  if (name !== undefined) return name;
  if (lexer.peek() === "[") {
    const position = lexer.position;
    const step = readBrackets(lexer);
    if (typeof step === "string") return step;
    throw lexer.unexpected("a property name (an index follows a name without a period)", position);
  }
  throw lexer.unexpected("a property name, ['a name'] or *");
}

function readBrackets(lexer: Lexer): SelectorStep {
  lexer.take("[");
  const step = readInBrackets(lexer);
  if (!lexer.take("]")) throw lexer.unexpected("]");
  return step;
}

function readInBrackets(lexer: Lexer): SelectorStep {
  if (lexer.take("*")) return ANY;
  const position = lexer.position;
  const digits = lexer.match(INDEX);
  if (digits !== undefined) {
    const index = Number(digits);
    if (!Number.isSafeInteger(index)) throw lexer.unexpected("a smaller index", position);
    return index;
  }
  const quoted = lexer.match(QUOTED_NAME);
  if (quoted !== undefined) return quoted.slice(1, -1);
  if (lexer.peek() === '"') throw lexer.unexpected("single quotes around a name in brackets");
  throw lexer.unexpected("an index, * or a name in single quotes");
}
