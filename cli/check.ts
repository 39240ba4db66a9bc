import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { load } from "js-yaml";
import { checkStackFile, type Finding } from "../config/checkStackFile";
import { runCommand, UsageError } from "./runCommand";

interface CheckedFile {
  readonly file: string;
  readonly stack: string;
  readonly models: number;
  readonly problems: readonly Finding[];
}

/** `npm run check`: validates stack files without Pulumi, AWS or network. */
export function main(args: readonly string[]): Promise<number> {
  const command = new Command("check")
    .description("Checks stack files (Pulumi.<stack>.yaml) with the schema of the program itself.")
    .argument("[files...]", "the files to check; all of the project by default")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit code: 0 all is well, 1 problems found, 2 wrong usage.");
  return runCommand(command, args, () => check(command.args, command.opts<{ json?: true }>()));
}

function check(files: readonly string[], { json = false }: { json?: boolean }): number {
  const { name, folder } = project();
  const paths = files.length > 0 ? files : stackFiles(folder);
  const checked = paths.map((file) => checkFile(file, name));
  const problems = checked.reduce((sum, { problems: found }) => sum + found.length, 0);
  if (json) {
    process.stdout.write(`${JSON.stringify({ files: checked }, undefined, 2)}\n`);
  } else {
    for (const { file, problems: found } of checked) process.stdout.write(lines(file, found));
    process.stderr.write(summary(checked, problems));
  }
  return problems > 0 ? 1 : 0;
}

function checkFile(file: string, projectName: string): CheckedFile {
  const stack = /^Pulumi\.(.+)\.yaml$/.exec(basename(file))?.[1];
  if (stack === undefined) {
    throw new UsageError(`${file}: expected a stack file, whose name is Pulumi.<stack>.yaml`);
  }
  const { settings, findings } = checkStackFile(readText(file), projectName, stack);
  return { file, stack, models: settings?.models.length ?? 0, problems: findings };
}

/** The project of the current folder: its name, and where its stack files are. */
function project(): { name: string; folder: string } {
  const file = "Pulumi.yaml";
  const content: unknown = parseYaml(file, readText(file));
  const { name, stackConfigDir = "." } =
    typeof content === "object" && content !== null
      ? (content as { name?: unknown; stackConfigDir?: unknown })
      : {};
  if (typeof name !== "string") throw new UsageError(`${file}: expected a project name in name`);
  return { name, folder: String(stackConfigDir) };
}

function parseYaml(file: string, text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw new UsageError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function stackFiles(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => /^Pulumi\..+\.yaml$/.test(name)).sort();
  if (files.length === 0) {
    throw new UsageError(`expected stack files (Pulumi.<stack>.yaml) in ${folder}, found none`);
  }
  return files.map((name) => join(folder, name));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    const why = { ENOENT: "there is no such file", EISDIR: "that is a folder" }[reason] ?? reason;
    throw new UsageError(
      `${file}: cannot be read, ${why} (in ${dirname(join(process.cwd(), file))})`,
    );
  }
}

function lines(file: string, findings: readonly Finding[]): string {
  return findings
    .map(({ line, column, key, message }) => {
      const place = `${file}:${String(line)}:${String(column)}`;
      return `${place} ${key === undefined ? "" : `${key}: `}${message}\n`;
    })
    .join("");
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
  return `${String(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}
