import { durationText } from "../../components/settings/duration";
import { inline } from "../page/page";
import type { AlarmStateChange } from "../simulator/alarmEvaluation";
import type { AlarmState } from "../simulator/alarmState";
import { type MetricAlarm, queriesOf } from "../simulator/metricAlarm";
import { conditionText, count } from "../text";
import { minutesText, minuteText } from "../time";
import type { AlarmChart } from "./alarmChart";
import { mailLink } from "./htmlReport";
import type { RehearsedAlarm, RehearsedMail } from "./rehearse";

/** Seconds of a period where an alarm does not say: CloudWatch's shortest. */
const SHORTEST = 60;

/** What an alarm watches, by its label, or else by the metric's own name or the query's id. */
export function watchedName(alarm: MetricAlarm): string {
  const watched = queriesOf(alarm).find(({ returnData = true }) => returnData);
  return watched?.label ?? watched?.metric?.metricName ?? watched?.id ?? "value";
}

/** ` %` where an alarm's expressions say that its value is a percentage, else nothing: CloudWatch keeps no unit. */
export function unitOf(alarm: MetricAlarm): string {
  const expressions = queriesOf(alarm).map(({ expression }) => expression ?? "");
  const isRate = /rate|percent|%/i.test(watchedName(alarm));
  return isRate && expressions.some((text) => /\b100\b/.test(text)) ? " %" : "";
}

/** When an alarm fires: `at or below 90 % in 3 of 5 periods of 1 hour`. */
export function firesWhen(alarm: MetricAlarm): string {
  const threshold = String(alarm.threshold);
  return conditionText(alarm).replace(` ${threshold} in `, ` ${threshold}${unitOf(alarm)} in `);
}

/** Minutes that one data point covers. */
export function periodMinutes(alarm: MetricAlarm): number {
  const period = queriesOf(alarm).find(({ metric }) => metric)?.metric?.period;
  return Math.max(SHORTEST, period ?? SHORTEST) / 60;
}

/**
 * Names of an alarm's metrics for its chart. Ours end in what is counted (`….valid_predictions`); metrics that would
 * share a name keep the one they have in CloudWatch and their id.
 */
export function metricNames(alarm: MetricAlarm, ids: readonly string[]): string[] {
  const queries = new Map(queriesOf(alarm).map((query) => [query.id, query.metric]));
  const short = ids.map((id) => lastWords(queries.get(id)?.metricName ?? id));
  return ids.map((id, index) => {
    const name = short[index] ?? id;
    const shared = short.filter((other) => other === name).length > 1;
    return shared ? `${id} (${queries.get(id)?.metricName ?? id})` : name;
  });
}

function lastWords(metricName: string): string {
  const last = metricName.slice(metricName.lastIndexOf(".") + 1);
  return (last === "" ? metricName : last).replaceAll("_", " ");
}

/** An alarm with all that the page says of it. */
export interface AlarmEntry {
  /** Its position on the page, from 0. */
  readonly number: number;
  readonly rehearsed: RehearsedAlarm;
  /** Its mails, with their positions among all mails. */
  readonly mails: readonly { readonly mail: RehearsedMail; readonly number: number }[];
  readonly chart: AlarmChart;
}

/** State changes in the table: a threshold within the noise makes tens of thousands a year. */
const CHANGES_SHOWN = 200;

/** Up to this many state changes, the table is open from the start. */
const CHANGES_OPEN = 12;

/** An alarm: its charts, and its state changes as a table, which tells the same in text. */
export function alarmSection(entry: AlarmEntry): string {
  const { number, rehearsed, chart } = entry;
  const { alarm, changes, minutesInAlarm, finalState } = rehearsed;
  const id = `alarm-${number}`;
  const facts = [
    count(changes.length, "state change"),
    `${minutesText(minutesInAlarm)} in ALARM`,
    count(entry.mails.length, "e-mail"),
  ];
  return `<section class="alarm" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${inline(alarm.model)} <span class="code">${inline(alarm.name)}</span></h2>
<p class="condition">Fires when ${inline(watchedName(alarm))} is ${inline(firesWhen(alarm))}.</p>
<p class="facts">${facts.join(" · ")} · ${stateBadge(finalState)} at the end</p>
${figure(number, rehearsed, chart)}
${changesTable(entry)}
</section>`;
}

/** A state as a coloured word. */
export function stateBadge(state: AlarmState): string {
  return `<span class="state ${state.toLowerCase()}">${state}</span>`;
}

function figure(number: number, rehearsed: RehearsedAlarm, chart: AlarmChart): string {
  const { alarm } = rehearsed;
  const tools = [
    ["earlier", "←", "Earlier"],
    ["later", "→", "Later"],
    ["in", "+", "Zoom in"],
    ["out", "−", "Zoom out"],
    ["all", "All", "Show the whole time range"],
  ].map(
    ([action = "", sign = "", name = ""]) =>
      `<button type="button" data-zoom="${action}" aria-label="${name}" title="${name}">${sign}</button>`,
  );
  const keys = [
    ["value", inline(watchedName(alarm))],
    ["threshold", `threshold ${alarm.threshold}${unitOf(alarm)}`],
    ["alarm", "in ALARM"],
    ["unknown", "INSUFFICIENT_DATA"],
    ["mail", "e-mail"],
  ].map(([kind = "", name = ""]) => `<li><span class="key ${kind}"></span>${name}</li>`);
  const volumeKeys = chart.volumes.series.map(
    ({ label }, index) =>
      `<li><span class="key volume volume-${String(index % 4)}"></span>${inline(label)}</li>`,
  );
  return `<figure class="chart" data-chart="${number}" tabindex="0" role="group" aria-label="${inline(description(rehearsed))}">
<div class="bar"><ul class="keys">${keys.join("")}</ul><div class="tools" role="group" aria-label="Time range">${tools.join("")}</div></div>
<div class="plot values"></div>
${volumeKeys.length > 0 ? `<div class="bar"><ul class="keys"><li class="caption">Sums per ${periodText(alarm)}</li>${volumeKeys.join("")}</ul></div>\n<div class="plot volumes"></div>` : ""}
<figcaption><span class="shown"></span><span class="hint">Drag to zoom, double-click for the whole range; or arrow keys, +, − and 0.</span> ${caption(rehearsed, chart)}</figcaption>
<noscript><p>The charts need JavaScript; the table of state changes tells the same.</p></noscript>
</figure>`;
}

/** What a chart shows, for those who cannot see it. */
function description({ alarm, newest }: RehearsedAlarm): string {
  let [low, high] = [Infinity, -Infinity];
  for (const value of newest.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const unit = unitOf(alarm);
  const rounded = (value: number) => `${value.toLocaleString("en-US")}${unit}`;
  const values =
    low > high ? "without any data point" : `between ${rounded(low)} and ${rounded(high)}`;
  return `Chart of ${watchedName(alarm)} over time, ${values}; threshold ${alarm.threshold}${unit}. The state changes follow as a table.`;
}

function caption({ alarm, newest }: RehearsedAlarm, chart: AlarmChart): string {
  const every = newest.step === 1 ? "minute" : durationText(newest.step * 60);
  const thinned =
    chart.points > chart.times.length
      ? ` Drawn with ${count(chart.times.length, "point")} of ${chart.points.toLocaleString("en-US")}: the lowest and the highest of each stretch.`
      : "";
  return `Each point covers the ${periodText(alarm)} before it; the alarm looks every ${every}.${thinned}`;
}

/** `hour`, `15 minutes`. */
function periodText(alarm: RehearsedAlarm["alarm"]): string {
  return durationText(periodMinutes(alarm) * 60).replace(/^1 /, "");
}

function changesTable({ rehearsed, mails }: AlarmEntry): string {
  const { alarm, changes } = rehearsed;
  if (changes.length === 0) return `<p>The state never changed.</p>`;
  const links = new Map<AlarmStateChange, string[]>();
  for (const { mail, number } of mails) {
    links.set(mail.change, [...(links.get(mail.change) ?? []), mailLink(mail, number)]);
  }
  const unit = unitOf(alarm);
  const rows = changes.slice(0, CHANGES_SHOWN).map((change) => {
    const { at, from, to, value, reason } = change;
    const shown =
      value === undefined
        ? "no data"
        : `${value.toLocaleString("en-US", { maximumFractionDigits: 2 })}${unit}`;
    const cells = [
      ["State", `<span class="nowrap">${stateBadge(from)} → ${stateBadge(to)}</span>`],
      ["Newest value", shown],
      ["E-mails", links.get(change)?.join(", ") ?? "none"],
      ["Reason", inline(reason)],
    ].map(
      ([label = "", html = ""]) =>
        `<td role="cell" data-label="${label}"><span>${html}</span></td>`,
    );
    return `<tr role="row"><th role="rowheader" scope="row">${minuteText(at)}</th>${cells.join("")}</tr>`;
  });
  const left = changes.length - rows.length;
  const more =
    left > 0
      ? `<p>${count(left, "later state change")} left out here; <code>--json</code> lists all.</p>`
      : "";
  const heads = ["Time (UTC)", "State", "Newest value", "E-mails", "Reason"];
  return `<details class="changes"${changes.length <= CHANGES_OPEN ? " open" : ""}>
<summary>${count(changes.length, "state change")}</summary>
<table class="stacking" role="table">
<thead role="rowgroup"><tr role="row">${heads.map((name) => `<th role="columnheader" scope="col">${name}</th>`).join("")}</tr></thead>
<tbody role="rowgroup">
${rows.join("\n")}
</tbody>
</table>
${more}</details>`;
}
