import { describeValue, type Problem } from "./problem";
import { configOf, findSecrets, type StackConfig } from "./stackConfig";
import { readYaml, type Position } from "./yamlDocument";

/** A stack file (`Pulumi.dev.yaml`), read without the Pulumi engine. */
export interface StackFile extends StackConfig {
  /** Problems of the file itself: YAML that cannot be parsed, secrets where plain values belong. */
  readonly problems: readonly LocatedProblem[];
  /** Where a problem's key stands in the file. */
  readonly locate: (problem: Problem) => Position;
}

/** A problem of the file: with a key where it has one, else a plain message. */
export type LocatedProblem = Position &
  ({ readonly problem: Problem } | { readonly message: string });

/**
 * Reads a stack file.
 * @param text its content
 * @param namespace the project's name
 * @param inherited config of Pulumi.yaml that holds where the file says nothing, by full key
 */
export function readStackFile(
  text: string,
  namespace: string,
  inherited: Readonly<Record<string, unknown>> = {},
): StackFile {
  const { content, mistake, locate: positionOf } = readYaml(text);
  const failed = (at: Position, message: string): StackFile => ({
    all: {},
    raw: {},
    region: undefined,
    problems: [{ line: at.line, column: at.column, message }],
    locate: () => at,
  });
  if (mistake !== undefined) return failed(mistake, mistake.message);
  const config = configOf(content, namespace, inherited);
  if (config === undefined) {
    const message = `expected a map with \`config:\`, found ${describeValue(content)}`;
    return failed({ line: 1, column: 1 }, message);
  }

  const locate = ({ path: [first = "", ...rest], atKey }: Problem): Position =>
    positionOf(["config", `${namespace}:${String(first)}`, ...rest], atKey);
  const secrets = findSecrets(config.raw, []).map((path) => ({
    path,
    expected: "a plain value (addresses, names and thresholds are visible in AWS anyway)",
    found: "a secret (`secure:`)",
  }));
  return {
    ...config,
    problems: secrets.map((problem) => ({ ...locate(problem), problem })),
    locate,
  };
}
