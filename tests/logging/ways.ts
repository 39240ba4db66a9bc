import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import { runInThisContext } from "node:vm";
import { parse } from "yaml";
import { pythonWith } from "../support/virtualEnvironment";

/** Where code runs; see ways.yaml. */
export type Place = "lambda-text" | "lambda-json" | "process";

interface Way {
  readonly setup?: string;
  readonly code: string;
  readonly events?: readonly string[];
  readonly predictions?: Predictions;
  readonly why?: string;
}

interface Group {
  readonly group: string;
  readonly place: Place;
  readonly setup?: string;
  readonly node?: boolean;
  readonly source?: string;
  readonly wrap?: unknown;
  readonly ways: readonly Way[];
}

/** How many predictions some code logs, and how many of them are valid. */
export interface Predictions {
  readonly valid: number;
  readonly total: number;
}

/** A way to log predictions, and the log events that it makes. */
export interface LoggedWay {
  readonly group: string;
  /** Where the form of what is between the program and CloudWatch Logs is described, if it is not run here. */
  readonly source: string | undefined;
  /** What all ways of the group share. */
  readonly shared: string;
  readonly setup: string;
  readonly code: string;
  readonly predictions: Predictions;
  readonly why: string | undefined;
  readonly events: readonly string[];
}

/** Code to run in Python. */
export interface PythonCode {
  readonly place: Place;
  readonly setup?: string | undefined;
  readonly code: string;
}

const REQUIREMENTS = join(__dirname, "requirements.txt");

/** All of ways.yaml, run. */
export function loggedWays(): LoggedWay[] {
  const groups = parse(readFileSync(join(__dirname, "ways.yaml"), "utf8"), {
    merge: true,
  }) as readonly Group[];
  const inPython = groups.flatMap((group) =>
    group.node === true
      ? []
      : group.ways
          .filter(({ events }) => events === undefined)
          .map((way) => ({
            ...way,
            place: group.place,
            setup: `${group.setup ?? ""}\n${way.setup ?? ""}`,
          })),
  );
  const made = runPython(inPython)[Symbol.iterator]();
  return groups.flatMap(
    ({ ways, group, place, setup: shared = "", node, source, wrap = "<line>" }) =>
      ways.map((way) => {
        const { setup = "", code, predictions = { valid: 1, total: 2 }, why } = way;
        const lines =
          way.events ?? (node === true ? runNode(place, code) : (made.next().value ?? []));
        const events = lines.map((line) => wrapped(wrap, line));
        return { group, source, shared, setup, code, predictions, why, events };
      }),
  );
}

/** The log events of each piece of code. */
export function runPython(code: readonly PythonCode[]): string[][] {
  const python = pythonWith("logging", REQUIREMENTS);
  const { error, status, stdout, stderr } = spawnSync(python, [join(__dirname, "run_ways.py")], {
    input: JSON.stringify(code),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (error !== undefined || status !== 0) throw new Error(error?.message ?? stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
}

/** Names and versions of the packages that log, as `awslambdaric 4.2.2`. */
export function packages(): string[] {
  const [first = ""] = readFileSync(REQUIREMENTS, "utf8").split("\n\n");
  const found = Array.from(first.matchAll(/^([\w-]+)==(\S+)$/gm), ([, name = "", version = ""]) => {
    return `${name.replaceAll("_", "-")} ${version}`;
  });
  return found.filter((one) => !one.startsWith("time-machine"));
}

/** As AWS's runtime for Node.js on Lambda writes what is given to `console.log` (src/logging/formatter.ts of its client). */
function runNode(place: Place, code: string): string[] {
  const [timestamp, requestId] = ["2026-03-02T09:30:00.123Z", "8f3e41d2"];
  const run = runInThisContext(`(ok, console, process) => { ${code} }`) as (
    ok: boolean,
    console: unknown,
    process: unknown,
  ) => void;
  const events: string[] = [];
  const log = (first: unknown, ...others: unknown[]): void => {
    const message = others.length === 0 ? first : format(first, ...others);
    const fields = { timestamp, level: "INFO", requestId, message };
    const text = [timestamp, requestId, "INFO", format(first, ...others)].join("\t");
    events.push(place === "lambda-json" ? JSON.stringify(fields) : text);
  };
  const write = (text: string): number => events.push(text.trimEnd());
  for (const ok of [true, false]) run(ok, { log }, { stdout: { write } });
  return events;
}

/** A line in what is put around it. */
function wrapped(wrap: unknown, line: string): string {
  if (typeof wrap === "string") return wrap.replace("<line>", () => line);
  const json: unknown = JSON.parse(line);
  return JSON.stringify(wrap, (_, value: unknown) => {
    if (value === "<line>") return line;
    if (value === "<parsed>") return json;
    if (typeof value !== "object" || value === null || !("<parsed>" in value)) return value;
    const { "<parsed>": _here, ...others } = value;
    return { ...others, ...(json as object) };
  });
}
