import { parseJson } from "./logEvents";

const TOKEN =
  /\s+|[{}[\]:,]|(?<word>True|False|None|nan|-?inf)\b|(?<number>-?\d[\d.]*(?:[eE][+-]?\d+)?)|[ub]?(?<text>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")|(?<bracket>[()])/suy;
const WORDS: Readonly<Record<string, string>> = { True: "true", False: "false" };
const BRACKETS: Readonly<Record<string, string>> = { "(": "[", ")": "]" };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gsu;
const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads a dict as Python prints it, `{'prediction_valid': True}`.
 * @returns Its value as if it had been JSON; undefined for anything else, such as values that Python prints
 * as calls.
 */
export function parsePythonDict(text: string): unknown {
  let json = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const { word, text: quoted, bracket } = match.groups ?? {};
    if (word !== undefined) json += WORDS[word] ?? "null";
    else if (quoted !== undefined) json += JSON.stringify(unescaped(quoted.slice(1, -1)));
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
