import { relative, resolve, sep } from "node:path";
import { type Diagnostic, diagnosticText } from "../../components/settings/diagnostic";
import { printable } from "../text";

/** One stack file and what is to be said of it. */
export interface CheckedFile {
  readonly file: string;
  readonly stack: string;
  readonly models: number;
  readonly problems: readonly Diagnostic[];
}

/** The forms in which `check` prints what it found: for people, machines, GitHub's pull requests and code scanning. */
export const CHECK_FORMATS = ["text", "json", "github", "sarif"] as const;

export type CheckFormat = (typeof CHECK_FORMATS)[number];

/**
 * What `check` prints on stdout.
 * @param top the folder of the repository, from which GitHub counts paths
 */
export function checkReport(
  format: CheckFormat,
  checked: readonly CheckedFile[],
  top: string,
): string {
  const problems = checked.flatMap((file) => file.problems);
  const inRepository = problems.map(({ file, ...problem }) =>
    file === undefined ? problem : { ...problem, file: pathFrom(top, file) },
  );
  switch (format) {
    case "text":
      return problems.map((problem) => `${printable(diagnosticText(problem))}\n`).join("");
    case "json":
      return jsonText(checkJson(checked));
    case "github":
      return inRepository.map(workflowCommand).join("");
    case "sarif": {
      const files = checked.map(({ file }) => pathFrom(top, file));
      return jsonText(sarifLog(files, inRepository.map(sarifResult)));
    }
  }
}

/** What `check --json` prints. */
export function checkJson(files: readonly CheckedFile[]) {
  return { files };
}

function jsonText(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function pathFrom(top: string, file: string): string {
  return relative(top, resolve(file)).replaceAll(sep, "/");
}

/**
 * An annotation at a line of a pull request, as GitHub's runner takes it from a step's output:
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
function workflowCommand(problem: Diagnostic): string {
  const { severity, file, line, column } = problem;
  const properties = Object.entries({ file, line, col: column })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escaped(String(value)).replace(/[:,]/g, percent)}`);
  return `::${severity} ${properties.join(",")}::${escaped(printable(aboutKey(problem)))}\n`;
}

function aboutKey({ key, message }: Diagnostic): string {
  return key === undefined ? message : `${key}: ${message}`;
}

function escaped(text: string): string {
  return text.replace(/[%\r\n]/g, percent);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

const RULES = {
  error: { id: "invalid-setting", text: "The stack cannot be deployed." },
  warning: { id: "likely-mistake", text: "It can be deployed, and is probably not what is meant." },
} as const;

/** What code scanning takes: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarifLog(files: readonly string[], results: readonly object[]): object {
  const rules = Object.values(RULES).map(({ id, text }) => ({ id, shortDescription: { text } }));
  const artifacts = files.map((file) => ({ location: artifactLocation(file) }));
  const tool = { driver: { name: "classification-rate", rules } };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool, columnKind: "utf16CodeUnits", artifacts, results }],
  };
}

function sarifResult(problem: Diagnostic): object {
  const { severity, file, line, column, key } = problem;
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  const location = {
    ...(file !== undefined && {
      physicalLocation: { artifactLocation: artifactLocation(file), ...region },
    }),
    ...(key !== undefined && { logicalLocations: [{ fullyQualifiedName: key }] }),
  };
  const message = { text: aboutKey(problem) };
  return { ruleId: RULES[severity].id, level: severity, message, locations: [location] };
}

function artifactLocation(file: string): object {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}
