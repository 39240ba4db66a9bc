import assert from "node:assert/strict";
import fc from "fast-check";
import { FILTER_PATTERN_LENGTH } from "../../../components/cloudwatch/limits";
import {
  compileFilterPattern,
  type Condition,
  FilterPatternError,
  EventMessage,
  parseFilterPattern,
  type Selector,
} from "../../../tools/simulator/filterPattern";
import {
  ANY,
  MAX_REGEXES,
  MAX_WILDCARDS,
  type Operand,
  type SelectorStep,
} from "../../../tools/simulator/filterPattern/parser";

// ---- random patterns and events, from pools small enough that they often meet

const NAMES = ["a", "b", "x-1", "a.b", "__proto__", "constructor"];
const REGEXES = ["^a", "b$", "3", "[^3]", "a|b", "^$|.{2}"];
const name = fc.constantFrom(...NAMES);
const text = fc.string({ unit: fc.constantFrom("a", "b", "3", "*", '"', "\\", " "), maxLength: 4 });
const number = fc.constantFrom(
  "0",
  "1",
  "3",
  "1.0",
  "3e0",
  "-1.5",
  "1e21",
  "9007199254740993",
  "1e309",
);

const plainStep = fc.oneof(name, fc.nat({ max: 2 }));
const selector = fc
  .tuple(name, fc.array(plainStep, { maxLength: 2 }), fc.boolean(), fc.nat({ max: 3 }))
  .map(([first, rest, hasWildcard, at]): Selector => {
    const steps: SelectorStep[] = [first, ...rest];
    if (hasWildcard) steps.splice(at, 0, ANY);
    return steps;
  });

const operand = fc.oneof(
  number.map((value): Operand => ({ kind: "number", text: value })),
  text.map((value): Operand => ({ kind: "text", text: value })),
  fc.constantFrom(...REGEXES).map((source): Operand => ({ kind: "regex", source })),
);
/** As the parser's own objects are: deepEqual minds the prototype. */
const ordinary = { noNullPrototype: true };
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("equality" as const),
      selector,
      operator: fc.constantFrom("=" as const, "!=" as const),
      operand,
    },
    ordinary,
  ),
  fc.record(
    {
      kind: fc.constant("order" as const),
      selector,
      operator: fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const),
      bound: number,
    },
    ordinary,
  ),
  fc.record(
    {
      kind: fc.constant("is" as const),
      selector,
      keyword: fc.constantFrom("NULL" as const, "TRUE" as const, "FALSE" as const),
    },
    ordinary,
  ),
  fc.record({ kind: fc.constant("notExists" as const), selector }, ordinary),
);
const condition = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    leaf,
    fc.record(
      {
        kind: fc.constantFrom("and" as const, "or" as const),
        terms: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
      },
      ordinary,
    ),
  ),
})).node;

/** A number in an event, as it is written. */
class Spelled {
  constructor(readonly text: string) {}
}

const json = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.constantFrom(null, true, false, "true", "3", "ab", "a*b", "many"),
    text,
    number.map((spelled) => new Spelled(spelled)),
    fc.array(tie("node"), { maxLength: 3 }),
    // fromEntries makes `__proto__` an own property, as JSON.parse does.
    fc.array(fc.tuple(name, tie("node")), { maxLength: 4 }).map(Object.fromEntries),
  ),
})).node;
const event = fc.array(fc.tuple(name, json), { maxLength: 5 }).map(Object.fromEntries);

// ---- the printer

function print(node: Condition): string {
  switch (node.kind) {
    case "equality":
      return `${printSelector(node.selector)} ${node.operator} ${printOperand(node.operand)}`;
    case "order":
      return `${printSelector(node.selector)}${node.operator}${node.bound}`;
    case "is":
      return `${printSelector(node.selector)} IS ${node.keyword}`;
    case "notExists":
      return `${printSelector(node.selector)} NOT EXISTS`;
    case "and":
      return node.terms.map((term) => inParentheses(term, ["and", "or"])).join(" && ");
    case "or":
      return node.terms.map((term) => inParentheses(term, ["or"])).join(" || ");
  }
}

function inParentheses(node: Condition, kinds: readonly string[]): string {
  return kinds.includes(node.kind) ? `(${print(node)})` : print(node);
}

function printSelector(steps: Selector): string {
  const printed = steps.map((step) => {
    if (step === ANY) return ".*";
    if (typeof step === "number") return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `.['${step}']`;
  });
  return `$${printed.join("")}`;
}

function printOperand(value: Operand): string {
  if (value.kind === "number") return value.text;
  if (value.kind === "regex") return `%${value.source}%`;
  return `"${value.text.replace(/[\\"]/g, "\\$&")}"`;
}

function printJson(value: unknown): string {
  if (value instanceof Spelled) return value.text;
  if (Array.isArray(value)) return `[${value.map(printJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${printJson(member)}`,
  );
  return `{${members.join(", ")}}`;
}

// ---- the oracle: lists of values instead of closures, globs by recursion, numbers as fractions of big integers

function valuesAt(value: unknown, [step, ...rest]: Selector): unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null || value instanceof Spelled) return [];
  let next: unknown[] = [];
  if (step === ANY) next = Object.values(value);
  else if (Array.isArray(value)) {
    if (typeof step === "number") next = value.slice(step, step + 1);
  } else if (typeof step === "string") {
    next = Object.entries(value)
      .filter(([key]) => key === step)
      .map(([, member]: [string, unknown]) => member);
  }
  return next.flatMap((inner) => valuesAt(inner, rest));
}

function glob(pattern: string, value: string): boolean {
  if (pattern === "") return value === "";
  const rest = pattern.slice(1);
  if (pattern.startsWith("*"))
    return glob(rest, value) || (value !== "" && glob(pattern, value.slice(1)));
  return value.startsWith(pattern.charAt(0)) && glob(rest, value.slice(1));
}

/** What each number of the pool is: as text, and as a whole number of tenths. */
const NUMBERS: Readonly<Record<string, readonly [text: string, tenths: bigint | undefined]>> = {
  "0": ["0", 0n],
  "1": ["1", 10n],
  "3": ["3", 30n],
  "1.0": ["1.0", 10n],
  "3e0": ["3.0", 30n],
  "-1.5": ["-1.5", -15n],
  "1e21": ["1.0E21", 10n ** 22n],
  "9007199254740993": ["9007199254740993", 90071992547409930n],
  "1e309": ["Infinity", undefined],
};

function tenthsOf(literal: string): bigint {
  return NUMBERS[literal]?.[1] ?? 10n ** 310n;
}

/** Undefined for a value that is never compared with this. */
function equals(value: unknown, wanted: Operand): boolean | undefined {
  if (!(value instanceof Spelled || typeof value === "string")) return undefined;
  if (wanted.kind === "number") {
    if (typeof value === "string") return value === wanted.text;
    const tenths = NUMBERS[value.text]?.[1];
    return tenths === undefined ? undefined : tenths === tenthsOf(wanted.text);
  }
  const text = typeof value === "string" ? value : (NUMBERS[value.text]?.[0] ?? "");
  return wanted.kind === "regex" ? new RegExp(wanted.source).test(text) : glob(wanted.text, text);
}

function expected(node: Condition, root: unknown): boolean {
  if ("terms" in node) {
    const held = node.terms.map((term) => expected(term, root));
    return node.kind === "and" ? !held.includes(false) : held.includes(true);
  }
  const values = valuesAt(root, node.selector);
  const wildcard = node.selector.indexOf(ANY);
  if (node.kind === "notExists") return values.length === 0;
  if (node.kind === "is") {
    if (node.keyword !== "NULL") return values.includes(node.keyword === "TRUE");
    const arrays = values.filter((value) => Array.isArray(value));
    return values.includes(null) || (wildcard < 0 && arrays.some((one) => one.includes(null)));
  }
  if (node.kind === "order") {
    const bound = tenthsOf(node.bound);
    const numbers = values.flatMap((value) =>
      value instanceof Spelled ? (NUMBERS[value.text]?.[1] ?? []) : [],
    );
    if (numbers.includes(bound) && node.operator.endsWith("=")) return true;
    return numbers.some((one) => (node.operator.startsWith("<") ? one < bound : one > bound));
  }
  const equal = values.map((value) => equals(value, node.operand));
  if (node.operator === "=") return equal.includes(true);
  if (wildcard < 0) return equal.includes(false);
  return valuesAt(root, node.selector.slice(0, wildcard)).length > 0 && !equal.includes(true);
}

// ---- the properties

function withinLimits(node: Condition): boolean {
  const printed = print(node);
  const wildcards = printed.match(/\.\*|\[\*\]/g) ?? [];
  return (
    printed.length < FILTER_PATTERN_LENGTH - 4 &&
    wildcards.length <= MAX_WILDCARDS &&
    (printed.match(/%/g) ?? []).length <= 2 * MAX_REGEXES
  );
}

describe("filter patterns: properties", () => {
  it("reads back what a printer writes", () => {
    fc.assert(
      fc.property(condition.filter(withinLimits), (node) => {
        assert.deepEqual(parseFilterPattern(`{ ${print(node)} }`), {
          kind: "json",
          condition: node,
        });
      }),
      { numRuns: 400 },
    );
  });

  it("matches as a slow oracle does, and never where a hint is missing", () => {
    fc.assert(
      fc.property(condition, event, (node, root) => {
        const { matches, hints } = compileFilterPattern({ kind: "json", condition: node });
        const line = printJson(root);
        assert.equal(matches(new EventMessage(line)), expected(node, root), line);
        const hinted = hints?.some((text) => line.includes(text)) ?? true;
        assert.ok(hinted || !matches(new EventMessage(line)), line);
      }),
      { numRuns: 600 },
    );
  });

  it("refuses text only with a FilterPatternError, whose position is inside the text", () => {
    const characters = Array.from("{}()[]$.*%\"'\\=!<>&|- 1ae");
    const piece = fc.constantFrom(...characters, "$.a", " IS ", "TRUE", "NOT EXISTS");
    const garbled = fc
      .tuple(
        fc.constantFrom("{ $.a = ", "[a, b = ", "%", "?a "),
        fc.array(piece, { maxLength: 30 }),
      )
      .map(([start, pieces]) => start + pieces.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), garbled), (pattern) => {
        try {
          parseFilterPattern(pattern);
        } catch (error) {
          assert.ok(error instanceof FilterPatternError);
          assert.ok(error.position >= 0 && error.position <= pattern.length);
        }
      }),
      { numRuns: 400 },
    );
  });
});
