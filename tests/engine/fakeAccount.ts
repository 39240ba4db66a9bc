import fs from "node:fs";
import path from "node:path";
import { AccountFile, Thing, ThingKind } from "./aws/account";
import { Fault, planFaults } from "./aws/faults";
import { JournalEntry, journalPath, readJournal } from "./aws/journal";
import { Bag } from "./aws/json";

/**
 * The AWS account the stand-in plays, seen from a test: what is in it, what was called, and what
 * people and AWS itself do to it behind Pulumi's back.
 */
export class FakeAccount {
  private readonly file: AccountFile;

  /** @param path the account's file; engines that share it share the account. */
  constructor(readonly path: string) {
    this.file = new AccountFile(path);
  }

  /** An empty account in the folder. */
  static in(folder: string): FakeAccount {
    return new FakeAccount(path.join(folder, "account.json"));
  }

  /** What exists, except keys that only wait for their deletion. */
  things(kind?: ThingKind): Thing[] {
    const all = this.file.read().all(kind);
    return all.filter(({ attributes }) => attributes["pendingDeletion"] !== true);
  }

  /**
   * The thing of that physical name. A topic's name is its ARN and a filter's is
   * `<log group>:<filter>`; the part after the last colon will do.
   */
  find(kind: ThingKind, name: string): Thing | undefined {
    return this.things(kind).find((thing) => thing.name === name || isTail(name, thing.name));
  }

  /** Things as `kind name`, in order. */
  inventory(): string[] {
    return this.things()
      .map(({ kind, name }) => `${kind} ${name}`)
      .sort();
  }

  /** Every attempt to change something, oldest first. */
  journal(call?: string): JournalEntry[] {
    const entries = readJournal(this.path);
    return entries.filter((entry) => call === undefined || entry.call === call);
  }

  clearJournal(): void {
    fs.rmSync(journalPath(this.path), { force: true });
  }

  /** Plans what goes wrong from now on; replaces an earlier plan. Without faults all is well. */
  plan(...faults: Fault[]): void {
    planFaults(this.path, faults);
  }

  /** A log group somebody else made. */
  addLogGroup(name: string, region = "eu-west-1", logGroupClass = "STANDARD"): void {
    this.put({ kind: "logGroup", region, name, attributes: { logGroupClass }, tags: {} });
  }

  /** An IAM role somebody else made. */
  addRole(name: string): void {
    this.put({ kind: "role", region: "global", name, attributes: {}, tags: {} });
  }

  /** Something made by hand. */
  put(thing: Thing): void {
    const account = this.file.read();
    account.put(thing);
    this.file.write(account);
  }

  /** Somebody changes a thing in the console. */
  edit(kind: ThingKind, name: string, attributes: Bag): void {
    const thing = this.require(kind, name);
    this.put({ ...thing, attributes: { ...thing.attributes, ...attributes } });
  }

  /** Somebody deletes a thing in the console. */
  remove(kind: ThingKind, name: string): void {
    const thing = this.require(kind, name);
    const account = this.file.read();
    account.remove(kind, thing.region, thing.name);
    this.file.write(account);
  }

  /** The reader clicks the link in the confirmation mail, in all topics. */
  confirm(endpoint: string): void {
    for (const { name } of this.subscriptionsOf(endpoint)) {
      this.edit("subscription", name, { pendingConfirmation: false });
    }
  }

  /** The reader unsubscribes, or 48 hours pass without a confirmation. */
  unsubscribe(endpoint: string): void {
    for (const { name } of this.subscriptionsOf(endpoint)) this.remove("subscription", name);
  }

  private subscriptionsOf(endpoint: string): Thing[] {
    return this.things("subscription").filter(
      ({ attributes }) => attributes["endpoint"] === endpoint,
    );
  }

  private require(kind: ThingKind, name: string): Thing {
    const thing = this.find(kind, name);
    if (thing === undefined) throw new Error(`the account holds no ${kind} ${name}`);
    return thing;
  }
}

function isTail(name: string, whole: string): boolean {
  return whole.endsWith(`:${name}`);
}
