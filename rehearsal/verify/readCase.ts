import { z } from "zod";
import { form, isMap, textForm, type Form } from "../../config/form";
import { describeValue, keyText, type KeyPath, type Problem } from "../../config/problem";
import { readFields, type RawMap } from "../../config/readFields";
import type { AlarmTest, CaseInput, CaseNames, Expectation, Named } from "./alarmTest";
import { readExpectation, type CaseSpan } from "./readExpectation";
import { readSeries, seriesLength } from "./series";
import { readDate } from "./span";
import type { YamlDocument } from "../../config/yamlDocument";

/** When a series starts unless it says otherwise: a Monday. */
export const DEFAULT_START = Date.UTC(2026, 2, 2) / 60_000;

const name = textForm("a name", (text) => text.trim() !== "");

const start: Form<number> = form("a date and time such as 2026-03-02T00:00Z", readDate);

const log: Form<readonly string[]> = form("the path of a log file or a list of them", (input) => {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const paths = items.filter((item) => typeof item === "string").filter((path) => path !== "");
  return items.length > 0 && paths.length === items.length ? paths : undefined;
});

/** What a file may say once for all of its cases. */
export const sharedShape = {
  /** Whose stack file to test. */
  stack: name.optional(),
  model: name.optional(),
  /** When the series starts, or from when on a log counts. */
  start: start.optional(),
};

const caseSchema = z.strictObject({
  ...sharedShape,
  /** What the case is about, for the report; a name of its own in its file. */
  name,
  /** What the model logs. Either this or `log`. */
  series: z.unknown(),
  /** Log files, as paths from the current folder. */
  log: log.optional(),
  /** What must hold. */
  expect: z.unknown(),
});

const CASE_KEYS = caseSchema.keyof().options;

/** Where a case stands. */
interface Place {
  readonly index: number;
  /** The whole file, for what it says for all cases. */
  readonly file: RawMap;
  readonly yaml: YamlDocument;
}

/** A case as far as it could be read. */
export interface CaseReading {
  /** Absent where there are problems. */
  readonly test?: AlarmTest;
  readonly names?: CaseNames;
  readonly problems: readonly Problem[];
}

/** Reads one case of an alarm test file. */
export function readCase(input: unknown, { index, file, yaml }: Place): CaseReading {
  const path: KeyPath = ["tests", index];
  if (!isMap(input)) {
    const expected = "a test: its name, a series and what to expect";
    return { problems: [{ path, expected, found: describeValue(input) }] };
  }
  const { values, problems } = readFields(caseSchema.shape, input, path, CASE_KEYS);
  if (!Object.hasOwn(input, "name")) problems.push(missing([...path, "name"], "a name"));
  const named = (key: "stack" | "model"): Named | undefined => {
    const isOwn = Object.hasOwn(input, key);
    const where = isOwn ? [...path, key] : [key];
    const found = isOwn ? values[key] : file[key];
    if (typeof found === "string") {
      return { name: found, key: keyText("", where), position: yaml.locate(where, false) };
    }
    if (!isOwn && !Object.hasOwn(file, key)) {
      problems.push(missing([...path, key], `the name of the ${key}, here or for the whole file`));
    }
    return undefined;
  };
  const names = { stack: named("stack"), model: named("model") };
  const givenStart = values.start ?? readDate(file["start"]);
  const source = readInput(input, values.log, path, givenStart, yaml);
  const expected = readExpectations(input["expect"], [...path, "expect"], yaml, source.span);
  problems.push(...source.problems, ...expected.problems);
  const { name: title } = values;
  const { stack, model } = names;
  if (title === undefined || stack === undefined || model === undefined) return { names, problems };
  if (problems.length > 0 || source.input === undefined) return { names, problems };
  const test: AlarmTest = {
    index,
    name: title.trim(),
    position: yaml.locate(path, false),
    stack,
    model,
    input: source.input,
    expectations: expected.list,
  };
  return { test, names, problems };
}

function readInput(
  given: RawMap,
  paths: readonly string[] | undefined,
  path: KeyPath,
  start: number | undefined,
  yaml: YamlDocument,
): { input?: CaseInput; span?: CaseSpan; problems: readonly Problem[] } {
  const [hasSeries, hasLog] = [Object.hasOwn(given, "series"), Object.hasOwn(given, "log")];
  if (hasSeries && hasLog) {
    const expected = "either a series or a log";
    return {
      problems: [{ path: [...path, "log"], expected, found: "a series beside it", atKey: true }],
    };
  }
  if (hasLog) {
    const isList = Array.isArray(given["log"]);
    const log = (paths ?? []).map((text, position) => {
      const where = [...path, "log", ...(isList ? [position] : [])];
      return { path: text, position: yaml.locate(where, false) };
    });
    return { input: { start, log }, problems: [] };
  }
  if (!hasSeries) return { problems: [missing([...path, "series"], "a series or a log")] };
  const { lines, problems } = readSeries(given["series"], [...path, "series"]);
  if (problems.length > 0) return { problems };
  const from = start ?? DEFAULT_START;
  return {
    input: { start: from, series: lines },
    span: { start: from, end: from + seriesLength(lines) },
    problems,
  };
}

function readExpectations(
  input: unknown,
  path: KeyPath,
  yaml: YamlDocument,
  span: CaseSpan | undefined,
): { list: Expectation[]; problems: Problem[] } {
  if (!Array.isArray(input) || input.length === 0) {
    const expected = "a list of expectations such as `- {at: 12h, state: ALARM}`";
    return { list: [], problems: [{ path, expected, found: describeValue(input) }] };
  }
  const entries: readonly unknown[] = input;
  const read = entries.map((entry, position) => {
    const where = [...path, position];
    return readExpectation(entry, where, yaml.locate(where, false), span);
  });
  return {
    list: read.flatMap(({ expectation }) => expectation ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function missing(path: KeyPath, expected: string): Problem {
  return { path, expected, found: "nothing" };
}
