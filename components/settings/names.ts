import { POLICY_NAME_LENGTH } from "../cloudwatch/limits";

/**
 * Where the settings stand in a stack's config, as `aws:` is the AWS provider's: this package's own
 * namespace, whatever the project is called.
 */
export const NAMESPACE = "classification-rate";

/**
 * Physical names: what things are called in the AWS account. They are fixed by project, stack and
 * model alone, so they are known before anything exists and stay the same for good. A changed name
 * means a deleted and a new alarm; tests pin them.
 */

/** What all physical names of a stack start with: `classification-rate-dev`. */
export function stackPrefix(project: string, stack: string): string {
  return `${project}-${stack}`;
}

/** The physical names of one model's resources. */
export interface ModelNames {
  /** The rate alarm; the e-mail's subject shows it. */
  readonly rateAlarm: string;
  readonly silenceAlarm: string;
  /** Filter and metric of the valid predictions. */
  readonly validPredictions: string;
  /** Filter and metric of all predictions. */
  readonly totalPredictions: string;
  /** Saved Logs Insights query. */
  readonly invalidPredictionsQuery: string;
  /** Inline policy of the role that may write to the log group. */
  readonly writerPolicy: string;
}

/** @param prefix see {@link stackPrefix} */
export function modelNames(prefix: string, model: string): ModelNames {
  const name = `${prefix}-${model}`;
  return {
    rateAlarm: name,
    silenceAlarm: `${name}-silence`,
    validPredictions: `${name}.valid_predictions`,
    totalPredictions: `${name}.total_predictions`,
    invalidPredictionsQuery: `${name}.invalid_predictions`,
    writerPolicy: shortened(`${name}.log_writer`, POLICY_NAME_LENGTH),
  };
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
export function topicName(prefix: string, address: string): string {
  return `${folded(prefix)}-${emailSlug(address)}`;
}

/** The name of a stack's first, second ... dashboard. @param page from 0 */
export function dashboardName(prefix: string, page: number): string {
  return page === 0 ? folded(prefix) : `${folded(prefix)}-${page + 1}`;
}

/** The alias of the key that encrypts a stack's topics. */
export function keyAlias(prefix: string): string {
  return `alias/${folded(prefix)}`;
}

/**
 * Projects and stacks may have periods in their names; topics, dashboards and aliases may not. The
 * hash keeps `dev.eu` and `dev-eu` apart.
 */
function folded(prefix: string): string {
  const readable = prefix.replace(/[^A-Za-z0-9_-]/g, "-");
  return readable === prefix ? prefix : `${readable}-${hash(prefix)}`;
}

function shortened(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length - 9)}-${hash(name)}`;
}

function hash(text: string): string {
  // Few names need it, and loading it takes longer than checking many a stack.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
