import type { PropertyPath } from "../../components/cloudwatch/patterns";
import {
  type CompiledPattern,
  type Condition,
  EventMessage,
  type FilterPattern,
  plainPath,
  type Selector,
} from "../simulator/filterPattern";
import { hasDimensions, type MetricFilter } from "../simulator/metricFilter";
import { flatProperty } from "./logEvents";

// What metric filters ask about: the fields they are about, and what a line must hold to be worth a look.

/** A property that metric filters ask about, and that a line may carry in a form they cannot see. */
export interface WatchedField {
  readonly path: PropertyPath;
  /** The path's last name. */
  readonly name: string;
  /**
   * What the filters ask: whether it is true or false, on which side of a number it is, whether it is equal to something,
   * or, of lines of text, which value stands behind its name.
   */
  readonly asks: "boolean" | "number" | "equality" | "text";
  /** Values such as the filters ask for, one of which some filter wants if all else is as it should be. */
  readonly values: readonly (boolean | number | string)[];
  /** Whether any value counts that is of the right type, as of predictions, which are valid or not. */
  readonly takesAll: boolean;
}

/**
 * The fields that a log group's filters are about, as opposed to conditions on the side: those asked
 * whether they are true and whether they are false; if there is none, those asked one of the two; else
 * those compared with something. Wildcard selectors name no field.
 */
export function watchedFields(patterns: readonly FilterPattern[]): WatchedField[] {
  return [...jsonFields(patterns), ...textFields(patterns)];
}

function jsonFields(patterns: readonly FilterPattern[]): WatchedField[] {
  const leaves = patterns.flatMap((pattern) =>
    pattern.kind === "json" ? leavesOf(pattern.condition) : [],
  );
  const asked = (keyword: string) =>
    pathsOf(leaves.filter((leaf) => leaf.kind === "is" && leaf.keyword === keyword));
  const [whetherTrue, whetherFalse] = [asked("TRUE"), asked("FALSE")];
  const both = [...whetherTrue].filter(([key]) => whetherFalse.has(key));
  const either = both.length > 0 ? both : [...whetherTrue, ...whetherFalse];
  const boolean = { asks: "boolean", values: [true, false], takesAll: true } as const;
  const found = [...new Map(either).values()].flatMap((path) => field(path, boolean));
  if (found.length > 0) return found;
  const compared = leaves.filter(({ kind }) => kind === "equality" || kind === "order");
  return [...pathsOf(compared)].flatMap(([key, path]) =>
    field(path, comparedWith(compared.filter((leaf) => pathsOf([leaf]).has(key)))),
  );
}

function comparedWith(leaves: readonly Leaf[]): Omit<WatchedField, "path" | "name"> {
  const operators = leaves.map((leaf) => ("operator" in leaf ? leaf.operator : ""));
  const bounds = leaves.flatMap((leaf) => (leaf.kind === "order" ? [Number(leaf.bound)] : []));
  const operands = leaves.flatMap((leaf) => (leaf.kind === "equality" ? [leaf.operand] : []));
  if (operands.length === 0) {
    const takesAll = ["<", ">"].every((side) => operators.some((one) => one.startsWith(side)));
    const values = bounds.flatMap((bound) => [bound, bound - 1, bound + 1]);
    return { asks: "number", values, takesAll };
  }
  const values = operands.flatMap((operand): (number | string)[] => {
    if (operand.kind === "number") return [Number(operand.text)];
    return operand.kind === "text" && !operand.text.includes("*") ? [operand.text] : [];
  });
  const takesAll = operands.some((operand) => operand.kind === "text" && operand.text === "*");
  return { asks: "equality", values, takesAll };
}

/** Fields of lines of text, by expressions such as `name\W+[Tt]rue|name\W+[Ff]alse`. */
function textFields(patterns: readonly FilterPattern[]): WatchedField[] {
  const words = new Map<string, string[]>();
  for (const pattern of patterns) {
    if (pattern.kind !== "regex") continue;
    const parts = pattern.source.split("|").map((part) => /^([\w-]+)\\W\+(.+)$/.exec(part));
    for (const [, name = "", word = ""] of parts.every((part) => part !== null) ? parts : []) {
      words.set(name, [...(words.get(name) ?? []), word]);
    }
  }
  return [...words].flatMap(([name, all]) => {
    const isBoolean = all.includes("[Tt]rue");
    const values: (boolean | string)[] = isBoolean
      ? [true, false]
      : all.filter((word) => /^\w+$/.test(word));
    return field([name], { asks: "text", values, takesAll: isBoolean || all.includes("\\w") });
  });
}

type Leaf = Extract<Condition, { readonly selector: Selector }>;

function leavesOf(condition: Condition): Leaf[] {
  return "terms" in condition ? condition.terms.flatMap(leavesOf) : [condition];
}

/** By a text that is the same for the same path. */
function pathsOf(leaves: readonly Leaf[]): Map<string, PropertyPath> {
  const paths = leaves
    .map(({ selector }) => plainPath(selector))
    .filter((path) => path !== undefined);
  return new Map(paths.map((path) => [JSON.stringify(path), path]));
}

/**
 * Makes what reads the events of predictions without parsing them, in a third of the time, if all that filters ask about is
 * one property at the top: JSON objects that hold no others, and have true, false or null there.
 * @returns takes a message, or a JSON string of it; undefined if that takes parsing it
 */
export function flatReader(
  filters: readonly MetricFilter[],
  patterns: readonly FilterPattern[],
): (text: string, isQuoted: boolean) => EventMessage | undefined {
  const names = patterns.flatMap((pattern) => {
    if (pattern.kind !== "json") return [""];
    return leavesOf(pattern.condition).map(({ selector: [first] }) =>
      typeof first === "string" ? first : "",
    );
  });
  const [name = "", ...others] = new Set(names);
  const isAll = filters.every((one) => !one.metricValue.startsWith("$") && !hasDimensions(one));
  if (others.length > 0 || !isAll || !/^[\w-]+$/.test(name)) return () => undefined;
  const bare = new RegExp(`^${flatProperty(name, '"')}$`);
  const quoted = new RegExp(String.raw`^"${flatProperty(name, String.raw`\\"`)}(?:\\n)?"$`);
  const events = new Map(
    [true, false, null].map((value) => [String(value), new EventMessage("", { [name]: value })]),
  );
  return (text, isQuoted) => events.get((isQuoted ? quoted : bare).exec(text)?.[1] ?? "");
}

function field(path: PropertyPath, asked: Omit<WatchedField, "path" | "name">): WatchedField[] {
  const name = path.at(-1);
  return typeof name === "string" ? [{ path, name, ...asked }] : [];
}

/** What may stand between the words of a name. None of these is ever escaped in JSON. */
const SEPARATOR = "[-_. ]?";

/**
 * The source of a regular expression that finds a name as loggers may spell it, when letter case does not
 * count: `prediction_valid` also as `predictionValid`, `PREDICTION-VALID` and so on.
 */
export function looseName(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const loose = words.join(SEPARATOR);
  const exact = name.replace(/[^A-Za-z0-9_ ]/g, "\\$&");
  return words.length > 0 && new RegExp(`^${loose}$`, "i").test(name) ? loose : exact;
}

/** A name without what spellings differ in, to compare two of them. */
export function normalName(name: string): string {
  return name.replace(/[-_. ]/g, "").toLowerCase();
}

/** Texts that are spelled in one way only in JSON, unless with `\u` escapes. */
const PLAIN_TEXT = /^[ !#-.0-[\]-~]+$/;

/** An escape of an ASCII character, with which a name can be spelled in another way, or a colour code, which may tear it. */
const ESCAPES = [String.raw`\\u00[2-7]`, String.raw`\x1b`, String.raw`\\u001b`];

/**
 * What a message, or a JSON string of it, must have in it so that one of the patterns can match, or so that it can miss one
 * nearly.
 *
 * @param watched - Names that are of interest however they are spelled.
 * @returns undefined if a message can match without any text that is known
 */
export function interestOf(
  patterns: readonly CompiledPattern[],
  watched: readonly string[],
): RegExp | undefined {
  const texts = new Set(watched);
  for (const { hints } of patterns) {
    if (hints === undefined) return undefined;
    for (const text of hints) texts.add(text);
  }
  // A log group without filters: nothing is of interest, which this pattern says.
  if (texts.size === 0) return /(?!)/;
  if (![...texts].every((text) => PLAIN_TEXT.test(text))) return undefined;
  return new RegExp([...[...texts].map(looseName), ...ESCAPES].join("|"), "i");
}
