import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import {
  describeValue,
  type Diagnostic,
  didYouMean,
  nearest,
  type Problem,
} from "../../components/settings/diagnostic";
import { type BlindSpot, blindSpots } from "../blindSpots";
import { InputError } from "../inputError";
import { expandLogs, fileSource, LogError, type LogSource } from "../logs/logSource";
import type { Declared } from "../program/declared";
import type { AlarmKind } from "../../components/settings/names";
import { type DeclaredModel, modelsOf, onlyModel } from "../program/model";
import { type Rehearsal, rehearse, type RehearsedMail } from "../rehearse/rehearse";
import { rehearseLogs } from "../rehearse/rehearseLogs";
import type { TimeSpan } from "../time";
import {
  type AlarmTest,
  DEFAULT_START,
  type Expectation,
  type Named,
  type TestFile,
  timesOutside,
} from "./alarmTest";
import { claimsThatCannotFail } from "./canFail";
import { checkExpectation, type Mismatch } from "./checkExpectation";
import { minuteCounts, seriesLength, type SeriesLine, seriesPoints } from "./series";
import { WatchedAlarm } from "./watchedAlarm";

/** What came of all files: what the reports are made from. */
export interface Verification {
  readonly files: readonly FileResult[];
  readonly seconds: number;
}

/** What came of a file. */
export interface FileResult {
  readonly file: string;
  readonly results: readonly TestResult[];
}

/** What came of a test. */
export interface TestResult {
  readonly test: AlarmTest;
  /** The first minute, since 1970 (UTC); times in reports count from it. */
  readonly start: number;
  /** Whether all holds, of a log that says something about it. */
  readonly passed: boolean;
  /** What does not hold, in the order of the file. */
  readonly mismatches: readonly Mismatch[];
  /** What was not rehearsed, and who got no mail though told, in words. */
  readonly notes: readonly string[];
  /** What the test's log says nothing about. */
  readonly blind: readonly BlindSpot[];
  readonly seconds: number;
}

/** Tests that have passed, and that have not. */
export function tally({ files }: Pick<Verification, "files">): { passed: number; failed: number } {
  const results = files.flatMap((file) => file.results);
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed };
}

/**
 * Runs test files against what the stacks declare.
 * @param stacks the names of all stacks
 * @param declare what a stack declares
 * @throws InputError with all that is wrong with any of the files; then no test counts
 */
export async function verify(
  files: readonly TestFile[],
  stacks: readonly string[],
  declare: (stack: string) => Promise<Declared>,
): Promise<FileResult[]> {
  const wanted = new Set(files.flatMap(({ names }) => names.map(({ stack }) => stack?.name)));
  const declared = new Map<string, Declared>();
  for (const stack of stacks) if (wanted.has(stack)) declared.set(stack, await declare(stack));

  const ready = files.map((file) => ({
    file,
    tests: file.tests.flatMap((test) => {
      const all = declared.get(test.stack);
      return all === undefined ? [] : [prepared(test, all)];
    }),
  }));
  const problems = ready.flatMap(({ file, tests }) => {
    const more = [
      ...file.names.flatMap(({ stack, model }) => wrongName(stack, model, stacks, declared)),
      ...tests.flatMap((test) => test.problems),
    ];
    return inOrder([...file.problems, ...more.map(file.diagnostic)]);
  });
  if (problems.length > 0) throw new InputError(problems);

  const results: FileResult[] = [];
  for (const { file, tests } of ready) {
    const ofFile: TestResult[] = [];
    for (const test of tests) {
      const result = await runTest(test);
      if ("problems" in result) problems.push(...inOrder(result.problems.map(file.diagnostic)));
      else ofFile.push(result);
    }
    results.push({ file: file.file, results: ofFile });
  }
  if (problems.length > 0) throw new InputError(problems);
  return results;
}

/** By place; a wrong name at the top of a file is one problem, not one for each of its tests. */
function inOrder(problems: readonly Diagnostic[]): Diagnostic[] {
  const each = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  const place = ({ line = 0, column = 0 }: Diagnostic): number => line * 1e6 + column;
  return [...each.values()].sort((a, b) => place(a) - place(b));
}

/** The mistake of a stack, or else of a model, that is not there. */
function wrongName(
  stack: Named | undefined,
  model: Named | undefined,
  stacks: readonly string[],
  declared: ReadonlyMap<string, Declared>,
): Problem[] {
  if (stack === undefined) return [];
  const all = declared.get(stack.name);
  if (all === undefined) return [unknown(stack, "stack", "a stack", stacks)];
  const models = modelsOf(all).map(({ name }) => name);
  if (model === undefined || models.includes(model.name)) return [];
  return [unknown(model, "model", `a model of stack ${stack.name}`, models)];
}

function unknown(
  { name, path }: Named,
  kind: string,
  wanted: string,
  known: readonly string[],
): Problem {
  const meant = nearest(name, known);
  return {
    path,
    expected: meant === undefined ? `${wanted} (${known.join(", ")})` : wanted,
    found: `the unknown ${kind} ${describeValue(name)}`,
    ...didYouMean(meant),
  };
}

/** A test with what it names. */
interface ReadyTest {
  readonly test: AlarmTest;
  readonly model: DeclaredModel;
  readonly sources: readonly LogSource[];
  readonly problems: readonly Problem[];
}

/** Finds what a test names beside its model: alarms and log files. */
function prepared(test: AlarmTest, stack: Declared): ReadyTest {
  const model = onlyModel(stack, test.model);
  const { expectations, series, log = [], start = DEFAULT_START } = test;
  const missing: Problem[] = [];
  const sources = log.flatMap((pattern) => {
    const found = pathsOf(pattern);
    if (found.length === 0) {
      const expected = "a log file, named from the current folder";
      const hint = "there is no such file";
      missing.push({ path: [...test.path, "log"], expected, found: describeValue(pattern), hint });
    }
    return found.map((file) => fileSource(file));
  });
  const problems = [
    ...(model.alarms.length > 0 ? expectations.flatMap((one) => missingAlarm(one, model)) : []),
    ...(model.alarms.length > 0
      ? claimsThatCannotFail(test, model, stack, series ? start : undefined)
      : []),
    ...missing,
  ];
  return { test, model, sources, problems };
}

/** The files that a path or a pattern of a test stands for; none where there are none. */
export function pathsOf(pattern: string): string[] {
  try {
    return expandLogs([pattern]).filter((path) => existsSync(path));
  } catch (error) {
    if (error instanceof LogError) return [];
    throw error;
  }
}

function missingAlarm({ alarm, path }: Expectation, model: DeclaredModel): Problem[] {
  if (alarm === undefined || model.byKind.has(alarm)) return [];
  const expected = `an alarm that ${model.name} has (${[...model.byKind.keys()].join(", ")})`;
  const found = `${alarm}, which is not set up for it in stack ${model.stack}`;
  return [{ path: [...path, "alarm"], expected, found }];
}

async function runTest({
  test,
  model,
  sources,
}: ReadyTest): Promise<TestResult | { problems: readonly Problem[] }> {
  const begin = performance.now();
  const { series, start, expectations } = test;
  let run: TestRun;
  try {
    run = series ? runSeries(model, series, start) : await runLogs(model, sources, test);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const expected = "a log that can be rehearsed";
    const found = `one that cannot be: ${error.message}`;
    return { problems: [{ path: [...test.path, "log"], expected, found }] };
  }
  const problems = timesOutside(test, { from: run.start, to: run.end });
  if (problems.length > 0) return { problems };
  const mismatches = expectations.flatMap((one) => checkExpectation(one, run));
  const { notes, blind } = run;
  const passed = mismatches.length === 0 && blind.length === 0;
  const seconds = (performance.now() - begin) / 1000;
  return { test, start: run.start, passed, mismatches, notes, blind, seconds };
}

/** What a test made a model's alarms do. Times are minutes since 1970 (UTC). */
export interface TestRun {
  readonly start: number;
  readonly end: number;
  readonly alarms: ReadonlyMap<AlarmKind, WatchedAlarm>;
  /** Those sent from the start on, in order. */
  readonly mails: readonly RehearsedMail[];
  /** What was not rehearsed, and who got no mail though told, in words. */
  readonly notes: readonly string[];
  /** What the test's log says nothing about. */
  readonly blind: readonly BlindSpot[];
}

/**
 * Runs a series. The alarms are evaluated every minute, from one minute after the start to the end,
 * as new ones that know of nothing before the start.
 */
export function runSeries(
  model: DeclaredModel,
  lines: readonly SeriesLine[],
  start = DEFAULT_START,
): TestRun {
  const end = start + seriesLength(lines);
  const points = seriesPoints(model, minuteCounts(lines), start);
  const rehearsal = rehearse(model, model.alarms, points, { from: start + 1, to: end });
  return testRun(rehearsal, { from: start, to: end }, rehearsal.undelivered);
}

/**
 * Runs logs of a model's log group.
 * @param test its start, before which all is history (default: the minute of the first event), and its timeField
 * @throws InputError where a log cannot be read, or the model's alarms cannot all be replayed
 */
export async function runLogs(
  model: DeclaredModel,
  sources: readonly LogSource[],
  { start, timeField }: Pick<AlarmTest, "start" | "timeField"> = {},
): Promise<TestRun> {
  const logs = model.logGroups.map((logGroup) => ({ logGroup, sources }));
  const { rehearsal, options, notes, logs: read } = await rehearseLogs(model, logs, { timeField });
  if (rehearsal.alarms.length < model.alarms.length) throw new InputError(notes.join("; "));
  return testRun(
    rehearsal,
    { from: start ?? options.from - 1, to: options.to },
    notes,
    blindSpots([model], read),
  );
}

function testRun(
  { alarms, mails }: Rehearsal,
  { from: start, to: end }: TimeSpan,
  notes: readonly string[],
  blind: readonly BlindSpot[] = [],
): TestRun {
  const watched = alarms.map((rehearsed) => new WatchedAlarm(rehearsed));
  const isGreeting = ({ alarm, change }: RehearsedMail): boolean =>
    watched.some((one) => one.alarm === alarm && one.isGreeting(change));
  return {
    start,
    end,
    alarms: new Map(watched.map((alarm) => [alarm.kind, alarm])),
    mails: mails.filter((mail) => mail.at >= start && !isGreeting(mail)),
    notes,
    blind,
  };
}
