import { checkStackFile, findingText } from "../config/checkStackFile";
import { engineConfig } from "../config/projectConfig";
import { readStackFile } from "../config/stackFile";
import type { Declared } from "../rehearsal/declared";
import { NO_ACCOUNT, runProgram } from "../rehearsal/runProgram";
import { currentProject, readText, stackFile, stacksOf } from "./project";
import { UsageError } from "./runCommand";

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
 * @throws UsageError with the lines of everything that is wrong with the file
 */
export function stackToRun(stack: string | undefined): StackToRun {
  const project = currentProject();
  const stacks = stacksOf(project);
  const [only, ...others] = stacks;
  const name = stack ?? (others.length === 0 ? only : undefined);
  if (name === undefined || !stacks.includes(name)) {
    const found = stack === undefined ? "no --stack" : `--stack ${stack}`;
    throw new UsageError(`expected one of the stacks ${stacks.join(", ")}, found ${found}`);
  }
  const path = stackFile(project, name);
  const text = readText(path);
  const { findings } = checkStackFile(text, project.name, name, project.config);
  if (findings.length > 0) {
    throw new UsageError(findings.map((finding) => findingText(path, finding)).join("\n"));
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
 * @throws UsageError as {@link stackToRun}
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
