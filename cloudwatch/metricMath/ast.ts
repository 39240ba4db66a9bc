/** What a part of an expression stands for: one number (AWS writes S) or a value per time stamp (TS). */
export type Kind = "scalar" | "series";

/** The operators of metric math; `&&` and `||` are read as AND and OR. */
export type BinaryOperator =
  "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "AND" | "OR";

/** Functions that look at one value at a time. */
export type ValueFunction = "ABS" | "CEIL" | "FLOOR";

/** Functions that pick the lowest or the highest value. */
export type ExtremeFunction = "MIN" | "MAX";

/** How FILL finds a value for a gap by looking along the series. */
export type GapFiller = "REPEAT" | "LINEAR";

/**
 * A part of an expression. Arrays (`[m1, m2]`) do not occur: an operation on an array is an operation on each of its
 * members, so the parser writes it out, and an array is left only as the members of an `extreme`.
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
  /** MIN or MAX of an array: the lowest or highest of the members, time stamp by time stamp. */
  | {
      readonly type: "extreme";
      readonly kind: "series";
      readonly name: ExtremeFunction;
      readonly of: readonly Term[];
    }
  /** MIN or MAX of one series: a single number over all its time stamps. */
  | {
      readonly type: "extremeOfSeries";
      readonly kind: "scalar";
      readonly name: ExtremeFunction;
      readonly of: Term;
    };

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
      return [];
    case "binary":
      return [term.left, term.right];
    case "if":
      return [term.condition, term.then, ...(term.otherwise ? [term.otherwise] : [])];
    case "fill":
      return [term.of, term.filler];
    case "extreme":
      return term.of;
    default:
      return [term.of];
  }
}
