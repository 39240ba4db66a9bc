import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { printable } from "../text";

/** A text of one line, as HTML that is safe between tags and in quoted attributes. */
export function inline(text: string): string {
  return escaped(printable(text).replaceAll("\n", "\\n"));
}

/** A text of several lines, as HTML that is safe in a `<pre>`. */
export function block(text: string): string {
  return escaped(printable(text));
}

/** Like {@link block}, with its https addresses as links that say nothing of where they were followed. */
export function blockWithLinks(text: string): string {
  const parts = printable(text).split(/(https:\/\/[^\s"'<>]+)/);
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
  /** The page's own styles, a file beside this one; they follow those that all pages share. */
  readonly styles: string;
  /** What the charts' script draws from; it finds it as JSON in the element `#data`. @default no script at all */
  readonly charts?: unknown;
}

/**
 * The frame of a report: one HTML file that holds all it needs and fetches nothing. Its content security policy lets
 * exactly the scripts and the styles in it run, by their hashes, so that markup in a log line would stay without
 * effect even if it slipped through the escaping.
 */
export function htmlPage({ title, body, styles: own, charts }: Page): string {
  const library = charts === undefined ? undefined : chartLibrary();
  const styles = [...(library ? [library.css] : []), asset("page.css"), asset(own)];
  const scripts = library ? [library.code, asset("charts.js")] : [];
  const data = library
    ? `<script type="application/json" id="data">${scriptJson(charts)}</script>\n`
    : "";
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.length > 0 ? scripts.map(source).join(" ") : "'none'"}`,
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
${data}${scripts.map((text) => `<script>${text}</script>`).join("\n")}
</body>
</html>
`;
}

/**
 * A table that turns into a list where there is no room for it. A row's first cell is its heading.
 * @param heads plain text; the cells are HTML
 */
export function stackingTable(
  heads: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly kind?: string }[],
  id?: string,
): string {
  const cellHtml = (html: string, column: number): string =>
    column === 0
      ? `<th role="rowheader" scope="row">${html}</th>`
      : `<td role="cell" data-label="${heads[column] ?? ""}"><span>${html}</span></td>`;
  return `<table class="stacking" role="table"${id === undefined ? "" : ` id="${id}"`}>
<thead role="rowgroup"><tr role="row">${heads.map((name) => `<th role="columnheader" scope="col">${name}</th>`).join("")}</tr></thead>
<tbody role="rowgroup">
${rows.map(({ cells, kind }) => `<tr role="row"${classOf(kind)}>${cells.map(cellHtml).join("")}</tr>`).join("\n")}
</tbody>
</table>`;
}

/** What a reader must know before trusting the rest. @param items HTML; nothing comes of none */
export function noticesSection(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  const list = items.map((item) => `<li>${item}</li>`).join("\n");
  return section(title, `<ul>\n${list}\n</ul>`, "notices");
}

/** A part of a page. @param title plain text without markup @param content HTML */
export function section(title: string, content: string, kind?: string): string {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return `<section${classOf(kind)} aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${content}
</section>`;
}

function classOf(kind: string | undefined): string {
  return kind ? ` class="${kind}"` : "";
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
