import { isMap, isSecret } from "./form";
import type { KeyPath } from "./problem";

/** What a parsed stack file says in a project's namespace. */
export interface StackConfig {
  /** All config by full key, other packages' too. */
  readonly all: Readonly<Record<string, unknown>>;
  /** `models`, `defaults` and so on. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** `aws:region`, if the file sets it. */
  readonly region: string | undefined;
}

/**
 * The part of a stack file that a project's program gets to see.
 * @param content the parsed YAML
 * @param namespace the project's name
 * @param inherited config of Pulumi.yaml that holds where the file says nothing
 * @returns undefined where the file is not a map, or its `config` is not one
 */
export function configOf(
  content: unknown,
  namespace: string,
  inherited: Readonly<Record<string, unknown>>,
): StackConfig | undefined {
  const file = content ?? {};
  const config = isMap(file) ? (file["config"] ?? {}) : undefined;
  if (!isMap(config)) return undefined;
  const all = { ...inherited, ...config };
  const prefix = `${namespace}:`;
  const own = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  const region = all["aws:region"];
  return {
    all,
    raw: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
    region: typeof region === "string" && /^[a-z0-9-]+$/.test(region) ? region : undefined,
  };
}

/**
 * The paths of all values that `pulumi config set --secret` encrypted. A value that several anchors
 * share is looked at once.
 */
export function findSecrets(value: unknown, path: KeyPath, seen = new Set<unknown>()): KeyPath[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => findSecrets(item, [...path, at], seen));
  }
  if (!isMap(value)) return [];
  if (isSecret(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => findSecrets(item, [...path, key], seen));
}
