import type { Position } from "../../config/yamlDocument";

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
  return `${file}:${String(line)}:${String(column)} ${key === undefined ? "" : `${key}: `}${message}`;
}
