import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { type Declared, NO_ACCOUNT } from "../program/declared";
import {
  type ProjectFile,
  readProjectFile,
  readPulumiConfig,
  readStackFile,
  type StackFile,
} from "../stackFile/stackFile";
import { fileReason, inputName, readInput, readText } from "../files";
import { InputError } from "../inputError";

const load = createRequire(__filename);

/** Where a stack's config is read, beside its name. */
export interface ConfigSource {
  /** The folder of Pulumi.yaml. @default the current one */
  readonly folder?: string;
  /** A file with the whole config as `pulumi config --json` prints it, instead of the stack's; `-` is standard input. */
  readonly config?: string;
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
  const project = readProjectFile(file, readText(file));
  return { ...project, stackConfigDir: join(folder, project.stackConfigDir) };
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
  { folder, config }: ConfigSource = {},
): StackToRun {
  const project = projectIn(folder);
  const stacks = config === undefined || stack === undefined ? stacksOf(project) : [stack];
  const [only, ...others] = stacks;
  const name = stack ?? (others.length === 0 ? only : undefined);
  if (name === undefined || !stacks.includes(name)) {
    const found = stack === undefined ? "no --stack" : `--stack ${stack}`;
    throw new InputError(`expected one of the stacks ${stacks.join(", ")}, found ${found}`);
  }
  const file = config ?? stackFile(project, name);
  const [path, text] = [inputName(file), readInput(file)];
  const read = (config === undefined ? readStackFile : readPulumiConfig)(path, text, project, name);
  const errors = read.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new InputError(errors);
  // An environment adds what is missing.
  if (read.settings === undefined) throw new InputError(read.diagnostics);
  return { ...read, project: project.name, path, text };
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
    region: run.region ?? process.env["AWS_REGION"] ?? "us-east-1",
    accountId: run.allowedAccounts[0] ?? NO_ACCOUNT,
  });
}

/** What the program declares in an account and region. */
export function declaredIn(
  { project, stack, config }: StackToRun,
  where: { readonly region: string; readonly accountId: string },
): Promise<Declared> {
  // Pulumi's SDK is most of a command's start, and not all commands run the program.
  const { runProgram } = load("../program/runProgram") as typeof import("../program/runProgram");
  return runProgram({ project, stack, config, ...where });
}
