import { load } from "js-yaml";
import { configOf, findSecrets, type StackConfig } from "./stackConfig";

/**
 * Reads a stack file without keeping positions, several times faster than with them. Good for the
 * verdict that all is well; whatever is not is left to `readStackFile`. A test holds the two against
 * each other. They differ in dates, which are no text here and so never well.
 * @returns undefined where the file cannot be read or holds a secret
 */
export function quickRead(
  text: string,
  namespace: string,
  inherited: Readonly<Record<string, unknown>>,
): StackConfig | undefined {
  try {
    const config = configOf(load(text), namespace, inherited);
    const hasSecrets =
      config !== undefined && text.includes("secure") && findSecrets(config.raw, []).length > 0;
    return hasSecrets ? undefined : config;
  } catch {
    return undefined;
  }
}
