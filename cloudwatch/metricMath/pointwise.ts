import type { MetricMath, Term } from "./ast";
import { partsOf } from "./ast";
import { MetricMathError } from "./error";
import { finiteOrMissing, operation, valueOperation } from "./pointRules";
import { isLogic } from "./terms";

/**
 * The value of an expression at one time stamp, from the values of its ids there (in the order the ids were given when
 * it was compiled). NaN stands for a missing value, in and out. It allocates nothing.
 */
export type Pointwise = (values: ArrayLike<number>) => number;

/** Where the value of each id stands among the values. */
export type Columns = ReadonlyMap<string, number>;

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
export function columnsOf(expression: MetricMath, ids: readonly string[]): Map<string, number> {
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
export function compileTerm(term: Term, columns: Columns): Pointwise {
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
