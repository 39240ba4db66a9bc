import { readFileSync } from "node:fs";
import { join } from "node:path";
import { visibleText } from "../../tools/text";
import { type Counted, counted } from "./counted";
import { type LoggedWay, packages } from "./ways";

export const PAGE = join(__dirname, "../../docs/logging.md");
const MADE = /(<!-- prettier-ignore-start -->\n)[\s\S]*(<!-- prettier-ignore-end -->)/;

/** Characters of a log event that the page shows. */
const EXCERPT = 100;

/** The page with tables of what these ways to log make now. */
export function pageWith(ways: readonly LoggedWay[]): string {
  const page = readFileSync(PAGE, "utf8");
  if (!MADE.test(page)) throw new Error(`${PAGE}: no place for the tables`);
  const tables = tablesOf(ways);
  return page.replace(MADE, (_, start: string, end: string) => `${start}\n${tables}\n\n${end}`);
}

function tablesOf(ways: readonly LoggedWay[]): string {
  const rows = ways.map((way) => ({ ...way, ...counted(way.events, way.predictions) }));
  const groups = [...new Set(ways.map(({ group }) => group))];
  const summary =
    `${rows.length} ways: ${rows.filter(({ setting }) => setting === "").length} count under the default settings, ` +
    `${rows.filter(({ setting }) => setting !== undefined && setting !== "").length} with one setting. ` +
    `Tried with ${packages().join(", ")}.`;
  const tables = groups.map((group) => {
    const own = rows.filter((row) => row.group === group);
    const { source = "", shared = "" } = own[0] ?? {};
    const head = "| code | log event | counts | if not |\n| --- | --- | --- | --- |";
    return [
      `### ${group}`,
      source === "" ? "" : `Form of the event: ${source}`,
      shared === "" ? "" : `\`\`\`python\n${shared.trimEnd()}\n\`\`\``,
      `${head}\n${own.map(rowOf).join("\n")}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  return [summary, ...tables].join("\n\n");
}

function rowOf(row: LoggedWay & Counted): string {
  const { setup, code, events, setting, nearMiss, why } = row;
  const written = `${setup}\n${code}`.split("\n").filter((line) => line.trim() !== "");
  const counts = setting === "" ? "yes" : setting === undefined ? "no" : `with ${inline(setting)}`;
  const notes = [nearMiss === undefined ? "" : `near miss: ${nearMiss.kind}`, why ?? ""];
  const cells = [
    written.map(inline).join("<br>"),
    inline(excerpt(events)),
    counts,
    notes.filter(Boolean).join(". "),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Of the first event that names the field, the part around it; else the first event's beginning. */
function excerpt(events: readonly string[]): string {
  const name = /prediction_valid|probability/;
  const event = (events.find((one) => name.test(one)) ?? events[0] ?? "").trim();
  const at = event.search(name);
  const start = event.length <= EXCERPT || at < EXCERPT / 2 ? 0 : at - EXCERPT / 2;
  const part = event.slice(start, start + EXCERPT);
  const more = start + EXCERPT < event.length ? "…" : "";
  return `${start > 0 ? "…" : ""}${visibleText(part)}${more}`;
}

/** As inline code in a table's cell. */
function inline(text: string): string {
  const indented = text.replace(/^ +/, (blanks) => "\u00a0".repeat(blanks.length));
  return `\`${indented.replaceAll("|", "\\|")}\``;
}
