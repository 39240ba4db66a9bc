/** Input as it comes from YAML or JSON: a map, its values anything. */
export type RawMap = Readonly<Record<string, unknown>>;

/** A map with text keys: not null, not a list, not a date as some YAML parsers make them. */
export function isMap(input: unknown): input is RawMap {
  if (typeof input !== "object" || input === null) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A value that `pulumi config set --secret` encrypted. */
export function isSecret(input: RawMap): boolean {
  return typeof input["secure"] === "string" && Object.keys(input).length === 1;
}

/**
 * What a stack's config holds in a namespace, as the engine hands it to a program: every value is text,
 * structured ones are JSON.
 * @param config all config by full key, such as `classification-rate:models`
 */
export function configOf(
  config: Readonly<Record<string, string>>,
  namespace: string,
): Record<string, unknown> {
  const entries = Object.entries(inNamespace(config, namespace));
  return Object.fromEntries(entries.map(([key, value]) => [key, parsed(value)]));
}

/** The values of a namespace by key, without the namespace. @param config by full key */
export function inNamespace<T>(
  config: Readonly<Record<string, T>>,
  namespace: string,
): Record<string, T> {
  const prefix = `${namespace}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

/** The other way round: config as files have it, in the form in which the engine hands it over. */
export function engineConfig(config: RawMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
    ]),
  );
}

/** Text that only looks structured stays text, for the schema to complain about. */
function parsed(value: string): unknown {
  if (!/^\s*[{[]|^null$/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
