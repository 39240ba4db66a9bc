import { isMap } from "./form";
import { namespace } from "./forms";
import { describeValue, SettingsError, type Problem } from "./problem";
import { readField } from "./readFields";
import { NO_DEFAULTS, readModel } from "./readModel";
import type { ModelSettings, StackContext } from "./settings";

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
