import { MINUTE } from "../../time";

/**
 * An expression that this model of metric math cannot evaluate: it is not well formed, it mixes kinds that CloudWatch does
 * not document together, or it uses a function that is left out here.
 */
export class MetricMathError extends Error {
  override readonly name = "MetricMathError";
}

/**
 * The value of an expression at one time stamp, from a row: the values of its ids there, in the order the ids were given
 * when it was compiled, and last the time stamp in whole minutes since 1970. NaN stands for a missing value, in and out.
 */
type Pointwise = (row: ArrayLike<number>) => number;

/** What terms are compiled for. */
interface Context {
  /** Where the value of each id stands in a row. */
  readonly columns: ReadonlyMap<string, number>;
  /** Where the time stamp does. */
  readonly time: number;
  /** The length of a data point in seconds, which all metrics of an alarm share. */
  readonly period: number;
  /** Parts of the expression that look along their series: the values of each become the next column. */
  readonly steps: { readonly input: Pointwise; readonly reshape: Reshape }[];
}

type Reshape = (values: Float64Array) => void;

/** A part of an expression. */
export interface Term {
  /** One number (AWS writes S), or a value per time stamp (TS). */
  readonly kind: "scalar" | "series";
  /** What is compiled allocates nothing as it runs, arrays of series aside. */
  readonly compile: (context: Context) => Pointwise;
  /** Whether it is a comparison or a condition, whose values are 0 and 1. @default false */
  readonly isLogic?: boolean;
}

/** A term, or an array of series (AWS writes TS[]): an operation on an array is one on each of its members. */
export type Operand = Term | readonly Term[];

function isArray(operand: Operand): operand is readonly Term[] {
  return Array.isArray(operand);
}

function eachMember(operand: Operand, apply: (term: Term) => Term): Operand {
  return isArray(operand) ? operand.map(apply) : apply(operand);
}

function eachSeries(name: string, operand: Operand, apply: (term: Term) => Term): Operand {
  return eachMember(operand, (of) => {
    if (of.kind === "series") return apply(of);
    throw new MetricMathError(`${name} takes a time series or an array of them, no number`);
  });
}

/**
 * Drops what is no number: a division by zero (documented in using-metric-math) and, since CloudWatch stores neither
 * NaN nor infinity (PutMetricData), every other result that is not finite, such as the root of a negative number.
 */
function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/** A number, as it is written. */
export function numberTerm(text: string): Term {
  const value = finiteOrMissing(Number(text));
  return { kind: "scalar", compile: () => () => value };
}

/** The values of a metric or of another expression. */
export function idTerm(id: string): Term {
  return {
    kind: "series",
    compile: ({ columns }) => {
      const column = columns.get(id) ?? -1;
      return (row) => row[column] ?? NaN;
    },
  };
}

/** `[a, b, ...]`: members are series, or arrays whose members are taken over. */
export function arrayOf(members: readonly Operand[]): readonly Term[] {
  return members.flatMap((member) => {
    if (isArray(member) || member.kind === "series") return member;
    throw new MetricMathError("an array holds time series only, no numbers");
  });
}

/** A term whose value follows from those of its parts at the same time stamp. */
function termOf(
  kind: Term["kind"],
  parts: readonly Term[],
  combine: (...parts: Pointwise[]) => Pointwise,
): Term {
  return {
    kind,
    compile: (context) => combine(...parts.map((part) => part.compile(context))),
  };
}

function mapped(of: Term, apply: (value: number) => number): Term {
  return termOf(of.kind, [of], (value) => (row) => apply(value(row)));
}

/** Unary minus. */
export function negated(operand: Operand): Operand {
  return eachMember(operand, (of) => mapped(of, (value) => -value));
}

/** A condition holds when it is not 0, as in IF (using-metric-math). */
const LOGIC: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  AND: (left, right) => left !== 0 && right !== 0,
  OR: (left, right) => left !== 0 || right !== 0,
};

/** What an operator does with two present values. Not a finite number: there is no value. */
const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
};

/** An operator between two operands, in the combinations the user guide lists. */
export function binary(operator: string, left: Operand, right: Operand): Operand {
  const isLogic = operator in LOGIC;
  if (isLogic && (isArray(left) || isArray(right))) {
    throw new MetricMathError(`${operator} takes time series or numbers, no arrays`);
  }
  if (!isArray(left)) return eachMember(right, (one) => pair(operator, left, one));
  if (!isArray(right)) return left.map((one) => pair(operator, one, right));
  throw new MetricMathError(`${operator} between two arrays is not documented`);
}

function pair(operator: string, left: Term, right: Term): Term {
  const combine = ARITHMETIC[operator] ?? ((a, b) => Number(LOGIC[operator]?.(a, b)));
  const bothSeries = left.kind === "series" && right.kind === "series";
  const kind = left.kind === "series" ? "series" : right.kind;
  const term = termOf(kind, [left, right], (first, second) => (row) => {
    const a = first(row);
    const b = second(row);
    const noA = Number.isNaN(a);
    const noB = Number.isNaN(b);
    if ((noA || noB) && (!bothSeries || (noA && noB))) return NaN;
    return finiteOrMissing(combine(noA ? 0 : a, noB ? 0 : b));
  });
  return { ...term, isLogic: operator in LOGIC };
}

/**
 * IF, as the 2026 page of the user guide tells it: a missing condition drops the data point; a missing first value
 * counts as 0; so does a missing second value, except where the guide's own table drops it: the condition is a plain
 * series and the first value a number.
 *
 * Assumption: the page contradicts itself on a comparison as the condition (one line says 0, the next empty) and its
 * older versions dropped the data point in more cases; the table and the newest wording are followed here.
 *
 * A number as the condition chooses one of the two series as it is, gaps and all.
 */
export function choice(condition: Operand, then: Operand, otherwise?: Operand): Term {
  if (isArray(condition) || isArray(then) || (otherwise && isArray(otherwise))) {
    throw new MetricMathError("IF takes time series or numbers, no arrays");
  }
  const series = condition.kind === "series";
  if (!series && (then.kind === "scalar" || otherwise?.kind === "scalar")) {
    throw new MetricMathError("IF with a number as its condition chooses between time series only");
  }
  const thenGap = series && then.kind === "series" ? 0 : NaN;
  const zeroElse = then.kind === "series" || condition.isLogic === true;
  const elseGap = series && zeroElse && otherwise?.kind === "series" ? 0 : NaN;
  const parts = [condition, then, ...(otherwise ? [otherwise] : [])];
  return termOf("series", parts, (asked, one, other = () => NaN) => (row) => {
    const holds = asked(row);
    if (Number.isNaN(holds)) return NaN;
    const value = holds === 0 ? other(row) : one(row);
    if (!Number.isNaN(value)) return value;
    return holds === 0 ? elseGap : thenGap;
  });
}

/** How FILL finds a value for a gap by looking along the series. */
const FILLERS = {
  REPEAT: (values) => {
    let last = NaN;
    values.forEach((value, at) => {
      if (Number.isNaN(value)) values[at] = last;
      else last = value;
    });
  },
  /** Assumption: a gap at the beginning or the end has nothing to draw the line to and stays. */
  LINEAR: (values) => {
    let before = -1;
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? NaN;
      if (Number.isNaN(value)) continue;
      const start = values[before] ?? NaN;
      for (let gap = before + 1; gap < at; gap++) {
        values[gap] = start + ((value - start) * (gap - before)) / (at - before);
      }
      before = at;
    }
  },
} satisfies Record<string, Reshape>;

/** FILL: with a number or another series, each gap is filled from its own time stamp; else from its neighbours. */
export function filled(operand: Operand, filler: Operand | keyof typeof FILLERS): Operand {
  return eachSeries("FILL", operand, (of) => {
    if (typeof filler === "string") return alongSeries("series", of, FILLERS[filler]);
    if (isArray(filler)) throw new MetricMathError("FILL's second argument cannot be an array");
    return termOf("series", [of, filler], (values, others) => (row) => {
      const value = values(row);
      return Number.isNaN(value) ? others(row) : value;
    });
  });
}

function alongSeries(kind: Term["kind"], of: Term, reshape: Reshape): Term {
  return {
    kind,
    compile: (context) => {
      context.steps.push({ input: of.compile(context), reshape });
      const column = context.time + context.steps.length;
      return (row) => row[column] ?? NaN;
    },
  };
}

/** Functions that look at one value at a time. */
const VALUE_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/**
 * Functions that read a data point's time stamp, in UTC: the beginning of its period, in whole minutes since 1970. It is
 * there also where the series that was asked has no value. DAY counts from Monday, 1, to Sunday, 7.
 */
export const TIME_FUNCTIONS: Readonly<Record<string, (minute: number) => number>> = {
  SECOND: () => 0,
  MINUTE: (minute) => new Date(minute * MINUTE).getUTCMinutes(),
  HOUR: (minute) => new Date(minute * MINUTE).getUTCHours(),
  DAY: (minute) => new Date(minute * MINUTE).getUTCDay() || 7,
  DATE: (minute) => new Date(minute * MINUTE).getUTCDate(),
  MONTH: (minute) => new Date(minute * MINUTE).getUTCMonth() + 1,
  YEAR: (minute) => new Date(minute * MINUTE).getUTCFullYear(),
  EPOCH: (minute) => minute * 60,
};

type Aggregate = (values: readonly number[]) => number;

/** Functions that make one value of several present ones, at least one. */
const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value),
  AVG: (values) => values.reduce((sum, value) => sum + value) / values.length,
  MIN: (values) => values.reduce((best, value) => Math.min(best, value)),
  MAX: (values) => values.reduce((best, value) => Math.max(best, value)),
};

/** The functions of one argument, by name. */
export const FUNCTIONS: readonly string[] = [
  "PERIOD",
  ...[AGGREGATES, VALUE_FUNCTIONS, TIME_FUNCTIONS].flatMap((table) => Object.keys(table)),
];

/** One of the {@link FUNCTIONS} of its argument. */
export function applied(name: string, operand: Operand): Operand {
  const aggregate = AGGREGATES[name];
  // Of an array a series, time stamp by time stamp.
  if (aggregate && isArray(operand)) {
    return termOf("series", operand, (...members) => (row) => {
      const values = members.map((member) => member(row));
      return ofPresent(aggregate, values);
    });
  }
  return eachSeries(name, operand, (of) => {
    // Of one series a single number, over all its time stamps.
    if (aggregate) {
      return alongSeries("scalar", of, (values) => values.fill(ofPresent(aggregate, [...values])));
    }
    const ofValue = VALUE_FUNCTIONS[name];
    if (ofValue) return mapped(of, ofValue);
    const ofTime = TIME_FUNCTIONS[name];
    if (ofTime) {
      return { kind: "series", compile: (context) => (row) => ofTime(row[context.time] ?? NaN) };
    }
    return { kind: "scalar", compile: (context) => () => context.period };
  });
}

/** Assumption: a series without a value at a time stamp takes no part there; AWS does not say. */
function ofPresent(aggregate: Aggregate, values: readonly number[]): number {
  const present = values.filter((value) => !Number.isNaN(value));
  return present.length === 0 ? NaN : finiteOrMissing(aggregate(present));
}

/** An expression, ready to be evaluated. */
export interface CompiledMath {
  /** Undefined if a value depends on more than its own time stamp: FILL with REPEAT or LINEAR, SUM of one series ... */
  readonly pointwise: Pointwise | undefined;
  /**
   * The values over a range of time stamps, oldest first, from one column of values per id and last one of the time
   * stamps, each `length` long. They can depend on the range: FILL finds no value before it, and MIN of a single series
   * covers just it. CloudWatch reads more data points than the evaluation periods, so AWS advises against those in
   * alarms (using-metric-math).
   */
  readonly overRange: (columns: readonly ArrayLike<number>[], length: number) => Float64Array;
}

/**
 * Compiles a term to functions of the values of `ids`, for simulators that evaluate it millions of times.
 *
 * Missing values (using-metric-math): between two series, a missing value counts as 0 where the other series has one;
 * where both are missing there is no data point; a number combined with a missing value gives no data point.
 *
 * @param ids all that the term refers to, at least
 * @param period the length of a data point in seconds
 */
export function compileTerm(term: Term, ids: readonly string[], period: number): CompiledMath {
  const context: Context = {
    columns: new Map(ids.map((id, column) => [id, column])),
    time: ids.length,
    period,
    steps: [],
  };
  const root = term.compile(context);
  return {
    pointwise: context.steps.length === 0 ? root : undefined,
    overRange: (input, length) => {
      const all = input.slice(0, ids.length + 1);
      for (const { input: evaluate, reshape } of context.steps) {
        const column = evaluateColumn(evaluate, all, length);
        reshape(column);
        all.push(column);
      }
      return evaluateColumn(root, all, length);
    },
  };
}

function evaluateColumn(
  evaluate: Pointwise,
  columns: readonly ArrayLike<number>[],
  length: number,
): Float64Array {
  const result = new Float64Array(length);
  const row = new Float64Array(columns.length);
  for (let at = 0; at < length; at++) {
    for (let column = 0; column < row.length; column++) row[column] = columns[column]?.[at] ?? NaN;
    result[at] = evaluate(row);
  }
  return result;
}
