import fs from "node:fs";
import { bag, Bag, Json, parseJson, strings, text } from "./json";

/** The one account this stand-in plays; several stacks share it as they would a real one. */
export const ACCOUNT_ID = "123456789012";

/** What can be in the account. */
export type ThingKind = (typeof KINDS)[number];

const KINDS = [
  "alarm",
  "alias",
  "dashboard",
  "filter",
  "key",
  "logGroup",
  "muteRule",
  "queryDefinition",
  "role",
  "rolePolicy",
  "subscription",
  "topic",
] as const;

/** Something that exists in the account, whoever made it. */
export interface Thing {
  readonly kind: ThingKind;
  readonly region: string;
  /** What tells it from others of its kind in the region. */
  readonly name: string;
  attributes: Bag;
  tags: Record<string, string>;
}

/** The things of one AWS account by kind, region and physical name. */
export class Account {
  constructor(private readonly things: Map<string, Thing>) {}

  static empty(): Account {
    return new Account(new Map());
  }

  static parse(source: string): Account {
    const entries = Object.entries(bag(parseJson(source)));
    return new Account(new Map(entries.map(([key, value]) => [key, thing(value)])));
  }

  toString(): string {
    return JSON.stringify(Object.fromEntries(this.things));
  }

  get(kind: ThingKind, region: string, name: string): Thing | undefined {
    return this.things.get(address(kind, region, name));
  }

  /** Creates the thing or overwrites the one of that name. */
  put(thing: Thing): void {
    this.things.set(address(thing.kind, thing.region, thing.name), thing);
  }

  /** True if there was such a thing. */
  remove(kind: ThingKind, region: string, name: string): boolean {
    return this.things.delete(address(kind, region, name));
  }

  all(kind?: ThingKind): Thing[] {
    return [...this.things.values()].filter((thing) => kind === undefined || thing.kind === kind);
  }
}

/**
 * The account's file. Each look reads it anew unless it is unchanged, because other provider
 * processes and the tests write it too; each change is written to a file beside it and renamed.
 * Everything is synchronous, so that no two calls of one process can mix.
 */
export class AccountFile {
  private last: { readonly stamp: string; readonly account: Account } | undefined;

  constructor(readonly path: string) {}

  read(): Account {
    const stamp = this.stamp();
    if (stamp === undefined) return Account.empty();
    if (this.last?.stamp === stamp) return this.last.account;
    const account = Account.parse(fs.readFileSync(this.path, "utf8"));
    this.last = { stamp, account };
    return account;
  }

  write(account: Account): void {
    const fresh = `${this.path}.${process.pid}.new`;
    fs.writeFileSync(fresh, account.toString());
    fs.renameSync(fresh, this.path);
    const stamp = this.stamp();
    this.last = stamp === undefined ? undefined : { stamp, account };
  }

  /** Drops a change that was begun and not finished. */
  forget(): void {
    this.last = undefined;
  }

  /** Every write makes a new file, so its number, time and size tell whether it changed. */
  private stamp(): string | undefined {
    const stat = fs.statSync(this.path, { throwIfNoEntry: false });
    return stat && [stat.ino, stat.mtimeMs, stat.size].join(":");
  }
}

function address(kind: ThingKind, region: string, name: string): string {
  return `${kind} ${region} ${name}`;
}

function thing(json: Json): Thing {
  const { kind, region, name, attributes, tags } = bag(json);
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`the account's file holds a strange ${text(kind)}`);
  return {
    kind: known,
    region: text(region),
    name: text(name),
    attributes: bag(attributes),
    tags: strings(tags),
  };
}
