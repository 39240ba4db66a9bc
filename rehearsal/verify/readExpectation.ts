import { isMap } from "../../config/form";
import { nearest } from "../../config/nearest";
import { describeValue, type KeyPath, type Problem } from "../../config/problem";
import { readFields } from "../../config/readFields";
import type { Position } from "../../config/yamlDocument";
import type { Expectation, When, WrittenMoment } from "./alarmTest";
import {
  CLAIM_KEYS,
  EXPECTATION_KEYS,
  expectationSchema,
  SETTING_WORDS,
  TIME_KEYS,
} from "./expectationForms";
import { minuteOf, spanText } from "./span";

/** When a case runs, as far as its file tells; minutes since 1970 (UTC). */
export interface CaseSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads one expectation.
 * @param run when the case runs; undefined where only its log will tell
 */
export function readExpectation(
  input: unknown,
  path: KeyPath,
  position: Position,
  run: CaseSpan | undefined,
): { expectation?: Expectation; problems: readonly Problem[] } {
  if (!isMap(input)) {
    const expected = "an expectation such as `{at: 12h, state: ALARM}`";
    return { problems: [{ path, expected, found: describeValue(input) }] };
  }
  const read = readFields(expectationSchema.shape, input, path, EXPECTATION_KEYS);
  const { at, by, after, between, alarm, ...claims } = read.values;
  const problems = [
    ...read.problems.map((problem) => withHint(problem, input)),
    ...combinations(input, path),
  ];
  const times = { at, by, after, between };
  if (run !== undefined) {
    problems.push(
      ...TIME_KEYS.flatMap((key) => outside(listOf(times[key]), [...path, key], run)),
      ...outside(claims.changes?.map((change) => change.at) ?? [], [...path, "changes"], run),
    );
  }
  if (problems.length > 0) return { problems };
  const when: When =
    at === undefined ? { from: after ?? between?.[0], to: by ?? between?.[1] } : { at };
  return { expectation: { position, when, alarm, ...claims }, problems };
}

function listOf(
  times: WrittenMoment | readonly [WrittenMoment, WrittenMoment] | undefined,
): readonly WrittenMoment[] {
  if (times === undefined) return [];
  return "moment" in times ? [times] : times;
}

/** Settings that do not go together, or that lack another. */
function combinations(input: Readonly<Record<string, unknown>>, path: KeyPath): Problem[] {
  const given = (keys: readonly string[]): string[] =>
    keys.filter((key) => Object.hasOwn(input, key));
  const problems: Problem[] = [];
  const [, ...more] = given(TIME_KEYS);
  for (const key of more) {
    const expected = `one of ${TIME_KEYS.join(", ")} only`;
    problems.push({ path: [...path, key], expected, found: "another one beside it", atKey: true });
  }
  const isOdd = Object.keys(input).some((key) => !EXPECTATION_KEYS.some((known) => known === key));
  if (given(CLAIM_KEYS).length === 0 && !isOdd) {
    const expected = `something that must hold (${CLAIM_KEYS.join(", ")})`;
    problems.push({ path, expected, found: describeValue(input) });
  }
  if (Object.hasOwn(input, "rate") && !Object.hasOwn(input, "at") && !isOdd) {
    const found = given(TIME_KEYS).length > 0 ? "no single time" : "no time";
    problems.push({
      path: [...path, "rate"],
      expected: "rate together with at",
      found,
      atKey: true,
    });
  }
  if (input["alarm"] === "silence" && Object.hasOwn(input, "rate")) {
    const expected = "rate of the rate alarm";
    const found = "the silence alarm, which looks at no rate";
    problems.push({ path: [...path, "rate"], expected, found, atKey: true });
  }
  return problems;
}

function outside(times: readonly WrittenMoment[], path: KeyPath, run: CaseSpan): Problem[] {
  return times.flatMap(({ moment, text }) => {
    const problem = outsideRun(minuteOf(moment, run.start), text, run);
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

/** The problem of a time that is not within the case. */
export function outsideRun(
  minute: number,
  text: string,
  { start, end }: CaseSpan,
): { readonly expected: string; readonly found: string } | undefined {
  if (minute >= start && minute <= end) return undefined;
  const first = new Date(start * 60_000).toISOString().slice(0, 16);
  return {
    expected: `a time within the case, from 0h (${first}Z) to ${spanText(end - start)}`,
    found: text,
  };
}

/** A setting that takes one of a few words gets the nearest of them. */
function withHint(problem: Problem, input: Readonly<Record<string, unknown>>): Problem {
  const key = String(problem.path.at(-1));
  const [value, words] = [input[key], SETTING_WORDS[key]];
  if (words === undefined || typeof value !== "string" || problem.atKey === true) return problem;
  const meant = nearest(value, words);
  return meant === undefined ? problem : { ...problem, hint: `did you mean ${meant}?` };
}
