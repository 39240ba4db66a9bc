import type { Selector, SelectorStep } from "./ast";
import { Lexer } from "./lexer";
import { MAX_PATTERN_LENGTH, MAX_WILDCARDS_PER_SELECTOR } from "./limits";

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
    const limit = `at most ${String(MAX_WILDCARDS_PER_SELECTOR)} wildcard (.* or [*]) in a selector`;
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
