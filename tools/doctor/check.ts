import { commandText } from "../../components/commandText";
import { type BlindSpot } from "../blindSpots";
import type { DeclaredAlarm } from "../program/declared";
import { kindOf } from "../program/model";
import { visibleText } from "../text";

/** How a check came out. */
export type Status = "ok" | "warning" | "failure";

/** What a check looks at. */
export interface About {
  /** The model that it is about; undefined for what a stack's models share. */
  readonly model?: string | undefined;
  /** What kind of thing: `log group`, `metric filter`, `subscription` ... */
  readonly what: string;
  /** Which one: its name, ARN or address. */
  readonly subject: string;
}

/** One thing that was looked at, and what was found: one line of doctor's report. */
export interface Check extends About, Partial<Remedy> {
  readonly status: Status;
  /** What was found, in one line. */
  readonly found: string;
  /** Set where it says that nothing is known of a model: what was seen instead, and why that may be. */
  readonly blind?: BlindSpot | undefined;
}

/** What to do about a warning or a failure; all of them have one. */
interface Remedy {
  readonly advice: string;
  /** A command that does it, where one does. */
  readonly command?: string | undefined;
}

export function ok(about: About, found: string): Check {
  return { ...about, status: "ok", found };
}

export function warning(about: About, found: string, remedy: string | Remedy): Check {
  return { ...about, status: "warning", found, ...remedyOf(remedy) };
}

export function failure(about: About, found: string, remedy: string | Remedy): Check {
  return { ...about, status: "failure", found, ...remedyOf(remedy) };
}

function remedyOf(remedy: string | Remedy): Remedy {
  return typeof remedy === "string" ? { advice: remedy } : remedy;
}

/** How what is live differs from what is declared, if it does: `threshold is 85, declared 90`. */
export function differs(what: string, live: Value, declared: Value): string[] {
  return live === declared ? [] : [`${what} is ${shown(live)}, declared ${shown(declared)}`];
}

type Value = string | number | boolean | undefined;

/** A value that may have been written by others. */
export function shown(value: Value): string {
  if (value === undefined) return "not set";
  return value === "" ? '""' : visibleText(String(value));
}

/** What all of them are; undefined where they are not the same. */
export function onlyOf<T>(values: Iterable<T>): T | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}

/** Calls to AWS at a time, well below what it takes: TestMetricFilter, the scarcest, five a second. */
export const CONCURRENCY = 4;

/** Deploys a stack, and has Pulumi notice first what was changed or deleted by hand. */
export function deploy(stack: string): string {
  return `pulumi up --refresh --stack ${stack}`;
}

/** To deploy the stack. @param advice why, and what comes of it */
export function redeployed(
  stack: string,
  advice = "Deploy the stack; --refresh has Pulumi notice what was changed by hand.",
): Remedy {
  return { advice, command: deploy(stack) };
}

/** The command that fires an alarm. */
export function fire(stack: string, alarm: Pick<DeclaredAlarm, "model" | "name">): string {
  const kind = kindOf(alarm);
  const option = kind === "rate" ? "" : ` --${kind}`;
  return commandText("fire", `--stack ${stack} --model ${alarm.model}${option}`);
}

/** How many checks did not come out well. */
export function tallyOf(checks: readonly Check[]): { failures: number; warnings: number } {
  const having = (wanted: Status): number =>
    checks.filter(({ status }) => status === wanted).length;
  return { failures: having("failure"), warnings: having("warning") };
}
