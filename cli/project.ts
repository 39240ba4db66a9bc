import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load, YAMLException } from "js-yaml";
import { projectFile, type ProjectFile } from "../config/projectFile";
import { UsageError } from "./runCommand";

const PROJECT_FILE = "Pulumi.yaml";

/**
 * Pulumi.yaml of the current folder.
 * @throws UsageError where there is none or it has no name
 */
export function currentProject(): ProjectFile {
  const project = projectFile(parse(readText(PROJECT_FILE)));
  if (project !== undefined) return project;
  throw new UsageError(`${PROJECT_FILE}: expected the project's name in name, found none`);
}

function parse(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark;
    throw new UsageError(
      `${PROJECT_FILE}:${String(line + 1)}:${String(column + 1)} expected valid YAML, found a mistake: ${error.reason}`,
    );
  }
}

/** The stack that a stack file's name stands for, or undefined for another file. */
export function stackOf(fileName: string): string | undefined {
  return /^Pulumi\.(.+)\.yaml$/.exec(fileName)?.[1];
}

/** The path of a stack's file. */
export function stackFile({ stackConfigDir }: ProjectFile, stack: string): string {
  return join(stackConfigDir, `Pulumi.${stack}.yaml`);
}

/**
 * The names of all stacks of a project, in order.
 * @throws UsageError where there is none
 */
export function stacksOf({ stackConfigDir }: ProjectFile): string[] {
  const names = readFolder(stackConfigDir);
  const stacks = names.flatMap((name) => stackOf(name) ?? []).sort();
  if (stacks.length > 0) return stacks;
  throw new UsageError(
    `expected stack files (Pulumi.<stack>.yaml) in ${stackConfigDir}, found none`,
  );
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new UsageError(`${folder}: expected the folder of the stack files, ${reason(error)}`);
  }
}

/**
 * The content of a text file.
 * @throws UsageError that says why it cannot be read
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file}: cannot be read, ${reason(error)} (working in ${process.cwd()})`);
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  const words: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    EISDIR: "that is a folder",
    ENOTDIR: "that is no folder",
    EACCES: "permission is denied",
  };
  return words[code] ?? code;
}
