import { basename } from "node:path";
import { Command } from "commander";
import { checkStackFile, type Finding, findingText } from "../stackFile/checkStackFile";
import type { ProjectFile } from "../stackFile/projectFile";
import { readText } from "../files";
import { currentProject, stackFile, stackOf, stacksOf } from "./project";
import { runCommand } from "./runCommand";
import { InputError } from "../inputError";

interface CheckedFile {
  readonly file: string;
  readonly stack: string;
  readonly models: number;
  readonly problems: readonly Finding[];
}

/** `npm run check`: validates stack files without Pulumi, AWS or network. */
export function main(args: readonly string[]): Promise<number> {
  const command = new Command("npm run check --")
    .description("Checks stack files (Pulumi.<stack>.yaml) with the schema of the program itself.")
    .argument("[files...]", "the files to check; all of the project by default")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit code: 0 all is well, 1 problems found, 2 wrong usage.");
  return runCommand(command, args, () => check(command.args, command.opts<{ json?: true }>()));
}

function check(files: readonly string[], { json = false }: { json?: boolean }): number {
  const project = currentProject();
  const paths =
    files.length > 0 ? files : stacksOf(project).map((stack) => stackFile(project, stack));
  const checked = paths.map((file) => checkFile(file, project));
  const problems = checked.reduce((sum, { problems: found }) => sum + found.length, 0);
  if (json) {
    process.stdout.write(`${JSON.stringify({ files: checked }, undefined, 2)}\n`);
  } else {
    for (const { file, problems: found } of checked) process.stdout.write(lines(file, found));
    process.stderr.write(summary(checked, problems));
  }
  return problems > 0 ? 1 : 0;
}

function checkFile(file: string, { name, config }: ProjectFile): CheckedFile {
  const stack = stackOf(basename(file));
  if (stack === undefined) {
    throw new InputError(`${file}: expected a stack file, whose name is Pulumi.<stack>.yaml`);
  }
  const { settings, findings } = checkStackFile(readText(file), name, stack, config);
  return { file, stack, models: settings?.models.length ?? 0, problems: findings };
}

function lines(file: string, findings: readonly Finding[]): string {
  return findings.map((finding) => `${findingText(file, finding)}\n`).join("");
}

/** Goes to stderr: a file that is well prints nothing on stdout. */
function summary(checked: readonly CheckedFile[], problems: number): string {
  if (problems > 0) {
    return `\n${count(problems, "problem")}. Nothing of such a stack can be deployed.\n`;
  }
  return checked
    .map(({ file, models }) => `${file}: ${count(models, "model")}, no problems\n`)
    .join("");
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
