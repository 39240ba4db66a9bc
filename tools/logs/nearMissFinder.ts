import type { PropertyPath } from "../../components/cloudwatch/patterns";
import { isJsonObject, parseJson, valueAt } from "./logEvents";
import * as advise from "./nearMissAdvice";
import type { NearMissKind, Obstacle } from "./nearMissAdvice";
import { looseName, normalName, type WatchedField } from "./watchedFields";

type JsonObject = Record<string, unknown>;

/** What keeps a line from matching, outermost first; undefined if it is no near miss. */
type Obstacles = readonly Obstacle[] | undefined;

/** Values of an event that are looked at, nesting, and things in one another: enough for any real event. */
const MAX_VALUES = 500;
const MAX_DEPTH = 8;
const MAX_WRAPPINGS = 3;
const MAX_BRACES = 5;
const MAX_OBJECTS = 50;
/** How libraries' booleans begin where Python prints them: `np.True_`, `tensor(True)`. */
const BOXED = String.raw`(?:(?:np|numpy|jnp|torch)\.)?(?:[A-Za-z]\w*\()?`;
const TEXT_BOOLEAN = new RegExp(`^\\s*${BOXED}(true|false)(?:_|\\b.*\\))?\\s*$`, "i");
/** What terminals take for colours. */
const COLOURS = /\u001b\[[0-9;]*m/g;
/** What may stand between a name and its value in text: signs, or a word that no expression looks past. */
const BETWEEN = String.raw`([^A-Za-z0-9]+(?:is[^A-Za-z0-9]+)?)`;
/** What stands in text where true or false is meant. */
const LIKE_BOOLEAN = new RegExp(`^${BOXED}(?:true|false|yes|no|[01]|null|none|nan)_?$`, "i");
/** What a valid prediction has where this is the text of one. */
const VALID_TEXTS: ReadonlyMap<string, string> = new Map(
  ["true", "True", "TRUE", "np.True_"].flatMap((text) => [
    [text, text],
    [text.replace("true", "false").replace("True", "False").replace("TRUE", "FALSE"), text],
  ]),
);
/** Obstacles that a regular expression does not mind: what is looked for stands there once. */
const IN_TEXT: ReadonlySet<NearMissKind> = new Set([
  "prefixed",
  "json-in-string",
  "text-boolean",
  "python-repr",
  "broken-json",
  "text",
] as const);
/** What stands in text between a field's name and its value, quotes aside. */
const PAIRED = String.raw`(?:\s*(?:[:=]+>?|-?>|\||(?<=["']\s*),)\s*|\s+is\s+|\s+(?=${BOXED}(?:true|false)))`;
/** Signs that stand for plain quotes. */
const ODD_QUOTES: readonly (readonly [odd: RegExp, plain: string, Obstacle])[] = [
  // A shell, or whoever ships the lines, has put backslashes before the quotes.
  [/\\"/g, '"', advise.ESCAPED],
  [/&(?:quot|#34|#x22);/gi, '"', advise.HTML_ESCAPED],
  [/[\u201c-\u201f\u00ab\u00bb]/g, '"', advise.TYPOGRAPHIC],
  [/[\u2018-\u201b]/g, "'", advise.TYPOGRAPHIC],
];
const MAY_BE_JSON = /^\s*(?:["{]|\[\s*["[{])/;

/**
 * Finds out what keeps a line from matching, by trial: it undoes one obstacle after the other until the
 * filters match what is left. So whatever else the filters ask for (another model's name in a shared log
 * group) must hold as well, or the line is none of theirs.
 */
export class NearMissFinder {
  /** Of JSON, and of lines of text. */
  readonly #fields: readonly WatchedField[];
  readonly #lines: readonly (readonly [WatchedField, RegExp])[];
  readonly #matches: (event: unknown) => boolean;
  readonly #names: RegExp;
  readonly #pairs: readonly (readonly [WatchedField, RegExp])[];

  /** @param matches - Does one of the filters match this parsed event? */
  constructor(fields: readonly WatchedField[], matches: (event: unknown) => boolean) {
    this.#fields = fields.filter(({ asks }) => asks !== "text");
    this.#matches = matches;
    const loose = (name: string) => `(?:${looseName(name)})`;
    this.#names = new RegExp(fields.map(({ name }) => loose(name)).join("|") || "(?!)", "i");
    this.#lines = fields.flatMap((field) =>
      field.asks === "text"
        ? [[field, new RegExp(`(${loose(field.name)})${BETWEEN}(${BOXED}\\w+)`, "gi")]]
        : [],
    );
    this.#pairs = this.#fields.flatMap((field) => {
      const values = pairValues(field);
      const pair = `(["']?)${loose(field.name)}\\1(${PAIRED})["']?${BOXED}(${values ?? ""})(?![A-Za-z0-9])`;
      return values === undefined ? [] : [[field, new RegExp(pair, "i")]];
    });
  }

  /** Where one of the fields' names stands in the text, however it is spelled; -1 if none does. */
  mention(text: string): number {
    const at = text.search(this.#names);
    // Where colours stand within the name, the line's beginning is shown.
    return at < 0 && this.#names.test(text.replace(COLOURS, "")) ? 0 : at;
  }

  /** Does the event have one of the fields where and as it should be? */
  carries(event: unknown): boolean {
    return this.#fields.some((field) => isAsAsked(field, valueAt(event, field.path)));
  }

  /** Finds out what keeps the line from matching. */
  find(text: string, wrappings = 0): Obstacles {
    if (wrappings > MAX_WRAPPINGS) return undefined;
    const inLine = this.#inLine(text);
    if (inLine !== undefined || this.#fields.length === 0) return inLine;
    const plain = text.includes("\u001b") ? text.replace(COLOURS, "") : text;
    if (plain !== text) {
      const inner = this.find(plain, wrappings + 1);
      return inner?.length === 0 ? [advise.COLOURED] : inner;
    }
    // Most lines with something before their JSON show it at once, and failing to parse is slow.
    const value = MAY_BE_JSON.test(text) ? parseJson(text) : undefined;
    if (isJsonObject(value)) return this.#inEvent(value, wrappings);
    const [first] = this.#fields;
    if (first === undefined) return undefined;
    if (typeof value === "string") {
      return after(advise.ENCODED_TWICE, this.find(value, wrappings + 1));
    }
    if (Array.isArray(value)) {
      const inner = firstOf(value.slice(0, MAX_VALUES), (element: unknown) =>
        isJsonObject(element) ? this.#inEvent(element, wrappings + 1) : undefined,
      );
      return after(advise.inArray(first, []), inner);
    }
    if (value !== undefined) return undefined;
    return (
      this.#inText(text, wrappings) ?? this.#inPairs(text) ?? this.#inOddQuotes(text, wrappings)
    );
  }

  /**
   * The setting of this project's under which such a line counts as it is.
   * @param obstacles - What {@link find} said of the line.
   */
  setting(text: string, obstacles: readonly Obstacle[]): string | undefined {
    const [first, ...others] = obstacles;
    const field = this.#fields.find(
      ({ name, path, takesAll }) => takesAll && path.length === 1 && /^[A-Za-z0-9_-]+$/.test(name),
    );
    const wanted = field?.values[0];
    // Conditions beside the field do not go with an expression that stands alone.
    if (first === undefined || field === undefined || !this.#matches({ [field.name]: wanted })) {
      return undefined;
    }
    if (others.length === 0 && first.kind === "boolean") return "valid: true";
    if (others.length === 0 && first.kind === "number-boolean") return "valid: 1";
    if (others.length === 0 && first.kind === "text-boolean") {
      const value = valueAt(parseJson(text), field.path);
      const valid = typeof value === "string" ? VALID_TEXTS.get(value) : undefined;
      return valid === undefined ? undefined : `valid: "${valid}"`;
    }
    if (obstacles.some(({ kind }) => !IN_TEXT.has(kind))) return undefined;
    if (field.asks === "boolean") {
      const inText = new RegExp(String.raw`${field.name}\W+(?:[Tt]rue|[Ff]alse)`);
      return inText.test(text) ? "logFormat: text" : undefined;
    }
    const isWord = field.asks === "equality" && /^\w+$/.test(String(wanted));
    if (!isWord || !new RegExp(String.raw`${field.name}\W+\w`).test(text)) return undefined;
    return typeof wanted === "string"
      ? "logFormat: text"
      : `logFormat: text and valid: "${String(wanted)}"`;
  }

  /** The name and a value in a line of text, where an expression is to find them. */
  #inLine(text: string): Obstacles {
    if (this.#lines.length === 0) return undefined;
    const plain = text.replace(COLOURS, "");
    return firstOf(this.#lines, ([field, form]) =>
      firstOf(
        [...plain.matchAll(form)].slice(0, MAX_OBJECTS),
        ([, name = "", between = "", value = ""]) => {
          const isBoolean = field.values.includes(true);
          if (isBoolean && !LIKE_BOOLEAN.test(value)) return undefined;
          const found = [
            ...(plain === text ? [] : [advise.COLOURED]),
            ...(name === field.name ? [] : [advise.otherName(field, name)]),
            ...(/[A-Za-z]/.test(between) ? [advise.wordBetween(field, between.trim())] : []),
            ...(isBoolean && !/^(?:[Tt]rue|[Ff]alse)$/.test(value)
              ? [advise.wrongWord(field, value)]
              : []),
          ];
          return found.length > 0 ? found : undefined;
        },
      ),
    );
  }

  /** JSON, or Python's form of it, somewhere in the text. */
  #inText(text: string, wrappings: number): Obstacles {
    const end = text.lastIndexOf("}") + 1;
    let start = text.indexOf("{");
    for (let tries = 0; start >= 0 && start < end && tries < MAX_BRACES; tries += 1) {
      const body = text.slice(start, end);
      const json = parseJson(body);
      if (isJsonObject(json)) {
        const around = advise.prefixed(text.slice(0, start), text.slice(end));
        return after(around, this.#inEvent(json, wrappings + 1));
      }
      const several = severalObjects(body);
      if (several !== undefined) {
        const inner = firstOf(several, (one) => this.#inEvent(one, wrappings + 1));
        if (inner !== undefined) return [advise.SEVERAL, ...inner];
      }
      const dict = body.includes("'") ? parsePythonDict(body) : undefined;
      if (isJsonObject(dict)) {
        return after(advise.pythonRepr(body), this.#inEvent(dict, wrappings + 1));
      }
      start = text.indexOf("{", start + 1);
    }
    return undefined;
  }

  #inOddQuotes(text: string, wrappings: number): Obstacles {
    return firstOf(ODD_QUOTES, ([odd, quote, obstacle]) => {
      const plain = text.replace(odd, quote);
      return plain === text ? undefined : after(obstacle, this.find(plain, wrappings + 1));
    });
  }

  /** The name and a boolean in what is neither. */
  #inPairs(text: string): Obstacles {
    return firstOf(this.#pairs, ([field, pair]) => {
      const [, quote, between = "", word = ""] = pair.exec(text) ?? [];
      const put = (value: unknown) => this.#matches(withValue({}, field.path, value));
      if (word === "" || !pairMeant(field, word).some(put)) return undefined;
      // Ruby and PHP print arrows, and Python's OrderedDict tuples.
      if (between.includes(">")) return [advise.plainText(field)];
      if (quote === "'" || between.includes(",")) return [advise.pythonRepr(text)];
      return [quote === '"' ? advise.brokenJson(text, word) : advise.plainText(field)];
    });
  }

  #inEvent(event: JsonObject, wrappings: number): Obstacles {
    if (this.#matches(event)) return [];
    if (this.carries(event)) return undefined;
    return firstOf(this.#fields, (field) => {
      const value = valueAt(event, field.path);
      if (value !== undefined) {
        const put = (right: unknown) => withValue(event, field.path, right);
        return this.#withRightValue(event, field, value, put);
      }
      const places = this.#places(event, field);
      return (
        firstOf(places.named, (path) => this.#atPath(event, field, path)) ??
        firstOf(places.texts, (path) => {
          const inner = this.#inString(event, path, wrappings);
          // What to do about text that is no JSON does away with the string as well.
          const enough = inner?.[0]?.kind === "text" || inner?.[0]?.kind === "python-repr";
          return enough ? inner : after(advise.jsonInString(event, path, field), inner);
        })
      );
    });
  }

  /** The field at another path, or in other letters. */
  #atPath(event: JsonObject, field: WatchedField, path: PropertyPath): Obstacles {
    const value = valueAt(event, path);
    const parent = valueAt(event, path.slice(0, -1));
    const beside = isJsonObject(parent) ? { ...event, ...parent } : event;
    return firstOf([event, beside], (root) => {
      const put = (right: unknown) => withValue(root, field.path, right);
      const inner = this.#matches(put(value)) ? [] : this.#withRightValue(event, field, value, put);
      return after(placeObstacle(field, path, root === beside && root !== event), inner);
    });
  }

  #inString(event: JsonObject, path: PropertyPath, wrappings: number): Obstacles {
    const text = valueAt(event, path);
    if (typeof text !== "string") return undefined;
    const found = this.find(text, wrappings + 1);
    if (found !== undefined) return found;
    // The filters' other conditions may hold for what is around the text.
    const inner = parseJson(text);
    const both = isJsonObject(inner) ? { ...event, ...inner } : undefined;
    return both !== undefined && this.#matches(both) ? [] : undefined;
  }

  #withRightValue(
    event: JsonObject,
    field: WatchedField,
    value: unknown,
    put: (right: unknown) => unknown,
  ): Obstacles {
    if (isAsAsked(field, value)) return undefined;
    const { kind, meant } =
      field.asks === "boolean" ? booleanMeant(value) : valueMeant(field, value);
    const right = meant.some((boolean) => this.#matches(put(boolean)));
    return right ? [advise.wrongValue(event, field, value, kind)] : undefined;
  }

  /** Where the event has the field's name, and where it has a text with the name in it. */
  #places(event: JsonObject, field: WatchedField) {
    const named: PropertyPath[] = [];
    const texts: PropertyPath[] = [];
    const wanted = new Set([field.name, field.path.join(".")].map(normalName));
    // Also the last part of a name that stands for a path: names may be flattened. What follows a "_" has to be more than
    // one word, and its value right: session_valid is no valid.
    const isWanted = (name: string, value: unknown) =>
      wanted.has(normalName(name)) ||
      wanted.has(normalName(name.replace(/^.*[./:]/, ""))) ||
      (/[a-z0-9][-_A-Z]/.test(field.name) &&
        name.toLowerCase().endsWith(`_${field.name.toLowerCase()}`) &&
        isAsAsked(field, value));
    let left = MAX_VALUES;
    const walk = (value: unknown, path: PropertyPath): void => {
      left -= 1;
      if (left < 0 || path.length > MAX_DEPTH) return;
      if (typeof value === "string") {
        if (value.includes(":") || value.includes("=")) {
          if (this.mention(value) >= 0) texts.push(path);
        }
      } else if (Array.isArray(value)) {
        value.slice(0, left).forEach((element: unknown, index) => {
          walk(element, [...path, index]);
        });
      } else if (isJsonObject(value)) {
        for (const name in value) {
          if (left < 0) return;
          const here = [...path, name];
          if (isWanted(name, value[name])) named.push(here);
          walk(value[name], here);
        }
      }
    };
    walk(event, []);
    // The same letters before others, the outer before the inner.
    const order = (path: PropertyPath) => (path.at(-1) === field.name ? 0 : 100) + path.length;
    return { named: named.sort((a, b) => order(a) - order(b)), texts };
  }
}

function placeObstacle(field: WatchedField, path: PropertyPath, whereToo: boolean): Obstacle {
  if (path.some((segment) => typeof segment === "number")) return advise.inArray(field, path);
  const last = path.at(-1);
  const sameParent =
    typeof last === "string" &&
    normalName(last) === normalName(field.name) &&
    path.length === field.path.length &&
    path.slice(0, -1).every((segment, index) => segment === field.path[index]);
  return sameParent ? advise.otherCase(field, path) : advise.nested(field, path, whereToo);
}

/** Is the value of the type that filters ask for? */
function isAsAsked({ asks }: WatchedField, value: unknown): boolean {
  if (asks === "boolean") return typeof value === "boolean";
  return typeof value === "number" || (asks === "equality" && typeof value === "string");
}

/** What to look for behind a field's name in text that is no JSON: the source of an expression. */
function pairValues({ asks, values, takesAll }: WatchedField): string | undefined {
  if (!takesAll) return undefined;
  if (asks === "boolean") return `true|false|[10]|yes|no|${NOTHING}`;
  if (asks === "number") return String.raw`-?\d[\d.]*(?:e[+-]?\d+)?|-?inf(?:inity)?|${NOTHING}`;
  const words = values.map(String).filter((word) => /^\w+$/.test(word));
  const opposites = words.flatMap((word) => OPPOSITES[word.toLowerCase()] ?? []);
  return words.length === 0 ? undefined : [...words, ...opposites, NOTHING].join("|");
}

/** What languages print where there is no value, if it is not JSON's null. */
const NOTHING = "-?nan|null|none|nil|undefined";

const OPPOSITES: Readonly<Record<string, string>> = { true: "false", "1": "0", yes: "no" };

/** What such a word stands for. */
function pairMeant({ asks, values }: WatchedField, word: string): readonly unknown[] {
  if (asks === "boolean") {
    return /^(?:0|no|false)$/i.test(word)
      ? [false]
      : /^(?:1|yes|true)$/i.test(word)
        ? [true]
        : values;
  }
  const number = Number(word);
  return asks === "equality" || Number.isNaN(number) ? values : [number];
}

/** What a value was meant to be that is of another type than the one that is compared. */
function valueMeant(
  { asks, values, takesAll }: WatchedField,
  value: unknown,
): { kind: NearMissKind; meant: readonly unknown[] } {
  if (asks === "number" && typeof value === "string" && NUMBER_TEXT.test(value)) {
    return { kind: "text-number", meant: [Number.parseFloat(value)] };
  }
  const kind =
    value === null
      ? "null"
      : typeof value === "boolean"
        ? "boolean"
        : Array.isArray(value) && value.length > 0
          ? "in-array"
          : "other-type";
  return { kind, meant: takesAll ? values : [] };
}

const NUMBER_TEXT = /^\s*-?\d[\d.]*(?:e[+-]?\d+)?\s*%?\s*$/i;

/** What a value that is no boolean was meant to be; both where that cannot be told. */
function booleanMeant(value: unknown): { kind: NearMissKind; meant: readonly boolean[] } {
  if (value === null) return { kind: "null", meant: [true, false] };
  if (value === 1 || value === 0) return { kind: "number-boolean", meant: [value === 1] };
  const word = typeof value === "string" ? TEXT_BOOLEAN.exec(value)?.[1] : undefined;
  if (word !== undefined) return { kind: "text-boolean", meant: [word.toLowerCase() === "true"] };
  const isBatch = Array.isArray(value) && value.length > 0 && value.every(isBooleanLike);
  return { kind: isBatch ? "in-array" : "other-type", meant: [true, false] };
}

function isBooleanLike(value: unknown): boolean {
  return [true, false, 1, 0, "true", "false"].some((one) => one === value);
}

/** JSON objects one after the other, with blanks or commas between them; undefined unless there are two. */
function severalObjects(text: string): JsonObject[] | undefined {
  const objects: JsonObject[] = [];
  let piece = "";
  for (const part of text.split(/(?<=\})[\s,;]*(?=\{)/).slice(0, MAX_OBJECTS)) {
    piece += part;
    const value = parseJson(piece);
    if (!isJsonObject(value)) continue;
    objects.push(value);
    piece = "";
  }
  return objects.length > 1 ? objects : undefined;
}

/** A copy of the event with the value at the path, and objects on the way there. */
function withValue(event: unknown, path: PropertyPath, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === "number") {
    const elements: readonly unknown[] = Array.isArray(event) ? event : [];
    const copy = [...elements];
    copy[first] = withValue(copy[first], rest, value);
    return copy;
  }
  const copy = isJsonObject(event) ? { ...event } : {};
  return { ...copy, [first]: withValue(copy[first], rest, value) };
}

function after(first: Obstacle, rest: Obstacles): Obstacles {
  return rest === undefined ? undefined : [first, ...rest];
}

function firstOf<Item, Found>(
  items: readonly Item[],
  look: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

// ---- What Python prints

const TOKEN =
  /\s+|[{}[\]:,]|(?<word>True|False|None|nan|-?inf)\b|(?:np|numpy)\.(?<numpy>True|False)_|(?<call>(?!\d)[\w.]+\((?:[^()'"]|\([^()]*\)|'[^']*'|"[^"]*")*\)|<[^<>]*>)|(?<number>-?\d[\d.]*(?:[eE][+-]?\d+)?)|[ub]?(?<text>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")|(?<bracket>[()])/suy;
/** `np.float64(0.83)`, `Decimal('0.83')`, `tensor(0.83)` */
const BOXED_NUMBER = /(?:float|int|Decimal|tensor)\d*\('?(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\b/;
const WORDS: Readonly<Record<string, string>> = { True: "true", False: "false" };
const BRACKETS: Readonly<Record<string, string>> = { "(": "[", ")": "]" };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gsu;
const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads a dict as Python prints it, `{'prediction_valid': True}`.
 * @returns Its value as if it had been JSON, null for what Python prints as calls unless that is a boolean, such as
 * `tensor(True)`; undefined for anything else
 */
function parsePythonDict(text: string): unknown {
  let json = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const { word, numpy, call, text: quoted, bracket } = match.groups ?? {};
    const boxed = call === undefined ? numpy : /(?:\(|numpy=)(True|False)\b/.exec(call)?.[1];
    if (word !== undefined || numpy !== undefined || call !== undefined) {
      json += WORDS[word ?? boxed ?? ""] ?? BOXED_NUMBER.exec(call ?? "")?.[1] ?? "null";
    } else if (quoted !== undefined) json += JSON.stringify(unescaped(quoted.slice(1, -1)));
    else json += bracket === undefined ? match[0] : (BRACKETS[bracket] ?? "");
  }
  return parseJson(json);
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, short?: string, long?: string, character?: string) => {
    const code = short ?? long;
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    return CHARACTERS[character ?? ""] ?? character ?? "";
  });
}
