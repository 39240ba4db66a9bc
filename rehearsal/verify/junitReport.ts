import type { XMLBuilder } from "xmlbuilder2/lib/interfaces";
import { failureLines } from "./textReport";
import { tally, type FileResult, type Verification } from "./verification";
import type { CaseResult } from "./verifyCase";

/** A verification as JUnit XML, which CI systems show: a suite a file, a test case a case. */
export async function junitReport(verification: Verification): Promise<string> {
  // Loading it takes longer than most verifications, and most do without.
  const { create } = await import("xmlbuilder2");
  const document = create({ version: "1.0", encoding: "UTF-8", invalidCharReplacement: "" });
  const root = document.ele("testsuites", {
    name: "alarm tests",
    ...counts([...verification.files]),
    time: verification.seconds.toFixed(3),
  });
  for (const result of verification.files) addSuite(root, result);
  return `${document.end({ prettyPrint: true })}\n`;
}

function addSuite(root: XMLBuilder, { file, results }: FileResult): void {
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const suite = root.ele("testsuite", {
    name: file,
    ...counts([{ file, results }]),
    time: seconds.toFixed(3),
  });
  for (const result of results) addCase(suite, result, file);
}

function addCase(suite: XMLBuilder, result: CaseResult, file: string): void {
  const { test, mismatches, seconds } = result;
  const testCase = suite.ele("testcase", {
    name: test.name,
    classname: `${test.stack.name}.${test.model.name}`,
    file,
    line: String(test.position.line),
    time: seconds.toFixed(3),
  });
  const [first] = mismatches;
  if (first === undefined) return;
  const [found = ""] = first.found.split("\n");
  const message = `${first.when}: expected ${first.expected}, found ${found}`;
  testCase
    .ele("failure", { message, type: "mismatch" })
    .txt([`${file}:${String(first.position.line)}`, ...failureLines(result)].join("\n"));
}

function counts(files: readonly FileResult[]): Record<string, string> {
  const { passed, failed } = tally({ files });
  return { tests: String(passed + failed), failures: String(failed), errors: "0" };
}
