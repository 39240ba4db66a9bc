import type { PropertyPath } from "../../components/cloudwatch/patterns";
import type {
  CompiledPattern,
  Condition,
  FilterPattern,
  Selector,
} from "../simulator/filterPattern";

// What metric filters ask about: the fields they are about, and what a line must hold to be worth a look.

/** A property that metric filters ask about, and that a line may carry in a form they cannot see. */
export interface WatchedField {
  readonly path: PropertyPath;
  /** The path's last name. */
  readonly name: string;
  /** Do the filters want it to be true or false? Else they compare it with something. */
  readonly boolean: boolean;
}

/**
 * The fields that a log group's filters are about, as opposed to conditions on the side: those asked
 * whether they are true and whether they are false; if there is none, those asked one of the two; else
 * those compared with something. Wildcard selectors name no field.
 */
export function watchedFields(patterns: readonly FilterPattern[]): WatchedField[] {
  const leaves = patterns.flatMap((pattern) =>
    pattern.kind === "json" ? leavesOf(pattern.condition) : [],
  );
  const asked = (keyword: string) =>
    pathsOf(leaves.filter((leaf) => leaf.kind === "is" && leaf.keyword === keyword));
  const [whetherTrue, whetherFalse] = [asked("TRUE"), asked("FALSE")];
  const both = [...whetherTrue].filter(([key]) => whetherFalse.has(key));
  if (both.length > 0) return both.flatMap(([, path]) => field(path, true));
  const either = new Map([...whetherTrue, ...whetherFalse]);
  if (either.size > 0) return [...either.values()].flatMap((path) => field(path, true));
  const compared = pathsOf(leaves.filter(({ kind }) => kind === "equality" || kind === "order"));
  return [...compared.values()].flatMap((path) => field(path, false));
}

type Leaf = Extract<Condition, { readonly selector: Selector }>;

function leavesOf(condition: Condition): Leaf[] {
  return "terms" in condition ? condition.terms.flatMap(leavesOf) : [condition];
}

/** By a text that is the same for the same path. */
function pathsOf(leaves: readonly Leaf[]): Map<string, PropertyPath> {
  const paths = leaves.flatMap(({ selector }) => pathOf(selector) ?? []);
  return new Map(paths.map((path) => [JSON.stringify(path), path]));
}

function pathOf(selector: Selector): [PropertyPath] | undefined {
  const path: (string | number)[] = [];
  for (const step of selector) {
    if (step.kind === "member") path.push(step.name);
    else if (step.kind === "element") path.push(step.index);
    else return undefined;
  }
  return [path];
}

function field(path: PropertyPath, boolean: boolean): WatchedField[] {
  const name = path.at(-1);
  return typeof name === "string" ? [{ path, name, boolean }] : [];
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

/** An escape of an ASCII character, with which a name can be spelled in another way. */
const ESCAPED_ASCII = String.raw`\\u00[2-7]`;

/**
 * What a message must have in it so that one of the patterns can match, or so that it can miss one nearly, see
 * `LogSink.interest`.
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
    for (const text of hints.texts) texts.add(text);
  }
  // A log group without filters: nothing is of interest, which this pattern says.
  if (texts.size === 0) return /(?!)/gi;
  if (![...texts].every((text) => PLAIN_TEXT.test(text))) return undefined;
  return new RegExp([...[...texts].map(looseName), ESCAPED_ASCII].join("|"), "gi");
}
