import { performance } from "node:perf_hooks";
import type { Declared } from "../declared";
import { LogError } from "../logs/logError";
import { RehearsalError } from "../rehearseLogs";
import { runLogs, runSeries, type CaseRun } from "./caseRun";
import { nameProblem, prepareCase, type ReadyCase } from "./prepareCase";
import type { TestFile } from "./readTests";
import type { TestProblem } from "./testProblem";
import type { FileResult } from "./verification";
import { timeProblems, verifyCase, type CaseResult } from "./verifyCase";

/** A problem with the file it is in. */
export type FileProblem = TestProblem & { readonly file: string };

/** A test file as it was read. */
export type NamedTestFile = TestFile & { readonly file: string };

/** Test files that cannot be run; all that is wrong with them. */
export class InvalidTestsError extends Error {
  constructor(readonly problems: readonly FileProblem[]) {
    super("invalid alarm tests");
  }
}

/**
 * Runs test files against what the stacks declare.
 * @param stacks the names of all stacks
 * @param declare what a stack declares
 * @throws InvalidTestsError if anything is wrong with any of the files; then no case counts
 */
export async function verify(
  files: readonly NamedTestFile[],
  stacks: readonly string[],
  declare: (stack: string) => Promise<Declared>,
): Promise<FileResult[]> {
  const problems: FileProblem[] = [];
  const declared = await declaredStacks(files, stacks, declare);
  const ready = files.map(({ file, tests, names, problems: own }) => {
    const cases = tests.flatMap((test) => {
      const all = declared.get(test.stack.name);
      return all === undefined ? [] : [prepareCase(test, all)];
    });
    const found = [
      ...own,
      ...names.flatMap((name) => nameProblem(name, stacks, declared) ?? []),
      ...cases.flatMap((one) => one.problems),
    ];
    problems.push(...inOrder(found).map((problem) => ({ file, ...problem })));
    return { file, cases };
  });
  if (problems.length > 0) throw new InvalidTestsError(problems);

  const results: FileResult[] = [];
  for (const { file, cases } of ready) {
    const ofFile: CaseResult[] = [];
    for (const one of cases) {
      const result = await runCase(one);
      if (!("problems" in result)) ofFile.push(result);
      else problems.push(...result.problems.map((problem) => ({ file, ...problem })));
    }
    results.push({ file, results: ofFile });
  }
  if (problems.length > 0) throw new InvalidTestsError(problems);
  return results;
}

/** What the stacks that occur declare; each is asked once, and one after the other. */
async function declaredStacks(
  files: readonly NamedTestFile[],
  stacks: readonly string[],
  declare: (stack: string) => Promise<Declared>,
): Promise<Map<string, Declared>> {
  const wanted = new Set(files.flatMap(({ names }) => names.map(({ stack }) => stack?.name)));
  const declared = new Map<string, Declared>();
  for (const stack of stacks) {
    if (wanted.has(stack)) declared.set(stack, await declare(stack));
  }
  return declared;
}

async function runCase({
  test,
  model,
  sources,
}: ReadyCase): Promise<CaseResult | { problems: readonly TestProblem[] }> {
  const begin = performance.now();
  let run: CaseRun;
  try {
    const { input } = test;
    run =
      "series" in input
        ? runSeries(model, input.series, input.start)
        : await runLogs(model, sources, input.start);
  } catch (error) {
    if (!(error instanceof LogError || error instanceof RehearsalError)) throw error;
    const key = `tests[${String(test.index)}].log`;
    return { problems: [{ ...test.position, key, message: error.message }] };
  }
  const problems = timeProblems(test, run);
  if (problems.length > 0) return { problems };
  return verifyCase(test, run, (performance.now() - begin) / 1000);
}

/** By place; a wrong name at the top of a file is one problem, not one for each of its cases. */
function inOrder(problems: readonly TestProblem[]): TestProblem[] {
  const each = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...each.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}
