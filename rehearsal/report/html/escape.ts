/**
 * What a reader would not see or would see wrongly: control characters, and those that reorder or hide text, with which a log line could
 * pose as another. Line feeds are dealt with apart. (Joiners stay: emoji and some scripts need them.)
 */
const INVISIBLE =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text with its control characters made visible (`␛`, `[U+202E]`); line feeds stay. */
export function visible(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replaceAll("\r\n", "\n")
    .replace(INVISIBLE, symbolOf);
}

/** Unicode has a picture of each of the oldest control characters. */
function symbolOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** A text of one line, as HTML that is safe between tags and in quoted attributes. */
export function inline(text: string): string {
  return escaped(visible(text).replaceAll("\n", "␊"));
}

/** A text of several lines, as HTML that is safe in a `<pre>`. */
export function block(text: string): string {
  return escaped(visible(text));
}

/** Like {@link block}, with its https addresses as links that say nothing of where they were followed. */
export function blockWithLinks(text: string): string {
  const parts = visible(text).split(/(https:\/\/[^\s"'<>]+)/);
  return parts
    .map((part, index) => {
      const html = escaped(part);
      return index % 2 === 0 ? html : `<a href="${html}" rel="noreferrer noopener">${html}</a>`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/**
 * A value as JSON that is safe in a script element: nothing in it can close the element or open a comment, and it is
 * valid JavaScript too.
 */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
