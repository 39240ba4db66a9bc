import {
  type BinaryOperator,
  type GapFiller,
  isLogic,
  type MetricMath,
  MetricMathError,
  partsOf,
  type Term,
  type ValueFunction,
} from "./parser";

/** Two present values in, one value out. Not a finite number: there is no value. */
type Combine = (left: number, right: number) => number;

const truth = (holds: boolean): number => (holds ? 1 : 0);

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

/** What an operator does with two present values. A condition holds when it is not 0, as in IF (using-metric-math). */
function operation(operator: BinaryOperator): Combine {
  return OPERATORS[operator];
}

const VALUE_FUNCTIONS: Readonly<Record<ValueFunction, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/** What ABS, CEIL or FLOOR does with a present value. */
function valueOperation(name: ValueFunction): (value: number) => number {
  return VALUE_FUNCTIONS[name];
}

/**
 * Drops what is no number: a division by zero (documented in using-metric-math) and, since CloudWatch stores neither
 * NaN nor infinity (PutMetricData), every other result that is not finite, such as the root of a negative number.
 */
function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/**
 * The value of an expression at one time stamp, from the values of its ids there (in the order the ids were given when
 * it was compiled). NaN stands for a missing value, in and out. It allocates nothing.
 */
export type Pointwise = (values: ArrayLike<number>) => number;

/** Where the value of each id stands among the values. */
type Columns = ReadonlyMap<string, number>;

/**
 * Whether every data point of the expression depends on its own time stamp alone. FILL with REPEAT or LINEAR and MIN or
 * MAX of a single series look at others: those need {@link compileOverRange}.
 */
export function isPointwise(expression: MetricMath): boolean {
  return pointwiseTerm(expression.root);
}

function pointwiseTerm(term: Term): boolean {
  if (term.type === "fillAlong" || term.type === "extremeOfSeries") return false;
  return partsOf(term).every(pointwiseTerm);
}

/**
 * Compiles an expression to a function of the values of `ids`, for simulators that evaluate it millions of times.
 *
 * Missing values (using-metric-math): between two series, a missing value counts as 0 where the other series has one;
 * where both are missing there is no data point; a number combined with a missing value gives no data point.
 *
 * @throws MetricMathError when the expression is not point-wise or refers to an id that is not among `ids`.
 */
export function compilePointwise(expression: MetricMath, ids: readonly string[]): Pointwise {
  if (!isPointwise(expression)) {
    const problem =
      "FILL with REPEAT or LINEAR and MIN or MAX of one series need the whole evaluation range";
    throw new MetricMathError(problem, expression.text, 0);
  }
  return compileTerm(expression.root, columnsOf(expression, ids));
}

/**
 * The column of each id.
 *
 * @throws MetricMathError when the expression refers to an id that has none.
 */
function columnsOf(expression: MetricMath, ids: readonly string[]): Map<string, number> {
  const columns = new Map(ids.map((id, column) => [id, column]));
  requireIds(expression.root, columns, expression.text);
  return columns;
}

function requireIds(term: Term, columns: Columns, text: string): void {
  if (term.type === "id" && !columns.has(term.id)) {
    const known = [...columns.keys()].join(", ");
    const problem = `"${term.id}" is not the id of a metric or expression (there are: ${known})`;
    throw new MetricMathError(problem, text, term.position);
  }
  for (const part of partsOf(term)) requireIds(part, columns, text);
}

/** Compiles a term whose ids all have a column. Terms that look along a series must have been replaced before. */
function compileTerm(term: Term, columns: Columns): Pointwise {
  const compile = (part: Term): Pointwise => compileTerm(part, columns);
  switch (term.type) {
    case "number": {
      const value = finiteOrMissing(term.value);
      return () => value;
    }
    case "id": {
      const column = columns.get(term.id) ?? -1;
      return (values) => values[column] ?? NaN;
    }
    case "negate": {
      const of = compile(term.of);
      return (values) => -of(values);
    }
    case "value": {
      const of = compile(term.of);
      const apply = valueOperation(term.name);
      return (values) => apply(of(values));
    }
    case "binary":
      return compileBinary(term, columns);
    case "if":
      return compileIf(term, columns);
    case "fill": {
      const of = compile(term.of);
      const filler = compile(term.filler);
      return (values) => {
        const value = of(values);
        return Number.isNaN(value) ? filler(values) : value;
      };
    }
    case "extreme":
      return compileExtreme(term.of.map(compile), term.name === "MIN");
    case "fillAlong":
    case "extremeOfSeries":
      return () => NaN;
  }
}

function compileBinary(term: Extract<Term, { type: "binary" }>, columns: Columns): Pointwise {
  const left = compileTerm(term.left, columns);
  const right = compileTerm(term.right, columns);
  const combine = operation(term.operator);
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
function compileIf(term: Extract<Term, { type: "if" }>, columns: Columns): Pointwise {
  const condition = compileTerm(term.condition, columns);
  const then = compileTerm(term.then, columns);
  const otherwise = term.otherwise ? compileTerm(term.otherwise, columns) : () => NaN;
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

/** Assumption: a series without a value at a time stamp takes no part there; AWS does not say. */
function compileExtreme(members: readonly Pointwise[], lowest: boolean): Pointwise {
  return (values) => {
    let best = NaN;
    for (const member of members) {
      const value = member(values);
      if (Number.isNaN(value)) continue;
      if (Number.isNaN(best) || (lowest ? value < best : value > best)) best = value;
    }
    return best;
  };
}

/**
 * The values of an expression over a range of time stamps, oldest first, from one column of values per id (in the order
 * the ids were given when it was compiled), each `length` long. NaN stands for a missing value, in and out.
 */
export type OverRange = (columns: readonly ArrayLike<number>[], length: number) => Float64Array;

/** A part of the expression that looks along its series: its values become a column of their own. */
interface Step {
  readonly input: Pointwise;
  readonly reshape: (values: Float64Array) => void;
}

/**
 * Compiles any expression to a function over a range of time stamps. What it yields can depend on the range: FILL finds
 * no value before it, and MIN or MAX of a single series covers just it. CloudWatch reads more data points than the
 * evaluation periods, so AWS advises against those in alarms (using-metric-math).
 *
 * @throws MetricMathError when the expression refers to an id that is not among `ids`.
 */
export function compileOverRange(expression: MetricMath, ids: readonly string[]): OverRange {
  const columns = columnsOf(expression, ids);
  const steps: Step[] = [];
  const root = compileTerm(separate(expression.root, columns, steps), columns);
  const given = ids.length;
  return (input, length) => {
    const made: Float64Array[] = [];
    for (const step of steps) {
      const column = evaluateColumn(step.input, input, given, made, length);
      step.reshape(column);
      made.push(column);
    }
    return evaluateColumn(root, input, given, made, length);
  };
}

/** Replaces each part that looks along a series by an id for its column, inner parts first. */
function separate(term: Term, columns: Map<string, number>, steps: Step[]): Term {
  const inside = (part: Term): Term => separate(part, columns, steps);
  switch (term.type) {
    case "number":
    case "id":
      return term;
    case "binary":
      return { ...term, left: inside(term.left), right: inside(term.right) };
    case "if": {
      const otherwise = term.otherwise && inside(term.otherwise);
      return { ...term, condition: inside(term.condition), then: inside(term.then), otherwise };
    }
    case "fill":
      return { ...term, of: inside(term.of), filler: inside(term.filler) };
    case "extreme":
      return { ...term, of: term.of.map(inside) };
    case "negate":
    case "value":
      return { ...term, of: inside(term.of) };
    case "fillAlong":
    case "extremeOfSeries": {
      const input = compileTerm(inside(term.of), columns);
      // No id can begin with a colon, so the column's name cannot meet one.
      const id = `:${steps.length}`;
      columns.set(id, columns.size);
      steps.push({ input, reshape: reshapeOf(term) });
      return { type: "id", kind: term.kind, id, position: 0 };
    }
  }
}

function reshapeOf(
  term: Extract<Term, { type: "fillAlong" | "extremeOfSeries" }>,
): (values: Float64Array) => void {
  if (term.type === "fillAlong") return FILLERS[term.filler];
  const lowest = term.name === "MIN";
  return (values) => {
    let best = NaN;
    for (const value of values) {
      if (Number.isNaN(best) || (lowest ? value < best : value > best)) best = value;
    }
    values.fill(best);
  };
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

function evaluateColumn(
  evaluate: Pointwise,
  input: readonly ArrayLike<number>[],
  given: number,
  made: readonly Float64Array[],
  length: number,
): Float64Array {
  const result = new Float64Array(length);
  const row = new Float64Array(given + made.length);
  for (let at = 0; at < length; at++) {
    for (let column = 0; column < given; column++) row[column] = input[column]?.[at] ?? NaN;
    made.forEach((values, index) => {
      row[given + index] = values[at] ?? NaN;
    });
    result[at] = evaluate(row);
  }
  return result;
}

/** The data points of a metric or expression at successive time stamps, oldest first; `undefined` is a missing one. */
export type Points = readonly (number | undefined)[];

/**
 * Evaluates an expression over aligned series, as GetMetricData would. The result has one entry per time stamp.
 *
 * A series without a single data point is a list of `undefined`, not an absent one: FILL fills it, arithmetic with
 * another series takes it as 0.
 *
 * @param series the data points of each id, all of one length
 * @throws MetricMathError when the expression refers to an id that has no series, or the lengths differ
 */
export function evaluateMetricMath(
  expression: MetricMath,
  series: Readonly<Record<string, Points>>,
): (number | undefined)[] {
  const entries = Object.entries(series);
  const length = entries[0]?.[1].length ?? 0;
  const uneven = entries.find(([, points]) => points.length !== length);
  if (uneven) {
    const problem = `the series are not aligned: "${uneven[0]}" has ${String(uneven[1].length)} points, not ${length}`;
    throw new MetricMathError(problem, expression.text, 0);
  }
  const evaluate = compileOverRange(
    expression,
    entries.map(([id]) => id),
  );
  const columns = entries.map(([, points]) => points.map((point) => point ?? NaN));
  return Array.from(evaluate(columns, length), (v) => (Number.isNaN(v) ? undefined : v));
}
