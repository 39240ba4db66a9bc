import type { AlarmTest, Expectation, When, WrittenMoment } from "./alarmTest";
import type { CaseRun } from "./caseRun";
import { checkExpectation } from "./checkExpectation";
import type { Mismatch } from "./mismatch";
import { outsideRun } from "./readExpectation";
import { minuteOf } from "./span";
import type { TestProblem } from "./testProblem";

/** What came of a case. */
export interface CaseResult {
  readonly test: AlarmTest;
  /** The first minute, since 1970 (UTC); times in reports count from it. */
  readonly start: number;
  /** What does not hold, in the order of the file; none: the case has passed. */
  readonly mismatches: readonly Mismatch[];
  /** What was not rehearsed, and who got no mail though told, in words. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Checks all expectations of a case. @param seconds how long its run took */
export function verifyCase(test: AlarmTest, run: CaseRun, seconds: number): CaseResult {
  const mismatches = test.expectations.flatMap((expectation) => checkExpectation(expectation, run));
  return { test, start: run.start, mismatches, notes: run.notes, seconds };
}

/** The times of a case that are not within its run; of a log that shows only when it has been read. */
export function timeProblems(test: AlarmTest, run: CaseRun): TestProblem[] {
  return test.expectations.flatMap((expectation, index) =>
    momentsOf(expectation).flatMap(({ moment, text }) => {
      const problem = outsideRun(minuteOf(moment, run.start), text, run);
      if (problem === undefined) return [];
      const { expected, found } = problem;
      const key = `tests[${String(test.index)}].expect[${String(index)}]`;
      const message = `expected ${expected}, found ${found}`;
      return [{ ...expectation.position, key, message, expected, found }];
    }),
  );
}

function momentsOf({ when, changes = [] }: Expectation): WrittenMoment[] {
  return [...timesOf(when), ...changes.map(({ at }) => at)];
}

function timesOf(when: When): WrittenMoment[] {
  if ("at" in when) return [when.at];
  return [when.from, when.to].filter((moment) => moment !== undefined);
}
