import fs from "node:fs";
import { AwsError } from "./errors";
import { bag, Bag, Json, list, parseJson, text } from "./json";

/** A planned misbehaviour of AWS. Only calls that change something can fail. */
export interface Fault {
  /** Only calls of this name, such as PutMetricAlarm; any call when left out. */
  readonly call?: string;
  /** Only calls about this physical name or ARN. */
  readonly name?: string;
  /** Which of the matching calls fails, counted from when the fault was planned. @default 1 */
  readonly nth?: number;
  /** AWS's error code. Throttling codes make the provider try again by itself. */
  readonly error?: string;
  readonly message?: string;
  /** How many attempts in a row fail; more than one matters where the provider tries again. @default 1 */
  readonly times?: number;
  /** The call takes effect all the same and only its answer is lost. @default false */
  readonly afterwards?: boolean;
  /**
   * Milliseconds the call takes, for tests that interrupt the engine: before it has its effect and
   * its line in the journal, or after both with `afterwards`. @default 0
   */
  readonly delay?: number;
}

/** A fault and how far it has come; several provider processes hand it on in a file. */
interface PlannedFault extends Fault {
  seen: number;
  left: number;
}

/** A call that is about to be made. */
export interface PendingCall {
  readonly call: string;
  readonly name: string;
  readonly attempt: number;
}

/** Writes the plan; it replaces any earlier one. */
export function planFaults(accountPath: string, faults: readonly Fault[]): void {
  const plan = faults.map((fault) => ({ ...fault, seen: 0, left: fault.times ?? 1 }));
  fs.writeFileSync(planPath(accountPath), JSON.stringify(plan));
}

/** The fault this call meets, if one is planned for it. */
export function nextFault(accountPath: string, pending: PendingCall): Fault | undefined {
  const path = planPath(accountPath);
  if (!fs.existsSync(path)) return undefined;
  const plan = list(parseJson(fs.readFileSync(path, "utf8"))).map((each) => planned(bag(each)));
  const hit = plan.filter((fault) => advance(fault, pending));
  fs.writeFileSync(path, JSON.stringify(plan));
  return hit[0];
}

/** The error a fault makes AWS answer with. */
export function errorOf(fault: Fault): AwsError | undefined {
  if (fault.error === undefined) return undefined;
  return new AwsError(fault.error, fault.message ?? "planned by a test");
}

/** Counts the call and tells whether the fault strikes it. */
function advance(fault: PlannedFault, { call, name, attempt }: PendingCall): boolean {
  if (fault.call !== undefined && fault.call !== call) return false;
  if (fault.name !== undefined && fault.name !== name) return false;
  // A second attempt is the same call and must not be counted as the next one.
  if (attempt === 1) fault.seen += 1;
  if (fault.seen < (fault.nth ?? 1) || fault.left === 0) return false;
  fault.left -= 1;
  return true;
}

function planPath(accountPath: string): string {
  return `${accountPath}.faults.json`;
}

/** Reads back what planFaults or an earlier call wrote. */
function planned(fault: Bag): PlannedFault {
  return {
    ...(fault["call"] !== undefined && { call: text(fault["call"]) }),
    ...(fault["name"] !== undefined && { name: text(fault["name"]) }),
    ...(fault["error"] !== undefined && { error: text(fault["error"]) }),
    ...(fault["message"] !== undefined && { message: text(fault["message"]) }),
    nth: amount(fault["nth"], 1),
    times: amount(fault["times"], 1),
    afterwards: fault["afterwards"] === true,
    delay: amount(fault["delay"], 0),
    seen: amount(fault["seen"], 0),
    left: amount(fault["left"], 0),
  };
}

function amount(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
