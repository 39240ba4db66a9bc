import { existsSync } from "node:fs";
import { nearest } from "../../config/nearest";
import { describeValue } from "../../config/problem";
import type { Declared } from "../declared";
import { expandLogs } from "../logs/expandLogs";
import { LogError } from "../logs/logError";
import { fileSource, type LogSource } from "../logs/logSource";
import type { AlarmTest, CaseNames, LogFile, Named } from "./alarmTest";
import { declaredModel, modelsOf, type DeclaredModel } from "./modelAlarms";
import type { TestProblem } from "./testProblem";

/** A case with what it names. */
export interface ReadyCase {
  readonly test: AlarmTest;
  readonly model: DeclaredModel;
  readonly sources: readonly LogSource[];
}

/** The problem of a stack, or else of a model, that is not there. */
export function nameProblem(
  { stack, model }: CaseNames,
  stacks: readonly string[],
  declared: ReadonlyMap<string, Declared>,
): TestProblem | undefined {
  if (stack === undefined) return undefined;
  const all = declared.get(stack.name);
  if (all === undefined) return unknown(stack, "stack", "a stack", stacks);
  const models = modelsOf(all);
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
export function prepareCase(
  test: AlarmTest,
  all: Declared,
): ReadyCase & { readonly problems: readonly TestProblem[] } {
  const model = declaredModel(all, test.model.name);
  const read = "log" in test.input ? test.input.log.map(sourcesOf) : [];
  const problems = [
    ...(model.alarms.length > 0 ? missingAlarms(test, model) : []),
    ...read
      .flatMap(({ missing }) => missing ?? [])
      .map((problem) => ({
        ...problem,
        key: `tests[${String(test.index)}].log`,
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
    const key = `tests[${String(index)}].expect[${String(at)}].alarm`;
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
