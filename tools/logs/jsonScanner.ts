import { plainEnd, sameBytes, viewOf } from "./bytes";
import type { FieldTree, JsonObject } from "./fieldTree";
import { escapedEscapeEnd, escapeEnd, isUnicodeEscape, numberEnd } from "./jsonTokens";
import { ShortTexts } from "./shortTexts";

/** The scanner cannot tell; the text must be decoded and given to JSON.parse. */
export const UNSURE = Symbol("unsure");

/** Nesting beyond which the scanner is unsure, so that it cannot run out of stack. */
const MAX_DEPTH = 50;

const RUE = Buffer.from("rue");
const ALSE = Buffer.from("alse");
const ULL = Buffer.from("ull");
/** No wanted property. */
export const NO_FIELDS: JsonObject = Object.freeze({});

/**
 * How the JSON is written down: `line` by itself in one line; `pages` by itself, line breaks allowed;
 * `escaped` inside a JSON string, where each quote is `\"`.
 */
type JsonSpelling = "line" | "pages" | "escaped";

/**
 * Checks JSON in a log's bytes and picks wanted properties out of it, without decoding the rest.
 *
 * It says yes only to what JSON.parse would take, and gives the values that JSON.parse would give; of
 * anything out of the ordinary (escapes in names and wanted strings, deep nesting, broken JSON) it is
 * unsure, and the caller must decode and parse. The bytes must end in one that JSON never has there, a
 * line break or NUL, since bounds are not checked.
 */
export class JsonScanner {
  /** The next byte to look at. */
  at = 0;
  /** Line breaks passed since this was last set to 0. */
  lineBreaks = 0;
  /** Set to true when passing a `\u` escape in a string, or what is one in JSON inside the string. */
  unicode = false;
  readonly #escaped: boolean;
  readonly #pages: boolean;
  readonly #texts = new Map<FieldTree, ShortTexts>();
  #bytes: Buffer = Buffer.alloc(1);
  #view = viewOf(this.#bytes);

  constructor(spelling: JsonSpelling) {
    this.#escaped = spelling === "escaped";
    this.#pages = spelling === "pages";
  }

  /** Sets the bytes that positions are about. */
  use(bytes: Buffer): void {
    if (bytes !== this.#bytes) this.#view = viewOf(bytes);
    this.#bytes = bytes;
  }

  /** Passes blanks. Returns the byte behind them, without passing it. */
  space(): number {
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.at] ?? 0;
      if (byte > 0x20 && byte !== 0x5c) return byte;
      if (byte === 0x20) this.at += 1;
      else if (this.#escaped) {
        const next = byte === 0x5c ? bytes[this.at + 1] : 0;
        if (next !== 0x6e && next !== 0x74 && next !== 0x72) return byte;
        this.at += 2;
      } else if (byte === 0x09 || byte === 0x0d) this.at += 1;
      else if (byte === 0x0a && this.#pages) {
        this.at += 1;
        this.lineBreaks += 1;
      } else return byte;
    }
  }

  /**
   * Passes the object that begins here.
   * @param tree - Which of its properties are wanted. Default: none.
   * @returns The wanted ones it has, undefined if unsure.
   */
  object(tree?: FieldTree, depth = 0): JsonObject | undefined {
    if (depth > MAX_DEPTH) return undefined;
    let found = NO_FIELDS;
    this.at += 1;
    let byte = this.space();
    if (byte === 0x7d) {
      this.at += 1;
      return found;
    }
    for (;;) {
      const child = this.key(byte, tree);
      if (child === UNSURE) return undefined;
      byte = this.space();
      if (child === undefined) {
        if (!this.skip(byte, depth)) return undefined;
      } else {
        const value = this.#read(byte, child, depth);
        if (value === UNSURE) return undefined;
        if (found === NO_FIELDS) found = {};
        found[child.name] = value;
      }
      byte = this.space();
      if (byte === 0x2c) {
        this.at += 1;
        byte = this.space();
      } else if (byte === 0x7d) {
        this.at += 1;
        return found;
      } else return undefined;
    }
  }

  /**
   * Passes a name and its colon; `byte` is the one here.
   * @returns The branch of `tree` with that name, undefined if there is none.
   */
  key(byte: number, tree: FieldTree | undefined): FieldTree | undefined | typeof UNSURE {
    if (!this.#open(byte)) return UNSURE;
    const bytes = this.#bytes;
    const start = this.at;
    const at = plainEnd(this.#view, start);
    this.at = at;
    // A name with an escape in it could be spelled otherwise, so it ends here or nothing is sure.
    if (!this.#close()) return UNSURE;
    if (this.space() !== 0x3a) return UNSURE;
    this.at += 1;
    if (tree === undefined) return undefined;
    for (const child of tree.children) {
      if (child.bytes.length === at - start && sameBytes(child.bytes, bytes, start)) return child;
    }
    return undefined;
  }

  /** Passes a value of any kind; `byte` is the one here. False if unsure. */
  skip(byte: number, depth = 0): boolean {
    switch (byte) {
      case 0x7b:
        return this.object(undefined, depth + 1) !== undefined;
      case 0x5b:
        return this.#array(depth + 1);
      case 0x74:
        return this.#rest(RUE);
      case 0x66:
        return this.#rest(ALSE);
      case 0x6e:
        return this.#rest(ULL);
      case 0x22:
      case 0x5c:
        return this.#open(byte) && this.string();
      default:
        return this.#number();
    }
  }

  /** Passes the rest of a string, behind its opening quote. False if unsure. */
  string(): boolean {
    const bytes = this.#bytes;
    let at = this.at;
    for (;;) {
      at = plainEnd(this.#view, at);
      this.at = at;
      if (this.#close()) return true;
      if (bytes[at] !== 0x5c) return false;
      if (!this.#escaped && isUnicodeEscape(bytes, at + 1)) this.unicode = true;
      at = this.#escaped ? escapedEscapeEnd(bytes, at + 1) : escapeEnd(bytes, at + 1);
      if (at < 0) return false;
    }
  }

  #read(byte: number, tree: FieldTree, depth: number): unknown {
    const start = this.at;
    if (byte === 0x7b) {
      if (tree.opaque) return UNSURE;
      return this.object(tree, depth + 1) ?? UNSURE;
    }
    if (byte === 0x22 || byte === 0x5c) return this.#text(byte, tree);
    if ((byte === 0x5b && tree.opaque) || !this.skip(byte, depth)) return UNSURE;
    if (byte === 0x74) return true;
    if (byte === 0x66) return false;
    if (byte === 0x6e) return null;
    // Names find nothing in an array, whatever is in it.
    if (byte === 0x5b) return [];
    return Number(this.#bytes.toString("latin1", start, this.at));
  }

  #text(byte: number, tree: FieldTree): unknown {
    if (!this.#open(byte)) return UNSURE;
    const bytes = this.#bytes;
    const start = this.at;
    const at = plainEnd(this.#view, start);
    this.at = at;
    if (!this.#close()) return UNSURE;
    let texts = this.#texts.get(tree);
    if (texts === undefined) this.#texts.set(tree, (texts = new ShortTexts()));
    return texts.decode(bytes, start, at);
  }

  #array(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    this.at += 1;
    let byte = this.space();
    if (byte === 0x5d) {
      this.at += 1;
      return true;
    }
    for (;;) {
      if (!this.skip(byte, depth)) return false;
      byte = this.space();
      this.at += 1;
      if (byte === 0x5d) return true;
      if (byte !== 0x2c) return false;
      byte = this.space();
    }
  }

  /** Passes an opening quote, if there is one. */
  #open(byte: number): boolean {
    if (!this.#escaped) {
      this.at += 1;
      return byte === 0x22;
    }
    this.at += 2;
    return byte === 0x5c && this.#bytes[this.at - 1] === 0x22;
  }

  /** Passes a closing quote, if there is one. */
  #close(): boolean {
    const bytes = this.#bytes;
    if (!this.#escaped) {
      if (bytes[this.at] !== 0x22) return false;
      this.at += 1;
      return true;
    }
    if (bytes[this.at] !== 0x5c || bytes[this.at + 1] !== 0x22) return false;
    this.at += 2;
    return true;
  }

  /** Passes the rest of a word whose first byte is the one here. */
  #rest(rest: Buffer): boolean {
    if (!sameBytes(rest, this.#bytes, this.at + 1)) return false;
    this.at += rest.length + 1;
    return true;
  }

  #number(): boolean {
    const end = numberEnd(this.#bytes, this.at);
    if (end >= 0) this.at = end;
    return end >= 0;
  }
}
