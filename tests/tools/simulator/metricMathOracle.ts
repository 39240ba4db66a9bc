import fc from "fast-check";
import type { Points } from "./evaluateMetricMath";

/** An expression as a test writes it, and what it means read straight from the user guide. Shares no code with cloudwatch/. */
export type Expression =
  | { readonly is: "number"; readonly value: number }
  | { readonly is: "id"; readonly id: "m1" | "m2" | "m3" }
  | { readonly is: "minus"; readonly of: Expression }
  | {
      readonly is: "operator";
      readonly sign: string;
      readonly a: Expression;
      readonly b: Expression;
    }
  | { readonly is: "if"; readonly a: Expression; readonly b: Expression; readonly c?: Expression }
  | {
      readonly is: "fill";
      readonly of: Expression;
      readonly with: Expression | "REPEAT" | "LINEAR";
    }
  | { readonly is: "round"; readonly name: "ABS" | "CEIL" | "FLOOR"; readonly of: Expression }
  | { readonly is: "best"; readonly name: "MIN" | "MAX"; readonly of: readonly Expression[] }
  | { readonly is: "bestOf"; readonly name: "MIN" | "MAX"; readonly of: Expression };

const COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "AND", "OR"];
const SIGNS = ["+", "-", "*", "/", "^", ...COMPARISONS];

/** Random expressions that result in a series. */
export function expressions(alongSeries: boolean): fc.Arbitrary<Expression> {
  const { series } = fc.letrec<{ series: Expression; scalar: Expression }>((tie) => {
    const id = fc
      .constantFrom("m1", "m2", "m3")
      .map((name): Expression => ({ is: "id", id: name }));
    const number = fc
      .constantFrom(0, 1, 2, 0.5, 100, 1e-36)
      .map((value): Expression => ({ is: "number", value }));
    const sign = fc.constantFrom(...SIGNS);
    const operator = (a: fc.Arbitrary<Expression>, b: fc.Arbitrary<Expression>) =>
      fc
        .tuple(sign, a, b)
        .map(([s, x, y]): Expression => ({ is: "operator", sign: s, a: x, b: y }));
    const any = fc.oneof(tie("series"), tie("scalar"));
    const name = fc.constantFrom<"MIN" | "MAX">("MIN", "MAX");
    const bestOf = fc
      .tuple(name, tie("series"))
      .map(([best, of]): Expression => ({ is: "bestOf", name: best, of }));
    const filler = fc.oneof(
      any,
      ...(alongSeries ? [fc.constantFrom<"REPEAT" | "LINEAR">("REPEAT", "LINEAR")] : []),
    );
    return {
      scalar: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        number,
        operator(tie("scalar"), tie("scalar")),
        ...(alongSeries ? [bestOf] : []),
      ),
      series: fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        id,
        tie("series").map((of): Expression => ({ is: "minus", of })),
        operator(tie("series"), any),
        operator(tie("scalar"), tie("series")),
        fc.tuple(tie("series"), any).map(([a, b]): Expression => ({ is: "if", a, b })),
        fc.tuple(tie("series"), any, any).map(([a, b, c]): Expression => ({ is: "if", a, b, c })),
        fc
          .tuple(tie("scalar"), tie("series"), tie("series"))
          .map(([a, b, c]): Expression => ({ is: "if", a, b, c })),
        fc.tuple(tie("series"), filler).map(([of, w]): Expression => ({ is: "fill", of, with: w })),
        fc
          .tuple(fc.constantFrom<"ABS" | "CEIL" | "FLOOR">("ABS", "CEIL", "FLOOR"), tie("series"))
          .map(([round, of]): Expression => ({ is: "round", name: round, of })),
        fc
          .tuple(name, fc.array(tie("series"), { minLength: 1, maxLength: 3 }))
          .map(([best, of]): Expression => ({ is: "best", name: best, of })),
      ),
    };
  });
  return series;
}

/** The expression as text, fully parenthesised. */
export function write(e: Expression): string {
  switch (e.is) {
    case "number":
      return String(e.value);
    case "id":
      return e.id;
    case "minus":
      return `(-${write(e.of)})`;
    case "operator":
      return `(${write(e.a)} ${e.sign} ${write(e.b)})`;
    case "if":
      return `IF(${[e.a, e.b, ...(e.c ? [e.c] : [])].map(write).join(", ")})`;
    case "fill":
      return `FILL(${write(e.of)}, ${typeof e.with === "string" ? e.with : write(e.with)})`;
    case "round":
    case "bestOf":
      return `${e.name}(${write(e.of)})`;
    case "best":
      return `${e.name}([${e.of.map(write).join(", ")}])`;
  }
}

type Value = { scalar: number | undefined } | { series: (number | undefined)[] };

/** The data points of an expression, one rule at a time. */
export function oracle(
  e: Expression,
  table: Readonly<Record<"m1" | "m2" | "m3", Points>>,
): (number | undefined)[] {
  const length = table.m1.length;
  const value = of(e);
  return "series" in value ? value.series : [];

  function of(part: Expression): Value {
    switch (part.is) {
      case "number":
        return { scalar: part.value };
      case "id":
        return { series: [...table[part.id]] };
      case "minus":
        return each(of(part.of), (v) => -v);
      case "round":
        return each(of(part.of), { ABS: Math.abs, CEIL: Math.ceil, FLOOR: Math.floor }[part.name]);
      case "operator":
        return operate(part.sign, of(part.a), of(part.b));
      case "bestOf": {
        const present = at(of(part.of)).filter((v) => v !== undefined);
        if (present.length === 0) return { scalar: undefined };
        return { scalar: part.name === "MIN" ? Math.min(...present) : Math.max(...present) };
      }
      case "best": {
        const members = part.of.map((member) => at(of(member)));
        const series = Array.from({ length }, (_, i) => {
          const present = members.map((m) => m[i]).filter((v) => v !== undefined);
          if (present.length === 0) return undefined;
          return part.name === "MIN" ? Math.min(...present) : Math.max(...present);
        });
        return { series };
      }
      case "fill":
        return {
          series: fill(
            at(of(part.of)),
            typeof part.with === "string" ? part.with : at(of(part.with)),
          ),
        };
      case "if":
        return choose(part);
    }
  }

  /** The values slot by slot; a scalar stands in every slot. */
  function at(v: Value): (number | undefined)[] {
    return "series" in v ? v.series : Array.from({ length }, () => v.scalar);
  }

  function each(v: Value, f: (x: number) => number): Value {
    if ("scalar" in v) return { scalar: v.scalar === undefined ? undefined : f(v.scalar) };
    return { series: v.series.map((x) => (x === undefined ? undefined : f(x))) };
  }

  function operate(sign: string, a: Value, b: Value): Value {
    const zeroForMissing = "series" in a && "series" in b;
    const pairs = at(a).map((x, i): [number | undefined, number | undefined] => [x, at(b)[i]]);
    if ("scalar" in a && "scalar" in b) return { scalar: pair(sign, a.scalar, b.scalar, false) };
    return { series: pairs.map(([x, y]) => pair(sign, x, y, zeroForMissing)) };
  }

  function choose(part: Extract<Expression, { is: "if" }>): Value {
    const condition = of(part.a);
    const then = of(part.b);
    const otherwise = part.c && of(part.c);
    if ("scalar" in condition) {
      if (condition.scalar === undefined)
        return { series: Array.from({ length }, () => undefined) };
      return condition.scalar === 0 && otherwise ? otherwise : then;
    }
    const compared = part.a.is === "operator" && COMPARISONS.includes(part.a.sign);
    const series = condition.series.map((c, i) => {
      if (c === undefined) return undefined;
      if (c !== 0) return at(then)[i] ?? ("series" in then ? 0 : undefined);
      if (!otherwise) return undefined;
      const found = at(otherwise)[i];
      if (found !== undefined || "scalar" in otherwise) return found;
      return "series" in then || compared ? 0 : undefined;
    });
    return { series };
  }
}

function pair(
  sign: string,
  x: number | undefined,
  y: number | undefined,
  zero: boolean,
): number | undefined {
  if (x === undefined && y === undefined) return undefined;
  if ((x === undefined || y === undefined) && !zero) return undefined;
  const result = calculate(sign, x ?? 0, y ?? 0);
  return Number.isFinite(result) ? result : undefined;
}

function calculate(sign: string, x: number, y: number): number {
  if (sign === "+") return x + y;
  if (sign === "-") return x - y;
  if (sign === "*") return x * y;
  if (sign === "/") return y === 0 ? NaN : x / y;
  if (sign === "^") return Math.pow(x, y);
  if (sign === "==") return Number(x === y);
  if (sign === "!=") return Number(x !== y);
  if (sign === "<") return Number(x < y);
  if (sign === "<=") return Number(x <= y);
  if (sign === ">") return Number(x > y);
  if (sign === ">=") return Number(x >= y);
  if (sign === "AND") return Number(x !== 0 && y !== 0);
  return Number(x !== 0 || y !== 0);
}

function fill(
  points: (number | undefined)[],
  how: "REPEAT" | "LINEAR" | (number | undefined)[],
): (number | undefined)[] {
  return points.map((point, i) => {
    if (point !== undefined) return point;
    if (typeof how !== "string") return how[i];
    const before = points.findLastIndex((p, j) => j < i && p !== undefined);
    const from = points[before];
    if (how === "REPEAT" || from === undefined) return how === "REPEAT" ? from : undefined;
    const after = points.findIndex((p, j) => j > i && p !== undefined);
    const to = points[after];
    return to === undefined ? undefined : from + ((to - from) * (i - before)) / (after - before);
  });
}
