/** What a part of an expression stands for: one number (AWS writes S) or a value per time stamp (TS). */
type Kind = "scalar" | "series";

/** The operators of metric math; `&&` and `||` are read as AND and OR. */
export type BinaryOperator =
  "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "AND" | "OR";

/** Functions that look at one value at a time. */
export type ValueFunction = "ABS" | "CEIL" | "FLOOR";

/** Functions that make one value of several. */
export type Aggregate = "SUM" | "AVG" | "MIN" | "MAX";

/** Functions that read a data point's time stamp, in UTC. DAY counts from Monday, 1, to Sunday, 7. */
export type TimeFunction =
  "SECOND" | "MINUTE" | "HOUR" | "DAY" | "DATE" | "MONTH" | "YEAR" | "EPOCH";

/** How FILL finds a value for a gap by looking along the series. */
export type GapFiller = "REPEAT" | "LINEAR";

/**
 * A part of an expression. Arrays (`[m1, m2]`) do not occur: an operation on an array is an operation on each of its
 * members, so the parser writes it out, and an array is left only as the members of an `aggregate`.
 */
export type Term =
  | { readonly type: "number"; readonly kind: "scalar"; readonly value: number }
  | { readonly type: "id"; readonly kind: Kind; readonly id: string; readonly position: number }
  | { readonly type: "negate"; readonly kind: Kind; readonly of: Term }
  | {
      readonly type: "binary";
      readonly kind: Kind;
      readonly operator: BinaryOperator;
      readonly left: Term;
      readonly right: Term;
    }
  | { readonly type: "value"; readonly kind: Kind; readonly name: ValueFunction; readonly of: Term }
  | {
      readonly type: "if";
      readonly kind: "series";
      readonly condition: Term;
      readonly then: Term;
      readonly otherwise: Term | undefined;
    }
  /** FILL with a number or another series: each gap is filled from its own time stamp. */
  | { readonly type: "fill"; readonly kind: "series"; readonly of: Term; readonly filler: Term }
  /** FILL with REPEAT or LINEAR: a gap is filled from its neighbours. */
  | {
      readonly type: "fillAlong";
      readonly kind: "series";
      readonly of: Term;
      readonly filler: GapFiller;
    }
  /** Of an array: one value of the members' ones, time stamp by time stamp. */
  | {
      readonly type: "aggregate";
      readonly kind: "series";
      readonly name: Aggregate;
      readonly of: readonly Term[];
    }
  /** Of one series: a single number over all its time stamps. */
  | {
      readonly type: "aggregateOfSeries";
      readonly kind: "scalar";
      readonly name: Aggregate;
      readonly of: Term;
    }
  /** What a data point's time stamp says; there also where the series that was asked has no value. */
  | { readonly type: "time"; readonly kind: "series"; readonly name: TimeFunction }
  /** The length of a data point in seconds, which all metrics of an alarm share. */
  | { readonly type: "period"; readonly kind: "scalar" };

/** A parsed expression whose result is one time series, as an alarm needs it. */
export interface MetricMath {
  /** The expression as it was written. */
  readonly text: string;
  readonly root: Term;
  /** Every id the expression refers to, once, in order of appearance. */
  readonly ids: readonly string[];
}

/** The terms a term is made of. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.type) {
    case "number":
    case "id":
    case "time":
    case "period":
      return [];
    case "binary":
      return [term.left, term.right];
    case "if":
      return [term.condition, term.then, ...(term.otherwise ? [term.otherwise] : [])];
    case "fill":
      return [term.of, term.filler];
    case "aggregate":
      return term.of;
    default:
      return [term.of];
  }
}

/**
 * An expression this model of metric math cannot evaluate: it is not well formed, it mixes kinds CloudWatch does not
 * document together, or it uses a function that is left out here. The message carries the expression and a caret.
 */
export class MetricMathError extends Error {
  override readonly name = "MetricMathError";
  /** What is wrong, without the quoted expression: one line, fit for a list of problems. */
  readonly problem: string;
  /** The expression as it was written. */
  readonly expression: string;
  /** Where in the expression, in characters from its beginning (0 is the first). */
  readonly position: number;

  constructor(problem: string, expression: string, position: number) {
    super(`${problem}\n${withCaret(expression, position)}`);
    this.problem = problem;
    this.expression = expression;
    this.position = position;
  }
}

function withCaret(expression: string, position: number): string {
  // A line break or a tab inside the expression would move the caret away from what it points at.
  const line = expression.replace(/\s/g, " ");
  return `  ${line}\n  ${" ".repeat(position)}^`;
}

/**
 * A piece of an expression. `id` starts with a lower-case letter (a metric's or an expression's Id), `word` with an
 * upper-case one (a function or keyword); `end` stands behind the last character.
 */
interface Token {
  readonly type: "number" | "id" | "word" | "string" | "symbol" | "end";
  readonly text: string;
  /** Characters from the beginning of the expression. */
  readonly position: number;
}

// Quoted strings occur only as arguments of functions that are refused by name; reading them lets the parser name those.
const TOKEN =
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<id>[a-z]\w*)|(?<word>[A-Z]\w*)|(?<string>"[^"]*"|'[^']*')|(?<symbol>&&|\|\||[=!<>]=|[-+*/^<>()[\],])/y;

/**
 * Cuts an expression into tokens. Blanks are not significant.
 *
 * @throws MetricMathError at a character that starts no token.
 */
function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(expression.charAt(position))) position++;
    if (position >= expression.length) break;
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(expression)?.groups;
    if (!groups) {
      const found = expression.charAt(position);
      throw new MetricMathError(`"${found}" is not part of metric math`, expression, position);
    }
    const token = tokenFrom(groups, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ type: "end", text: "", position: expression.length });
  return tokens;
}

function tokenFrom(groups: Partial<Record<string, string>>, position: number): Token {
  for (const type of ["number", "id", "word", "string", "symbol"] as const) {
    const text = groups[type];
    if (text !== undefined) return { type, text, position };
  }
  return { type: "end", text: "", position };
}

const VALUE_FUNCTIONS = ["ABS", "CEIL", "FLOOR"] as const;
const AGGREGATES = ["AVG", "MAX", "MIN", "SUM"] as const;
const TIME_FUNCTIONS = [
  ...(["SECOND", "MINUTE", "HOUR", "DAY"] as const),
  ...(["DATE", "MONTH", "YEAR", "EPOCH"] as const),
] as const;

/** The functions this model evaluates: those of public alarms that go point by point. */
export const SUPPORTED_FUNCTIONS: readonly string[] = [
  ...["IF", "FILL", "METRICS", "PERIOD"],
  ...[...AGGREGATES, ...VALUE_FUNCTIONS, ...TIME_FUNCTIONS],
];

/**
 * The functions CloudWatch has and this model leaves out, from the user guide's list (using-metric-math). They are
 * refused by name, never evaluated approximately. AWS itself refuses SEARCH in an alarm and advises against several
 * others there, because an alarm reads more data points than its evaluation periods.
 */
const LEFT_OUT = new Set([
  "ANOMALY_DETECTION_BAND",
  "DATAPOINT_COUNT",
  "DB_PERF_INSIGHTS",
  "DIFF",
  "DIFF_TIME",
  "FIRST",
  "INSIGHT_RULE_METRIC",
  "LAMBDA",
  "LAST",
  "LOG",
  "LOG10",
  "METRIC_COUNT",
  "RATE",
  "REMOVE_EMPTY",
  "RUNNING_SUM",
  "SEARCH",
  "SERVICE_QUOTA",
  "SLICE",
  "SORT",
  "STDDEV",
  "TIME_SERIES",
]);

/** Why a function is refused, naming it. */
function refusal(name: string): string {
  const upper = name.toUpperCase();
  if (upper !== name && (SUPPORTED_FUNCTIONS.includes(upper) || LEFT_OUT.has(upper))) {
    return `${name} is not a function: functions are written in capital letters, ${upper}`;
  }
  return LEFT_OUT.has(name)
    ? `${name} is a CloudWatch function that is not supported here (supported: ${SUPPORTED_FUNCTIONS.join(", ")})`
    : `${name} is not a function of metric math (supported: ${SUPPORTED_FUNCTIONS.join(", ")})`;
}

/** What the parser holds while it reads: a term, or an array of series (AWS writes TS[]). */
type Operand = Term | readonly Term[];

/** Says what is wrong; the parser adds where. */
class KindMismatch extends Error {}

const LOGIC: ReadonlySet<BinaryOperator> = new Set(["==", "!=", "<", "<=", ">", ">=", "AND", "OR"]);

/** Whether the operator's result is 0 or 1. */
export function isLogic(operator: BinaryOperator): boolean {
  return LOGIC.has(operator);
}

function isArray(operand: Operand): operand is readonly Term[] {
  return Array.isArray(operand);
}

function kindOf(...terms: Term[]): Kind {
  return terms.some((term) => term.kind === "series") ? "series" : "scalar";
}

/** `[a, b, ...]`: members are series, or arrays whose members are taken over. */
function arrayOf(members: readonly Operand[]): readonly Term[] {
  return members.flatMap((member) => {
    if (isArray(member)) return member;
    if (member.kind === "scalar")
      throw new KindMismatch("an array holds time series only, no numbers");
    return [member];
  });
}

/** Unary minus: of a scalar, a series or an array. */
function negate(operand: Operand): Operand {
  return eachMember(operand, (of) => ({ type: "negate", kind: of.kind, of }));
}

/** An operator between two operands, in the combinations the user guide lists. */
function binary(operator: BinaryOperator, left: Operand, right: Operand): Operand {
  if (!isArray(left) && !isArray(right)) {
    return { type: "binary", kind: kindOf(left, right), operator, left, right };
  }
  if (isLogic(operator))
    throw new KindMismatch(`${operator} takes time series or numbers, no arrays`);
  if (!isArray(left)) return eachMember(right, (member) => one(operator, left, member));
  if (!isArray(right)) return eachMember(left, (member) => one(operator, member, right));
  throw new KindMismatch(`${operator} between two arrays is not documented`);
}

function one(operator: BinaryOperator, left: Term, right: Term): Term {
  return { type: "binary", kind: kindOf(left, right), operator, left, right };
}

/** ABS, CEIL and FLOOR: of a series or of each series of an array. */
function valueFunction(name: ValueFunction, operand: Operand): Operand {
  return eachMember(operand, (of) => ({
    type: "value",
    kind: "series",
    name,
    of: series(name, of),
  }));
}

/** Of one series a scalar, of an array a series. */
function aggregate(name: Aggregate, operand: Operand): Operand {
  if (isArray(operand)) return { type: "aggregate", kind: "series", name, of: operand };
  return { type: "aggregateOfSeries", kind: "scalar", name, of: series(name, operand) };
}

/** What a function reads off a series' time stamps rather than its values; of an array, of each of its series. */
function ofTimeStamps(name: string, operand: Operand, read: Term): Operand {
  return eachMember(operand, (of) => {
    series(name, of);
    return read;
  });
}

/** FILL(m, number | series | REPEAT | LINEAR), also over each series of an array. */
function fill(operand: Operand, filler: Operand | GapFiller): Operand {
  return eachMember(operand, (member) => {
    const of = series("FILL", member);
    if (typeof filler === "string") return { type: "fillAlong", kind: "series", of, filler };
    if (isArray(filler)) throw new KindMismatch("FILL's second argument cannot be an array");
    return { type: "fill", kind: "series", of, filler };
  });
}

/** IF(condition, then[, otherwise]) in the forms the user guide lists; the result is always a series. */
function ifTerm(condition: Operand, then: Operand, otherwise: Operand | undefined): Operand {
  if (isArray(condition) || isArray(then) || (otherwise && isArray(otherwise))) {
    throw new KindMismatch("IF takes time series or numbers, no arrays");
  }
  if (condition.kind === "scalar" && (then.kind === "scalar" || otherwise?.kind === "scalar")) {
    throw new KindMismatch("IF with a number as its condition chooses between time series only");
  }
  return { type: "if", kind: "series", condition, then, otherwise };
}

function series(name: string, term: Term): Term {
  if (term.kind === "series") return term;
  throw new KindMismatch(`${name} takes a time series or an array of them, no number`);
}

function eachMember(operand: Operand, apply: (term: Term) => Term): Operand {
  return isArray(operand) ? operand.map(apply) : apply(operand);
}

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
 * @param metrics - The ids that METRICS() stands for: those of metrics, not of expressions.
 * @throws MetricMathError when it is not well formed, uses a function or keyword that is not supported here (named in
 * the message), combines kinds the guide does not list, or does not result in one time series.
 */
export function parseMetricMath(text: string, metrics: readonly string[] = []): MetricMath {
  if (text.length > MAX_LENGTH) {
    const problem = `the expression has ${text.length} characters, at most ${MAX_LENGTH}`;
    throw new MetricMathError(problem, text, MAX_LENGTH);
  }
  const root = new Parser(text, metrics).parse();
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

  constructor(
    private readonly text: string,
    private readonly metrics: readonly string[],
  ) {
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
    if (!SUPPORTED_FUNCTIONS.includes(called)) throw this.problem(refusal(called), name);
    this.next++;
    if (called === "FILL") return this.fillCall(name);
    if (called === "METRICS") return this.metricsCall(name);
    const args = this.list(")");
    return this.at(name, () => this.apply(called, args, name));
  }

  private apply(called: string, args: Operand[], name: Token): Operand {
    const [first, second, third] = args;
    if (called === "IF") {
      if (first && second && args.length <= 3) return ifTerm(first, second, third);
      throw this.problem("IF takes a condition, a value and, if wanted, a second value", name);
    }
    if (!first || args.length !== 1) throw this.problem(`${called} takes one argument`, name);
    const aggregated = AGGREGATES.find((one) => one === called);
    if (aggregated) return aggregate(aggregated, first);
    const ofValue = VALUE_FUNCTIONS.find((one) => one === called);
    if (ofValue) return valueFunction(ofValue, first);
    const ofTime = TIME_FUNCTIONS.find((one) => one === called);
    const read: Term = ofTime
      ? { type: "time", kind: "series", name: ofTime }
      : { type: "period", kind: "scalar" };
    return ofTimeStamps(called, first, read);
  }

  /** METRICS() is the array of all metrics, METRICS("text") of those whose id has the text in it. */
  private metricsCall(name: Token): Operand {
    const token = this.peek();
    const wanted = token.type === "string" ? token.text.slice(1, -1) : "";
    if (token.type === "string") this.next++;
    this.expect(")");
    const ids = this.metrics.filter((id) => id.includes(wanted));
    if (ids.length === 0) throw this.problem("METRICS finds no metric", name);
    return ids.map((id) => ({ type: "id", kind: "series", id, position: name.position }));
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
