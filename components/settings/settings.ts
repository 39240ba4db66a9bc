import { propertyPathText } from "../cloudwatch/patterns";
import { describeValue, type Problem, SettingsError } from "./diagnostic";
import { NO_DEFAULTS, readField, readModel } from "./read";
import {
  datapointsText,
  isMap,
  type ModelInput,
  type ModelValues,
  namespace,
  type StackValues,
} from "./schema";

/** A model's checked settings, with its name and who is told. */
export interface ModelSettings extends Omit<ModelValues, "email" | "topics"> {
  /** The model's key in the config: 1 to 64 letters, digits, `-` and `_`. */
  readonly name: string;
  /** Lower-case addresses, each once; may be empty where there are topics. */
  readonly emails: readonly string[];
  /** ARNs of existing topics; may be empty where there are addresses. */
  readonly topics: readonly string[];
}

/** A stack's checked settings: plain values, nothing left to decide. */
export interface StackSettings extends StackValues {
  readonly project: string;
  readonly stack: string;
  /** In the order of their names. */
  readonly models: readonly ModelSettings[];
}

/** What the config is checked against beside itself. */
export interface StackContext {
  /** The project's name: the namespace of its config keys and the start of physical names. */
  readonly project: string;
  readonly stack: string;
  /** The stack's region where it is known before anything runs (`aws:region`). */
  readonly region?: string | undefined;
}

/**
 * The settings of one model, for a program that sets it up by itself rather than from a stack's
 * config.
 * @param name the model's name
 * @param input what was given, as far as it is known before deployment
 * @param component how errors name the component
 * @throws SettingsError with all problems
 */
export function monitorSettings(
  name: string,
  input: Readonly<Record<string, unknown>>,
  context: StackContext,
  component: string,
): ModelSettings {
  // A program may well pass on a value that it does not have.
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const { namespace: space, email, ...model } = Object.fromEntries<unknown>(given);
  const { settings, problems } = readModel(name, model, [], NO_DEFAULTS, context);
  const all = [...problems.map(aboutTopics), ...checkOthers(space, email)];
  if (settings === undefined || all.length > 0) throw new SettingsError(`${component}: `, all);
  return settings;
}

/** A component is given topics; addresses are what a stack's config has. */
function aboutTopics(problem: Problem): Problem {
  if (problem.path[0] !== "email" && problem.path[0] !== "topics") return problem;
  const isMissing = problem.expected.startsWith("an e-mail address");
  return isMissing ? { ...problem, path: ["topics"], expected: "at least one topic" } : problem;
}

function checkOthers(space: unknown, email: unknown): Problem[] {
  const reading = space === undefined ? [] : readField(namespace, space, ["namespace"]);
  const problems = Array.isArray(reading) ? reading : [];
  if (email === undefined) return problems;
  const found = isMap(email) ? "a map" : describeValue(email);
  return [
    ...problems,
    { path: ["email"], expected: "topics; an EmailTopic makes one of an address", found },
  ];
}

/** Checked settings in the form in which a person would write them; reading that gives them again. */
export function modelInput(settings: ModelSettings): ModelInput {
  const { name, emails, topics, datapoints, field, where, createLogGroup, ...same } = settings;
  return {
    ...same,
    ...(emails.length > 0 && { email: emails }),
    ...(topics.length > 0 && { topics }),
    datapoints: datapointsText(datapoints),
    field: propertyPathText(field),
    where: Object.fromEntries(where.map(({ path, value }) => [propertyPathText(path), value])),
    createLogGroup: ownership(createLogGroup),
  };
}

function ownership(options: ModelSettings["createLogGroup"]): boolean | { retentionDays: number } {
  if (options === undefined) return false;
  return options.retentionDays === undefined ? true : { retentionDays: options.retentionDays };
}
