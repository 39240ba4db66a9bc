import { isMap } from "../../components/settings/schema";

/** What Pulumi.yaml says that a stack's config depends on. */
export interface ProjectFile {
  /** The project's name: the namespace of its config keys and the start of physical names. */
  readonly name: string;
  /** Folder of the stack files, relative to Pulumi.yaml. */
  readonly stackConfigDir: string;
  /** Config that holds for every stack that does not set it itself, by full key. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Reads the parsed content of Pulumi.yaml.
 * @returns undefined where it has no name
 */
export function projectFile(content: unknown): ProjectFile | undefined {
  const file = isMap(content) ? content : {};
  const { name, stackConfigDir } = file;
  if (typeof name !== "string" || name === "") return undefined;
  const declared = isMap(file["config"]) ? file["config"] : {};
  const config = Object.entries(declared).flatMap(([key, declaration]): [string, unknown][] => {
    const value = isMap(declaration)
      ? (declaration["value"] ?? declaration["default"])
      : declaration;
    return value === undefined ? [] : [[key.includes(":") ? key : `${name}:${key}`, value]];
  });
  return {
    name,
    stackConfigDir: typeof stackConfigDir === "string" ? stackConfigDir : ".",
    config: Object.fromEntries<unknown>(config),
  };
}
