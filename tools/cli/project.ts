import { readdirSync } from "node:fs";
import { join } from "node:path";
import { load, YAMLException } from "js-yaml";
import { engineConfig } from "../../components/settings/read";
import type { Declared } from "../program/declared";
import { NO_ACCOUNT, runProgram } from "../program/runProgram";
import { checkStackFile, findingText } from "../stackFile/checkStackFile";
import { projectFile, type ProjectFile } from "../stackFile/projectFile";
import { readStackFile } from "../stackFile/stackFile";
import { fileReason, readText } from "../files";
import { InputError } from "../inputError";

const PROJECT_FILE = "Pulumi.yaml";

/**
 * Pulumi.yaml of the current folder.
 * @throws InputError where there is none or it has no name
 */
export function currentProject(): ProjectFile {
  const project = projectFile(parse(readText(PROJECT_FILE)));
  if (project !== undefined) return project;
  throw new InputError(`${PROJECT_FILE}: expected the project's name in name, found none`);
}

function parse(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark;
    throw new InputError(
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
 * @throws InputError where there is none
 */
export function stacksOf({ stackConfigDir }: ProjectFile): string[] {
  const names = readFolder(stackConfigDir);
  const stacks = names.flatMap((name) => stackOf(name) ?? []).sort();
  if (stacks.length > 0) return stacks;
  throw new InputError(
    `expected stack files (Pulumi.<stack>.yaml) in ${stackConfigDir}, found none`,
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
export interface StackToRun {
  readonly project: string;
  readonly stack: string;
  /** The stack's file. */
  readonly path: string;
  /** `aws:region`, if the file sets it. */
  readonly region: string | undefined;
  /** `aws:profile`, if the file sets it. */
  readonly profile: string | undefined;
  /** `aws:allowedAccountIds`: the only accounts that the stack may be in; none where all may be. */
  readonly allowedAccounts: readonly string[];
  /** By full key, as the engine hands it over. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Reads and checks a stack's file.
 * @param stack its name; may be left out where the project has one stack
 * @throws InputError with the lines of everything that is wrong with the file
 */
export function stackToRun(stack: string | undefined): StackToRun {
  const project = currentProject();
  const stacks = stacksOf(project);
  const [only, ...others] = stacks;
  const name = stack ?? (others.length === 0 ? only : undefined);
  if (name === undefined || !stacks.includes(name)) {
    const found = stack === undefined ? "no --stack" : `--stack ${stack}`;
    throw new InputError(`expected one of the stacks ${stacks.join(", ")}, found ${found}`);
  }
  const path = stackFile(project, name);
  const text = readText(path);
  const { findings } = checkStackFile(text, project.name, name, project.config);
  if (findings.length > 0) {
    throw new InputError(findings.map((finding) => findingText(path, finding)).join("\n"));
  }
  const { all, region } = readStackFile(text, project.name, project.config);
  const profile = all["aws:profile"];
  const accounts = all["aws:allowedAccountIds"];
  return {
    project: project.name,
    stack: name,
    path,
    region,
    profile: typeof profile === "string" ? profile : undefined,
    allowedAccounts: Array.isArray(accounts) ? accounts.map(String) : [],
    config: engineConfig(all),
  };
}

/**
 * What the program declares under a stack's file, without asking AWS.
 * @param stack its name; may be left out where the project has one stack
 * @throws InputError as {@link stackToRun}
 */
export function declaredByProgram(stack: string | undefined): Promise<Declared> {
  const run = stackToRun(stack);
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
  return runProgram({ project, stack, config, ...where });
}
