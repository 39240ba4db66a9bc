import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compileJsonFilterPattern,
  type Condition,
  DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
  type FilterPatternAssumptions,
  FilterPatternError,
  MAX_PATTERN_LENGTH,
  MAX_REGEXES_PER_PATTERN,
  MAX_WILDCARDS_PER_PATTERN,
  type Operand,
  parseFilterPattern,
  type Selector,
  type SelectorStep,
} from "../../../tools/simulator/filterPattern";

// ---- random patterns and events, from pools small enough that they often meet

const NAMES = ["a", "b", "x-1", "a.b", "__proto__", "constructor"];
const REGEXES = ["^a", "b$", "3", "[^3]", "a|b", "^$|.{2}"];
const name = fc.constantFrom(...NAMES);
const text = fc.string({ unit: fc.constantFrom("a", "b", "3", "*", '"', "\\", " "), maxLength: 4 });
const number = fc.constantFrom(0, 1, 3, -1.5, 1e-7, 1e21);

const plainStep = fc.oneof(
  name.map((member): SelectorStep => ({ kind: "member", name: member })),
  fc.nat({ max: 2 }).map((index): SelectorStep => ({ kind: "element", index })),
);
const wildcardStep = fc.constantFrom<SelectorStep>({ kind: "anyMember" }, { kind: "anyElement" });
const selector = fc
  .tuple(name, fc.array(plainStep, { maxLength: 2 }), fc.option(wildcardStep), fc.nat({ max: 3 }))
  .map(([first, rest, wildcard, at]): Selector => {
    const steps: SelectorStep[] = [{ kind: "member", name: first }, ...rest];
    if (wildcard === null) return steps;
    // Right after $ only `.*` is legal, so `[*]` goes further in.
    steps.splice(wildcard.kind === "anyMember" ? at : Math.max(at, 1), 0, wildcard);
    return steps[0]?.kind === "element" ? [{ kind: "member", name: first }, ...steps] : steps;
  });

const operand = fc.oneof(
  number.map((value): Operand => ({ kind: "number", value })),
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
      value: number,
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

const json = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.constantFrom(null, true, false, "true", "3", "ab", "a*b", "many"),
    fc.oneof(text, number),
    fc.array(tie("node"), { maxLength: 3 }),
    // fromEntries makes `__proto__` an own property, as JSON.parse does.
    fc.array(fc.tuple(name, tie("node")), { maxLength: 4 }).map(Object.fromEntries),
  ),
})).node;
const event = fc.array(fc.tuple(name, json), { maxLength: 5 }).map(Object.fromEntries);

const assumptions: fc.Arbitrary<FilterPatternAssumptions> = fc.record({
  notEqualMatchesAbsentField: fc.boolean(),
  comparisonsSeeBooleans: fc.boolean(),
  isSeesText: fc.boolean(),
  starInMiddleIsWildcard: fc.boolean(),
  numericTextIsNumber: fc.boolean(),
  numberMatchesText: fc.boolean(),
  notEqualOverWildcard: fc.constantFrom("any", "all"),
});

// ---- the printer

function print(node: Condition): string {
  switch (node.kind) {
    case "equality":
      return `${printSelector(node.selector)} ${node.operator} ${printOperand(node.operand)}`;
    case "order":
      return `${printSelector(node.selector)}${node.operator}${node.value}`;
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
    if (step.kind === "anyMember") return ".*";
    if (step.kind === "anyElement") return "[*]";
    if (step.kind === "element") return `[${step.index}]`;
    return /^[\w-]+$/.test(step.name) ? `.${step.name}` : `.['${step.name}']`;
  }, ordinary);
  return `$${printed.join("")}`;
}

function printOperand(value: Operand): string {
  if (value.kind === "number") return String(value.value);
  if (value.kind === "regex") return `%${value.source}%`;
  return `"${value.text.replace(/[\\"]/g, "\\$&")}"`;
}

// ---- the oracle: lists of values instead of closures, globs by recursion

function valuesAt(value: unknown, [step, ...rest]: Selector): unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  let next: unknown[];
  if (Array.isArray(value)) {
    if (step.kind === "element") next = value.slice(step.index, step.index + 1);
    else next = step.kind === "anyElement" ? value : [];
  } else if (step.kind === "member") {
    next = Object.entries(value)
      .filter(([key]) => key === step.name)
      .map(([, member]: [string, unknown]) => member);
  } else {
    next = step.kind === "anyMember" ? Object.values(value) : [];
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

function textMatches(pattern: string, value: string, starInMiddle: boolean): boolean {
  if (starInMiddle) return glob(pattern, value);
  if (pattern === "*") return true;
  const inner = pattern.replace(/^\*/, "").replace(/\*$/, "");
  if (pattern.startsWith("*") && pattern.endsWith("*")) return value.includes(inner);
  if (pattern.startsWith("*")) return value.endsWith(inner);
  return pattern.endsWith("*") ? value.startsWith(inner) : value === inner;
}

function asNumber(value: unknown, rules: FilterPatternAssumptions): number {
  if (typeof value === "number") return value;
  const spelled = typeof value === "string" && /^-?\d+$/.test(value);
  return spelled && rules.numericTextIsNumber ? Number(value) : Number.NaN;
}

function equals(value: unknown, wanted: Operand, rules: FilterPatternAssumptions): boolean {
  if (wanted.kind === "number") return asNumber(value, rules) === wanted.value;
  const isWildcard =
    wanted.kind === "text" && (rules.starInMiddleIsWildcard ? /\*/ : /^\*|\*$/).test(wanted.text);
  if (typeof value === "number" && !rules.numberMatchesText && !isWildcard) return false;
  if (typeof value === "boolean" && !rules.comparisonsSeeBooleans) return false;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    return false;
  }
  const text = String(value);
  if (wanted.kind === "regex") return new RegExp(wanted.source, "s").test(text);
  return textMatches(wanted.text, text, rules.starInMiddleIsWildcard);
}

function expected(node: Condition, root: unknown, rules: FilterPatternAssumptions): boolean {
  if (node.kind === "and") return node.terms.every((term) => expected(term, root, rules));
  if (node.kind === "or") return node.terms.some((term) => expected(term, root, rules));
  const values = valuesAt(root, node.selector);
  if (node.kind === "notExists") return values.length === 0;
  if (node.kind === "is") {
    const wanted = { NULL: null, TRUE: true, FALSE: false }[node.keyword];
    const spelled = rules.isSeesText && wanted !== null ? String(wanted) : wanted;
    return values.some((value) => value === wanted || value === spelled);
  }
  if (node.kind === "order") {
    const { operator, value: bound } = node;
    const numbers = values.map((value) => asNumber(value, rules));
    if (numbers.some((value) => value === bound) && operator.endsWith("=")) return true;
    return numbers.some((value) => (operator.startsWith("<") ? value < bound : value > bound));
  }
  const equal = (value: unknown) => equals(value, node.operand, rules);
  if (node.operator === "=") return values.some(equal);
  if (values.length === 0) return rules.notEqualMatchesAbsentField;
  const kinds = ["string", "number", ...(rules.comparisonsSeeBooleans ? ["boolean"] : [])];
  const candidates = values.filter((value) => kinds.includes(typeof value));
  if (rules.notEqualOverWildcard === "any") return candidates.some((value) => !equal(value));
  return candidates.length > 0 && !candidates.some(equal);
}

// ---- the properties

function withinLimits(node: Condition): boolean {
  const printed = print(node);
  const wildcards = printed.match(/\.\*|\[\*\]/g) ?? [];
  return (
    printed.length < MAX_PATTERN_LENGTH - 4 &&
    wildcards.length <= MAX_WILDCARDS_PER_PATTERN &&
    (printed.match(/%/g) ?? []).length <= 2 * MAX_REGEXES_PER_PATTERN
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

  it("matches as a slow oracle does, under any assumptions", () => {
    fc.assert(
      fc.property(condition, event, fc.option(assumptions, { freq: 2 }), (node, root, chosen) => {
        const rules = chosen ?? DEFAULT_FILTER_PATTERN_ASSUMPTIONS;
        const compiled = compileJsonFilterPattern({ kind: "json", condition: node }, rules);
        assert.equal(compiled(root), expected(node, root, rules));
      }),
      { numRuns: 400 },
    );
  });

  it("refuses text only with a FilterPatternError, whose position is inside the text", () => {
    const characters = Array.from("{}()[]$.*%\"'\\=!<>&|- 1ae");
    const piece = fc.constantFrom(...characters, "$.a", " IS ", "TRUE", "NOT EXISTS");
    const garbled = fc
      .array(piece, { maxLength: 30 })
      .map((pieces) => `{ $.a = ${pieces.join("")}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), garbled), (pattern) => {
        try {
          parseFilterPattern(pattern);
        } catch (error) {
          assert.ok(error instanceof FilterPatternError);
          assert.ok(error.position >= 0 && error.position <= pattern.length);
          assert.equal(error.caret.split("\n").length, 2);
        }
      }),
      { numRuns: 400 },
    );
  });
});
