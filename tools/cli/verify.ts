import { performance } from "node:perf_hooks";
import { expandLogs, LogError } from "../logs/logSource";
import { jsonProblems, jsonReport, junitReport } from "../verify/jsonReport";
import { readTests } from "../verify/alarmTest";
import { textReport } from "../verify/textReport";
import { pathsOf, tally, verify } from "../verify/verify";
import { declaredFrom, type DeclaredSource, sourceFile, withSourceOptions } from "./declaredFrom";
import { CONFIG_OPTION, declaredByProgram, projectIn, stacksOf } from "./project";
import { printJson } from "./options";
import { newCommand, runCommand, USAGE } from "./runCommand";
import { docsPath, expectOutput, readText, writeWhole } from "../files";
import { InputError } from "../inputError";
import { count, printable } from "../text";

/** Where alarm tests are unless files are named. */
const DEFAULT_FILES = "tests/alarms/*.yaml";

interface Options extends DeclaredSource {
  readonly json?: true;
  readonly junit?: string;
}

/** `verify`: runs alarm tests against what the stack files declare. */
export function main(args: readonly string[]): Promise<number> {
  const command = withSourceOptions(newCommand("verify"))
    .description(
      "Runs alarm tests: files that say what a model logs and what the alarms of a stack must make of it.",
    )
    .argument("[files...]", `the test files, or patterns of them; ${DEFAULT_FILES} by default`)
    .option(...CONFIG_OPTION)
    .option("--json", "print the result as JSON")
    .option("--junit <file>", "write the result as JUnit XML")
    .addHelpText(
      "after",
      `\nExit code: 0 all tests passed, 1 some failed, 2 wrong usage or input.\n${guide()}`,
    );
  return runCommand(command, args, () => run(command.args, command.opts<Options>()));
}

async function run(patterns: readonly string[], options: Options): Promise<number> {
  const { json, junit, config } = options;
  const source = sourceFile(options);
  const begin = performance.now();
  const files = filesOf(patterns).map((file) => readTests(file, readText(file)));
  if (junit !== undefined) {
    const read = files.flatMap(({ file, tests }) => [
      file,
      ...tests.flatMap(({ log }) => log ?? []),
    ]);
    expectOutput(junit, [...read.flatMap(pathsOf), source?.file ?? []].flat());
  }
  try {
    const read = source?.option && (await declaredFrom(options));
    const stacks = read === undefined ? stacksOf(projectIn()) : [read.stack];
    const asked = new Set<string>();
    const results = await verify(files, stacks, async (stack) => {
      if (read !== undefined) return read;
      asked.add(stack);
      if (config !== undefined && asked.size > 1) {
        throw new InputError("--config is the config of one stack, and the tests are of several");
      }
      return declaredByProgram(stack, options);
    });
    const verification = { files: results, seconds: (performance.now() - begin) / 1000 };
    if (json === true) printJson(jsonReport(verification));
    else process.stdout.write(printable(textReport(verification, source)));
    if (junit !== undefined) writeWhole(junit, junitReport(verification));
    return tally(verification).failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof InputError) || error.diagnostics.length === 0) throw error;
    if (json === true) printJson(jsonProblems(error));
    else {
      const amount = count(error.diagnostics.length, "problem");
      process.stderr.write(
        `${printable(error.message)}\n\n${amount}. No test was run. ${guide()}\n`,
      );
    }
    return USAGE;
  }
}

function guide(): string {
  return `How to write tests: ${docsPath("alarm-tests.md")}`;
}

function filesOf(patterns: readonly string[]): string[] {
  try {
    const files = expandLogs(patterns.length > 0 ? patterns : [DEFAULT_FILES]);
    return [...new Set(files)];
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new InputError(`expected alarm tests in ${error.log}, found none. ${guide()}`);
  }
}
