import { basename } from "node:path";
import { Option } from "commander";
import type { Diagnostic } from "../../components/settings/diagnostic";
import {
  CHECK_FORMATS,
  type CheckedFile,
  type CheckFormat,
  checkReport,
} from "../stackFile/checkReport";
import { commandText } from "../../components/commandText";
import { NAMESPACE } from "../../components/settings/names";
import {
  type ProjectFile,
  readPulumiConfig,
  readStackFile,
  type StackFile,
} from "../stackFile/stackFile";
import { warningsAcross, warningsOn } from "../stackFile/warnings";
import { inputName, readInput, readText } from "../files";
import {
  type ConfigSource,
  projectIn,
  stackFile,
  stackOf,
  stacksIn,
  stacksOf,
  withStackOptions,
} from "./project";
import { newCommand, runCommand } from "./runCommand";
import { InputError } from "../inputError";
import { count } from "../text";

interface Options extends ConfigSource {
  readonly stack?: string;
  readonly format: CheckFormat;
  readonly strict?: true;
}

/** `check`: validates stack files without Pulumi, AWS or network. */
export function main(args: readonly string[]): Promise<number> {
  const command = withStackOptions(newCommand("check"))
    .description("Checks stack files (Pulumi.<stack>.yaml) with the schema of the program itself.")
    .argument("[files...]", "the files to check; all of the project by default")
    .addOption(
      new Option(
        "--format <form>",
        "how to print what was found: github is for annotations of a workflow's step, sarif for code scanning",
      )
        .choices(CHECK_FORMATS)
        .default("text"),
    )
    .addOption(new Option("--json", "the same as --format json").implies({ format: "json" }))
    .option("--strict", "exit with 1 on warnings, too")
    .addHelpText("after", "\nExit code: 0 no problems, 1 problems found, 2 wrong usage.");
  return runCommand(command, args, () => check(command.args, command.opts<Options>()));
}

function check(files: readonly string[], options: Options): number {
  const checked = checkedFiles(files, options);
  const problems = checked.flatMap((file) => file.problems);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const { format, strict = false } = options;
  process.stdout.write(checkReport(format, checked, process.env["GITHUB_WORKSPACE"] ?? "."));
  if (format === "text" || format === "github") process.stderr.write(summary(checked, errors));
  return errors > 0 || (strict && problems.length > 0) ? 1 : 0;
}

/** All stacks of the project are read, as their names may collide; only what was asked for is told. */
function checkedFiles(files: readonly string[], { stack, config }: Options): CheckedFile[] {
  const project = projectIn();
  if (config !== undefined) {
    if (files.length > 0) throw new InputError("expected either files or --config, found both");
    const name = stack ?? "config";
    const file = inputName(config);
    const read = readPulumiConfig(file, readInput(config), project, name);
    return [checkedFile(file, read, warningsOn(file, read), project)];
  }
  const ofProject = (names: readonly string[]): string[] =>
    names.map((name) => stackFile(project, name));
  const asked =
    files.length > 0 ? files : ofProject(stack === undefined ? stacksOf(project) : [stack]);
  const others = files.length > 0 || stack !== undefined ? ofProject(stacksIn(project)) : [];
  const all = [...new Set([...others.filter((file) => !asked.includes(file)), ...asked])];
  const read = all.map((file) => ({ file, ...readOne(file, project) }));
  const across = warningsAcross(read);
  return read.flatMap((one, index) =>
    asked.includes(one.file)
      ? [
          checkedFile(
            one.file,
            one,
            [...warningsOn(one.file, one), ...(across[index] ?? [])],
            project,
          ),
        ]
      : [],
  );
}

function readOne(file: string, project: ProjectFile): StackFile {
  const stack = stackOf(basename(file));
  if (stack === undefined) {
    throw new InputError(`${file}: expected a stack file, whose name is Pulumi.<stack>.yaml`);
  }
  return readStackFile(file, readText(file), project, stack);
}

function checkedFile(
  file: string,
  read: StackFile,
  warnings: readonly Diagnostic[],
  { name: project }: ProjectFile,
): CheckedFile {
  const { settings, stack, diagnostics } = read;
  const isElsewhere = settings === undefined && diagnostics.length === 0;
  // A key without a namespace is the project's. It may be its program's own, or be meant for ours.
  const own = `${project}:models`;
  const isOwn = read.config[own] !== undefined;
  const hint = isOwn ? ` (did you mean ${NAMESPACE}:models?)` : "";
  const nothing: Diagnostic = {
    severity: "warning",
    ...(isOwn ? read.at(own) : { file }),
    message: `expected settings of ${NAMESPACE}, found none${hint}: nothing is checked; what the project's own program sets up, \`${commandText("rehearse")}\` shows`,
  };
  const problems = [...diagnostics, ...warnings, ...(isElsewhere ? [nothing] : [])].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
  return { file, stack, models: settings?.models.length ?? 0, problems };
}

/** Goes to stderr: a file that is well prints nothing on stdout. */
function summary(checked: readonly CheckedFile[], errors: number): string {
  if (errors > 0)
    return `\n${count(errors, "problem")}. Nothing of such a stack can be deployed.\n`;
  return checked
    .map(({ file, models, problems }) => {
      const found = problems.length > 0 ? count(problems.length, "warning") : "no problems";
      return `${file}: ${count(models, "model")}, ${found}\n`;
    })
    .join("");
}
