import { MetricMathError } from "./error";

/**
 * A piece of an expression. `id` starts with a lower-case letter (a metric's or an expression's Id), `word` with an
 * upper-case one (a function or keyword); `end` stands behind the last character.
 */
export interface Token {
  readonly type: "number" | "id" | "word" | "string" | "symbol" | "end";
  readonly text: string;
  /** Characters from the beginning of the expression. */
  readonly position: number;
}

// Quoted strings occur only as arguments of functions that are refused by name; reading them lets the parser name those.
const TOKEN =
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<id>[a-z]\w*)|(?<word>[A-Z]\w*)|(?<string>"[^"]*"|'[^']*')|(?<symbol>&&|\|\||[=!<>]=|[-+*/^<>()[\],])/y;

/**
 * Cuts an expression into tokens. Blanks are not significant.
 *
 * @throws MetricMathError at a character that starts no token.
 */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    while (/\s/.test(expression.charAt(position))) position++;
    if (position >= expression.length) break;
    TOKEN.lastIndex = position;
    const groups = TOKEN.exec(expression)?.groups;
    if (!groups) {
      const found = expression.charAt(position);
      throw new MetricMathError(`"${found}" is not part of metric math`, expression, position);
    }
    const token = tokenFrom(groups, position);
    tokens.push(token);
    position += token.text.length;
  }
  tokens.push({ type: "end", text: "", position: expression.length });
  return tokens;
}

function tokenFrom(groups: Partial<Record<string, string>>, position: number): Token {
  for (const type of ["number", "id", "word", "string", "symbol"] as const) {
    const text = groups[type];
    if (text !== undefined) return { type, text, position };
  }
  return { type: "end", text: "", position };
}
