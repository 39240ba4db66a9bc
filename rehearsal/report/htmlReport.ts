import type { RehearsalRun } from "../rehearsalRun";
import type { RehearsedMail } from "../rehearse";
import { alarmChart } from "./html/alarmChart";
import { alarmSection, type AlarmEntry } from "./html/alarmSection";
import { inline } from "./html/escape";
import { logsSection } from "./html/logsSection";
import { mailsSection } from "./html/mailsSection";
import { htmlPage } from "./html/page";
import { noticesSection, summarySection } from "./html/summarySection";
import { count, minutesText, minuteText } from "./words";

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
