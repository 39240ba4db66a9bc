import { performance } from "node:perf_hooks";
import { Command } from "commander";
import { expandLogs } from "../logs/expandLogs";
import { LogError } from "../logs/logError";
import { jsonProblems, jsonReport, junitReport } from "../verify/jsonReport";
import { problemLine, readTests } from "../verify/readTests";
import { textReport } from "../verify/textReport";
import { type FileProblem, InvalidTestsError, tally, verify } from "../verify/verify";
import { currentProject, declaredByProgram, stacksOf } from "./project";
import { runCommand, USAGE } from "./runCommand";
import { readText, writeWhole } from "../files";
import { InputError } from "../inputError";

/** Where alarm tests are unless files are named. */
const DEFAULT_FILES = "tests/alarms/*.yaml";

interface Options {
  readonly json?: true;
  readonly junit?: string;
}

/** `npm run verify`: runs alarm tests against what the stack files declare. */
export function main(args: readonly string[]): Promise<number> {
  const command = new Command("npm run verify --")
    .description(
      "Runs alarm tests: files that say what a model logs and what the alarms of a stack must make of it.",
    )
    .argument("[files...]", `the test files, or patterns of them; ${DEFAULT_FILES} by default`)
    .option("--json", "print the result as JSON")
    .option("--junit <file>", "write the result as JUnit XML")
    .addHelpText(
      "after",
      "\nExit code: 0 all tests passed, 1 some failed, 2 wrong usage or input.\nHow to write tests: docs/alarm-tests.md",
    );
  return runCommand(command, args, () => run(command.args, command.opts<Options>()));
}

async function run(patterns: readonly string[], { json, junit }: Options): Promise<number> {
  const begin = performance.now();
  const print = (report: unknown): void => {
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  };
  const files = filesOf(patterns).map((file) => ({ file, ...readTests(readText(file)) }));
  try {
    const results = await verify(files, stacksOf(currentProject()), declaredByProgram);
    const verification = { files: results, seconds: (performance.now() - begin) / 1000 };
    if (junit !== undefined) writeWhole(junit, await junitReport(verification));
    if (json === true) print(jsonReport(verification));
    else process.stdout.write(textReport(verification));
    return tally(verification).failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof InvalidTestsError)) throw error;
    if (json === true) print(jsonProblems(error.problems));
    else process.stderr.write(problemsText(error.problems));
    return USAGE;
  }
}

function filesOf(patterns: readonly string[]): string[] {
  try {
    const files = expandLogs(patterns.length > 0 ? patterns : [DEFAULT_FILES]);
    return [...new Set(files)];
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new InputError(`expected alarm tests in ${error.log}, found none`);
  }
}

function problemsText(problems: readonly FileProblem[]): string {
  const lines = problems.map((problem) => `${problemLine(problem.file, problem)}\n`).join("");
  const amount = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  return `${lines}\n${amount}. No test was run. How to write tests: docs/alarm-tests.md\n`;
}
