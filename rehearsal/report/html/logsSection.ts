import type { LogGroupRun } from "../../rehearsalRun";
import { count } from "../words";
import { block, inline } from "./escape";

/** What was read, what matched, and what looks like a prediction but can never match. */
export function logsSection(logs: readonly LogGroupRun[]): string {
  return `<section aria-labelledby="logs">
<h2 id="logs">Logs</h2>
${logs.length === 0 ? "<p>No log was read.</p>" : logs.map(logHtml).join("\n")}
</section>`;
}

function logHtml(log: LogGroupRun): string {
  const { logGroup, events, matched, nearMisses, undated, undatedExamples } = log;
  const filters = [...matched].map(
    ([filter, matches]) =>
      `<li><span class="code">${inline(filter)}</span> matched ${matches.toLocaleString("en-US")}</li>`,
  );
  return `<article class="log">
<h3><span class="code">${inline(logGroup)}</span></h3>
<p>${count(events, "log event")} read.</p>
${filters.length > 0 ? `<ul>${filters.join("")}</ul>` : ""}
${nearMisses.map(nearMissHtml).join("\n")}
${undated > 0 ? undatedHtml(undated, undatedExamples) : ""}
</article>`;
}

function nearMissHtml({
  kind,
  count: missed,
  example,
  advice,
}: LogGroupRun["nearMisses"][number]): string {
  return `<div class="finding">
<h4>Near miss: ${inline(kind)}</h4>
<p>${count(missed, "log event")} ${missed === 1 ? "carries" : "carry"} the field but can never match, for example:</p>
<pre>${block(example)}</pre>
<p><strong>What to do:</strong> ${inline(advice)}</p>
</div>`;
}

function undatedHtml(undated: number, examples: readonly string[]): string {
  return `<div class="finding">
<h4>Undated lines</h4>
<p>${count(undated, "line")} without a time that can be read, left out${examples.length > 0 ? ", for example" : ""}${examples.length > 0 ? ":" : "."}</p>
${examples.length > 0 ? `<pre>${examples.map(block).join("\n")}</pre>` : ""}
</div>`;
}
