import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type YAMLError,
} from "yaml";
import { configOf, findSecrets, type StackConfig } from "./stackConfig";
import { describeValue, type Problem } from "./problem";

/** A stack file (`Pulumi.dev.yaml`), read without the Pulumi engine. */
export interface StackFile extends StackConfig {
  /** Problems of the file itself: YAML that cannot be parsed, secrets where plain values belong. */
  readonly problems: readonly LocatedProblem[];
  /** Where a problem's key stands in the file. */
  readonly locate: (problem: Problem) => Position;
}

/** Enough for an alias in each of many models; nested ones multiply, and a bomb of them is refused. */
const MOST_ALIASES = 100_000;

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
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
  const lineCounter = new LineCounter();
  const document = parseDocument(text.replace(/^\ufeff/, ""), { lineCounter, merge: true });
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const failed = (message: string, at: Position): StackFile => ({
    all: {},
    raw: {},
    region: undefined,
    problems: [{ ...at, message }],
    locate: () => at,
  });

  const [error] = document.errors;
  if (error !== undefined) return failed(mistake(error), position(error.pos[0]));
  const dangling = danglingAlias(document);
  if (dangling !== undefined) {
    const message = `expected an anchor &${dangling.source}, found only the alias *${dangling.source}`;
    return failed(message, position(startOf(dangling) ?? 0));
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch {
    return failed("expected fewer aliases, found more than can be expanded", position(0));
  }
  const config = configOf(content, namespace, inherited);
  if (config === undefined) {
    return failed(`expected a map with \`config:\`, found ${describeValue(content)}`, position(0));
  }
  const { all, raw, region } = config;
  const prefix = `${namespace}:`;
  const root = document.get("config", true);
  const locate = (problem: Problem): Position =>
    position(offsetOf(document, root, prefix, problem));
  const secrets = findSecrets(raw, []).map((path) => ({
    path,
    expected: "a plain value (addresses, names and thresholds are visible in AWS anyway)",
    found: "a secret (`secure:`)",
  }));
  return {
    all,
    raw,
    region,
    problems: secrets.map((problem) => ({ ...locate(problem), problem })),
    locate,
  };
}

/** What the parser complains about, in one line. */
function mistake(error: YAMLError): string {
  if (error.code === "MULTIPLE_DOCS") return "expected one document, found a second one (---)";
  const [message = ""] = error.message.split(/ at line \d+|\n/);
  return `expected valid YAML, found a mistake: ${message}`;
}

function danglingAlias(document: Document): Alias | undefined {
  let dangling: Alias | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      dangling = alias;
      return visit.BREAK;
    },
  });
  return dangling;
}

/** The start of a problem's value, or of its key where the key is wrong or has no value. */
function offsetOf(
  document: Document,
  config: unknown,
  prefix: string,
  { path, atKey }: Problem,
): number {
  let node: unknown = config;
  let found = startOf(config) ?? 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)];
    } else if (isMap(node)) {
      const name = depth === 0 ? `${prefix}${String(key)}` : String(key);
      const pair = node.items.find((item) => String(item.key) === name);
      if (pair === undefined) return found;
      const isLast = depth === path.length - 1;
      const keyStart = startOf(pair.key) ?? found;
      const isEmpty = isScalar(pair.value) && pair.value.value === null;
      if (isLast && (atKey === true || isEmpty)) return keyStart;
      // A missing setting is shown at the name of the map that lacks it, not at its first entry.
      if (!isLast) found = keyStart;
      node = pair.value;
    } else return found;
    if (depth === path.length - 1) return startOf(node) ?? found;
  }
  return found;
}

function startOf(node: unknown): number | undefined {
  return isNodeWithRange(node) ? node.range[0] : undefined;
}

function isNodeWithRange(
  node: unknown,
): node is Node & { range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
