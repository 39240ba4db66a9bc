import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { KeyPath } from "../../components/settings/diagnostic";

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file with the places of its values. */
export interface YamlDocument {
  readonly content: unknown;
  /** What is wrong with the YAML itself; nothing else can be said of the file then. */
  readonly mistake: (Position & { readonly message: string }) | undefined;
  /**
   * Where a value stands, or its key where the key is wrong or has no value. A missing value is shown
   * at the name of the map that lacks it.
   */
  readonly locate: (path: KeyPath, atKey?: boolean) => Position;
}

/** Enough for an alias in each of many models; nested ones multiply, and a bomb of them is refused. */
const MOST_ALIASES = 100_000;

/** Reads YAML with positions; never throws, whatever the text. */
export function readYaml(text: string): YamlDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text.replace(/^\ufeff/, ""), { lineCounter, merge: true });
  const position = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const failed = (offset: number, message: string): YamlDocument => ({
    content: undefined,
    mistake: { ...position(offset), message },
    locate: () => position(offset),
  });

  const [error] = document.errors;
  if (error !== undefined) return failed(error.pos[0], mistake(error));
  const dangling = danglingAlias(document);
  if (dangling !== undefined) {
    const { source } = dangling;
    return failed(
      startOf(dangling) ?? 0,
      `expected an anchor &${source}, found only the alias *${source}`,
    );
  }
  try {
    return {
      content: document.toJS({ maxAliasCount: MOST_ALIASES }),
      mistake: undefined,
      locate: (path, atKey = false) => position(offsetOf(document, path, atKey)),
    };
  } catch {
    return failed(0, "expected fewer aliases, found more than can be expanded");
  }
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

function offsetOf(document: Document, path: KeyPath, atKey: boolean): number {
  let node: unknown = document.contents;
  let found = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)];
      found = startOf(node) ?? found;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key));
      if (pair === undefined) return found;
      found = startOf(pair.key) ?? found;
      const isEmpty = isScalar(pair.value) && pair.value.value === null;
      if (isLast && (atKey || isEmpty)) return found;
      node = pair.value;
    } else return found;
  }
  return startOf(node) ?? found;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
