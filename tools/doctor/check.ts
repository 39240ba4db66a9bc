import { commandText } from "../../components/commandText";
import { AwsCallError } from "../aws/awsCall";
import { type BlindSpot } from "../blindSpots";
import { docsPath } from "../files";
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
export interface Remedy {
  readonly advice: string;
  /** A command that does it, where one does. */
  readonly command?: string | undefined;
}

export function ok(about: About, found: string): Check {
  return { ...about, status: "ok", found };
}

export const warning = finding("warning");
export const failure = finding("failure");

function finding(status: Status) {
  return (about: About, found: string, remedy: string | Remedy, blind?: BlindSpot): Check => ({
    ...{ ...about, status, found },
    ...(typeof remedy === "string" ? { advice: remedy } : remedy),
    ...(blind && { blind }),
  });
}

/** What AWS shows of something, or why it does not. */
type Seen<T> =
  | { readonly found: T; readonly error?: undefined }
  | { readonly found?: undefined; readonly error: AwsCallError };

/**
 * Looks at something that AWS need not let us look at.
 * @throws AwsCallError for credentials that no longer work: nothing more could be checked
 */
export async function seen<T>(look: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { found: await look() };
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.kind === "credentials") throw error;
    return { error };
  }
}

/**
 * What AWS does not let us look at is a finding like any other and does not keep the other checks from being done. It is a
 * failure, for doctor's "all well" means that all was looked at.
 */
export function unchecked(about: About, { kind, action, message, detail }: AwsCallError): Check {
  if (kind === "access denied") {
    return failure(
      about,
      `could not be checked: the IAM action ${action} is not allowed`,
      `Allow it to your role; ${docsPath("operations.md")} has the policy that doctor needs. AWS says: ${detail}`,
    );
  }
  const isPassing = kind === "throttled" || kind === "unreachable";
  const advice = isPassing ? "Try again later." : "See what AWS says, and try again.";
  return failure(about, `could not be checked: ${message}`, advice);
}

/** Does some checks, or says why AWS does not let them be done. @throws as {@link seen} */
export async function guarded(about: About, checks: () => Promise<Check[]>): Promise<Check[]> {
  const { found, error } = await seen(checks);
  return error === undefined ? found : [unchecked(about, error)];
}

/** Calls to AWS at a time, well below what it takes: TestMetricFilter, the scarcest, five a second. */
const CONCURRENCY = 4;

/** Examines all of them, a few at a time. @returns their results, in the same order */
export async function eachOf<T, Result>(
  all: readonly T[],
  examine: (one: T) => Promise<Result>,
): Promise<Result[]> {
  const { default: pMap } = await import("p-map");
  return pMap(all, examine, { concurrency: CONCURRENCY });
}

/** How what is live differs from what is declared, value by value: `threshold is 85, declared 90`. */
export function differences(live: Values, declared: Values): string[] {
  return Object.entries(declared).flatMap(([what, value]) =>
    live[what] === value ? [] : [`${what} is ${shown(live[what])}, declared ${shown(value)}`],
  );
}

type Value = string | number | boolean | undefined;
type Values = Readonly<Record<string, Value>>;

/** A value that may have been written by others. */
export function shown(value: Value): string {
  if (value === undefined || Number.isNaN(value)) return "not set";
  return value === "" ? '""' : visibleText(String(value));
}

/** What all of them are; undefined where they are not the same. */
export function onlyOf<T>(values: Iterable<T>): T | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}

/** What to do about what was done by hand. */
export const DEPLOY = {
  changed: "Deploy the stack; --refresh has Pulumi notice what was changed by hand.",
  deleted: "Deploy the stack; --refresh has Pulumi notice what was deleted by hand.",
};

/** To deploy the stack. @param advice why, and what comes of it */
export function redeployed(stack: string, advice = DEPLOY.changed): Remedy {
  return { advice, command: `pulumi up --refresh --stack ${stack}` };
}

/** What a key's policy has to let CloudWatch do (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"). */
export const KEY_GRANT = "cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*";

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
