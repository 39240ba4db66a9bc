import { ALARM_NAME_LENGTH, POLICY_NAME_LENGTH } from "../cloudwatch/limits";
import type { MuteSchedule } from "../cloudwatch/muteSchedule";
import { durationInput } from "./duration";

/**
 * Where the settings stand in a stack's config, as `aws:` is the AWS provider's: this package's own
 * namespace, whatever the project is called. Also the name of the one component of an ordinary stack.
 */
export const NAMESPACE = "classification-rate";

/**
 * Whose resources names are for. Physical names, what things are called in the AWS account, are fixed
 * by this and the model alone, so they are known before anything exists and stay the same for good. A
 * changed name means a deleted and a new alarm; tests pin them.
 */
export interface Owner {
  readonly project: string;
  readonly stack: string;
  /** The component's name, where a program has several: undefined for the one called classification-rate. */
  readonly component?: string | undefined;
}

/** What the names of a stack's own resources start with: `classification-rate-dev`. */
export function ownerName({ project, stack, component }: Owner): string {
  return `${project}-${stack}${component === undefined ? "" : `.${component}`}`;
}

/**
 * The name of a model in its account: `classification-rate-dev-churn`. Neither components nor models
 * have periods in their names, which keeps those of two components apart.
 */
export function modelName({ project, stack, component }: Owner, model: string): string {
  return `${project}-${stack}-${component === undefined ? "" : `${component}.`}${model}`;
}

/** The physical names of one model's resources. */
export interface ModelNames {
  /** The rate alarm; the e-mail's subject shows it. */
  readonly rateAlarm: string;
  readonly silenceAlarm: string;
  readonly warningAlarm: string;
  /** Filter and metric of the valid predictions. */
  readonly validPredictions: string;
  /** Filter and metric of all predictions. */
  readonly totalPredictions: string;
  /** Inline policy of the role that may write to the log group. */
  readonly writerPolicy: string;
}

export function modelNames(owner: Owner, model: string): ModelNames {
  const name = modelName(owner, model);
  return {
    rateAlarm: name,
    silenceAlarm: `${name}-silence`,
    warningAlarm: `${name}-warning`,
    validPredictions: `${name}.valid_predictions`,
    totalPredictions: `${name}.total_predictions`,
    writerPolicy: shortened(`${name}.log_writer`, POLICY_NAME_LENGTH),
  };
}

/** What a model's alarms are on: its rate, hearing nothing of it, and its rate once more, earlier. */
export const ALARM_KINDS = ["rate", "silence", "warning"] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

/** The alarms that a model has: the one on its rate, and those that its settings ask for. */
export function modelAlarms(
  owner: Owner,
  model: { readonly name: string } & { readonly [kind in "silence" | "warning"]?: unknown },
): { readonly kind: AlarmKind; readonly name: string }[] {
  const names = modelNames(owner, model.name);
  return ALARM_KINDS.filter((kind) => kind === "rate" || model[kind] !== undefined).map((kind) => ({
    kind,
    name: names[`${kind}Alarm`],
  }));
}

/**
 * An e-mail address in letters, digits and hyphens, with a short hash because that is not unique:
 * `ml-team-example-com-2c8e3a1f`.
 */
export function emailSlug(address: string): string {
  const readable = address.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${readable.slice(0, 40).replace(/^-|-$/g, "")}-${hash(address)}`;
}

/** The name of an address's topic. */
export function topicName(owner: Owner, address: string): string {
  return `${folded(owner)}-${emailSlug(address)}`;
}

/**
 * A mute window in letters, digits and hyphens, with a short hash: `cron-0-2-sun-4h-2c8e3a1f`. It says all of the window
 * and nothing of the models, so that a rule stays the same one when models come and go.
 */
export function muteSlug({ expression, duration, timezone }: MuteSchedule): string {
  const readable = `${expression} ${durationInput(duration)}`.toLowerCase();
  const window = [expression, duration, timezone].join("|");
  return `${readable.replace(/[^a-z0-9]+/g, "-").slice(0, 40)}-${hash(window)}`;
}

/**
 * The name of a mute rule.
 * @param model undefined for those that a stack's models share
 * @param slug of its window
 */
export function muteRuleName(owner: Owner, model: string | undefined, slug: string): string {
  const start = model === undefined ? ownerName(owner) : modelName(owner, model);
  return shortened(`${foldedName(start)}-mute-${slug}`, ALARM_NAME_LENGTH);
}

/** The name of a stack's first, second ... dashboard. @param page from 0 */
export function dashboardName(owner: Owner, page: number): string {
  return page === 0 ? folded(owner) : `${folded(owner)}-${page + 1}`;
}

/** The name of a stack's saved Logs Insights query. */
export function savedQueryName(owner: Owner): string {
  return `${ownerName(owner)}.invalid_predictions`;
}

/** The alias of the key that encrypts a stack's topics. */
export function keyAlias(owner: Owner): string {
  return `alias/${folded(owner)}`;
}

/**
 * Projects and stacks may have periods in their names; topics, dashboards and aliases may not. The
 * hash keeps `dev.eu` and `dev-eu` apart.
 */
function folded(owner: Owner): string {
  return foldedName(ownerName(owner));
}

function foldedName(name: string): string {
  const readable = name.replace(/[^A-Za-z0-9_-]/g, "-");
  return readable === name ? name : `${readable}-${hash(name)}`;
}

function shortened(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length - 9)}-${hash(name)}`;
}

function hash(text: string): string {
  // Few names need it, and loading it takes longer than checking many a stack.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
