import type { Selector } from "../simulator/filterPattern";

/** Part of a JSON object: the wanted properties, those of nested objects included. */
export type JsonObject = Record<string, unknown>;

/** The properties that are wanted of a log event, as a tree of names; the root is the event itself. */
export interface FieldTree {
  readonly name: string;
  /** The name as it stands in a log, in ASCII. */
  readonly bytes: Buffer;
  readonly children: readonly FieldTree[];
  /** Is something wanted below that names cannot say: an array's element, or whatever there is? */
  readonly opaque: boolean;
}

/** Names that are spelled in one way only in JSON, unless with `\u` escapes. */
const PLAIN_NAME = /^(?!__proto__$)[\x20-\x7e]+$/;
const ESCAPED_IN_JSON = /["\\/]/;

/** Is the name always spelled in plain ASCII in JSON, unless with `\u` escapes? */
export function isPlainName(name: string): boolean {
  return PLAIN_NAME.test(name) && !ESCAPED_IN_JSON.test(name);
}

/**
 * The tree of everything that selectors look at.
 *
 * @returns undefined if a name could be spelled in several ways, or if a selector begins with a wildcard:
 * then a tree cannot say what is wanted.
 */
export function fieldTree(selectors: readonly Selector[]): FieldTree | undefined {
  const steps = selectors.flat();
  if (!steps.every((step) => step.kind !== "member" || isPlainName(step.name))) return undefined;
  const root = grow("", selectors);
  return root.opaque ? undefined : root;
}

function grow(name: string, selectors: readonly Selector[]): FieldTree {
  const byName = new Map<string, Selector[]>();
  let opaque = false;
  for (const [step, ...rest] of selectors) {
    if (step === undefined) continue;
    if (step.kind === "member") byName.set(step.name, [...(byName.get(step.name) ?? []), rest]);
    else opaque = true;
  }
  const children = [...byName].map(([child, below]) => grow(child, below));
  return { name, bytes: Buffer.from(name, "latin1"), children, opaque };
}

/** The tree of what either of two trees wants; undefined unless there are both. */
export function joinTrees(
  one: FieldTree | undefined,
  other: FieldTree | undefined,
): FieldTree | undefined {
  if (one === undefined || other === undefined) return undefined;
  const extra = other.children.filter(({ name }) => one.children.every((own) => own.name !== name));
  const common = one.children.map(
    (own) =>
      joinTrees(
        own,
        other.children.find(({ name }) => name === own.name),
      ) ?? own,
  );
  return { ...one, opaque: one.opaque || other.opaque, children: [...common, ...extra] };
}
