import type { RehearsalRun } from "../../rehearsalRun";
import { count, minutesText } from "../words";
import { stateBadge, type AlarmEntry } from "./alarmSection";
import { firesWhen } from "./alarmWords";
import { inline } from "./escape";

/** What a reader must know before trusting the rest: alarms left out, nobody to mail, lines that count nowhere. */
export function noticesSection({ notes, logs }: RehearsalRun): string {
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
export function summarySection(entries: readonly AlarmEntry[]): string {
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
  return `<tr role="row"><th role="rowheader" scope="row"><a href="#alarm-${String(number)}">${inline(alarm.model)}</a> <span class="code">${inline(alarm.name)}</span></th>${[
    cell("Fires when", inline(firesWhen(alarm))),
    cell("State changes", changes.length.toLocaleString("en-US"), ` class="number"`),
    cell("In ALARM", minutes, ` class="number"`),
    cell("E-mails", mails.length.toLocaleString("en-US"), ` class="number"`),
    cell("At the end", stateBadge(finalState)),
  ].join("")}</tr>`;
}
