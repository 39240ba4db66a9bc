import { createHash } from "node:crypto";
import { Cloud } from "./cloud";
import { Bag, canonical, hasUnknown, Json, strings, text, UNKNOWN } from "./json";
import { Kind, Live } from "./kind";
import { kindOf } from "./resources";
import { Settings } from "./settings";
import { checkShape, Failure, normalise, sameValue } from "./shape";
import { ownTags, retag, Tags } from "./tags";

/** A resource the engine asks about. */
export interface Subject {
  readonly type: string;
  readonly id: string;
  /** What the state remembers: outputs, and the inputs that led to them. */
  readonly state: Bag;
  readonly oldInputs: Bag;
}

/** How a resource differs from what is wanted. */
export interface Difference {
  readonly changed: readonly string[];
  /** Those of the changed ones that replace the resource. */
  readonly replaces: readonly string[];
}

/** A resource that exists but could not be finished; the engine keeps it and tries again. */
export class HalfMade extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Bag,
  ) {
    super(message);
  }
}

/** The provider's operations, free of the engine's protocol. */
export class Provider {
  constructor(private readonly settings: Settings) {}

  /** Validates the inputs and gives the resource a physical name where it has none. */
  check(type: string, inputs: Bag, oldInputs: Bag, name: string, seed: string) {
    const kind = kindOf(type);
    const named = kind.autoName?.(automaticName(name, seed), inputs) ?? {};
    // A name once given stays, or every update would replace the resource.
    const kept = Object.keys(named).flatMap((key) =>
      oldInputs[key] === undefined ? [] : [[key, oldInputs[key]] as const],
    );
    const given = Object.entries(inputs).filter(([, value]) => value !== null);
    const complete: Bag = Object.fromEntries([...Object.entries(named), ...kept, ...given]);
    const failures: Failure[] = checkShape(kind.inputs, complete);
    if (failures.length === 0) failures.push(...(kind.check?.(complete) ?? []));
    return { inputs: complete, failures };
  }

  /** Compares what is wanted with what the state remembers of the live thing. */
  diff({ type, state }: Subject, inputs: Bag): Difference {
    const kind = kindOf(type);
    const tags = this.tagsDifference(kind, state, inputs);
    const changed = Object.entries(kind.inputs).flatMap(([name, field]) => {
      const wanted = inputs[name];
      // A tag that is also a default one shows in tagsAll alone.
      if (name === "tags" && tags.length === 0) return [];
      if (field.computed === true && wanted === undefined) return [];
      return sameValue(field, state[name], wanted) ? [] : [name];
    });
    const replaces = changed.filter((name) => kind.inputs[name]?.forceNew === true);
    return { changed: [...changed, ...tags], replaces };
  }

  /** Creates the resource, or in a preview tells as much of its outputs as can be known. */
  async create(type: string, inputs: Bag, preview: boolean): Promise<{ id: string; outputs: Bag }> {
    const kind = kindOf(type);
    if (preview) return { id: "", outputs: this.planned(kind, inputs) };
    let id = "";
    try {
      const given = { ...inputs, ...(kind.taggable === true && { tags: this.allTags(inputs) }) };
      await kind.create(this.cloud(inputs), given, (made) => (id = made));
    } catch (error) {
      const message = `creating ${kind.label} (${text(inputs["name"]) || id}): ${reason(error)}`;
      if (id === "") throw new Error(message, { cause: error });
      throw new HalfMade(message, id, this.outputs(kind, id, inputs) ?? inputs);
    }
    return { id, outputs: this.outputs(kind, id, inputs) ?? inputs };
  }

  /** Updates the resource, or in a preview tells its outputs. */
  async update(subject: Subject, inputs: Bag, preview: boolean): Promise<Bag> {
    const { type, id, state } = subject;
    const kind = kindOf(type);
    if (preview) {
      const byAws = filledInByAws(kind).filter((name) => inputs[name] === undefined);
      return { ...this.planned(kind, inputs), ...pick(state, byAws) };
    }
    const differences = new Set(this.diff(subject, inputs).changed);
    const changed = new Set([...differences].filter((name) => !name.startsWith("tags")));
    const cloud = this.cloud(inputs, state);
    try {
      if (changed.size > 0) await kind.update?.(cloud, { id, inputs, changed, state });
      if (kind.taggable === true && differences.size > changed.size) {
        const live = kind.find(cloud, id, state);
        if (live !== undefined) await retag(cloud, live.thing, this.allTags(inputs));
      }
    } catch (error) {
      throw new Error(`updating ${kind.label} (${id}): ${reason(error)}`, { cause: error });
    }
    return this.outputs(kind, id, { ...state, ...inputs }) ?? inputs;
  }

  async delete({ type, id, state }: Subject): Promise<void> {
    const kind = kindOf(type);
    try {
      await kind.delete(this.cloud(state), id, state);
    } catch (error) {
      throw new Error(`deleting ${kind.label} (${id}): ${reason(error)}`, { cause: error });
    }
  }

  /** The live state for a refresh or an import; undefined when the thing is gone. */
  read({
    type,
    id,
    state,
    oldInputs,
  }: Subject): { id: string; outputs: Bag; inputs: Bag } | undefined {
    const kind = kindOf(type);
    const cloud = this.cloud(state);
    const live = kind.find(cloud, id, state);
    if (live === undefined) return undefined;
    const outputs = { ...live.outputs, ...this.common(kind, cloud, live) };
    return { id: live.id ?? id, outputs, inputs: inputsFrom(kind, oldInputs, outputs) };
  }

  private cloud(...properties: Bag[]): Cloud {
    const region = properties.map((each) => text(each["region"])).find((each) => each !== "");
    return this.settings.cloud.in(region ?? "");
  }

  private outputs(kind: Kind, id: string, state: Bag): Bag | undefined {
    const cloud = this.cloud(state);
    const live = kind.find(cloud, id, state);
    return live && { ...live.outputs, ...this.common(kind, cloud, live) };
  }

  private common(kind: Kind, cloud: Cloud, { thing }: Live): Bag {
    return {
      ...(kind.inputs["region"] !== undefined && { region: cloud.region }),
      ...(kind.taggable === true && {
        tags: ownTags(thing.tags, this.settings.defaultTags),
        tagsAll: thing.tags,
      }),
    };
  }

  /** What is known of the outputs before AWS has been asked: everything but what AWS fills in. */
  private planned(kind: Kind, inputs: Bag): Bag {
    return {
      ...Object.fromEntries(filledInByAws(kind).map((name) => [name, UNKNOWN])),
      ...(kind.inputs["region"] !== undefined && { region: this.cloud(inputs).region }),
      ...normalise(kind.inputs, inputs),
      ...(kind.taggable === true && {
        tagsAll: hasUnknown(inputs["tags"]) ? UNKNOWN : this.allTags(inputs),
      }),
    };
  }

  private allTags(inputs: Bag): Tags {
    return { ...this.settings.defaultTags, ...strings(inputs["tags"]) };
  }

  /** A change of the default tags shows in tagsAll only. */
  private tagsDifference(kind: Kind, state: Bag, inputs: Bag): string[] {
    if (kind.taggable !== true) return [];
    return canonical(state["tagsAll"] ?? {}) === canonical(this.allTags(inputs)) ? [] : ["tagsAll"];
  }
}

/** Outputs that AWS decides about where the program does not. */
function filledInByAws(kind: Kind): string[] {
  const inputs = Object.keys(kind.inputs).filter((name) => kind.inputs[name]?.computed === true);
  return [...inputs.filter((name) => name !== "region"), ...kind.computed];
}

/** The inputs that would lead to the live state: as they were given wherever they still say so. */
function inputsFrom(kind: Kind, oldInputs: Bag, outputs: Bag): Bag {
  const imported = Object.keys(oldInputs).length === 0;
  const entries = Object.entries(kind.inputs).flatMap(([name, field]): [string, Json][] => {
    const [old, live] = [oldInputs[name], outputs[name]];
    if (old !== undefined && sameValue(field, old, live)) return [[name, old]];
    if (live === undefined || (old === undefined && !imported)) return [];
    return [[name, live]];
  });
  return Object.fromEntries(entries);
}

/** Pulumi's automatic names: the resource's name and seven random hexadecimal digits. */
function automaticName(name: string, seed: string): string {
  return `${name}-${createHash("sha256").update(name).update(seed).digest("hex").slice(0, 7)}`;
}

function pick(properties: Bag, names: readonly string[]): Bag {
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])),
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
