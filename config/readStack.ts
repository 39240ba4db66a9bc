import { isMap } from "./form";
import { describeValue, SettingsError, type Problem } from "./problem";
import { ONCE, readFields } from "./readFields";
import { readDefaults, readModel } from "./readModel";
import type { ModelSettings, StackContext, StackSettings } from "./settings";
import { checkStack } from "./stackChecks";
import { STACK_KEYS, stackSchema } from "./stackSchema";

const BUILT_IN = stackSchema.parse({}, ONCE);

/** A stack's settings, or everything that is wrong with them. */
export type StackReading =
  | { readonly settings: StackSettings; readonly problems: readonly [] }
  | { readonly settings?: never; readonly problems: readonly Problem[] };

/**
 * Reads and checks what a stack's config holds in the project's namespace.
 * @param raw the keys `models`, `defaults` and so on with their values as YAML or JSON has them
 */
export function readStack(
  raw: Readonly<Record<string, unknown>>,
  context: StackContext,
): StackReading {
  const { models: rawModels, defaults: rawDefaults } = raw;
  const own = readFields(stackSchema.shape, raw, [], STACK_KEYS);
  const { defaults, problems: badDefaults } = readDefaults(rawDefaults);
  const problems = [...own.problems, ...badDefaults];

  const models: ModelSettings[] = [];
  if (isMap(rawModels)) {
    const names = Object.keys(rawModels).sort();
    for (const name of names) {
      const path = ["models", name];
      const model = readModel(name, rawModels[name], path, defaults, context);
      if (model.settings !== undefined) models.push(model.settings);
      problems.push(...model.problems);
    }
    problems.push(...checkStack(names, models, context));
  } else {
    const expected = "a map of model name to settings (`{}` for no model)";
    problems.push({ path: ["models"], expected, found: describeValue(rawModels) });
  }
  if (problems.length > 0) return { problems: withoutRepeats(problems) };
  const { project, stack } = context;
  return { settings: { ...BUILT_IN, ...own.values, project, stack, models }, problems: [] };
}

/**
 * The settings of a stack for the program.
 * @throws SettingsError with all problems
 */
export function stackSettings(
  raw: Readonly<Record<string, unknown>>,
  context: StackContext,
): StackSettings {
  const { settings, problems } = readStack(raw, context);
  if (settings === undefined) throw new SettingsError(`${context.project}:`, problems);
  return settings;
}

/** A default that does not fit is one problem, not one for each model that it reaches. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const byText = new Map<string, Problem>();
  for (const problem of problems) {
    const key = JSON.stringify([problem.path, problem.expected]);
    if (!byText.has(key)) byText.set(key, problem);
  }
  return [...byText.values()];
}
