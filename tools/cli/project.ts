import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type Declared, NO_ACCOUNT, usualRegion } from "../program/declared";
import {
  type ProjectFile,
  readProjectFile,
  readPulumiConfig,
  readStackFile,
  type StackFile,
} from "../stackFile/stackFile";
import { jsonMap, text } from "../program/properties";
import { fileReason, inputName, packagePath, readInput, readText } from "../files";
import { InputError } from "../inputError";

const load = createRequire(__filename);

/** Where a stack's config is read, beside its name. */
export interface ConfigSource {
  /** The folder of Pulumi.yaml. @default the current one */
  readonly folder?: string;
  /** A file with the whole config as `pulumi config --json` prints it, instead of the stack's; `-` is standard input. */
  readonly config?: string;
  /** A file in the form of the stack's that is read instead, such as an earlier version of it. */
  readonly file?: string;
}

export const CONFIG_OPTION = [
  "--config <file>",
  "the stack's config as `pulumi config --json` prints it, instead of its file; - for standard input",
] as const;

/** Adds the options that say which stack is meant. */
export function withStackOptions(command: Command): Command {
  return command.option("--stack <name>", "the stack whose file to use").option(...CONFIG_OPTION);
}

/**
 * Pulumi.yaml of a folder.
 * @throws InputError where there is none or it has no name
 */
export function projectIn(folder = "."): ProjectFile {
  const file = join(folder, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new InputError(
      `expected a Pulumi project in ${resolve(folder)}, found no Pulumi.yaml there`,
    );
  }
  const project = readProjectFile(file, readText(file));
  return {
    ...project,
    stackConfigDir: join(folder, project.stackConfigDir),
    program: programIn(folder, project),
  };
}

/**
 * The file of a project's own program, found as Pulumi finds it.
 * @returns undefined where it has none: a folder with stack files is enough for this package's own
 * @throws InputError where Pulumi.yaml or package.json name one that is not there
 */
function programIn(folder: string, { runtime = "nodejs", main }: ProjectFile): string | undefined {
  const place = resolve(folder, main ?? ".");
  if (runtime !== "nodejs") return place;
  const entry = main === undefined ? mainOf(place) : undefined;
  const named = entry === undefined ? place : join(place, entry);
  const found = ["", ".ts", ".js", "/index.js", "/index.ts", "/index.mjs", "/index.cjs"]
    .map((ending) => named + ending)
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (found === undefined && (main !== undefined || entry !== undefined)) {
    throw new InputError(
      `expected the program at ${named}, as ${main === undefined ? "package.json" : "Pulumi.yaml"} says in main; found nothing there (is it built?)`,
    );
  }
  const isOurs = found !== undefined && realpathSync(found) === packagePath("index.ts");
  return isOurs ? undefined : found;
}

function mainOf(folder: string): string | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? text(jsonMap(readText(file))["main"]) || undefined : undefined;
}

/** The stack that a stack file's name stands for, or undefined for another file. */
export function stackOf(fileName: string): string | undefined {
  return /^Pulumi\.(.+)\.yaml$/.exec(fileName)?.[1];
}

/** The path of a stack's file. */
export function stackFile({ stackConfigDir }: ProjectFile, stack: string): string {
  return join(stackConfigDir, `Pulumi.${stack}.yaml`);
}

/** The names of all stacks of a project that have a file, in order. */
export function stacksIn({ stackConfigDir }: ProjectFile): string[] {
  const names = readFolder(stackConfigDir);
  return names.flatMap((name) => stackOf(name) ?? []).sort();
}

/**
 * The same.
 * @throws InputError where there is none
 */
export function stacksOf(project: ProjectFile): string[] {
  const { stackConfigDir } = project;
  const stacks = stacksIn(project);
  if (stacks.length > 0) return stacks;
  throw new InputError(
    `expected stack files (Pulumi.<stack>.yaml) in ${resolve(stackConfigDir)}, found none`,
  );
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new InputError(`${folder}: expected the folder of the stack files, ${fileReason(error)}`);
  }
}

/** A stack whose file is well, before its program runs. */
export interface StackToRun extends StackFile {
  readonly project: string;
  readonly runtime: string;
  /** The project's own program. */
  readonly program: string | undefined;
  /** The stack's file. */
  readonly path: string;
  /** Its content. */
  readonly text: string;
}

/**
 * Reads and checks a stack's file.
 * @param stack its name; may be left out where the project has one stack
 * @throws InputError with the lines of everything that is wrong with the file
 */
export function stackToRun(
  stack: string | undefined,
  { folder, config, file: other }: ConfigSource = {},
): StackToRun {
  const project = projectIn(folder);
  const stacks = config === undefined || stack === undefined ? stacksOf(project) : [stack];
  const [only, ...others] = stacks;
  const name = stack ?? (others.length === 0 ? only : undefined);
  if (name === undefined || !stacks.includes(name)) {
    const found = stack === undefined ? "no --stack" : `--stack ${stack}`;
    throw new InputError(`expected one of the stacks ${stacks.join(", ")}, found ${found}`);
  }
  const file = config ?? other ?? stackFile(project, name);
  const [path, content] = [inputName(file), readInput(file)];
  const reader = config === undefined ? readStackFile : readPulumiConfig;
  const read = reader(path, content, project, name);
  const errors = read.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new InputError(errors);
  // An environment adds what is missing.
  if (read.settings === undefined && read.diagnostics.length > 0) {
    throw new InputError(read.diagnostics);
  }
  const { runtime = "nodejs", program } = project;
  return { ...read, project: project.name, runtime, program, path, text: content };
}

/**
 * What the program declares under a stack's file, without asking AWS.
 * @param stack its name; may be left out where the project has one stack
 * @throws InputError as {@link stackToRun}
 */
export function declaredByProgram(
  stack: string | undefined,
  source: ConfigSource = {},
): Promise<Declared> {
  return declaredOffline(stackToRun(stack, source));
}

/** The same for a stack that was read already. */
export function declaredOffline(run: StackToRun): Promise<Declared> {
  return declaredIn(run, {
    region: run.region ?? usualRegion(),
    accountId: run.allowedAccounts[0] ?? NO_ACCOUNT,
  });
}

/** What the program declares in an account and region. */
export function declaredIn(
  { project, stack, config, program, runtime }: StackToRun,
  where: { readonly region: string; readonly accountId: string },
): Promise<Declared> {
  if (runtime !== "nodejs") {
    throw new InputError(
      `expected a program in Node.js, found one in ${runtime}, which is not run here: \`pulumi preview --json --show-sames --stack ${stack} > preview.json\`, then --preview preview.json instead of --stack`,
    );
  }
  // Pulumi's SDK is most of a command's start, and not all commands run the program.
  const { runProgram } = load("../program/runProgram") as typeof import("../program/runProgram");
  return runProgram({ project, stack, config, program, ...where });
}
