import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

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

/** What a report's page consists of. */
interface Page {
  readonly title: string;
  /** HTML, with everything foreign in it escaped already. */
  readonly body: string;
  /** What the page's script draws from; it finds it as JSON in the element `#data`. */
  readonly data: unknown;
  /** The page's own styles, files beside this one; they follow those that all pages share. */
  readonly styles: readonly string[];
  /** The page's own scripts, files beside this one, in their order. */
  readonly scripts: readonly string[];
}

/**
 * The frame of a report: one HTML file that holds all it needs and fetches nothing. Its content security policy lets
 * exactly the scripts and the styles in it run, by their hashes, so that markup in a log line would stay without
 * effect even if it slipped through the escaping.
 */
export function htmlPage(page: Page): string {
  const { title, body, data } = page;
  const { code, css } = chartLibrary();
  const styles = [css, ...["theme.css", "page.css", ...page.styles].map(asset)];
  const scripts = [code, ...page.scripts.map(asset)];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(source).join(" ")}`,
    `style-src ${styles.map(source).join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${inline(title)}</title>
${styles.map((text) => `<style>${text}</style>`).join("\n")}
</head>
<body>
${body}
<script type="application/json" id="data">${scriptJson(data)}</script>
${scripts.map((text) => `<script>${text}</script>`).join("\n")}
</body>
</html>
`;
}

/** uPlot with its licence, which asks to go wherever the code goes. */
function chartLibrary(): { readonly code: string; readonly css: string } {
  const folder = dirname(require.resolve("uplot/package.json"));
  const read = (...names: string[]) => readFileSync(join(folder, ...names), "utf8");
  const licence = `/*!\n${read("LICENSE").trim().replaceAll("*/", "* /")}\n*/`;
  return {
    code: inlinable(`${licence}\n${read("dist", "uPlot.iife.min.js")}`),
    css: inlinable(read("dist", "uPlot.min.css")),
  };
}

function asset(name: string): string {
  return inlinable(readFileSync(join(__dirname, name), "utf8"));
}

/** Inlined as it is, a text must not end its own element; CR LF would be read as LF and change the hash. */
function inlinable(text: string): string {
  if (/<\/(?:script|style)|<!--/i.test(text)) {
    throw new Error("a script or style of the report holds markup and cannot be inlined");
  }
  return text.replaceAll("\r\n", "\n");
}

function source(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
