/** Longest excerpt of a log line that is shown to a person, in characters. */
export const MAX_EXCERPT = 200;

/** Controls, line separators, and the marks that turn the direction of text, which could disguise a line. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * An excerpt of a log line that is safe to print: no control characters (they show as `\n`, `\t` or
 * `\u001b`), at most {@link MAX_EXCERPT} characters of the line, an ellipsis where something is left out.
 *
 * @param around - The index of a character that the excerpt should show. Default: the first.
 */
export function visibleText(text: string, around = 0): string {
  const start = around < MAX_EXCERPT - 60 ? 0 : around - 60;
  const excerpt = text.slice(start, start + MAX_EXCERPT);
  const shown = excerpt.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return ESCAPES[character] ?? `\\u${code}`;
  });
  return `${start > 0 ? "…" : ""}${shown}${start + MAX_EXCERPT < text.length ? "…" : ""}`;
}
