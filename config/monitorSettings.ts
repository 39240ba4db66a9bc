import type { ModelInput } from "./modelSchema";
import { SettingsError } from "./problem";
import { NO_DEFAULTS, readModel } from "./readModel";
import type { ModelSettings, StackContext } from "./settings";

/**
 * The settings of one model, for a program that sets it up by itself rather than from a stack's
 * config.
 * @param name the model's name
 * @param component how errors name the component
 * @throws SettingsError with all problems
 */
export function monitorSettings(
  name: string,
  input: ModelInput,
  context: StackContext,
  component: string,
): ModelSettings {
  // A program may well pass on a value that it does not have.
  const given = Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  );
  const { settings, problems } = readModel(name, given, [], NO_DEFAULTS, context);
  if (settings === undefined) throw new SettingsError(`${component}: `, problems);
  return settings;
}
