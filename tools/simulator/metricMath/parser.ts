import {
  applied,
  arrayOf,
  binary,
  choice,
  compileTerm,
  type CompiledMath,
  filled,
  FUNCTIONS,
  idTerm,
  MetricMathError,
  negated,
  numberTerm,
  type Operand,
  type Term,
  TIME_FUNCTIONS,
} from "./terms";

/** A parsed expression whose result is one time series, as an alarm needs it. */
export interface MetricMath {
  /** Every id the expression refers to, once, in order of appearance. */
  readonly ids: readonly string[];
  /** Whether a data point depends on its time stamp, too. */
  readonly readsTime: boolean;
  /** Makes it ready, see {@link compileTerm}. */
  readonly compile: (ids: readonly string[], period: number) => CompiledMath;
}

/** Characters of an expression (CloudWatch API reference, MetricDataQuery). */
const MAX_LENGTH = 2048;

/**
 * Parses a metric-math expression (AWS user guide, using-metric-math).
 *
 * @param metrics - The ids that METRICS() stands for: those of metrics, not of expressions.
 * @throws MetricMathError when it is not well formed, uses a function or keyword that is not supported here (named in
 * the message), combines kinds the guide does not list, or does not result in one time series.
 */
export function parseMetricMath(text: string, metrics: readonly string[] = []): MetricMath {
  if (text.length > MAX_LENGTH) {
    throw new MetricMathError(
      `the expression has ${text.length} characters, at most ${MAX_LENGTH}`,
    );
  }
  const parser = new Parser(tokensOf(text), metrics);
  const root = parser.parse();
  return {
    ids: [...parser.ids],
    readsTime: parser.readsTime,
    compile: (ids, period) => compileTerm(root, ids, period),
  };
}

/**
 * Numbers, ids and functions, texts, symbols; and what is none of them. Texts occur only as arguments of functions that
 * are refused by name, METRICS aside; reading them lets the parser name those.
 */
const TOKEN =
  /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z]\w*|"[^"]*"|'[^']*'|&&|\|\||[=!<>]=|[-+*/^<>()[\],]|(\S)/gu;

/** The tokens of an expression. Blanks are not significant. @throws MetricMathError at what is none */
function tokensOf(text: string): string[] {
  return Array.from(text.matchAll(TOKEN), ([token, other]) => {
    if (other === undefined) return token;
    throw new MetricMathError(`"${other}" is not part of metric math`);
  });
}

/** The functions this model evaluates: those of public alarms that go point by point. */
const SUPPORTED: readonly string[] = ["IF", "FILL", "METRICS", ...FUNCTIONS];

/**
 * The functions CloudWatch has and this model leaves out, from the user guide's list (using-metric-math). They are
 * refused by name, never evaluated approximately. AWS itself refuses SEARCH in an alarm and advises against several
 * others there, because an alarm reads more data points than its evaluation periods.
 */
const LEFT_OUT: readonly string[] = [
  ...["ANOMALY_DETECTION_BAND", "DATAPOINT_COUNT", "DB_PERF_INSIGHTS", "DIFF", "DIFF_TIME"],
  ...["FIRST", "INSIGHT_RULE_METRIC", "LAMBDA", "LAST", "LOG", "LOG10", "METRIC_COUNT", "RATE"],
  ...["REMOVE_EMPTY", "RUNNING_SUM", "SEARCH", "SERVICE_QUOTA", "SLICE", "SORT", "STDDEV"],
  "TIME_SERIES",
];

/** Why a function is refused, naming it. */
function refusal(name: string): string {
  const upper = name.toUpperCase();
  if (upper !== name && [...SUPPORTED, ...LEFT_OUT].includes(upper)) {
    return `${name} is not a function: functions are written in capital letters, ${upper}`;
  }
  const what = LEFT_OUT.includes(name)
    ? "a CloudWatch function that is not supported here"
    : "not a function of metric math";
  return `${name} is ${what} (supported: ${SUPPORTED.join(", ")})`;
}

/**
 * Operators by rank, loosest first; within a rank they run left to right. AWS documents no precedence: this is the
 * usual one, with `^` binding tightest and to the right.
 */
const RANKS = [["OR"], ["AND"], ["==", "!=", "<=", ">=", "<", ">"], ["+", "-"], ["*", "/"]];
const ALIASES: Readonly<Record<string, string>> = { "||": "OR", "&&": "AND" };

/** How deeply an expression may nest: a limit of this parser's own, far above what anybody writes. */
const MAX_DEPTH = 200;

/** Recursive descent over tokens. */
class Parser {
  readonly ids = new Set<string>();
  readsTime = false;
  #next = 0;
  #depth = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly metrics: readonly string[],
  ) {}

  parse(): Term {
    const result = this.#ranked();
    if (this.#peek() !== "") throw this.#unexpected("an operator or the end");
    if ("kind" in result && result.kind === "series") return result;
    const found = "kind" in result ? "a single number" : "an array of time series";
    throw new MetricMathError(`the result is ${found}; it must be one time series`);
  }

  #ranked(rank = 0): Operand {
    const operators = RANKS[rank];
    if (operators === undefined) return this.#unary();
    let left = this.#ranked(rank + 1);
    for (;;) {
      const operator = ALIASES[this.#peek()] ?? this.#peek();
      if (!operators.includes(operator)) return left;
      this.#next++;
      left = binary(operator, left, this.#ranked(rank + 1));
    }
  }

  #unary(): Operand {
    if (!this.#accept("-")) return this.#power();
    return negated(this.#nested(() => this.#unary()));
  }

  #power(): Operand {
    const base = this.#primary();
    if (!this.#accept("^")) return base;
    return binary(
      "^",
      base,
      this.#nested(() => this.#unary()),
    );
  }

  #primary(): Operand {
    const token = this.#peek();
    if (/^[\d.]/.test(token)) {
      this.#next++;
      return numberTerm(token);
    }
    if (/^[A-Za-z]/.test(token) && this.tokens[this.#next + 1] === "(") return this.#call(token);
    if (/^[a-z]/.test(token)) {
      this.#next++;
      return this.#id(token);
    }
    if (this.#accept("(")) {
      const inner = this.#argument();
      this.#expect(")");
      return inner;
    }
    if (this.#accept("[")) return arrayOf(this.#list("]"));
    throw this.#unexpected("a number, an id, a function or a parenthesis");
  }

  #id(id: string): Term {
    this.ids.add(id);
    return idTerm(id);
  }

  #call(name: string): Operand {
    if (!SUPPORTED.includes(name)) throw new MetricMathError(refusal(name));
    this.#next += 2;
    if (name === "FILL") return this.#fill();
    if (name === "METRICS") return this.#metricsCalled();
    const args = this.#list(")");
    const [first, second, third] = args;
    if (name === "IF") {
      if (first && second && args.length <= 3) return choice(first, second, third);
      throw new MetricMathError("IF takes a condition, a value and, if wanted, a second value");
    }
    if (!first || args.length !== 1) throw new MetricMathError(`${name} takes one argument`);
    this.readsTime ||= name in TIME_FUNCTIONS;
    return applied(name, first);
  }

  /** METRICS() is the array of all metrics, METRICS("text") of those whose id has the text in it. */
  #metricsCalled(): Operand {
    const text = /^["'](.*)["']$/.exec(this.#peek())?.[1];
    if (text !== undefined) this.#next++;
    this.#expect(")");
    const ids = this.metrics.filter((id) => id.includes(text ?? ""));
    if (ids.length === 0) throw new MetricMathError("METRICS finds no metric");
    return ids.map((id) => this.#id(id));
  }

  #fill(): Operand {
    const of = this.#argument();
    this.#expect(",");
    const word = this.#peek();
    const along = word === "REPEAT" || word === "LINEAR";
    if (along) this.#next++;
    const filler = along ? word : this.#argument();
    this.#expect(")");
    return filled(of, filler);
  }

  /** Operands up to the closing bracket, which is consumed. */
  #list(closing: string): Operand[] {
    const operands: Operand[] = [];
    do operands.push(this.#argument());
    while (this.#accept(","));
    this.#expect(closing);
    return operands;
  }

  #argument(): Operand {
    return this.#nested(() => this.#ranked());
  }

  #nested(read: () => Operand): Operand {
    if (++this.#depth > MAX_DEPTH) throw new MetricMathError("the expression nests too deeply");
    const result = read();
    this.#depth--;
    return result;
  }

  /** The next token, empty at the end. */
  #peek(): string {
    return this.tokens[this.#next] ?? "";
  }

  #accept(symbol: string): boolean {
    const isNext = this.#peek() === symbol;
    if (isNext) this.#next++;
    return isNext;
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) throw this.#unexpected(`"${symbol}"`);
  }

  #unexpected(wanted: string): MetricMathError {
    const found = this.#peek() === "" ? "the expression ends" : `found "${this.#peek()}"`;
    return new MetricMathError(`${found} where ${wanted} is expected`);
  }
}
