import type { BinaryOperator, ExtremeFunction, GapFiller, Kind, Term, ValueFunction } from "./ast";

/** What the parser holds while it reads: a term, or an array of series (AWS writes TS[]). */
export type Operand = Term | readonly Term[];

/** Says what is wrong; the parser adds where. */
export class KindMismatch extends Error {}

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
export function arrayOf(members: readonly Operand[]): readonly Term[] {
  return members.flatMap((member) => {
    if (isArray(member)) return member;
    if (member.kind === "scalar")
      throw new KindMismatch("an array holds time series only, no numbers");
    return [member];
  });
}

/** Unary minus: of a scalar, a series or an array. */
export function negate(operand: Operand): Operand {
  return eachMember(operand, (of) => ({ type: "negate", kind: of.kind, of }));
}

/** An operator between two operands, in the combinations the user guide lists. */
export function binary(operator: BinaryOperator, left: Operand, right: Operand): Operand {
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
export function valueFunction(name: ValueFunction, operand: Operand): Operand {
  return eachMember(operand, (of) => ({
    type: "value",
    kind: "series",
    name,
    of: series(name, of),
  }));
}

/** MIN and MAX: of one series a scalar, of an array a series. */
export function extreme(name: ExtremeFunction, operand: Operand): Operand {
  if (isArray(operand)) return { type: "extreme", kind: "series", name, of: operand };
  return { type: "extremeOfSeries", kind: "scalar", name, of: series(name, operand) };
}

/** FILL(m, number | series | REPEAT | LINEAR), also over each series of an array. */
export function fill(operand: Operand, filler: Operand | GapFiller): Operand {
  return eachMember(operand, (member) => {
    const of = series("FILL", member);
    if (typeof filler === "string") return { type: "fillAlong", kind: "series", of, filler };
    if (isArray(filler)) throw new KindMismatch("FILL's second argument cannot be an array");
    return { type: "fill", kind: "series", of, filler };
  });
}

/** IF(condition, then[, otherwise]) in the forms the user guide lists; the result is always a series. */
export function ifTerm(condition: Operand, then: Operand, otherwise: Operand | undefined): Operand {
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
