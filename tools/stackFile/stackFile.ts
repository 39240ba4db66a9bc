import { load } from "js-yaml";
import { describeValue, type KeyPath, type Problem } from "../../components/settings/diagnostic";
import { isMap, isSecret } from "../../components/settings/schema";
import { type Position, readYaml } from "./yaml";

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

/** A stack file (`Pulumi.dev.yaml`), read without the Pulumi engine. */
export interface StackFile extends StackConfig {
  /** Problems of the file itself: YAML that cannot be parsed, secrets where plain values belong. */
  readonly problems: readonly LocatedProblem[];
  /** Where a problem's key stands in the file. */
  readonly locate: (problem: Problem) => Position;
}

/** A problem of the file: with a key where it has one, else a plain message. */
export type LocatedProblem = Position &
  ({ readonly problem: Problem } | { readonly message: string });

/**
 * Reads a stack file.
 * @param text its content
 * @param namespace the project's name
 * @param inherited config of Pulumi.yaml that holds where the file says nothing, by full key
 */
export function readStackFile(
  text: string,
  namespace: string,
  inherited: Readonly<Record<string, unknown>> = {},
): StackFile {
  const { content, mistake, locate: positionOf } = readYaml(text);
  const failed = (at: Position, message: string): StackFile => ({
    all: {},
    raw: {},
    region: undefined,
    problems: [{ line: at.line, column: at.column, message }],
    locate: () => at,
  });
  if (mistake !== undefined) return failed(mistake, mistake.message);
  const config = configOf(content, namespace, inherited);
  if (config === undefined) {
    const message = `expected a map with \`config:\`, found ${describeValue(content)}`;
    return failed({ line: 1, column: 1 }, message);
  }

  const locate = ({ path: [first = "", ...rest], atKey }: Problem): Position =>
    positionOf(["config", `${namespace}:${first}`, ...rest], atKey);
  const secrets = findSecrets(config.raw, []).map((path) => ({
    path,
    expected: "a plain value (addresses, names and thresholds are visible in AWS anyway)",
    found: "a secret (`secure:`)",
  }));
  return {
    ...config,
    problems: secrets.map((problem) => ({ ...locate(problem), problem })),
    locate,
  };
}

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
