import fs from "node:fs";
import { bag, Bag, Json, list, parseJson, text } from "./aws/json";

/** One step of an operation of the engine. */
export interface Step {
  /** create, update, delete, same, replace, create-replacement, delete-replaced, read, refresh ... */
  readonly op: string;
  readonly urn: string;
  /** Pulumi's type token. */
  readonly type: string;
  /** The last part of the URN. */
  readonly name: string;
  /** The inputs that differ. */
  readonly diffs: readonly string[];
  /** Whether the step was tried and failed. */
  readonly failed: boolean;
}

/** A message of the engine or the program. */
export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly urn: string;
}

/** What the engine told about one operation. */
export interface Events {
  readonly steps: readonly Step[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the engine's event log. An update's own preview is left out. The outcome of a step counts
 * rather than its plan: only the outcome of a refresh tells whether anything was found changed.
 */
export function readEvents(path: string, onlyPlanned: boolean): Events {
  const events = fs.existsSync(path)
    ? fs.readFileSync(path, "utf8").split("\n").filter(Boolean).map(parseEvent)
    : [];
  const steps = new Map<string, Step>();
  for (const event of events) {
    const [kind, failed] = outcomeOf(event);
    if (kind === undefined) continue;
    const planning = kind["planning"] === true;
    if (planning !== onlyPlanned) continue;
    const step = stepOf(bag(kind["metadata"]), failed);
    // A refresh's plan and outcome have different ops; all other steps keep theirs.
    steps.delete(`refresh ${step.urn}`);
    steps.set(`${step.op} ${step.urn}`, step);
  }
  return { steps: [...steps.values()], diagnostics: events.flatMap(diagnosticOf) };
}

/** Steps that changed a resource, as `op type name`, without failed ones and the engine's own. */
export function changesOf(steps: readonly Step[]): string[] {
  return steps
    .filter(({ failed }) => !failed)
    .filter(({ op, type }) => !["same", "read", "refresh"].includes(op) && !isOwn(type))
    .map(({ op, type, name }) => `${op} ${type} ${name}`)
    .sort();
}

function isOwn(type: string): boolean {
  return type.startsWith("pulumi:");
}

function parseEvent(line: string): Bag {
  return bag(parseJson(line));
}

function outcomeOf(event: Bag): [Bag | undefined, boolean] {
  const failure = part(event["resOpFailedEvent"]);
  if (failure !== undefined) return [failure, true];
  return [part(event["resOutputsEvent"]) ?? part(event["resourcePreEvent"]), false];
}

function part(value: Json | undefined): Bag | undefined {
  return value === undefined ? undefined : bag(value);
}

function stepOf(metadata: Bag, failed: boolean): Step {
  const urn = text(metadata["urn"]);
  return {
    op: text(metadata["op"]),
    urn,
    type: text(metadata["type"]),
    name: urn.split("::").slice(3).join("::"),
    diffs: list(metadata["diffs"]).map(text),
    failed,
  };
}

function diagnosticOf(event: Bag): Diagnostic[] {
  const diagnostic = part(event["diagnosticEvent"]);
  if (diagnostic === undefined || diagnostic["ephemeral"] === true) return [];
  const { severity, message, urn } = diagnostic;
  return [{ severity: text(severity), message: text(message), urn: text(urn) }];
}
