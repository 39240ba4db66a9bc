import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inline, scriptJson } from "./escape";

/** What a report's page consists of. */
export interface Page {
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
