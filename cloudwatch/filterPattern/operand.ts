import type { Operand } from "./ast";
import type { Lexer } from "./lexer";
import { parseNumber } from "./number";
import { translateRegex } from "./regex";

const WORD = /[A-Za-z0-9_.*+-]+/y;
const SIGNLESS_WORD = /^[A-Za-z0-9_.*]+$/;
const SIGNED_WILDCARD_NUMBER = /^[+-][\d.]*\*[\d.*]*$/;
const QUOTED_CHARACTERS = /[^"\\]+/y;
const REGEX_CHARACTERS = /[^%]*/y;

/**
 * Reads what stands right of an operator: a number, an unquoted word, a quoted string or `%regex%`.
 *
 * The guide wants quotes around all but letters, digits and `_`, yet its own example leaves
 * `123.123.*` bare; so a period and the wildcard are let through unquoted, anything else is not.
 *
 * @throws FilterPatternError if nothing of the kind stands there.
 */
export function readOperand(lexer: Lexer): Operand {
  const start = lexer.position;
  if (lexer.peek() === '"') return { kind: "text", text: readQuoted(lexer) };
  if (lexer.take("%")) return readRegex(lexer, start);
  const word = lexer.match(WORD);
  if (word === undefined) {
    throw lexer.unexpected(
      'a number, a word, a string in double quotes ("...") or a regex (%...%)',
    );
  }
  const value = parseNumber(word);
  if (Number.isFinite(value)) return { kind: "number", value };
  if (!Number.isNaN(value)) throw lexer.unexpected("a number that a double can hold", start);
  if (SIGNLESS_WORD.test(word)) return { kind: "text", text: word };
  if (SIGNED_WILDCARD_NUMBER.test(word)) {
    // A JSON number never shows its plus sign, so with it the text could not match.
    return { kind: "text", text: word.startsWith("+") ? word.slice(1) : word };
  }
  throw lexer.unexpected(
    "double quotes around a string with other than letters, digits and _",
    start,
  );
}

function readQuoted(lexer: Lexer): string {
  const start = lexer.position;
  lexer.take('"');
  let text = "";
  for (;;) {
    text += lexer.match(QUOTED_CHARACTERS) ?? "";
    if (lexer.take('"')) return text;
    if (lexer.take('\\"')) text += '"';
    else if (lexer.take("\\\\") || lexer.take("\\")) text += "\\";
    else throw lexer.unexpected('a closing " for this string', start);
  }
}

function readRegex(lexer: Lexer, start: number): Operand {
  const offset = lexer.position;
  const source = lexer.match(REGEX_CHARACTERS) ?? "";
  if (!lexer.take("%")) throw lexer.unexpected("a closing % for this regular expression", start);
  translateRegex(source, offset, lexer);
  return { kind: "regex", source };
}
