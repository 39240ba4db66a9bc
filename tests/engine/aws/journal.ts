import fs from "node:fs";
import { bag, Bag, parseJson, text } from "./json";

/** One attempt at a call that would change something in AWS. */
export interface JournalEntry {
  /** ISO 8601. */
  readonly time: string;
  /** AWS's name of the call, such as PutMetricAlarm. */
  readonly call: string;
  /** What it is about, such as "alarm". */
  readonly kind: string;
  /** The physical name or ARN. */
  readonly name: string;
  readonly region: string;
  /** 1, or more where the provider tried again after being throttled. */
  readonly attempt: number;
  /** What it did, or the code of the error AWS answered with. */
  readonly outcome: string;
}

/** Where the journal of an account's file is kept. */
export function journalPath(accountPath: string): string {
  return `${accountPath}.journal.jsonl`;
}

/** Adds one line to the journal. */
export function appendToJournal(accountPath: string, entry: Omit<JournalEntry, "time">): void {
  const line = JSON.stringify({ time: new Date().toISOString(), ...entry });
  fs.appendFileSync(journalPath(accountPath), `${line}\n`);
}

/** All entries, oldest first. */
export function readJournal(accountPath: string): JournalEntry[] {
  const path = journalPath(accountPath);
  if (!fs.existsSync(path)) return [];
  const lines = fs.readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => entry(bag(parseJson(line))));
}

function entry(line: Bag): JournalEntry {
  return {
    time: text(line["time"]),
    call: text(line["call"]),
    kind: text(line["kind"]),
    name: text(line["name"]),
    region: text(line["region"]),
    attempt: Number(line["attempt"]),
    outcome: text(line["outcome"]),
  };
}
