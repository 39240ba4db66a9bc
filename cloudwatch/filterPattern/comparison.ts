import type { IsKeyword, Operand, OrderOperator } from "./ast";
import type { FilterPatternAssumptions } from "./assumptions";
import { Lexer } from "./lexer";
import { parseNumber } from "./number";
import { translateRegex } from "./regex";

/** A question about one JSON value; never throws, and allocates only to see a number as text. */
export type ValueTest = (value: unknown) => boolean;

/** Can the value take part in `=` and `!=` at all? Null, arrays and objects never can. */
export function comparable(assumptions: FilterPatternAssumptions): ValueTest {
  const { comparisonsSeeBooleans } = assumptions;
  return (value) =>
    typeof value === "string" ||
    typeof value === "number" ||
    (comparisonsSeeBooleans && typeof value === "boolean");
}

/** Is the value equal to what the pattern says? */
export function equalTo(operand: Operand, assumptions: FilterPatternAssumptions): ValueTest {
  switch (operand.kind) {
    case "number": {
      const numberOf = numberReader(assumptions);
      const { value: wanted } = operand;
      return (value) => numberOf(value) === wanted;
    }
    case "regex": {
      const regex = translateRegex(operand.source, 0, new Lexer(operand.source));
      return textTest((text) => regex.test(text), assumptions.numberMatchesText, assumptions);
    }
    case "text": {
      const { text } = operand;
      const wildcard = wildcardTest(text, assumptions.starInMiddleIsWildcard);
      if (wildcard !== undefined) return textTest(wildcard, true, assumptions);
      return textTest((value) => value === text, assumptions.numberMatchesText, assumptions);
    }
  }
}

/** Is the value a number on the wanted side of `bound`? */
export function ordered(
  operator: OrderOperator,
  bound: number,
  assumptions: FilterPatternAssumptions,
): ValueTest {
  const numberOf = numberReader(assumptions);
  switch (operator) {
    case "<":
      return (value) => numberOf(value) < bound;
    case "<=":
      return (value) => numberOf(value) <= bound;
    case ">":
      return (value) => numberOf(value) > bound;
    case ">=":
      return (value) => numberOf(value) >= bound;
  }
}

/** Is the value the JSON null, true or false that `IS` asks for? */
export function isKeyword(keyword: IsKeyword, assumptions: FilterPatternAssumptions): ValueTest {
  if (keyword === "NULL") return (value) => value === null;
  const wanted = keyword === "TRUE";
  if (!assumptions.isSeesText) return (value) => value === wanted;
  const text = String(wanted);
  return (value) => value === wanted || value === text;
}

/**
 * How a JSON value reads as a number: itself, or the number a string spells if the assumptions let it;
 * NaN for all else, which no comparison accepts.
 */
export function numberReader(assumptions: FilterPatternAssumptions): (value: unknown) => number {
  const { numericTextIsNumber } = assumptions;
  return (value) => {
    if (typeof value === "number") return value;
    return numericTextIsNumber && typeof value === "string" ? parseNumber(value) : Number.NaN;
  };
}

function textTest(
  matches: (text: string) => boolean,
  numbersToo: boolean,
  assumptions: FilterPatternAssumptions,
): ValueTest {
  const { comparisonsSeeBooleans } = assumptions;
  return (value) => {
    if (typeof value === "string") return matches(value);
    if (typeof value === "number") return numbersToo && matches(String(value));
    return comparisonsSeeBooleans && typeof value === "boolean" && matches(String(value));
  };
}

/** The test for a text with `*` in it, or undefined if none of its asterisks is a wildcard. */
function wildcardTest(
  text: string,
  starInMiddleIsWildcard: boolean,
): ((value: string) => boolean) | undefined {
  const pieces = starInMiddleIsWildcard ? text.split("*") : splitAtEnds(text);
  const first = pieces[0] ?? "";
  const last = pieces[pieces.length - 1] ?? "";
  if (pieces.length < 2) return undefined;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== "");
  const ends = first.length + last.length;
  return (value) => {
    if (value.length < ends || !value.startsWith(first) || !value.endsWith(last)) return false;
    let from = first.length;
    for (const piece of middle) {
      // The leftmost place leaves the most room for what follows, so no other needs trying.
      const at = value.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= value.length - last.length;
  };
}

/** Splits at a leading and a trailing asterisk only: `*a*b*` is `""`, `a*b`, `""`. */
function splitAtEnds(text: string): string[] {
  if (text === "*") return ["", ""];
  const starts = text.startsWith("*");
  const ends = text.endsWith("*");
  const inner = text.slice(starts ? 1 : 0, ends ? -1 : undefined);
  return [...(starts ? [""] : []), inner, ...(ends ? [""] : [])];
}
