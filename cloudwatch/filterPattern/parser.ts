import type { Condition, FilterPattern, IsKeyword, Selector } from "./ast";
import type { FilterPatternError } from "./error";
import { Lexer } from "./lexer";
import { MAX_PATTERN_LENGTH, MAX_REGEXES_PER_PATTERN, MAX_WILDCARDS_PER_PATTERN } from "./limits";
import { readOperand } from "./operand";
import { countWildcards, readSelector } from "./selector";

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
  const limit = `at most ${String(MAX_PATTERN_LENGTH)} characters`;
  const problem = `a pattern may have ${limit}, this one has ${String(length)}`;
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
    const limit = `at most ${String(most)} ${what} in a pattern`;
    return this.lexer.error(position, limit, `there may be ${limit}`, "limit");
  }
}

/** One term stays itself, so that the tree shows only what the pattern joins. */
function joined(kind: "and" | "or", terms: readonly Condition[]): Condition {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : { kind, terms };
}
