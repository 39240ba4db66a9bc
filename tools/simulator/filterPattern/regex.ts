import { createRequire } from "node:module";
import type { Lexer } from "./parser";

const SYMBOLS = ":_#=@/;,-";
const OPERATORS = "^$?[]{}|\\*+.";
const CLASS_LETTERS = "dDsSwW";
const ALPHANUMERIC = /[A-Za-z0-9]/;
const QUANTIFIER = /(?:[*+?]|\{ *(\d*) *(?:(,) *(\d*) *)?\})(\??)/y;
const HEX_ESCAPE = /x[0-9A-Fa-f]{2}/y;

/** Whether a text has what a regular expression describes, anywhere unless it is anchored. */
export type RegexTest = (text: string) => boolean;

// Loaded with the first regular expression only: most filter patterns have none, and it takes some 10 ms.
const load = createRequire(__filename);

/**
 * Compiles the part between two `%` signs. It runs on RE2, as AWS's answers suggest theirs does (no possessive
 * quantifiers, lazy ones are taken), in a time that grows with the text and no faster.
 *
 * Only the syntax of the CloudWatch Logs User Guide is let through (Filter pattern syntax, "Using regular
 * expressions"): letters, digits, `: _ # = @ / ; , -`, the operators `^ $ ? [ ] { } | \ * + .`, and
 * `\d \D \s \S \w \W \xhh`. A blank is taken too: the guide's list leaves it out, but its own example
 * `%...|^shutting down%` has one. `.` is any character but a line feed (recorded).
 *
 * @param source - The expression without its `%` signs.
 * @param offset - Where `source` begins in the pattern, for the positions of errors.
 * @param lexer - The pattern that `source` comes from.
 * @throws FilterPatternError if the expression leaves the supported syntax.
 */
export function compileRegex(source: string, offset: number, lexer: Lexer): RegexTest {
  const translated = translateRegex(source, offset, lexer);
  const { RE2JS } = load("re2js") as typeof import("re2js");
  try {
    const regex = RE2JS.compile(translated);
    return (text) => regex.test(text);
  } catch {
    throw lexer.unexpected("a valid regular expression", offset);
  }
}

/** The same expression in RE2's syntax. */
function translateRegex(source: string, offset: number, lexer: Lexer): string {
  if (source === "") throw lexer.unexpected("a regular expression between the % signs", offset);
  const fail = (index: number, expected: string) => lexer.unexpected(expected, offset + index);
  let translated = "";
  let index = 0;
  /** Whether the last thing read is something that `*`, `+`, `?` or `{m,n}` can repeat. */
  let repeatable = false;
  while (index < source.length) {
    const character = source.charAt(index);
    if ("*+?{".includes(character)) {
      QUANTIFIER.lastIndex = index;
      const quantifier = QUANTIFIER.exec(source);
      const [whole = "", least, comma, most, lazy = ""] = quantifier ?? [];
      if (whole === "" || (least === "" && !most)) {
        throw fail(index, "a repetition such as {2} or {1,3} (a literal { is written \\{)");
      }
      if (!repeatable) throw fail(index, "something to repeat before this operator");
      translated +=
        least === undefined ? whole : `{${least || "0"}${comma ?? ""}${most ?? ""}}${lazy}`;
      index += whole.length;
      repeatable = false;
      continue;
    }
    const piece =
      character === "["
        ? readClass(source, index, fail)
        : readCharacter(source, index, false, fail);
    translated += piece.translated;
    index = piece.end;
    repeatable = !"^$|".includes(character);
  }
  return translated;
}

interface Piece {
  readonly translated: string;
  readonly end: number;
}

type Fail = (index: number, expected: string) => Error;

function readClass(source: string, start: number, fail: Fail): Piece {
  let index = start + 1;
  let translated = "[";
  if (source.charAt(index) === "^") {
    translated += "^";
    index += 1;
  }
  const first = index;
  while (source.charAt(index) !== "]") {
    if (index >= source.length) throw fail(start, "a ] that closes this character class");
    const piece = readCharacter(source, index, true, fail);
    translated += piece.translated;
    index = piece.end;
  }
  if (index === first) throw fail(index, "at least one character in the class");
  return { translated: `${translated}]`, end: index + 1 };
}

function readCharacter(source: string, start: number, inClass: boolean, fail: Fail): Piece {
  const character = source.charAt(start);
  if (character === "\\") return readEscape(source, start + 1, fail);
  const literal = ALPHANUMERIC.test(character) || SYMBOLS.includes(character) || character === " ";
  if (literal) return { translated: character, end: start + 1 };
  if (!OPERATORS.includes(character)) {
    throw fail(start, "a character that regular expressions support (any other: \\xhh)");
  }
  if (inClass) return { translated: `\\${character}`, end: start + 1 };
  if (character === "]" || character === "}") throw fail(start, `no lone ${character} (use \\)`);
  return { translated: character, end: start + 1 };
}

function readEscape(source: string, start: number, fail: Fail): Piece {
  const character = source.charAt(start);
  HEX_ESCAPE.lastIndex = start;
  const hex = HEX_ESCAPE.exec(source)?.[0];
  if (hex !== undefined) return { translated: `\\${hex}`, end: start + hex.length };
  if (character !== "" && CLASS_LETTERS.includes(character)) {
    return { translated: `\\${character}`, end: start + 1 };
  }
  if (character === "" || !(OPERATORS + SYMBOLS).includes(character)) {
    throw fail(start - 1, "an escape of an operator, or one of \\d \\D \\s \\S \\w \\W \\xhh");
  }
  // RE2 refuses an escaped letter-like symbol such as `\_`; its code always works, in a class as well.
  const code = character.charCodeAt(0).toString(16).padStart(2, "0");
  return { translated: `\\x${code}`, end: start + 1 };
}

/** At least three plain characters in a row, each of them there whatever the operators say. */
const PLAIN_RUN = /(?:[\w:#=@/;, -](?![*?{])){3,}/g;
const NOT_PLAIN = /\\x..|\\.|\[(?:\\.|[^\]])*\]/g;

/** The longest text that is in every text which a regular expression describes; undefined if none is to be seen. */
export function textInRegex(source: string): string | undefined {
  if (source.includes("|")) return undefined;
  const plain = source.replace(NOT_PLAIN, "\n").replace(/\{[^}]*\}/g, "{");
  return longest(plain.match(PLAIN_RUN) ?? []);
}

/** The longest of some texts. */
export function longest(texts: readonly string[]): string | undefined {
  return texts.reduce<string | undefined>(
    (best, text) => (best === undefined || text.length > best.length ? text : best),
    undefined,
  );
}
