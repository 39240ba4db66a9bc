import type { XMLBuilder } from "xmlbuilder2/lib/interfaces";
import { isoMinute } from "../time";
import type { Mismatch } from "./checkExpectation";
import type { TestProblem } from "./readTests";
import { failureLines } from "./textReport";
import { type CaseResult, type FileResult, tally, type Verification } from "./verify";

/** A verification for machines: what `--json` prints. Times are ISO-8601 in UTC. */
interface JsonReport {
  readonly passed: number;
  readonly failed: number;
  /** What is wrong with the files; nothing has been run then. */
  readonly problems: readonly (TestProblem & { readonly file: string })[];
  readonly files: readonly {
    readonly file: string;
    readonly tests: readonly {
      readonly name: string;
      readonly stack: string;
      readonly model: string;
      readonly line: number;
      readonly passed: boolean;
      readonly seconds: number;
      readonly failures: readonly JsonFailure[];
      readonly notes: readonly string[];
    }[];
  }[];
}

/** One claim that does not hold. */
interface JsonFailure {
  readonly line: number;
  readonly column: number;
  readonly when: string;
  readonly expected: string;
  readonly found: string;
  /** The alarm whose data points decided, and the evaluation. */
  readonly alarm: string | null;
  readonly at: string | null;
  /** Oldest first; null stands for no data. */
  readonly points: readonly {
    readonly from: string;
    readonly to: string;
    readonly valid: number | null;
    readonly total: number | null;
    readonly rate: number | null;
    readonly value: number | null;
    readonly breaching: boolean;
  }[];
}

export function jsonReport(verification: Verification): JsonReport {
  return {
    ...tally(verification),
    problems: [],
    files: verification.files.map(({ file, results }) => ({
      file,
      tests: results.map(({ test, mismatches, notes, seconds }) => ({
        name: test.name,
        stack: test.stack.name,
        model: test.model.name,
        line: test.position.line,
        passed: mismatches.length === 0,
        seconds: Number(seconds.toFixed(3)),
        failures: mismatches.map(failure),
        notes,
      })),
    })),
  };
}

/** The report where the files themselves are wrong. */
export function jsonProblems(problems: JsonReport["problems"]): JsonReport {
  return { passed: 0, failed: 0, problems, files: [] };
}

function failure({ position, when, expected, found, deciding }: Mismatch): JsonFailure {
  return {
    line: position.line,
    column: position.column,
    when,
    expected,
    found,
    alarm: deciding?.alarm.name ?? null,
    at: deciding === undefined ? null : isoMinute(deciding.at),
    points: (deciding?.points ?? []).map(({ from, to, valid, total, rate, value, breaching }) => ({
      from: isoMinute(from),
      to: isoMinute(to),
      valid: valid ?? null,
      total: total ?? null,
      rate: rate ?? null,
      value: value ?? null,
      breaching,
    })),
  };
}

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
    .txt([`${file}:${first.position.line}`, ...failureLines(result)].join("\n"));
}

function counts(files: readonly FileResult[]): Record<string, string> {
  const { passed, failed } = tally({ files });
  return { tests: String(passed + failed), failures: String(failed), errors: "0" };
}
