import { block, blockWithLinks, htmlPage, inline } from "../page/page";
import { count } from "../text";
import { minutesText, minuteText } from "../time";
import { alarmChart } from "./alarmChart";
import { type AlarmEntry, alarmSection, firesWhen, stateBadge } from "./alarmSection";
import type { RehearsedMail } from "./rehearse";
import type { LogGroupRun, RehearsalRun } from "./rehearseLogs";

/** What was read, what matched, and what looks like a prediction but can never match. */
function logsSection(logs: readonly LogGroupRun[]): string {
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

/** Mails in full: more than anybody reads, few enough for a page that opens at once. */
const MAILS_SHOWN = 500;

/** The mails in order of time, each opening under its subject. */
function mailsSection(mails: readonly RehearsedMail[]): string {
  const left = mails.length - MAILS_SHOWN;
  return `<section aria-labelledby="mails">
<h2 id="mails">E-mails</h2>
${mails.length === 0 ? "<p>No e-mail would have been sent.</p>" : ""}${mails.slice(0, MAILS_SHOWN).map(mailHtml).join("\n")}
${left > 0 ? `<p>${count(left, "later e-mail")} left out here; <code>--json</code> lists all.</p>` : ""}
</section>`;
}

/** A link to a mail by its position, named after its addressee; plain text for one the page does not show. */
export function mailLink({ to }: RehearsedMail, number: number): string {
  return number < MAILS_SHOWN ? `<a href="#mail-${number}">${inline(to)}</a>` : inline(to);
}

function mailHtml({ at, to, subject, body, change }: RehearsedMail, number: number): string {
  return `<details class="mail ${change.to.toLowerCase()}" id="mail-${number}">
<summary><span class="aside nowrap">${minuteText(at)}</span> <span class="subject">${inline(subject)}</span> <span class="aside">to ${inline(to)}</span></summary>
<pre>${blockWithLinks(body.trimEnd())}</pre>
</details>`;
}

/** What a reader must know before trusting the rest: alarms left out, nobody to mail, lines that count nowhere. */
function noticesSection({ notes, logs }: RehearsalRun): string {
  const missed = logs
    .flatMap(({ nearMisses }) => nearMisses)
    .reduce((n, near) => n + near.count, 0);
  const undated = logs.reduce((n, log) => n + log.undated, 0);
  const items = [
    ...notes.map(inline),
    ...(missed > 0
      ? [
          `${count(missed, "log event")} can never match a metric filter though ${missed === 1 ? "it carries" : "they carry"} its field: <a href="#logs">see the near misses</a>`,
        ]
      : []),
    ...(undated > 0
      ? [
          `${count(undated, "line")} without a time that can be read ${undated === 1 ? "was" : "were"} left out: <a href="#logs">see the logs</a>`,
        ]
      : []),
  ];
  if (items.length === 0) return "";
  return `<section class="notices" aria-labelledby="notices">
<h2 id="notices">Notes</h2>
<ul>
${items.map((item) => `<li>${item}</li>`).join("\n")}
</ul>
</section>`;
}

/** A line for each alarm, which leads to its section. */
function summarySection(entries: readonly AlarmEntry[]): string {
  if (entries.length === 0) {
    return `<section><h2>Alarms</h2><p>No alarm was rehearsed.</p></section>`;
  }
  return `<section aria-labelledby="summary">
<h2 id="summary">Alarms</h2>
<table class="stacking" role="table">
<thead role="rowgroup"><tr role="row">${["Model", "Fires when", "State changes", "In ALARM", "E-mails", "At the end"].map((name) => `<th role="columnheader" scope="col">${name}</th>`).join("")}</tr></thead>
<tbody role="rowgroup">
${entries.map(row).join("\n")}
</tbody>
</table>
</section>`;
}

function row({ number, rehearsed, mails }: AlarmEntry): string {
  const { alarm, changes, minutesInAlarm, finalState } = rehearsed;
  const cell = (label: string, html: string, kind = "") =>
    `<td role="cell" data-label="${label}"${kind}><span>${html}</span></td>`;
  const minutes =
    minutesInAlarm > 60
      ? `${count(minutesInAlarm, "minute")} <span class="aside">${minutesText(minutesInAlarm)}</span>`
      : count(minutesInAlarm, "minute");
  return `<tr role="row"><th role="rowheader" scope="row"><a href="#alarm-${number}">${inline(alarm.model)}</a> <span class="code">${inline(alarm.name)}</span></th>${[
    cell("Fires when", inline(firesWhen(alarm))),
    cell("State changes", changes.length.toLocaleString("en-US"), ` class="number"`),
    cell("In ALARM", minutes, ` class="number"`),
    cell("E-mails", mails.length.toLocaleString("en-US"), ` class="number"`),
    cell("At the end", stateBadge(finalState)),
  ].join("")}</tr>`;
}

/**
 * A rehearsal as a web page: one file that can be sent around, opened without a network and printed. Whatever comes
 * from logs, names and mails is shown as text only.
 */
export function htmlReport(run: RehearsalRun): string {
  const { stack, options, rehearsal } = run;
  const entries = entriesOf(run);
  return htmlPage({
    title: `Rehearsal of stack ${stack}, ${minuteText(options.from)} to ${minuteText(options.to)} UTC`,
    styles: ["charts.css"],
    scripts: ["drawing.js", "zoom.js", "charts.js"],
    data: entries.map(({ chart }) => chart),
    body: [
      header(run),
      `<main>`,
      noticesSection(run),
      summarySection(entries),
      ...entries.map((entry) => alarmSection(entry)),
      mailsSection(rehearsal.mails),
      logsSection(run.logs),
      `</main>`,
      footer(run),
    ].join("\n"),
  });
}

function entriesOf({ rehearsal, options }: RehearsalRun): AlarmEntry[] {
  const byAlarm = new Map<string, { readonly mail: RehearsedMail; readonly number: number }[]>();
  rehearsal.mails.forEach((mail, number) => {
    const mails = byAlarm.get(mail.alarm);
    if (mails) mails.push({ mail, number });
    else byAlarm.set(mail.alarm, [{ mail, number }]);
  });
  return rehearsal.alarms.map((rehearsed, number) => {
    const mails = byAlarm.get(rehearsed.alarm.name) ?? [];
    const chart = alarmChart(
      rehearsed,
      mails.map(({ mail }) => mail),
      options,
    );
    return { number, rehearsed, mails, chart };
  });
}

function header({ stack, options, rehearsal }: RehearsalRun): string {
  const { from, to } = options;
  const fired = rehearsal.alarms.filter(({ changes }) =>
    changes.some((change) => change.to === "ALARM"),
  ).length;
  const verdict =
    fired === 0
      ? "No alarm would have fired"
      : `${fired.toLocaleString("en-US")} of ${count(rehearsal.alarms.length, "alarm")} would have fired`;
  const mails =
    rehearsal.mails.length === 0
      ? "no e-mail would have been sent"
      : `${count(rehearsal.mails.length, "e-mail")} would have been sent`;
  return `<header>
<h1>Rehearsal of stack <span class="name">${inline(stack)}</span></h1>
<p class="lead">${minuteText(from)} to ${minuteText(to)} UTC (${minutesText(to - from)})</p>
<p class="verdict${fired > 0 ? " fired" : ""}">${verdict}, ${mails}.</p>
</header>`;
}

function footer({ options }: RehearsalRun): string {
  const { evaluationRangeExtra = 2 } = options;
  return `<footer>
<p>What the declared metric filters, alarms and e-mails would have done with these logs, by a local model of CloudWatch's documented behaviour.
Evaluated with ${count(evaluationRangeExtra, "data point")} beyond the evaluation periods. All times are in UTC.</p>
<p>Charts are drawn by uPlot (MIT licence). This file loads nothing from the network.</p>
</footer>`;
}
