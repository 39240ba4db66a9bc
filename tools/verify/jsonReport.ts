import type { Diagnostic } from "../../components/settings/diagnostic";
import { InputError } from "../inputError";
import { isoMinute } from "../time";
import type { Mismatch } from "./checkExpectation";
import { failureLines } from "./textReport";
import { type FileResult, tally, type TestResult, type Verification } from "./verify";

/** A verification for machines: what `--json` prints. Times are ISO-8601 in UTC, null stands for no data. */
export function jsonReport(verification: Verification) {
  return {
    ...tally(verification),
    /** Where the files themselves are wrong: nothing has been run then. */
    problems: [] as Diagnostic[],
    files: verification.files.map(({ file, results }) => ({
      file,
      tests: results.map(({ test, passed, mismatches, notes, blind, seconds }) => ({
        name: test.name,
        stack: test.stack,
        model: test.model,
        line: test.position.line,
        passed,
        seconds: Number(seconds.toFixed(3)),
        /** What its log says nothing about; such a test fails. */
        blind,
        failures: mismatches.map(failure),
        notes,
      })),
    })),
  };
}

/** The report where the files themselves are wrong. */
export function jsonProblems({ diagnostics }: InputError) {
  return { passed: 0, failed: 0, problems: diagnostics, files: [] };
}

function failure({ position, when, expected, found, deciding }: Mismatch) {
  const { line, column } = position;
  return {
    line,
    column,
    when,
    expected,
    found,
    /** The alarm whose data points decided, and the evaluation. */
    alarm: deciding?.alarm.name ?? null,
    at: deciding ? isoMinute(deciding.at) : null,
    /** Oldest first. */
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

/** A verification as JUnit XML, which CI systems show: a suite a file, a test case a test. */
export function junitReport(verification: Verification): string {
  const { files, seconds } = verification;
  const attributes = { name: "alarm tests", ...suiteCounts(files), time: seconds.toFixed(3) };
  const suites = element("testsuites", attributes, files.map(suite));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suites}\n`;
}

function suite(result: FileResult): string {
  const { file, results } = result;
  const time = results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const cases = results.map((one) => testCase(one, file));
  return element("testsuite", { name: file, ...suiteCounts([result]), time }, cases);
}

function testCase(result: TestResult, file: string): string {
  const { test, mismatches, blind, seconds } = result;
  const attributes = {
    name: test.name,
    classname: `${test.stack}.${test.model}`,
    file,
    line: test.position.line,
    time: seconds.toFixed(3),
  };
  if (result.passed) return element("testcase", attributes, []);
  const [first] = mismatches;
  const [found = ""] = first?.found.split("\n") ?? [];
  const message =
    blind[0]?.what ?? `${first?.when ?? ""}: expected ${first?.expected ?? ""}, found ${found}`;
  const type = blind.length > 0 ? "blind" : "mismatch";
  const place = `${file}:${(first ?? test).position.line}`;
  const text = escaped([place, ...failureLines(result)].join("\n"));
  return element("testcase", attributes, [element("failure", { message, type }, [text])]);
}

function suiteCounts(files: readonly FileResult[]) {
  const { passed, failed } = tally({ files });
  return { tests: passed + failed, failures: failed, errors: 0 };
}

/** @param content elements, or one escaped text */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return `<${name}${given.join("")}>${content.join("\n")}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** As XML text or an attribute's value, without the characters that XML cannot hold. */
function escaped(value: string | number): string {
  return String(value)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu, "")
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
