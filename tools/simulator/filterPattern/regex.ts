import { createRequire } from "node:module";
import type { Lexer } from "./parser";

const PLAIN = /[A-Za-z0-9 :_#=@/;,-]/y;
const OPERATOR = /[\^$?[\]{}|\\*+.]/y;
const QUANTIFIER = /(?:[*+?]|\{ *\d+ *(?:, *\d* *)?\}|\{ *, *\d+ *\})\??/y;
/** What is escaped in the same way in RE2. */
const KEPT_ESCAPE = /x[0-9A-Fa-f]{2}|[dDsSwW]/y;
const ESCAPED_SIGN = /[:_#=@/;,\-^$?[\]{}|\\*+.]/y;

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
 * @param lexer - Before the expression; afterwards behind it.
 * @param end - Where it ends.
 * @returns Whether a text has what it describes, anywhere unless it is anchored.
 * @throws FilterPatternError if the expression leaves the supported syntax.
 */
export function compileRegex(lexer: Lexer, end: number): (text: string) => boolean {
  const start = lexer.position;
  const translated = translateRegex(lexer, end);
  const { RE2JS } = load("re2js") as typeof import("re2js");
  try {
    const regex = RE2JS.compile(translated);
    return (text) => regex.test(text);
  } catch {
    throw lexer.unexpected("a valid regular expression", start);
  }
}

/** The same expression in RE2's syntax. */
function translateRegex(lexer: Lexer, end: number): string {
  if (lexer.position >= end) throw lexer.unexpected("a regular expression between the % signs");
  let translated = "";
  /** Whether the last thing read is something that `*`, `+`, `?` or `{m,n}` can repeat. */
  let repeatable = false;
  while (lexer.position < end) {
    const start = lexer.position;
    const character = lexer.peek();
    if ("*+?{".includes(character)) {
      const quantifier = lexer.match(QUANTIFIER);
      if (quantifier === undefined) {
        throw lexer.unexpected("a repetition such as {2} or {1,3} (a literal { is written \\{)");
      }
      if (!repeatable) throw lexer.unexpected("something to repeat before this operator", start);
      translated += quantifier.replaceAll(" ", "").replace("{,", "{0,");
      repeatable = false;
    } else {
      translated += character === "[" ? readClass(lexer, end) : readCharacter(lexer, false);
      repeatable = !"^$|".includes(character);
    }
  }
  return translated;
}

function readClass(lexer: Lexer, end: number): string {
  const start = lexer.position;
  lexer.take("[");
  const negation = lexer.take("^") ? "^" : "";
  let characters = "";
  while (!lexer.take("]")) {
    if (lexer.position >= end)
      throw lexer.unexpected("a ] that closes this character class", start);
    characters += readCharacter(lexer, true);
  }
  if (characters !== "") return `[${negation}${characters}]`;
  throw lexer.unexpected("at least one character in the class", lexer.position - 1);
}

function readCharacter(lexer: Lexer, inClass: boolean): string {
  const start = lexer.position;
  if (lexer.take("\\")) return readEscape(lexer, start);
  const plain = lexer.match(PLAIN);
  if (plain !== undefined) return plain;
  const operator = lexer.match(OPERATOR);
  if (operator === undefined) {
    throw lexer.unexpected("a character that regular expressions support (any other: \\xhh)");
  }
  if (inClass) return `\\${operator}`;
  if (operator !== "]" && operator !== "}") return operator;
  throw lexer.unexpected(`no lone ${operator} (use \\)`, start);
}

function readEscape(lexer: Lexer, start: number): string {
  const kept = lexer.match(KEPT_ESCAPE);
  if (kept !== undefined) return `\\${kept}`;
  const sign = lexer.match(ESCAPED_SIGN);
  if (sign === undefined) {
    const expected = "an escape of an operator, or one of \\d \\D \\s \\S \\w \\W \\xhh";
    throw lexer.unexpected(expected, start);
  }
  // RE2 refuses an escaped letter-like symbol such as `\_`; its code always works, in a class as well.
  return `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`;
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
  return [...texts].sort((a, b) => b.length - a.length)[0];
}
