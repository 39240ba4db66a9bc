import type { GapFiller, MetricMath, Term } from "./ast";
import type { Pointwise } from "./pointwise";
import { columnsOf, compileTerm } from "./pointwise";

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
      const id = `:${String(steps.length)}`;
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
