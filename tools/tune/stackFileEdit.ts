import { isDeepStrictEqual } from "node:util";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { fileWith } from "../../components/settings/modelFiles";
import { NAMESPACE } from "../../components/settings/names";
import { configOf, isMap as isPlainMap } from "../../components/settings/input";
import { readYaml } from "../../components/settings/yaml";
import { type ProjectFile, readStackFile, type StackFile } from "../stackFile/stackFile";
import { readText, writeWhole } from "../files";
import { InputError } from "../inputError";

/** A line that an edit took out or put in. */
interface ChangedLine {
  readonly sign: "-" | "+";
  /** In the file it belongs to, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What differs between two versions of a text of which lines were replaced one by one, or put in, in order. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const [old = [], now = []] = [before, after].map((text) => text.split(/\r?\n/));
  const changes: ChangedLine[] = [];
  const change = (sign: "-" | "+", at: number): void => {
    changes.push({ sign, line: at + 1, text: (sign === "-" ? old : now)[at] ?? "" });
  };
  let next = 0;
  for (const [at, line] of old.entries()) {
    const spare = now.length - next - (old.length - at);
    const ahead = now.slice(next, next + spare + 1).indexOf(line);
    if (ahead < 0) change("-", at);
    const added = ahead < 0 ? 1 : ahead;
    for (let more = 0; more < added; more += 1) change("+", next + more);
    next += Math.max(1, ahead + 1);
  }
  for (; next < now.length; next += 1) change("+", next);
  return changes;
}

/** Which model's settings to change, and to what. */
interface ModelEdit {
  readonly model: string;
  /** Whether the file is one of `modelsFrom`, a map of models, instead of a stack file. @default false */
  readonly holdsModels?: boolean | undefined;
  /** New values by setting, as they are to be written. */
  readonly values: Readonly<Record<string, string | number>>;
}

type Replacement = readonly [from: number, to: number, text: string];

const MODELS = `${NAMESPACE}:models`;

/**
 * Sets values of one model in a stack file and leaves every other character as it is: comments, order, quotes and
 * layout. A value that comes from `defaults`, a merge or an alias is written to the model itself. Afterwards the file
 * is read again and has to differ in these values only, so that no anchor can carry the change to another model.
 * @param text the file's content, without problems
 * @throws InputError where the values cannot be written to that model alone
 */
export function editStackFile(text: string, edit: ModelEdit): string {
  const edited = Object.entries(edit.values).reduce(
    (content, [key, value]) => setValue(content, edit, key, value),
    text,
  );
  const [before, after] = [text, edited].map((one) => readYaml(one).content);
  const map = modelIn(before, edit);
  if (map !== undefined) Object.assign(map, edit.values);
  if (map !== undefined && isDeepStrictEqual(sameNumbers(before), sameNumbers(after)))
    return edited;
  throw new InputError(
    `${MODELS}.${edit.model}: expected a model whose settings are its own, found that other values of the file share them by an anchor; change it by hand`,
  );
}

function setValue(text: string, edit: ModelEdit, key: string, value: string | number): string {
  const { model, holdsModels = false } = edit;
  const bom = text.startsWith("\ufeff") ? 1 : 0;
  const source = text.slice(bom);
  const document = parseDocument(source, { merge: true });
  const models = holdsModels
    ? document.contents
    : pairOf(resolved(document, document.get("config", true)), MODELS)?.value;
  const pair = pairOf(resolved(document, models), model);
  if (pair === undefined) {
    throw new InputError(
      `expected the model ${model} in ${MODELS} of the stack file, found it elsewhere (Pulumi.yaml?); change it by hand`,
    );
  }
  const settings = pair.value;
  let replacements: Replacement[];
  if (isAlias(settings)) {
    // `churn: *base` becomes a map of its own that takes everything else from the same place.
    const own = `{ <<: *${settings.source}, ${key}: ${yamlText(value)} }`;
    replacements = [[...rangeOf(settings), own]];
  } else if (isMap(settings)) {
    replacements = inMap(document, source, settings, key, value);
  } else {
    throw new InputError(`expected a map of settings at the model ${model}`);
  }
  // From the end, so that earlier places stay where they are.
  const edited = [...replacements]
    .sort(([a], [b]) => b - a)
    .reduce((content, [from, to, put]) => content.slice(0, from) + put + content.slice(to), source);
  return text.slice(0, bom) + edited;
}

function inMap(
  document: Document,
  source: string,
  map: YAMLMap,
  key: string,
  value: string | number,
): Replacement[] {
  const own = pairOf(map, key);
  if (own === undefined) return [inserted(source, map, `${key}: ${yamlText(value)}`)];
  const node = own.value;
  if (isAlias(node)) return [[...rangeOf(node), yamlText(value)]];
  if (!isScalar(node) || !isOneLine(source, node)) {
    throw new InputError(`expected a plain value of ${key} on one line, found more`);
  }
  const put: Replacement = [...rangeOf(node), written(node, value)];
  return node.anchor === undefined ? [put] : handedOn(document, source, node, node.anchor, put);
}

/** In the quotes that were there. */
function written({ type }: Scalar, value: string | number): string {
  if (type === "QUOTE_DOUBLE") return `"${value}"`;
  return type === "QUOTE_SINGLE" ? `'${value}'` : yamlText(value);
}

/** A value as YAML takes it on one line: a comparison in quotes, as `>` means something else there. */
export function yamlText(value: string | number): string {
  return typeof value === "string" && /^[<>=!]/.test(value) ? JSON.stringify(value) : String(value);
}

/** Others take an anchored value over by its name: the first of them becomes the anchor. */
function handedOn(
  document: Document,
  source: string,
  node: Scalar,
  anchor: string,
  [from, to, put]: Replacement,
): Replacement[] {
  let heir: Alias | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.source !== anchor || alias.resolve(document) !== node) return undefined;
      heir = alias;
      return visit.BREAK;
    },
  });
  if (heir === undefined) return [[from, to, put]];
  const name = source.lastIndexOf(`&${anchor}`, from);
  const [start, end] = rangeOf(heir);
  return [
    [name, to, put],
    [start, end, `&${anchor} ${source.slice(from, to)}`],
  ];
}

/** A new setting beside the others: after the threshold or the log group, else before the first. */
function inserted(source: string, map: YAMLMap, entry: string): Replacement {
  const pairs = map.items.filter(({ value }) => isOneLine(source, value));
  const after =
    pairs.find(({ key }) => String(key) === "threshold") ??
    pairs.find(({ key }) => String(key) === "logGroup") ??
    pairs.at(-1);
  if (map.flow === true) {
    const at = after === undefined ? rangeOf(map)[0] + 1 : rangeOf(after.value)[1];
    const put = after === undefined ? `${entry}${map.items.length > 0 ? ", " : ""}` : `, ${entry}`;
    return [at, at, put];
  }
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  const [key] = rangeOf((after ?? map.items[0])?.key);
  const indentation = " ".repeat(key - (source.lastIndexOf("\n", key - 1) + 1));
  if (after === undefined) return [key, key, `${entry}${newline}${indentation}`];
  const end = source.slice(rangeOf(after.value)[1]).search(/\r?\n|$/) + rangeOf(after.value)[1];
  return [end, end, `${newline}${indentation}${entry}`];
}

function isOneLine(source: string, value: unknown): boolean {
  if (isAlias(value)) return true;
  if (!isScalar(value) || value.type === "BLOCK_FOLDED" || value.type === "BLOCK_LITERAL") {
    return false;
  }
  const [from, to] = rangeOf(value);
  return to > from && !source.slice(from, to).includes("\n");
}

/** The settings of the model in plain data, as a map of its own. */
function modelIn(content: unknown, { model, holdsModels }: ModelEdit): object | undefined {
  const models = holdsModels === true ? content : entryOf(entryOf(content, "config"), MODELS);
  const settings = entryOf(models, model);
  if (!isPlainMap(models) || !isPlainMap(settings)) return undefined;
  // Aliases share one object; only this model is to change.
  const own = { ...settings };
  Object.assign(models, { [model]: own });
  return own;
}

function entryOf(content: unknown, key: string): unknown {
  return isPlainMap(content) && Object.hasOwn(content, key) ? content[key] : undefined;
}

/** A number in quotes stays in quotes: compared as text, both are the same. */
function sameNumbers(content: unknown): unknown {
  return JSON.parse(
    JSON.stringify(content, (_, value: unknown) =>
      typeof value === "number" ? String(value) : value,
    ),
  );
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function pairOf(node: unknown, key: string): Pair | undefined {
  return isMap(node) ? node.items.find((item) => String(item.key) === key) : undefined;
}

function rangeOf(node: unknown): readonly [from: number, to: number] {
  const range = isNode(node) ? node.range : undefined;
  if (range) return [range[0], range[1]];
  throw new InputError("expected values that stand in the file themselves");
}

/** A stack's file that was read. */
interface ReadStack extends Pick<StackFile, "stack" | "config"> {
  readonly path: string;
  readonly text: string;
}

/** The file that holds a model. */
interface Home extends Pick<ModelEdit, "holdsModels"> {
  readonly path: string;
  /** Its content, which suggestions are worked out from. */
  readonly text: string;
}

/** Finds the file that holds a model: the stack's, or one of those that `modelsFrom` names. */
export function fileOfModel({ path, text, config }: ReadStack, model: string): Home {
  const { models, modelsFrom = [] } = configOf(config, NAMESPACE);
  const file =
    isPlainMap(models) && model in models
      ? undefined
      : fileWith([modelsFrom].flat().map(String), model);
  return file === undefined
    ? { path, text }
    : { path: file, text: readText(file), holdsModels: true };
}

/** A change that was made. */
export interface Written {
  readonly file: string;
  /** The lines that differ: `- 12:      threshold: 89`. */
  readonly diff: readonly string[];
}

/**
 * Puts values of a model into the file that holds it, replaces the file at once, and checks the stack with it.
 * @throws InputError where the file is another by now, or the stack would have a problem; the file stays as it is then
 */
export function putIntoFile(
  home: Home,
  {
    project,
    stack,
    ...edit
  }: Omit<ModelEdit, "holdsModels"> & {
    readonly project: ProjectFile;
    readonly stack: Omit<ReadStack, "config">;
  },
): Written {
  const { path, text, holdsModels } = home;
  const after = editStackFile(text, { ...edit, holdsModels });
  const check = (content: string): void => {
    const { diagnostics } = readStackFile(stack.path, content, project, stack.stack);
    const wrong = diagnostics.find(({ severity }) => severity === "error");
    if (wrong === undefined) return;
    const { file, line, column, message } = wrong;
    throw new InputError(`${file}:${line}:${column} with the suggestion: ${message}`);
  };
  if (holdsModels !== true) check(after);
  writeWhole(path, after, text);
  try {
    // Other files are read from where they are.
    if (holdsModels === true) check(stack.text);
  } catch (error) {
    writeWhole(path, text, after);
    throw error;
  }
  const changes = changedLines(text, after);
  return {
    file: path,
    diff: changes.map(({ sign, line, text: shown }) => `${sign} ${line}: ${shown}`),
  };
}
