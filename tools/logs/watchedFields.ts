import type { PropertyPath } from "../../components/cloudwatch/patterns";
import type { Condition, FilterPattern, Selector } from "../simulator/filterPattern";

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
