import type { BinaryOperator, ValueFunction } from "./ast";

/** Two present values in, one value out. Not a finite number: there is no value. */
export type Combine = (left: number, right: number) => number;

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
export function operation(operator: BinaryOperator): Combine {
  return OPERATORS[operator];
}

const VALUE_FUNCTIONS: Readonly<Record<ValueFunction, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

/** What ABS, CEIL or FLOOR does with a present value. */
export function valueOperation(name: ValueFunction): (value: number) => number {
  return VALUE_FUNCTIONS[name];
}

/**
 * Drops what is no number: a division by zero (documented in using-metric-math) and, since CloudWatch stores neither
 * NaN nor infinity (PutMetricData), every other result that is not finite, such as the root of a negative number.
 */
export function finiteOrMissing(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
