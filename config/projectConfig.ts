/**
 * The project's part of a stack's config, as the engine hands it to a program: every value is text,
 * structured ones are JSON.
 * @param config all config by full key, such as `classification-rate:models`
 * @param project the project's name, which is the namespace of its keys
 */
export function projectConfig(
  config: Readonly<Record<string, string>>,
  project: string,
): Record<string, unknown> {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), parsed(value)]),
  );
}

/** The other way round: config as files have it, in the form in which the engine hands it over. */
export function engineConfig(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
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
