import { isMap } from "./form";
import type { KeyPath } from "./problem";

/** What a parsed stack file says in a project's namespace. */
export interface StackConfig {
  /** `models`, `defaults` and so on. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** `aws:region`, if the file sets it. */
  readonly region: string | undefined;
}

/**
 * The part of a stack file that a project's program gets to see.
 * @param content the parsed YAML
 * @param namespace the project's name
 * @returns undefined where the file is not a map, or its `config` is not one
 */
export function configOf(content: unknown, namespace: string): StackConfig | undefined {
  const file = content ?? {};
  const config = isMap(file) ? (file["config"] ?? {}) : undefined;
  if (!isMap(config)) return undefined;
  const prefix = `${namespace}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  const region = config["aws:region"];
  return {
    raw: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
    region: typeof region === "string" ? region : undefined,
  };
}

/** The paths of all values that `pulumi config set --secret` encrypted. */
export function findSecrets(value: unknown, path: KeyPath): KeyPath[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => findSecrets(item, [...path, at]));
  if (!isMap(value)) return [];
  const entries = Object.entries(value);
  if (entries.length === 1 && typeof value["secure"] === "string") return [path];
  return entries.flatMap(([key, item]) => findSecrets(item, [...path, key]));
}
