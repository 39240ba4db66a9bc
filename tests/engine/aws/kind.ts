import { Thing } from "./account";
import { Cloud } from "./cloud";
import { Bag } from "./json";
import { Failure, Field, normalise, Shape } from "./shape";

/** One resource type of the provider: what it takes, and which AWS calls it makes. */
export interface Kind {
  /** Pulumi's type token. */
  readonly type: string;
  /** How the provider's errors call it. */
  readonly label: string;
  readonly inputs: Shape;
  /** Outputs only AWS can tell. */
  readonly computed: readonly string[];
  /** Whether it has tags, and so the output tagsAll. */
  readonly taggable?: boolean;
  /** The input that gets a name of the resource's and a random suffix when it is not given. */
  readonly autoName?: (base: string, inputs: Bag) => Bag;
  /** What the real provider finds by itself beyond the inputs' shapes. */
  check?(inputs: Bag): Failure[];
  /**
   * Makes the resource. Calls `made` with the id as soon as there is something to remember: what
   * fails after that leaves a half-made resource in the stack's state, not a forgotten one.
   */
  create(cloud: Cloud, inputs: Bag, made: (id: string) => void): Promise<void>;
  /** Changes what differs. Left out where every input forces replacement. */
  update?(cloud: Cloud, change: Change): Promise<void>;
  delete(cloud: Cloud, id: string, state: Bag): Promise<void>;
  /** The live thing, or undefined when it is gone. `state` is empty for an import. */
  find(cloud: Cloud, id: string, state: Bag): Live | undefined;
}

/** What an update is to do. */
export interface Change {
  readonly id: string;
  readonly inputs: Bag;
  /** Names of the inputs that differ, without tags. */
  readonly changed: ReadonlySet<string>;
  readonly state: Bag;
}

/** A live thing, seen as the resource's outputs. */
export interface Live {
  readonly thing: Thing;
  /** The resource's id, where an import may name it differently. */
  readonly id?: string;
  /** All outputs except region, tags and tagsAll. */
  readonly outputs: Bag;
}

/** v7 of the provider lets every regional resource name a region of its own. */
export const REGION: Field = { type: "string", forceNew: true, computed: true };

/** Tags in both of their forms. */
export const TAGS: Field = { type: "map", of: { type: "string" } };

/** The usual automatic name. */
export function autoName(base: string): Bag {
  return { name: base };
}

/** The inputs as an AWS call gets them: without what only Pulumi or the call's target needs. */
export function attributesOf(shape: Shape, inputs: Bag): Bag {
  const attributes = Object.entries(normalise(shape, inputs));
  return Object.fromEntries(
    attributes.filter(([name]) => !["name", "region", "tags"].includes(name)),
  );
}
