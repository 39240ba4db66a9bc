import { type DeclaredModel, onlyModel, modelsOf } from "../program/model";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { describeValue, nearest } from "../../components/settings/diagnostic";
import { expandLogs } from "../logs/expandLogs";
import { LogError } from "../logs/logError";
import { fileSource, type LogSource } from "../logs/logSource";
import type { Declared } from "../program/declared";
import { type Rehearsal, rehearse, type RehearsedMail } from "../rehearse/rehearse";
import { rehearseLogs } from "../rehearse/rehearseLogs";
import {
  type AlarmTest,
  type CaseNames,
  type Expectation,
  type LogFile,
  type Named,
  type When,
  type WrittenMoment,
} from "./alarmTest";
import { type AlarmKind } from "../program/model";
import { minuteOf } from "../time";
import { checkExpectation, type Mismatch } from "./checkExpectation";
import { outsideRun, type TestFile, type TestProblem } from "./readTests";
import { minuteCounts, seriesLength, type SeriesLine, seriesPoints } from "./series";
import { WatchedAlarm } from "./watchedAlarm";

import { InputError } from "../inputError";

/** What came of a file. */
export interface FileResult {
  readonly file: string;
  readonly results: readonly CaseResult[];
}

/** What came of all files: what the reports are made from. */
export interface Verification {
  readonly files: readonly FileResult[];
  readonly seconds: number;
}

/** Cases that have passed, and that have not. */
export function tally({ files }: Pick<Verification, "files">): { passed: number; failed: number } {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ mismatches }) => mismatches.length > 0).length;
  return { passed: results.length - failed, failed };
}

/** What a case made a model's alarms do. Times are minutes since 1970 (UTC). */
export interface CaseRun {
  readonly start: number;
  readonly end: number;
  readonly alarms: ReadonlyMap<AlarmKind, WatchedAlarm>;
  /** Those sent from the start on, in order. */
  readonly mails: readonly RehearsedMail[];
  /** What was not rehearsed, and who got no mail though told, in words. */
  readonly notes: readonly string[];
}

/**
 * Runs a series. The alarms are evaluated every minute, from one minute after the start to the end,
 * as new ones that know of nothing before the start.
 */
export function runSeries(
  model: DeclaredModel,
  lines: readonly SeriesLine[],
  start: number,
): CaseRun {
  const end = start + seriesLength(lines);
  const points = seriesPoints(model, minuteCounts(lines), start);
  const rehearsal = rehearse(model, model.alarms, points, { from: start + 1, to: end });
  return caseRun(rehearsal, { start, end }, rehearsal.undelivered);
}

/**
 * Runs logs of a model's log group.
 * @param start what comes before it is history; undefined: the minute of the first event
 * @throws LogError where a log cannot be read, InputError where the model's alarms cannot all be replayed
 */
export async function runLogs(
  model: DeclaredModel,
  sources: readonly LogSource[],
  start: number | undefined,
): Promise<CaseRun> {
  const groups = [...new Set(model.filters.map(({ logGroupName }) => logGroupName))];
  const logs = groups.map((logGroup) => ({ logGroup, sources }));
  const { rehearsal, options, notes } = await rehearseLogs(model, logs, {});
  if (rehearsal.alarms.length < model.alarms.length) throw new InputError(notes.join("; "));
  return caseRun(rehearsal, { start: start ?? options.from - 1, end: options.to }, notes);
}

function caseRun(
  { alarms, mails }: Rehearsal,
  { start, end }: { readonly start: number; readonly end: number },
  notes: readonly string[],
): CaseRun {
  const watched = alarms.map((rehearsed) => new WatchedAlarm(rehearsed));
  const isGreeting = ({ alarm, change }: RehearsedMail): boolean =>
    watched.some((one) => one.alarm.name === alarm && one.isGreeting(change));
  return {
    start,
    end,
    alarms: new Map(watched.map((alarm) => [alarm.kind, alarm])),
    mails: mails.filter((mail) => mail.at >= start && !isGreeting(mail)),
    notes,
  };
}

/** A case with what it names. */
interface ReadyCase {
  readonly test: AlarmTest;
  readonly model: DeclaredModel;
  readonly sources: readonly LogSource[];
}

/** The problem of a stack, or else of a model, that is not there. */
function nameProblem(
  { stack, model }: CaseNames,
  stacks: readonly string[],
  declared: ReadonlyMap<string, Declared>,
): TestProblem | undefined {
  if (stack === undefined) return undefined;
  const all = declared.get(stack.name);
  if (all === undefined) return unknown(stack, "stack", "a stack", stacks);
  const models = modelsOf(all).map(({ name }) => name);
  if (model === undefined || models.includes(model.name)) return undefined;
  return unknown(model, "model", `a model of stack ${stack.name}`, models);
}

function unknown(
  { name, key, position }: Named,
  kind: string,
  wanted: string,
  known: readonly string[],
): TestProblem {
  const meant = nearest(name, known);
  const expected = meant === undefined ? `${wanted} (${known.join(", ")})` : wanted;
  const found = `the unknown ${kind} ${describeValue(name)}`;
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  const message = `expected ${expected}, found ${found}${hint}`;
  return { ...position, key, message, expected, found };
}

/** Finds what a case names beside its model: alarms and log files. */
function prepareCase(
  test: AlarmTest,
  all: Declared,
): ReadyCase & { readonly problems: readonly TestProblem[] } {
  const model = onlyModel(all, test.model.name);
  const read = "log" in test.input ? test.input.log.map(sourcesOf) : [];
  const problems = [
    ...(model.alarms.length > 0 ? missingAlarms(test, model) : []),
    ...read
      .flatMap(({ missing }) => missing ?? [])
      .map((problem) => ({
        ...problem,
        key: `tests[${test.index}].log`,
      })),
  ];
  return { test, model, sources: read.flatMap(({ sources }) => sources), problems };
}

function missingAlarms(
  { index, expectations, model, stack }: AlarmTest,
  { byKind }: DeclaredModel,
): TestProblem[] {
  return expectations.flatMap(({ alarm: kind, position }, at): TestProblem[] => {
    if (kind === undefined || byKind.has(kind)) return [];
    const key = `tests[${index}].expect[${at}].alarm`;
    const expected = `an alarm that ${model.name} has (${[...byKind.keys()].join(", ")})`;
    const found = `${kind}, which is not set up for it in stack ${stack.name}`;
    return [{ ...position, key, message: `expected ${expected}, found ${found}`, expected, found }];
  });
}

function sourcesOf({ path, position }: LogFile): {
  sources: readonly LogSource[];
  missing?: TestProblem;
} {
  const paths = pathsOf(path);
  if (paths.length > 0) return { sources: paths.map((file) => fileSource(file)) };
  const expected = "a log file, named from the current folder";
  const found = describeValue(path);
  const message = `expected ${expected}, found ${found} (there is no such file)`;
  return { sources: [], missing: { ...position, message, expected, found } };
}

function pathsOf(pattern: string): string[] {
  try {
    return expandLogs([pattern]).filter((path) => existsSync(path));
  } catch (error) {
    if (error instanceof LogError) return [];
    throw error;
  }
}

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
function verifyCase(test: AlarmTest, run: CaseRun, seconds: number): CaseResult {
  const mismatches = test.expectations.flatMap((expectation) => checkExpectation(expectation, run));
  return { test, start: run.start, mismatches, notes: run.notes, seconds };
}

/** The times of a case that are not within its run; of a log that shows only when it has been read. */
function timeProblems(test: AlarmTest, run: CaseRun): TestProblem[] {
  return test.expectations.flatMap((expectation, index) =>
    momentsOf(expectation).flatMap(({ moment, text }) => {
      const problem = outsideRun(minuteOf(moment, run.start), text, run);
      if (problem === undefined) return [];
      const { expected, found } = problem;
      const key = `tests[${test.index}].expect[${index}]`;
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

/** A problem with the file it is in. */
export type FileProblem = TestProblem & { readonly file: string };

/** A test file as it was read. */
type NamedTestFile = TestFile & { readonly file: string };

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
    if (!(error instanceof InputError)) throw error;
    const key = `tests[${test.index}].log`;
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
