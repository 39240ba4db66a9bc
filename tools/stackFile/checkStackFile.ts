import { type KeyPath, keyText, problemMessage } from "../../components/settings/diagnostic";
import { readStack } from "../../components/settings/read";
import type { StackSettings } from "../../components/settings/settings";
import { type LocatedProblem, quickRead } from "./stackFile";
import type { Position } from "./yaml";

/** One finding of `npm run check`. */
export interface Finding extends Position {
  /** The config key, with the project's name; absent for YAML that cannot be parsed. */
  readonly key?: string;
  /** What is expected and what was found, in one line. */
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
}

/** A finding in one line: `Pulumi.dev.yaml:12:18 classification-rate:models...: expected ...`. */
export function findingText(file: string, { line, column, key, message }: Finding): string {
  const place = `${file}:${line}:${column}`;
  return `${place} ${key === undefined ? "" : `${key}: `}${message}`;
}

/** What a stack file is: its settings, or what is wrong with it in the order of its lines. */
export type StackFileCheck =
  | { readonly settings: StackSettings; readonly findings: readonly [] }
  | { readonly settings?: never; readonly findings: readonly Finding[] };

/**
 * Checks a stack file with the schema that the program itself uses, without Pulumi and AWS.
 * @param text the file's content
 * @param project the project's name, which config keys and physical names start with
 * @param inherited config of Pulumi.yaml that holds where the file says nothing, by full key
 */
export function checkStackFile(
  text: string,
  project: string,
  stack: string,
  inherited: Readonly<Record<string, unknown>> = {},
): StackFileCheck {
  const quick = quickRead(text, project, inherited);
  if (quick !== undefined) {
    const { settings } = readStack(quick.raw, { project, stack, region: quick.region });
    if (settings !== undefined) return { settings, findings: [] };
  }
  return thoroughCheck(text, project, stack, inherited);
}

/** Reads the file again with positions; this is the reading that findings come from. */
function thoroughCheck(
  text: string,
  project: string,
  stack: string,
  inherited: Readonly<Record<string, unknown>>,
): StackFileCheck {
  // Loading and running a parser that keeps positions takes longer than all the rest.
  const { readStackFile } = require("./stackFile") as typeof import("./stackFile");
  const file = readStackFile(text, project, inherited);
  const findings = file.problems.map((problem) => finding(project, problem));
  const unparsed = file.problems.some((problem) => "message" in problem);
  if (unparsed) return { findings };

  const secrets = file.problems.flatMap((item) => ("problem" in item ? [item.problem.path] : []));
  const { settings, problems } = readStack(file.raw, { project, stack, region: file.region });
  if (settings !== undefined && findings.length === 0) return { settings, findings: [] };
  const others = problems
    .filter(({ path }) => !secrets.some((secret) => startsWith(path, secret)))
    .map((problem) => finding(project, { ...file.locate(problem), problem }));
  return { findings: [...findings, ...others].sort(byPosition) };
}

function finding(project: string, located: LocatedProblem): Finding {
  const { line, column } = located;
  if ("message" in located) return { line, column, message: located.message };
  const { problem } = located;
  const { expected, found } = problem;
  const key = keyText(`${project}:`, problem.path);
  return { line, column, key, message: problemMessage(problem), expected, found };
}

function startsWith(path: KeyPath, start: KeyPath): boolean {
  return start.every((key, position) => path[position] === key);
}

function byPosition(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
