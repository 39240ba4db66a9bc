import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { KeyPath } from "./diagnostic";

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * A YAML file as Pulumi's engine reads it, which does so with Go's yaml.v3: maps sorted by their keys, merge keys, YAML 1.1's
 * dates and numbers. A test of the engine suite holds this against the engine's own loader.
 */
export interface YamlDocument {
  /** Values as JSON has them. */
  readonly content: unknown;
  /** What is wrong with the YAML itself; nothing else can be said of the file then. */
  readonly mistake: (Position & { readonly message: string }) | undefined;
  /** The plain values that are read otherwise than they are written, in order. */
  readonly altered: readonly AlteredValue[];
  /**
   * Where a value stands, or its key where the key is wrong or has no value. A missing value is shown
   * at the name of the map that lacks it.
   */
  readonly locate: (path: KeyPath, atKey?: boolean) => Position;
}

/** A value without quotes that is not read as the text that stands there. */
export interface AlteredValue {
  readonly path: KeyPath;
  /** As it is written, which is also what the content has where `kind` is not "decimal". */
  readonly text: string;
  /**
   * - "date": a date or time, which the engine hands over in a form of its own.
   * - "odd number": octal (`012`), hexadecimal or binary, with `_`, or with more digits than a number keeps.
   * - "decimal": `1.10` is 1.1 and `1e3` is 1000, which matters only where a text could be meant.
   */
  readonly kind: "date" | "odd number" | "decimal";
}

/**
 * What is wrong with a value that is read otherwise than it is written, if anything is.
 * @param path where it stands in the settings
 */
export function alteredProblem(
  { text, kind }: AlteredValue,
  path: KeyPath,
): { readonly expected: string; readonly found: string } | undefined {
  const quoted = JSON.stringify(text);
  if (kind === "date") {
    const found = `${text}, a date that Pulumi writes in another form`;
    return { expected: `${quoted}, in quotes`, found };
  }
  if (kind === "odd number") {
    const expected = `a plain decimal number, or ${quoted} in quotes`;
    return { expected, found: `${text}, which Pulumi reads as another value` };
  }
  if (!path.some((part) => part === "where" || part === "tags")) return undefined;
  const expected = `${quoted} in quotes for a text, or the number ${Number(text)}`;
  return { expected, found: `${text}, which Pulumi reads as ${Number(text)}` };
}

/** Deeper files are made to exhaust a reader; stack files need fewer than ten levels. */
const DEEPEST = 100;
const TOO_DEEP = `expected at most ${DEEPEST} levels of maps and lists, found more`;

/** yaml.v3 takes no other characters, and takes the last three for line breaks, which YAML 1.2 does not. */
const FORBIDDEN =
  /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffc\ud800-\udfff]|[\u0085\u2028\u2029]/;

/** Reads YAML with positions; never throws, whatever the text. */
export function readYaml(text: string): YamlDocument {
  const source = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    // All values stay texts; what they mean is worked out here, as is whether keys repeat, which would take the parser long.
    const document = parseDocument(source, {
      lineCounter: lines,
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
    });
    const forbidden = FORBIDDEN.exec(source);
    if (forbidden !== null) {
      const code = forbidden[0].charCodeAt(0).toString(16).padStart(4, "0");
      throw new Mistake(forbidden.index, `expected text, found the character U+${code}`);
    }
    const reading = new Reading(document, source);
    const content = reading.read();
    return {
      content,
      mistake: undefined,
      altered: reading.altered,
      locate: (path, atKey = false) => position(offsetOf(document, path, atKey)),
    };
  } catch (error) {
    // The parser runs out of stack before it has a document to tell the depth of.
    if (!(error instanceof Mistake || error instanceof RangeError)) throw error;
    const place = position(error instanceof Mistake ? error.offset : 0);
    return {
      content: undefined,
      mistake: { ...place, message: error instanceof Mistake ? error.message : TOO_DEEP },
      altered: [],
      locate: () => place,
    };
  }
}

/** What is wrong with a file, and where. */
class Mistake extends Error {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** Ends the reading at a node. */
function fail(node: unknown, message: string): never {
  throw new Mistake(startOf(node) ?? 0, message);
}

/** The values of a parsed document. */
class Reading {
  readonly altered: AlteredValue[] = [];
  private readonly targets: ReadonlyMap<Alias, Node>;
  private readonly path: (string | number)[] = [];
  /** The aliases that the value being read is part of. */
  private readonly open = new Set<Alias>();
  /** How many brackets and braces the value being read is in. */
  private flow = 0;
  private count = 0;
  private countInAliases = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly source: string,
  ) {
    const [error] = document.errors;
    if (error !== undefined) throw new Mistake(error.pos[0], errorText(error));
    const { tags, yaml } = document.directives;
    if (yaml.explicit === true || Object.keys(tags).length > 1) {
      throw new Mistake(0, "expected a file without directives, found a line that begins with %");
    }
    // Looking at every node takes a while, and most files have no alias.
    this.targets = source.includes("*") ? targetsOfAliases(document) : new Map();
  }

  read(): unknown {
    return this.valueOf(this.document.contents);
  }

  private valueOf(node: unknown): unknown {
    this.countOne(node);
    if (isAlias(node)) return this.within(node, () => this.valueOf(this.targets.get(node)));
    if (isScalar(node)) return this.scalar(node);
    expectBare(node);
    if (isMap(node)) return this.inside(node, () => this.map(node));
    if (!isSeq(node)) return null;
    return this.inside(node, () => node.items.map((item, index) => this.at(index, item)));
  }

  /** Counts as yaml.v3 does, which refuses a file of which nearly all comes from aliases. */
  private countOne(node: unknown): void {
    this.count += 1;
    if (this.open.size > 0) this.countInAliases += 1;
    const [all, aliased] = [this.count, this.countInAliases];
    if (aliased > 100 && all > 1000 && (aliased > all * 0.99 || aliased > 390_000)) {
      fail(node, "expected fewer aliases, found more than are expanded");
    }
    if (this.path.length > DEEPEST) fail(node, TOO_DEEP);
  }

  private within<T>(alias: Alias, read: () => T): T {
    if (this.open.has(alias)) {
      fail(alias, `expected a value, found &${alias.source} inside of itself`);
    }
    this.open.add(alias);
    const result = read();
    this.open.delete(alias);
    return result;
  }

  private scalar(node: Scalar): unknown {
    const text = textOf(node);
    if (!isPlain(node)) {
      this.expectWellQuoted(node, text);
      return text;
    }
    this.expectNoQuestion(node, text);
    const value = plainValue(text);
    const kind = alteration(text, value);
    if (kind === undefined) return value;
    this.altered.push({ path: [...this.path], text, kind });
    return kind === "decimal" ? value : text;
  }

  /** The parser is more generous than yaml.v3 with what follows a quote, and reads a block's first empty lines otherwise. */
  private expectWellQuoted(node: Scalar, text: string): void {
    const { type = "" } = node;
    const raw = this.source.slice(startOf(node) ?? 0, endOf(node));
    const isOpen = type === "QUOTE_SINGLE" && !/^'(?:[^']|'')*'$/.test(raw);
    if (isOpen || (type.startsWith("QUOTE") && /^[^\s,\]}:]/.test(this.after(node)))) {
      throw new Mistake(endOf(node), "expected the end of a text in quotes and nothing more");
    }
    if (type.startsWith("BLOCK") && text.startsWith("\n")) {
      fail(node, "expected a text that does not begin with an empty line");
    }
  }

  /** The two characters behind a text. */
  private after(node: Scalar): string {
    return this.source.slice(endOf(node), endOf(node) + 2);
  }

  /** In brackets and braces yaml.v3 takes a question mark for the beginning of a key, wherever it stands. */
  private expectNoQuestion(node: Scalar, text: string): void {
    if (this.flow === 0 || !isPlain(node) || !/^:|\?/.test(text)) return;
    const expected =
      "a text in quotes, as it stands in brackets and begins with : or has a question mark";
    fail(node, `expected ${expected}, found ${text}`);
  }

  /** Reads what may be in brackets or braces. */
  private inside<T>(node: YAMLMap | YAMLSeq, read: () => T): T {
    const depth = node.flow === true ? 1 : 0;
    this.flow += depth;
    const result = read();
    this.flow -= depth;
    return result;
  }

  private at(key: string | number, node: unknown): unknown {
    this.path.push(key);
    const value = this.valueOf(node);
    this.path.pop();
    return value;
  }

  private map(node: YAMLMap): Record<string, unknown> {
    const values = new Map<string, unknown>();
    this.fill(values, node);
    return Object.fromEntries(sorted([...values.keys()]).map((key) => [key, values.get(key)]));
  }

  /** Adds the values of a map that are not there yet: a map's own come before those that it merges. */
  private fill(values: Map<string, unknown>, node: YAMLMap): void {
    const own = new Set<string>();
    let merged: unknown;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        throw new Mistake(startOf(key) ?? startOf(node) ?? 0, "expected a text as key, found more");
      }
      const text = textOf(key);
      if (own.has(text)) fail(key, `expected unique keys, found another ${JSON.stringify(text)}`);
      own.add(text);
      this.countOne(key);
      // yaml.v3 takes the colon of {a:} for a part of the text.
      if (node.flow === true && isPlain(key) && /^:\S/.test(this.after(key))) {
        throw new Mistake(endOf(key), "expected a blank after the colon, found none");
      }
      if (isPlain(key) && text === "<<") merged = value;
      else {
        expectSameKey(key, text);
        this.expectNoQuestion(key, text);
        if (!values.has(text)) values.set(text, this.at(text, value));
      }
    }
    if (own.has("<<") && merged !== undefined) this.merge(values, merged);
  }

  private merge(values: Map<string, unknown>, from: unknown): void {
    const target = isAlias(from) ? this.targets.get(from) : from;
    const isList = isSeq(from);
    if (!isList && !isMap(target)) fail(from, "expected a map or a list of maps to merge");
    for (const each of isList ? from.items : [from]) {
      this.countOne(each);
      const map = isAlias(each) ? this.targets.get(each) : each;
      if (!isMap(map)) fail(each, "expected a map to merge");
      expectBare(map);
      const fill = (): void => {
        this.fill(values, map);
      };
      if (isAlias(each)) this.within(each, fill);
      else fill();
    }
  }
}

function errorText({ code, message }: { code: string; message: string }): string {
  if (code === "MULTIPLE_DOCS") return "expected one document, found a second one (---)";
  if (code === "RESOURCE_EXHAUSTION") return TOO_DEEP;
  return `expected valid YAML, found a mistake: ${message.split("\n")[0] ?? ""}`;
}

/** The node that each alias stands for: the last one of that anchor before it. */
function targetsOfAliases(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const { source } = node;
      const target = anchors.get(source);
      if (target === undefined) {
        fail(node, `expected an anchor &${source}, found only the alias *${source}`);
      }
      targets.set(node, target);
    },
  });
  return targets;
}

/** Neither a tag, but that of a text, nor an anchor that yaml.v3 would read otherwise. */
function expectBare(node: unknown): void {
  if (!isNode(node) || isAlias(node)) return;
  const { anchor, tag } = node;
  if (anchor !== undefined && !/^[\w-]+$/.test(anchor)) {
    fail(node, "expected an anchor of letters, digits, - and _");
  }
  if (tag === undefined || (isScalar(node) && tag === "tag:yaml.org,2002:str")) return;
  fail(node, `expected a value without a tag, found ${tag}`);
}

function textOf(node: Scalar): string {
  expectBare(node);
  return String(node.value);
}

function isPlain(node: Scalar): boolean {
  return node.type === "PLAIN" && node.tag === undefined;
}

/** Keys are texts in the end; one that would not be the text that it is written as needs quotes. */
function expectSameKey(key: Scalar, text: string): void {
  const value = isPlain(key) ? plainValue(text) : text;
  if (value !== null && value !== DATE && String(value) === text) return;
  const shown = text === "" ? "nothing" : text;
  fail(key, `expected a key in quotes, found ${shown}, which YAML does not read as a text`);
}

/** Stands for any date: none has the same form in all of the places that it passes. */
const DATE = Symbol("date");

type PlainValue = string | number | boolean | null | typeof DATE;

const WORDS = new Map<string, boolean | null>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2})| +\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?)?$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** With another base, by a prefix or a leading zero; `+0b-1` and the like come from a looseness of yaml.v3. */
const OTHER_BASE =
  /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][-+]?[01]+|0[oO][-+]?[0-7]+|0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** What a value without quotes means: {@link DATE}, a number, a boolean, null or its text. NaN stands for every odd number. */
function plainValue(text: string): PlainValue {
  if (!/^(?:[-+.\d~nNtTfF]|$)/.test(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (TIMESTAMP.test(text)) return DATE;
  if (NOT_FINITE.test(text)) return NaN;
  const digits = text.startsWith(".") ? text : text.replaceAll("_", "");
  if (OTHER_BASE.test(digits)) return NaN;
  const value = DECIMAL.test(digits) ? Number(digits) : Infinity;
  if (!Number.isFinite(value)) return text;
  return digits !== text || (/^[-+]?\d+$/.test(text) && !Number.isSafeInteger(value)) ? NaN : value;
}

function alteration(text: string, value: PlainValue): AlteredValue["kind"] | undefined {
  if (value === DATE) return "date";
  if (typeof value !== "number") return undefined;
  if (Number.isNaN(value)) return "odd number";
  return String(value) === text ? undefined : "decimal";
}

/** By the bytes of UTF-8, as Go sorts; those of UTF-16, by which JavaScript does, differ for few characters. */
function sorted(keys: string[]): string[] {
  return keys.some((key) => /[\ud800-\udfff]/.test(key))
    ? keys.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    : keys.sort();
}

function offsetOf(document: Document.Parsed, path: KeyPath, atKey: boolean): number {
  let node: unknown = document.contents;
  let found = startOf(node) ?? 0;
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(key)];
      found = startOf(node) ?? found;
    } else if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(key));
      if (pair === undefined) return found;
      found = startOf(pair.key) ?? found;
      const isEmpty = isScalar(pair.value) && pair.value.source === "";
      if (isLast && (atKey || isEmpty)) return found;
      node = pair.value;
    } else return found;
  }
  return startOf(node) ?? found;
}

function endOf(node: Scalar): number {
  return node.range?.[1] ?? 0;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node.range?.[0] ?? undefined) : undefined;
}
