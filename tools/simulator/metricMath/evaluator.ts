import {
  type Aggregate,
  type BinaryOperator,
  type GapFiller,
  isLogic,
  type MetricMath,
  MetricMathError,
  partsOf,
  type Term,
  type TimeFunction,
  type ValueFunction,
} from "./parser";

/** Two present values in, one value out. Not a finite number: there is no value. */
type Combine = (left: number, right: number) => number;

const truth = (holds: boolean): number => (holds ? 1 : 0);

/** What an operator does with two present values. A condition holds when it is not 0, as in IF (using-metric-math). */
const OPERATORS: Readonly<Record<BinaryOperator, Combine>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "^": (left, right) => left ** right,
  "==": (left, right) => truth(left === right),
  "!=": (left, right) => truth(left !== right),
  "<": (left, right) => truth(left < right),
  "<=": (left, right) => truth(left <= right),
  ">": (left, right) => truth(left > right),
  ">=": (left, right) => truth(left >= right),
  AND: (left, right) => truth(left !== 0 && right !== 0),
  OR: (left, right) => truth(left !== 0 || right !== 0),
};

const VALUE_FUNCTIONS: Readonly<Record<ValueFunction, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/** What a time stamp says, in whole minutes since 1970: that of a data point is the beginning of its period. */
const TIME_FUNCTIONS: Readonly<Record<TimeFunction, (minute: number) => number>> = {
  SECOND: () => 0,
  MINUTE: (minute) => new Date(minute * MINUTE).getUTCMinutes(),
  HOUR: (minute) => new Date(minute * MINUTE).getUTCHours(),
  DAY: (minute) => new Date(minute * MINUTE).getUTCDay() || 7,
  DATE: (minute) => new Date(minute * MINUTE).getUTCDate(),
  MONTH: (minute) => new Date(minute * MINUTE).getUTCMonth() + 1,
  YEAR: (minute) => new Date(minute * MINUTE).getUTCFullYear(),
  EPOCH: (minute) => minute * 60,
};

const MINUTE = 60_000;

/** Several present values, at least one, made one. */
const AGGREGATES: Readonly<Record<Aggregate, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value),
  AVG: (values) => values.reduce((sum, value) => sum + value) / values.length,
  MIN: (values) => values.reduce((best, value) => Math.min(best, value)),
  MAX: (values) => values.reduce((best, value) => Math.max(best, value)),
};

/** Assumption: a series without a value at a time stamp takes no part there; AWS does not say. */
function aggregated(name: Aggregate, values: Iterable<number>): number {
  const present = Array.from(values).filter((value) => !Number.isNaN(value));
  return present.length === 0 ? NaN : finiteOrMissing(AGGREGATES[name](present));
}

/**
 * Drops what is no number: a division by zero (documented in using-metric-math) and, since CloudWatch stores neither
 * NaN nor infinity (PutMetricData), every other result that is not finite, such as the root of a negative number.
 */
function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/**
 * The value of an expression at one time stamp, from a row: the values of its ids there, in the order the ids were given
 * when it was compiled, and last the time stamp in whole minutes since 1970. NaN stands for a missing value, in and out.
 */
type Pointwise = (row: ArrayLike<number>) => number;

/**
 * The values of an expression over a range of time stamps, oldest first, from one column of values per id and last one of
 * the time stamps, each `length` long.
 */
type OverRange = (columns: readonly ArrayLike<number>[], length: number) => Float64Array;

/** An expression, ready to be evaluated. */
export interface CompiledMath {
  /** Undefined if a value depends on more than its own time stamp: FILL with REPEAT or LINEAR, SUM of one series ... */
  readonly pointwise: Pointwise | undefined;
  /**
   * What it yields can depend on the range: FILL finds no value before it, and MIN of a single series covers just it.
   * CloudWatch reads more data points than the evaluation periods, so AWS advises against those in alarms
   * (using-metric-math).
   */
  readonly overRange: OverRange;
}

/** Whether a data point of the expression depends on its time stamp, too. */
export function readsTime(expression: MetricMath): boolean {
  const reads = (term: Term): boolean => term.type === "time" || partsOf(term).some(reads);
  return reads(expression.root);
}

/** What terms are compiled for. */
interface Context {
  /** Where the value of each id stands in a row. */
  readonly columns: Map<string, number>;
  /** Where the time stamp does. */
  readonly time: number;
  /** Seconds. */
  readonly period: number;
  /** Parts of the expression that look along their series, each the next column. */
  readonly steps: Step[];
}

/** A part of the expression that looks along its series: its values become a column of their own. */
interface Step {
  readonly input: Pointwise;
  readonly reshape: (values: Float64Array) => void;
}

/**
 * Compiles an expression to functions of the values of `ids`, for simulators that evaluate it millions of times.
 *
 * Missing values (using-metric-math): between two series, a missing value counts as 0 where the other series has one;
 * where both are missing there is no data point; a number combined with a missing value gives no data point.
 *
 * @param period - The length of a data point in seconds, which PERIOD() is.
 * @throws MetricMathError when the expression refers to an id that is not among `ids`.
 */
export function compileMetricMath(
  expression: MetricMath,
  ids: readonly string[],
  period: number,
): CompiledMath {
  const columns = new Map(ids.map((id, column) => [id, column]));
  requireIds(expression.root, columns, expression.text);
  const given = ids.length + 1;
  const steps: Step[] = [];
  const root = compileTerm(expression.root, { columns, time: ids.length, period, steps });
  return {
    pointwise: steps.length === 0 ? root : undefined,
    overRange: (input, length) => {
      const all = input.slice(0, given);
      for (const { input: evaluate, reshape } of steps) {
        const column = evaluateColumn(evaluate, all, length);
        reshape(column);
        all.push(column);
      }
      return evaluateColumn(root, all, length);
    },
  };
}

function requireIds(term: Term, columns: ReadonlyMap<string, number>, text: string): void {
  if (term.type === "id" && !columns.has(term.id)) {
    const known = [...columns.keys()].join(", ");
    const problem = `"${term.id}" is not the id of a metric or expression (there are: ${known})`;
    throw new MetricMathError(problem, text, term.position);
  }
  for (const part of partsOf(term)) requireIds(part, columns, text);
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

/** Compiles a term whose ids all have a column. It allocates nothing, arrays of series aside. */
function compileTerm(term: Term, context: Context): Pointwise {
  const compile = (part: Term): Pointwise => compileTerm(part, context);
  switch (term.type) {
    case "number": {
      const value = finiteOrMissing(term.value);
      return () => value;
    }
    case "period":
      return () => context.period;
    case "time": {
      const read = TIME_FUNCTIONS[term.name];
      return (row) => read(row[context.time] ?? NaN);
    }
    case "id": {
      const column = context.columns.get(term.id) ?? -1;
      return (row) => row[column] ?? NaN;
    }
    case "negate": {
      const of = compile(term.of);
      return (row) => -of(row);
    }
    case "value": {
      const of = compile(term.of);
      const apply = VALUE_FUNCTIONS[term.name];
      return (row) => apply(of(row));
    }
    case "binary":
      return compileBinary(term, context);
    case "if":
      return compileIf(term, context);
    case "fill": {
      const of = compile(term.of);
      const filler = compile(term.filler);
      return (row) => {
        const value = of(row);
        return Number.isNaN(value) ? filler(row) : value;
      };
    }
    case "aggregate": {
      const members = term.of.map(compile);
      return (row) =>
        aggregated(
          term.name,
          members.map((member) => member(row)),
        );
    }
    case "fillAlong":
      return alongSeries(compile(term.of), FILLERS[term.filler], context);
    case "aggregateOfSeries":
      return alongSeries(
        compile(term.of),
        (values) => values.fill(aggregated(term.name, values)),
        context,
      );
  }
}

function alongSeries(
  input: Pointwise,
  reshape: (values: Float64Array) => void,
  { time, steps }: Context,
): Pointwise {
  steps.push({ input, reshape });
  const column = time + steps.length;
  return (row) => row[column] ?? NaN;
}

function compileBinary(term: Extract<Term, { type: "binary" }>, context: Context): Pointwise {
  const left = compileTerm(term.left, context);
  const right = compileTerm(term.right, context);
  const combine = OPERATORS[term.operator];
  if (term.left.kind === "series" && term.right.kind === "series") {
    return (values) => {
      const a = left(values);
      const b = right(values);
      if (Number.isNaN(a)) return Number.isNaN(b) ? NaN : finiteOrMissing(combine(0, b));
      return finiteOrMissing(combine(a, Number.isNaN(b) ? 0 : b));
    };
  }
  return (values) => {
    const a = left(values);
    const b = right(values);
    // Said aloud, because a comparison with NaN would give 0 instead of nothing, and NaN ^ 0 gives 1.
    return Number.isNaN(a) || Number.isNaN(b) ? NaN : finiteOrMissing(combine(a, b));
  };
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
function compileIf(term: Extract<Term, { type: "if" }>, context: Context): Pointwise {
  const condition = compileTerm(term.condition, context);
  const then = compileTerm(term.then, context);
  const otherwise = term.otherwise ? compileTerm(term.otherwise, context) : () => NaN;
  const series = term.condition.kind === "series";
  const thenGap = series && term.then.kind === "series" ? 0 : NaN;
  const zeroElse = term.then.kind === "series" || isComparison(term.condition);
  const elseGap = series && zeroElse && term.otherwise?.kind === "series" ? 0 : NaN;
  return (values) => {
    const holds = condition(values);
    if (Number.isNaN(holds)) return NaN;
    const value = holds === 0 ? otherwise(values) : then(values);
    if (!Number.isNaN(value)) return value;
    return holds === 0 ? elseGap : thenGap;
  };
}

function isComparison(term: Term): boolean {
  return term.type === "binary" && isLogic(term.operator);
}

const FILLERS: Readonly<Record<GapFiller, (values: Float64Array) => void>> = {
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
};
