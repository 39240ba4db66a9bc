import { checkStackFile, findingText } from "../config/checkStackFile";
import { engineConfig } from "../config/projectConfig";
import { readStackFile } from "../config/stackFile";
import type { Declared } from "../rehearsal/declared";
import { NO_ACCOUNT, runProgram } from "../rehearsal/runProgram";
import { currentProject, readText, stackFile, stacksOf } from "./project";
import { UsageError } from "./runCommand";

/**
 * What the program declares under a stack's file.
 * @param stack its name; may be left out where the project has one stack
 * @throws UsageError with the lines of everything that is wrong with the file
 */
export async function declaredByProgram(stack: string | undefined): Promise<Declared> {
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
  const accounts = all["aws:allowedAccountIds"];
  return runProgram({
    project: project.name,
    stack: name,
    region: region ?? process.env["AWS_REGION"] ?? "us-east-1",
    accountId: Array.isArray(accounts) ? String(accounts[0] ?? NO_ACCOUNT) : NO_ACCOUNT,
    config: engineConfig(all),
  });
}
