import { z } from "zod";
import {
  describeValue,
  type KeyPath,
  keyText,
  nearest,
  type Problem,
  problemMessage,
} from "../../components/settings/diagnostic";
import { type RawMap, readFields } from "../../components/settings/read";
import { form, type Form, isMap, readNumber, textForm } from "../../components/settings/schema";
import type { AlarmState } from "../simulator/alarmState";
import { type Position, readYaml, type YamlDocument } from "../stackFile/yaml";
import {
  type AlarmTest,
  type CaseInput,
  type CaseNames,
  type Expectation,
  type ExpectedChange,
  type ExpectedRate,
  type Named,
  STATES,
  type When,
  type WrittenMoment,
} from "./alarmTest";
import { ALARM_KINDS, type AlarmKind } from "../program/model";
import { minuteOf, readDate, readMinuteMoment, spanText } from "../time";
import { readSeries, seriesLength } from "./series";

/** One thing wrong with an alarm test file; nothing is run then. */
export interface TestProblem extends Position {
  /** The setting, such as `tests[0].expect[1].state`; absent for YAML that cannot be parsed. */
  readonly key?: string;
  /** What is expected and what was found, in one line. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
}

/** `tests/alarms/x.yaml:12:9 tests[0].name: expected ..., found ...`. */
export function problemLine(file: string, { line, column, key, message }: TestProblem): string {
  return `${file}:${line}:${column} ${key === undefined ? "" : `${key}: `}${message}`;
}

const state: Form<AlarmState> = form(`one of ${STATES.join(", ")}`, (input) =>
  STATES.find((name) => name === input),
);

const alarm: Form<AlarmKind> = form(`one of ${ALARM_KINDS.join(", ")}`, (input) =>
  ALARM_KINDS.find((kind) => kind === input),
);

const moment: Form<WrittenMoment> = form(
  "a time such as `12h`, `1d6h30m` or `2026-03-02T14:00Z`",
  readWritten,
);

function readWritten(input: unknown): WrittenMoment | undefined {
  const read = readMinuteMoment(input);
  return read === undefined ? undefined : { moment: read, text: String(input).trim() };
}

const span: Form<readonly [WrittenMoment, WrittenMoment]> = form(
  "two times in order, such as [10h, 14h]",
  (input) => {
    if (!Array.isArray(input) || input.length !== 2) return undefined;
    const [from, to] = [readWritten(input[0]), readWritten(input[1])];
    if (from === undefined || to === undefined) return undefined;
    return isBefore(to, from) ? undefined : [from, to];
  },
);

/** Whether one moment is before another, as far as that does not depend on the start. */
function isBefore({ moment: a }: WrittenMoment, { moment: b }: WrittenMoment): boolean {
  if ("seconds" in a) return "seconds" in b && a.seconds < b.seconds;
  return "time" in b && a.time < b.time;
}

const changes: Form<readonly ExpectedChange[]> = form(
  "a list of changes such as [ALARM at 12h, OK at 20h], or [] for none",
  (input) => {
    if (!Array.isArray(input)) return undefined;
    const read = input.map(readChange);
    const good = read.flatMap((change) => change ?? []);
    return good.length === read.length ? good : undefined;
  },
);

function readChange(input: unknown): ExpectedChange | undefined {
  const [, name, time] =
    typeof input === "string" ? (/^\s*(\w+)\s+at\s+(.+)$/.exec(input) ?? []) : [];
  const to = STATES.find((known) => known === name);
  const at = readWritten(time);
  return to === undefined || at === undefined ? undefined : { to, at };
}

const rate: Form<ExpectedRate> = form(
  "a percentage such as 82.5, two such as `80 to 85`, or `none` for no data point",
  (input) => {
    if (input === "none") return { kind: "none" };
    const [, low, high] =
      typeof input === "string"
        ? (/^\s*([\d.]+)\s*%?\s+to\s+([\d.]+)\s*%?\s*$/.exec(input) ?? [])
        : [];
    const [from, to] = [readPercent(low), readPercent(high)];
    if (from !== undefined && to !== undefined) {
      return from <= to ? { kind: "between", low: from, high: to } : undefined;
    }
    const figure = readPercent(typeof input === "string" ? input.replace(/\s*%\s*$/, "") : input);
    return figure === undefined ? undefined : { kind: "figure", rate: figure };
  },
);

function readPercent(input: unknown): number | undefined {
  const value = readNumber(input);
  return value !== undefined && value >= 0 && value <= 100 ? value : undefined;
}

const address = (input: unknown): string | undefined =>
  typeof input === "string" && z.regexes.email.test(input) ? input.toLowerCase() : undefined;

const mailed: Form<readonly string[]> = form("an e-mail address or a list of them", (input) => {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const addresses = items.flatMap((item) => address(item) ?? []);
  return items.length > 0 && addresses.length === items.length ? addresses : undefined;
});

/** What an expectation may say: the one place for its settings, their forms and error messages. */
const expectationSchema = z.strictObject({
  /** A moment. This, `by`, `after` and `between` exclude each other; none means the whole run. */
  at: moment.optional(),
  /** From the start to this time. */
  by: moment.optional(),
  /** From this time to the end. */
  after: moment.optional(),
  /** From the first time to the second. */
  between: span.optional(),
  /** Which alarm. @default the rate alarm; for mails all of the model's alarms */
  alarm: alarm.optional(),
  /** The state at the time, or all through the span. */
  state: state.optional(),
  /** A state that the alarm is not in at the time, or at any time of the span. */
  never: state.optional(),
  /** A state that the alarm changes to at the time or within the span. */
  becomes: state.optional(),
  /** The changes of state in the span, all of them. */
  changes: changes.optional(),
  /** The newest data point's rate; only with `at`. */
  rate: rate.optional(),
  /** How many mails were sent. @default at least one, where `mailed` or `subject` are given */
  mails: form("a whole number from 0", (input) => {
    const value = readNumber(input);
    return value !== undefined && Number.isInteger(value) && value >= 0 ? value : undefined;
  }).optional(),
  /** Whom: an address or a list, each of whom counts. */
  mailed: mailed.optional(),
  /** Text that stands in the mail's subject, in upper or lower case. */
  subject: textForm(
    "text that stands in the subject of a mail",
    (text) => text.trim() !== "",
  ).optional(),
});

/** All settings of an expectation. */
const EXPECTATION_KEYS = expectationSchema.keyof().options;

/** The settings that say when; at most one of them. */
const TIME_KEYS = ["at", "by", "after", "between"] as const;

/** The settings that claim something; at least one of them. */
const CLAIM_KEYS = [
  "state",
  "never",
  "becomes",
  "changes",
  "rate",
  "mails",
  "mailed",
  "subject",
] as const;

/** The words that a setting takes, where there are only a few. */
const SETTING_WORDS: Readonly<Record<string, readonly string[]>> = {
  alarm: ALARM_KINDS,
  state: STATES,
  never: STATES,
  becomes: STATES,
};

/** When a case runs, as far as its file tells; minutes since 1970 (UTC). */
interface CaseSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads one expectation.
 * @param run when the case runs; undefined where only its log will tell
 */
function readExpectation(
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

/** When a series starts unless it says otherwise: a Monday. */
const DEFAULT_START = Date.UTC(2026, 2, 2) / 60_000;

const name = textForm("a name", (text) => text.trim() !== "");

const start: Form<number> = form("a date and time such as 2026-03-02T00:00Z", readDate);

const log: Form<readonly string[]> = form("the path of a log file or a list of them", (input) => {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input];
  const paths = items.filter((item) => typeof item === "string").filter((path) => path !== "");
  return items.length > 0 && paths.length === items.length ? paths : undefined;
});

/** What a file may say once for all of its cases. */
const sharedShape = {
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
interface CaseReading {
  /** Absent where there are problems. */
  readonly test?: AlarmTest;
  readonly names?: CaseNames;
  readonly problems: readonly Problem[];
}

/** Reads one case of an alarm test file. */
function readCase(input: unknown, { index, file, yaml }: Place): CaseReading {
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

const fileSchema = z.strictObject({ ...sharedShape, tests: z.unknown() });

const FILE_KEYS = fileSchema.keyof().options;

/** The cases of a file that could be read, and what is wrong with the others. */
export interface TestFile {
  readonly tests: readonly AlarmTest[];
  /** The stacks and models of all cases, also of those that could not be read. */
  readonly names: readonly CaseNames[];
  /** In the order of the file's lines. */
  readonly problems: readonly TestProblem[];
}

/** Reads an alarm test file. @param text its content */
export function readTests(text: string): TestFile {
  const yaml = readYaml(text);
  if (yaml.mistake !== undefined) return { tests: [], names: [], problems: [yaml.mistake] };
  const { tests, names, problems } = readContent(yaml);
  return {
    tests,
    names,
    problems: problems
      .map((problem) => located(problem, yaml))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

function located(problem: Problem, yaml: YamlDocument): TestProblem {
  const { path, expected, found } = problem;
  const key = path.length === 0 ? {} : { key: keyText("", path) };
  const position = yaml.locate(path, problem.atKey === true);
  return { ...position, ...key, message: problemMessage(problem), expected, found };
}

interface Content {
  readonly tests: AlarmTest[];
  readonly names: CaseNames[];
  readonly problems: Problem[];
}

function readContent(yaml: YamlDocument): Content {
  const { content: file } = yaml;
  if (!isMap(file)) {
    const expected = "a map with `tests:`";
    const problem = { path: [], expected, found: describeValue(file) };
    return { tests: [], names: [], problems: [problem] };
  }
  const { problems } = readFields(fileSchema.shape, file, [], FILE_KEYS);
  const raw = file["tests"];
  if (!Array.isArray(raw) || raw.length === 0) {
    const expected = "a list of tests, each with a name, a series and what to expect";
    problems.push({ path: ["tests"], expected, found: describeValue(raw) });
    return { tests: [], names: [], problems };
  }
  const inputs: readonly unknown[] = raw;
  const tests: AlarmTest[] = [];
  const names: CaseNames[] = [];
  for (const [index, input] of inputs.entries()) {
    const read = readCase(input, { index, file, yaml });
    problems.push(...read.problems);
    if (read.names !== undefined) names.push(read.names);
    const { test } = read;
    if (test === undefined) continue;
    if (tests.some(({ name }) => name === test.name)) {
      const found = `${describeValue(test.name)} a second time`;
      problems.push({ path: ["tests", index, "name"], expected: "a name of its own", found });
    }
    tests.push(test);
  }
  return { tests, names, problems };
}
