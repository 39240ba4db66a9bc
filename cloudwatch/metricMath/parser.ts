import type { BinaryOperator, MetricMath, Term } from "./ast";
import { partsOf } from "./ast";
import { MetricMathError } from "./error";
import type { SupportedFunction } from "./functions";
import { isSupportedFunction, refusal } from "./functions";
import type { Token } from "./lexer";
import { tokenize } from "./lexer";
import type { Operand } from "./terms";
import {
  KindMismatch,
  arrayOf,
  binary,
  extreme,
  fill,
  ifTerm,
  negate,
  valueFunction,
} from "./terms";

/**
 * Operators by rank, loosest first; within a rank they run left to right. AWS documents no precedence: this is the
 * usual one, with `^` binding tightest and to the right.
 */
const RANKS: readonly (readonly [string, BinaryOperator][])[] = [
  [
    ["OR", "OR"],
    ["||", "OR"],
  ],
  [
    ["AND", "AND"],
    ["&&", "AND"],
  ],
  [
    ["==", "=="],
    ["!=", "!="],
    ["<=", "<="],
    [">=", ">="],
    ["<", "<"],
    [">", ">"],
  ],
  [
    ["+", "+"],
    ["-", "-"],
  ],
  [
    ["*", "*"],
    ["/", "/"],
  ],
];

/** Characters of an expression (CloudWatch API reference, MetricDataQuery). */
const MAX_LENGTH = 2048;

/** How deeply an expression may nest: a limit of this parser's own, far above what anybody writes. */
const MAX_DEPTH = 200;

/**
 * Parses a metric-math expression (AWS user guide, using-metric-math).
 *
 * @throws MetricMathError when it is not well formed, uses a function or keyword that is not supported here (named in
 * the message), combines kinds the guide does not list, or does not result in one time series.
 */
export function parseMetricMath(text: string): MetricMath {
  if (text.length > MAX_LENGTH) {
    const problem = `the expression has ${String(text.length)} characters, at most ${String(MAX_LENGTH)}`;
    throw new MetricMathError(problem, text, MAX_LENGTH);
  }
  const root = new Parser(text).parse();
  const ids = new Set<string>();
  collectIds(root, ids);
  return { text, root, ids: [...ids] };
}

function collectIds(term: Term, ids: Set<string>): void {
  if (term.type === "id") ids.add(term.id);
  for (const part of partsOf(term)) collectIds(part, ids);
}

class Parser {
  private readonly tokens: readonly Token[];
  private next = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parse(): Term {
    const result = this.ranked(0);
    const rest = this.peek();
    if (rest.type !== "end") throw this.unexpected(rest, "an operator or the end");
    if ("type" in result && result.kind === "series") return result;
    const found = "type" in result ? "a single number" : "an array of time series";
    throw new MetricMathError(`the result is ${found}; it must be one time series`, this.text, 0);
  }

  private ranked(rank: number): Operand {
    const operators = RANKS[rank];
    if (!operators) return this.unary();
    let left = this.ranked(rank + 1);
    for (;;) {
      const token = this.peek();
      const operator = operators.find(([written]) => written === token.text)?.[1];
      if (!operator) return left;
      this.next++;
      const right = this.ranked(rank + 1);
      const soFar = left;
      left = this.at(token, () => binary(operator, soFar, right));
    }
  }

  private unary(): Operand {
    if (!this.accept("-")) return this.power();
    return this.nested(() => negate(this.unary()));
  }

  private power(): Operand {
    const base = this.primary();
    const token = this.peek();
    if (!this.accept("^")) return base;
    const exponent = this.nested(() => this.unary());
    return this.at(token, () => binary("^", base, exponent));
  }

  private primary(): Operand {
    const token = this.peek();
    this.next++;
    if (token.type === "number")
      return { type: "number", kind: "scalar", value: Number(token.text) };
    if (this.peek().text === "(" && (token.type === "word" || token.type === "id")) {
      return this.call(token);
    }
    if (token.type === "id") {
      return { type: "id", kind: "series", id: token.text, position: token.position };
    }
    if (token.text === "(") {
      const inner = this.nested(() => this.ranked(0));
      this.expect(")");
      return inner;
    }
    if (token.text === "[") return this.at(token, () => arrayOf(this.list("]")));
    throw this.unexpected(token, "a number, an id, a function or a parenthesis");
  }

  private call(name: Token): Operand {
    const called = name.text;
    if (!isSupportedFunction(called)) throw this.problem(refusal(called), name);
    this.next++;
    if (called === "FILL") return this.fillCall(name);
    const args = this.list(")");
    return this.at(name, () => this.apply(called, args, name));
  }

  private apply(called: Exclude<SupportedFunction, "FILL">, args: Operand[], name: Token): Operand {
    const [first, second, third] = args;
    if (called === "IF") {
      if (first && second && args.length <= 3) return ifTerm(first, second, third);
      throw this.problem("IF takes a condition, a value and, if wanted, a second value", name);
    }
    if (!first || args.length !== 1) throw this.problem(`${called} takes one argument`, name);
    return called === "MIN" || called === "MAX"
      ? extreme(called, first)
      : valueFunction(called, first);
  }

  private fillCall(name: Token): Operand {
    const of = this.nested(() => this.ranked(0));
    this.expect(",");
    const word = this.peek().text;
    const along = word === "REPEAT" || word === "LINEAR";
    if (along) this.next++;
    const filler = along ? word : this.nested(() => this.ranked(0));
    this.expect(")");
    return this.at(name, () => fill(of, filler));
  }

  /** Operands up to the closing bracket, which is consumed. */
  private list(closing: string): Operand[] {
    const operands: Operand[] = [];
    do operands.push(this.nested(() => this.ranked(0)));
    while (this.accept(","));
    this.expect(closing);
    return operands;
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH)
      throw this.problem("the expression nests too deeply", this.peek());
    const result = read();
    this.depth--;
    return result;
  }

  private at(token: Token, build: () => Operand): Operand {
    try {
      return build();
    } catch (error) {
      throw error instanceof KindMismatch ? this.problem(error.message, token) : error;
    }
  }

  private peek(): Token {
    return this.tokens[this.next] ?? { type: "end", text: "", position: this.text.length };
  }

  private accept(symbol: string): boolean {
    if (this.peek().text !== symbol) return false;
    this.next++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected(this.peek(), `"${symbol}"`);
  }

  private unexpected(token: Token, wanted: string): MetricMathError {
    const found = token.type === "end" ? "the expression ends" : `found "${token.text}"`;
    return this.problem(`${found} where ${wanted} is expected`, token);
  }

  private problem(problem: string, token: Token): MetricMathError {
    return new MetricMathError(problem, this.text, token.position);
  }
}
