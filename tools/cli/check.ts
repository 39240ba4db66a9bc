import { basename } from "node:path";
import { Command } from "commander";
import { type Diagnostic, diagnosticText } from "../../components/settings/diagnostic";
import { type ProjectFile, readStackFile } from "../stackFile/stackFile";
import { readText } from "../files";
import { projectIn, stackFile, stackOf, stacksOf } from "./project";
import { runCommand } from "./runCommand";
import { InputError } from "../inputError";
import { count } from "../text";

/** One stack file and what is wrong with it. */
interface CheckedFile {
  readonly file: string;
  readonly stack: string;
  readonly models: number;
  readonly problems: readonly Diagnostic[];
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
  const project = projectIn();
  const paths =
    files.length > 0 ? files : stacksOf(project).map((stack) => stackFile(project, stack));
  const checked = paths.map((file) => checkFile(file, project));
  const problems = checked.flatMap((file) => file.problems);
  if (json) {
    process.stdout.write(`${JSON.stringify({ files: checked }, undefined, 2)}\n`);
  } else {
    process.stdout.write(problems.map((problem) => `${diagnosticText(problem)}\n`).join(""));
    process.stderr.write(summary(checked, problems.length));
  }
  return problems.length > 0 ? 1 : 0;
}

function checkFile(file: string, project: ProjectFile): CheckedFile {
  const stack = stackOf(basename(file));
  if (stack === undefined) {
    throw new InputError(`${file}: expected a stack file, whose name is Pulumi.<stack>.yaml`);
  }
  const { settings, diagnostics } = readStackFile(file, readText(file), project, stack);
  return { file, stack, models: settings?.models.length ?? 0, problems: diagnostics };
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
