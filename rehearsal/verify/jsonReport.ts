import { isoMinute } from "../report/jsonReport";
import type { Mismatch } from "./mismatch";
import type { TestProblem } from "./testProblem";
import { tally, type Verification } from "./verification";

/** A verification for machines: what `--json` prints. Times are ISO-8601 in UTC. */
export interface JsonReport {
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
export interface JsonFailure {
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
