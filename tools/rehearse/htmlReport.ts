import { grouped } from "../../components/lists";
import { durationText } from "../../components/settings/duration";
import type { BlindSpot } from "../blindSpots";
import {
  block,
  blockWithLinks,
  htmlPage,
  inline,
  noticesSection,
  section,
  stackingTable,
} from "../page/page";
import { subjectOf } from "../program/model";
import type { AlarmState } from "../simulator/alarmState";
import {
  conditionText,
  count,
  firesWhen,
  numberText,
  periodMinutes,
  unitOf,
  watchedName,
} from "../text";
import { minutesText, minuteText } from "../time";
import { type AlarmChart, alarmChart } from "./alarmChart";
import { type Comparison, compareText } from "./compare";
import {
  hasFired,
  mutedText,
  type RehearsalOptions,
  type RehearsedAlarm,
  type RehearsedMail,
  totalsOf,
  totalsText,
} from "./rehearse";
import { answeredText, isBlind, type LogGroupRun, type RehearsalRun } from "./rehearseLogs";

/** An alarm with what the page makes of it. */
interface AlarmEntry {
  /** Its position on the page, from 0. */
  readonly number: number;
  readonly rehearsed: RehearsedAlarm;
  /** Whether the logs leave unknown what it would have done. */
  readonly isBlind: boolean;
  readonly chart: AlarmChart;
}

/**
 * A rehearsal as a web page: one file that can be sent around, opened without a network and printed. Whatever comes
 * from logs, names and mails is shown as text only.
 */
export function htmlReport(run: RehearsalRun, comparison?: Comparison): string {
  const { stack, options, rehearsal } = run;
  const entries = entriesOf(run);
  const numbers = new Map(rehearsal.mails.map((mail, number) => [mail, number]));
  return htmlPage({
    title: `Rehearsal of stack ${stack}, ${minuteText(options.from)} to ${minuteText(options.to)} UTC`,
    styles: "charts.css",
    charts: entries.map(({ chart }) => chart),
    body: [
      header(run),
      `<main>`,
      ...run.blind.map(blindSection),
      noticesSection("Notes", notices(run)),
      summarySection(entries, options),
      ...entries.map((entry) => alarmSection(entry, options, numbers)),
      comparison === undefined
        ? ""
        : section("Comparison", `<pre>${block(compareText(comparison).trimEnd())}</pre>`),
      mailsSection(rehearsal.mails),
      section("Logs", run.logs.map(logHtml).join("\n") || "<p>No log was read.</p>"),
      `</main>`,
      footer(run),
    ].join("\n"),
  });
}

/** The alarms that fired first, those of which nothing is known before those that stayed quiet. */
function entriesOf(run: RehearsalRun): AlarmEntry[] {
  const rank = (rehearsed: RehearsedAlarm): number =>
    hasFired(rehearsed) ? 0 : isBlind(run, rehearsed) ? 1 : 2;
  return [...run.rehearsal.alarms]
    .sort((a, b) => rank(a) - rank(b) || b.minutesInAlarm - a.minutesInAlarm)
    .map((rehearsed, number) => ({
      number,
      rehearsed,
      isBlind: isBlind(run, rehearsed),
      chart: alarmChart(rehearsed, run.options),
    }));
}

/** Blind spots in the page's heading; all of them follow it. */
const BLIND_SHOWN = 3;

function header(run: RehearsalRun): string {
  const { stack, options, rehearsal, declared, blind } = run;
  const { from, to } = options;
  const { alarms, mails } = rehearsal;
  const fired = alarms.filter(hasFired).length;
  const sent =
    mails.length === 0
      ? `no e-mail would have been sent${alarms.length === declared ? "" : " by what was rehearsed"}`
      : `${count(mails.length, "e-mail")} would have been sent`;
  const firing =
    fired === 0
      ? "No alarm"
      : `${fired.toLocaleString("en-US")} of ${count(alarms.length, "alarm")}`;
  const verdict = `${firing} would have fired, ${sent}`;
  const verdicts = [
    ...blind
      .slice(0, BLIND_SHOWN)
      .map(({ what }) => `<p class="verdict blind">Blind: ${inline(what)}.</p>`),
    ...(blind.length > BLIND_SHOWN
      ? [`<p class="verdict blind">Blind in ${blind.length - BLIND_SHOWN} more ways.</p>`]
      : []),
    ...(fired > 0 ? [`<p class="verdict fired">${verdict}.</p>`] : []),
    // What was not looked at cannot be well.
    ...(fired === 0 && blind.length === 0 ? [`<p class="verdict">${verdict}.</p>`] : []),
  ];
  return `<header id="top">
<h1>Rehearsal of stack <span class="name">${inline(stack)}</span></h1>
<p class="lead">${minuteText(from)} to ${minuteText(to)} UTC (${minutesText(to - from)}) · ${answeredText(run)}</p>
${verdicts.join("\n")}
</header>`;
}

function blindSection({ what, models, lines, properties, causes }: BlindSpot): string {
  return `<section class="notices">
<h2>Blind: ${inline(what)}</h2>
${models.length > 0 ? `<p>Nothing is known of ${models.map(inline).join(", ")}.</p>` : ""}
${lines.length > 0 ? `<p>For example:</p>\n<pre>${lines.map(block).join("\n")}</pre>` : ""}
${properties.length > 0 ? `<p>JSON properties that these events have: ${properties.map((path) => `<span class="code">${inline(path)}</span>`).join(", ")}</p>` : ""}
${causes.length > 0 && models.length > 0 ? "<p>Causes, and what to do:</p>" : ""}
${causes.length > 0 ? `\n<ul>${causes.map((cause) => `<li>${asCode(block(cause))}</li>`).join("")}</ul>` : ""}
</section>`;
}

/** Words in backticks as code. @param html escaped, which leaves backticks */
function asCode(html: string): string {
  return html.replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

/** What a reader must know before trusting the rest: alarms left out, nobody to mail, lines that count nowhere. */
function notices({ notes, logs }: RehearsalRun): string[] {
  const missed = logs
    .flatMap(({ nearMisses }) => nearMisses)
    .reduce((n, near) => n + near.count, 0);
  const undated = logs.reduce((n, log) => n + log.undated, 0);
  return [
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
}

/** From so many alarms on, the table has a filter. */
const MANY = 8;

/** A line for each alarm, which leads to its section. */
function summarySection(entries: readonly AlarmEntry[], options: RehearsalOptions): string {
  if (entries.length === 0) {
    return section("Alarms", "<p>No alarm was rehearsed.</p>");
  }
  const heads = ["Model", "Fires", "Rate", "In ALARM", "E-mails", "At the end"];
  const rows = entries.map(({ number, rehearsed, isBlind: unknown }) => {
    const { alarm, changes, mails, minutesInAlarm, finalState } = rehearsed;
    const { counted, rate } = totalsOf(rehearsed, options);
    const fired = changes.filter(({ to }) => to === "ALARM").length;
    return {
      cells: [
        `<a href="#alarm-${number}">${inline(subjectOf(alarm))}</a> <span class="code">${inline(alarm.name)}</span>`,
        inline(conditionText(alarm)),
        rate === undefined
          ? inline(counted)
          : `${rate} <span class="aside">${inline(counted)}</span>`,
        fired === 0
          ? "never"
          : `<span class="nowrap">${minutesText(minutesInAlarm)}</span> <span class="aside">${fired === 1 ? "once" : count(fired, "time")}</span>`,
        mails.length.toLocaleString("en-US"),
        unknown ? `<span class="state">BLIND</span>` : stateBadge(finalState),
      ],
    };
  });
  const filter = `<p><label>Filter <input type="search" id="filter" placeholder="model, alarm or state"></label></p>\n`;
  const table = stackingTable(heads, rows, "summary");
  return section("Alarms", `${entries.length >= MANY ? filter : ""}${table}`);
}

/** An alarm: its charts, and its state changes as a table, which tells the same in text. */
function alarmSection(entry: AlarmEntry, options: RehearsalOptions, numbers: Numbers): string {
  const { number, rehearsed, isBlind: unknown } = entry;
  const { alarm, changes, mails, minutesInAlarm, finalState } = rehearsed;
  const id = `alarm-${number}`;
  const facts = [
    inline(totalsText(rehearsed, options)),
    count(changes.length, "state change"),
    `${minutesText(minutesInAlarm)} in ALARM`,
    count(mails.length, "e-mail"),
    unknown ? "blind, so all of this says nothing" : `${stateBadge(finalState)} at the end`,
  ];
  return `<section class="alarm" id="${id}" aria-labelledby="${id}-title">
<a class="up" href="#alarms">↑ All alarms</a>
<h2 id="${id}-title">${inline(subjectOf(alarm))} <span class="code">${inline(alarm.name)}</span></h2>
<p class="condition">${inline(firesWhen(alarm))}</p>
<p class="facts">${facts.join(" · ")}</p>
${figure(entry)}
${changesTable(rehearsed, numbers)}
</section>`;
}

/** A state as a coloured word. */
function stateBadge(state: AlarmState): string {
  return `<span class="state ${state.toLowerCase()}">${state}</span>`;
}

function figure({ number, rehearsed, chart }: AlarmEntry): string {
  const { alarm } = rehearsed;
  if (chart.values.every((value) => value === null)) {
    return `<p>No data point at all: the metrics that this alarm reads have no data in this time, so there is nothing to draw.</p>`;
  }
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
  const key = (kind: string, name: string): string =>
    `<li><span class="key ${kind}"></span>${name}</li>`;
  const keys = [
    key("value", inline(watchedName(alarm))),
    key("threshold", `threshold ${alarm.threshold}${unitOf(alarm)}`),
    key("alarm", "in ALARM"),
    key("unknown", "INSUFFICIENT_DATA"),
    key("mail", "e-mail"),
  ];
  const volumeKeys = chart.volumes.series.map(({ label }, index) =>
    key(`volume-${index % 4}`, inline(label)),
  );
  const volumes = `<div class="bar"><ul class="keys"><li class="caption">Sums per ${periodText(alarm)}</li>${volumeKeys.join("")}</ul></div>\n<div class="plot volumes"></div>`;
  return `<figure class="chart" data-chart="${number}" tabindex="0" role="group" aria-label="${inline(description(rehearsed, chart))}">
<div class="bar"><ul class="keys">${keys.join("")}</ul><div class="tools" role="group" aria-label="Time range">${tools.join("")}</div></div>
<div class="plot values"></div>
${volumeKeys.length > 0 ? volumes : ""}
<figcaption><span class="shown"></span><span class="hint">Drag to zoom, double-click for the whole range; or arrow keys, +, − and 0.</span> ${caption(rehearsed, chart)}</figcaption>
<noscript><p>The charts need JavaScript; the table of state changes tells the same.</p></noscript>
</figure>`;
}

/** Where mails stand among all of the rehearsal, from 0. */
type Numbers = ReadonlyMap<RehearsedMail, number>;

/** What a chart shows, for those who cannot see it. */
function description({ alarm }: RehearsedAlarm, { values }: AlarmChart): string {
  const real = values.filter((value) => value !== null);
  const shown = (value: number): string => `${numberText(value)}${unitOf(alarm)}`;
  return `Chart of ${watchedName(alarm)} over time, between ${shown(Math.min(...real))} and ${shown(Math.max(...real))}; threshold ${alarm.threshold}${unitOf(alarm)}. The state changes follow as a table.`;
}

function caption({ alarm }: RehearsedAlarm, chart: AlarmChart): string {
  const every = chart.step === 1 ? "minute" : durationText(chart.step * 60);
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

/** State changes in the table: a threshold within the noise makes tens of thousands a year. */
const CHANGES_SHOWN = 200;

/** Up to this many state changes, the table is open from the start. */
const CHANGES_OPEN = 12;

function changesTable({ alarm, changes, muted, mails }: RehearsedAlarm, numbers: Numbers): string {
  if (changes.length === 0) return `<p>The state never changed.</p>`;
  const byChange = grouped(mails, ({ change }) => change);
  const rows = changes.slice(0, CHANGES_SHOWN).map((change) => {
    const links = byChange.get(change)?.map((mail) => mailLink(mail, numbers.get(mail)));
    const held = muted.get(change);
    return {
      cells: [
        minuteText(change.at),
        `${stateBadge(change.from)} → ${stateBadge(change.to)}`,
        change.value === undefined ? "no data" : `${numberText(change.value)}${unitOf(alarm)}`,
        [links?.join(", ") ?? "none", ...(held ? [inline(mutedText(held))] : [])].join("; "),
        inline(change.reason),
      ],
    };
  });
  const left = changes.length - rows.length;
  return `<details class="changes"${changes.length <= CHANGES_OPEN ? " open" : ""}>
<summary>${count(changes.length, "state change")}</summary>
${stackingTable(["Time (UTC)", "State", "Newest value", "E-mails", "Reason"], rows)}
${left > 0 ? `<p>${count(left, "later state change")} left out here; <code>--json</code> lists all.</p>` : ""}
</details>`;
}

/** Mails in full: more than anybody reads, few enough for a page that opens at once. */
const MAILS_SHOWN = 500;

/** The mails in order of time, each opening under its subject. */
function mailsSection(mails: readonly RehearsedMail[]): string {
  const left = mails.length - MAILS_SHOWN;
  const shown = mails.slice(0, MAILS_SHOWN).map(mailHtml);
  if (left > 0) {
    shown.push(
      `<p>${count(left, "later e-mail")} left out here; <code>--json</code> lists all.</p>`,
    );
  }
  return section("E-mails", shown.join("\n") || "<p>None.</p>");
}

/** A link to a mail by its position, named after its addressee; plain text for one the page does not show. */
function mailLink({ to }: RehearsedMail, number = Infinity): string {
  return number < MAILS_SHOWN ? `<a href="#mail-${number}">${inline(to)}</a>` : inline(to);
}

function mailHtml({ at, to, subject, body, change }: RehearsedMail, number: number): string {
  return `<details class="mail ${change.to.toLowerCase()}" id="mail-${number}">
<summary><span class="aside nowrap">${minuteText(at)}</span> <span class="subject">${inline(subject)}</span> <span class="aside">to ${inline(to)}</span></summary>
<pre>${blockWithLinks(body.trimEnd())}</pre>
</details>`;
}

/** What was read of a log group, what matched, and what looks like a prediction but can never match. */
function logHtml(log: LogGroupRun): string {
  const { logGroup, events, matched, nearMisses, undated, undatedExamples } = log;
  const filters = [...matched].map(
    ([filter, matches]) =>
      `<li><span class="code">${inline(filter)}</span> matched ${matches.toLocaleString("en-US")}</li>`,
  );
  const examples = undatedExamples.map(block).join("\n");
  return `<article class="log">
<h3><span class="code">${inline(logGroup)}</span></h3>
<p>${count(events, "log event")} read.</p>
${filters.length > 0 ? `<ul>${filters.join("")}</ul>` : ""}
${nearMisses.map(nearMissHtml).join("\n")}
${
  undated > 0
    ? `<div class="finding">
<h4>Undated lines</h4>
<p>${count(undated, "line")} without a time that can be read, left out${examples === "" ? "." : ", for example:"}</p>
${examples === "" ? "" : `<pre>${examples}</pre>`}
</div>`
    : ""
}
</article>`;
}

function nearMissHtml(near: LogGroupRun["nearMisses"][number]): string {
  return `<div class="finding">
<h4>Near miss: ${inline(near.kind)}</h4>
<p>${count(near.count, "log event")} ${near.count === 1 ? "carries" : "carry"} the field but can never match, for example:</p>
<pre>${block(near.example)}</pre>
<p><strong>What to do:</strong> ${inline(near.advice)}</p>
</div>`;
}

function footer({ options }: RehearsalRun): string {
  const { evaluationRangeExtra: extra } = options;
  const beyond =
    extra === undefined
      ? "as many data points as published time lines show"
      : count(extra, "data point");
  return `<footer>
<p>What the declared metric filters, alarms and e-mails would have done with these logs, by a local model of CloudWatch's documented behaviour.
Evaluated with ${beyond} beyond the evaluation periods. All times are in UTC.</p>
<p>Charts are drawn by uPlot (MIT licence). This file loads nothing from the network.</p>
</footer>`;
}
