import { commandText } from "../../components/commandText";
import { blindText } from "../blindSpots";
import { durationText } from "../../components/settings/duration";
import { datapointsText } from "../../components/settings/schema";
import { block, htmlPage, inline, noticesSection, stackingTable } from "../page/page";
import { count, numberText, percentText } from "../text";
import { minutesText, minuteText } from "../time";
import { tuneWarnings } from "./dataSummary";
import { chartSection } from "./mailChart";
import { wilsonInterval } from "./suggest";
import {
  changedSettings,
  delaysText,
  noSuggestionText,
  ruleText,
  type ShownRow,
  shownRows,
  suspectText,
  whyText,
} from "./textReport";
import type { TuneRun } from "./tuneLogs";

/** Tuning as a web page: one file that can be sent around, opened without a network and printed. */
export function tuneHtml(run: TuneRun): string {
  return htmlPage({
    title: `Threshold of model ${run.alarm.model}, stack ${run.stack}`,
    styles: "tune.css",
    body: [
      header(run),
      `<main>`,
      noticesSection("Warnings", [
        ...run.blind.map((spot) => blindText(spot).map(inline).join("<br>")),
        ...suspectText(run).map((text) => inline(`a day of the baseline stands out, ${text}`)),
        ...tuneWarnings(run).map(inline),
      ]),
      chartSection(run),
      suggestionSection(run),
      candidatesSection(run),
      dataSection(run),
      `</main>`,
      footer(run),
    ].join("\n"),
  });
}

function header({ alarm, stack, span, suggestions, own }: TuneRun): string {
  const { from, to } = span;
  const { chosen } = suggestions;
  const setting = (threshold: number, datapoints: { toAlarm: number; of: number }): string =>
    `${percentText(threshold)} in ${datapointsText(datapoints)}`;
  const declared = setting(own.threshold, own.datapoints);
  const verdict =
    chosen === undefined
      ? `No setting keeps to the rule; declared is ${declared}.`
      : `Suggested: ${setting(chosen.cell.threshold, chosen.cell.datapoints)}. Declared: ${declared}.`;
  return `<header>
<h1>Threshold of model <span class="name">${inline(alarm.model)}</span></h1>
<p class="lead">Stack ${inline(stack)}, ${minuteText(from)} to ${minuteText(to)} UTC (${minutesText(to - from)})</p>
<p class="verdict${chosen === undefined ? " fired" : ""}">${verdict}</p>
</header>`;
}

/** The suggested setting, why it is, and how to have it. */
function suggestionSection(run: TuneRun): string {
  const { chosen } = run.suggestions;
  const rule = `<p>The rule: ${inline(ruleText(run))}.</p>`;
  if (chosen === undefined) {
    return `<section aria-labelledby="suggestion"><h2 id="suggestion">No suggestion</h2><p>There is none: ${inline(noSuggestionText(run))}.</p>${rule}</section>`;
  }
  const settings = Object.entries(changedSettings(run, chosen.cell));
  const { minimum, stack, alarm } = run;
  const lines = settings.map(([key, value]) => `${key}: ${value}`).join("\n");
  const net =
    minimum?.isFree === true
      ? `<p>Worth a thought, a net for thin periods that costs nothing in these data:</p><pre>minimumPredictions: ${minimum.predictions}</pre>`
      : "";
  return `<section aria-labelledby="suggestion">
<h2 id="suggestion">Why ${inline(percentText(chosen.cell.threshold))} in ${datapointsText(chosen.cell.datapoints)}</h2>
${rule}
<ul class="why">
${whyText(run, chosen)
  .map((text) => `<li>${inline(text)}</li>`)
  .join("\n")}
</ul>
${
  settings.length === 0
    ? "<p>It is what the stack declares already.</p>"
    : `<p>In <span class="code">Pulumi.${inline(stack)}.yaml</span>, at the model <span class="code">${inline(alarm.model)}</span> (<code>${commandText("tune")}</code> does it with <code>--write</code>):</p>
<pre>${block(lines)}</pre>`
}
${net}
</section>`;
}

/** A handful of settings around the suggestion. */
function candidatesSection(run: TuneRun): string {
  const { around, others } = shownRows(run);
  const hasIncidents = run.truth.incidents.length > 0;
  const heads = [
    "Threshold",
    "Data points",
    "Alarms",
    "Mails",
    "False mails",
    "In ALARM",
    ...(hasIncidents ? ["Caught", "After"] : []),
  ];
  const table = (rows: readonly ShownRow[]): string =>
    stackingTable(
      heads,
      rows.map((row) => candidate(row, hasIncidents)),
    );
  const best =
    others.length > 0
      ? `<h3>Other data points, each at its best threshold</h3>\n${table(others)}`
      : "";
  const isFalse = hasIncidents ? "belong to no incident" : "began in the baseline";
  return `<section aria-labelledby="candidates">
<h2 id="candidates">Candidates</h2>
${table(around)}
${best}
<p class="aside">False mails are those of alarms that ${isFalse}. <code>${commandText("tune", "--json")}</code> has all ${count(run.grid.length, "setting")}.</p>
</section>`;
}

function candidate({ cell, isOwn, isSuggested }: ShownRow, hasIncidents: boolean) {
  const badges = [
    ...(isSuggested ? [`<span class="badge suggested">suggested</span>`] : []),
    ...(isOwn ? [`<span class="badge">declared</span>`] : []),
  ];
  return {
    kind: isSuggested ? "suggested" : "",
    cells: [
      percentText(cell.threshold) + badges.join(""),
      datapointsText(cell.datapoints),
      numberText(cell.episodes),
      numberText(cell.mails),
      numberText(cell.falseMails),
      minutesText(cell.alarmMinutes),
      ...(hasIncidents
        ? [`${cell.caught} of ${cell.delays.length}`, inline(delaysText(cell))]
        : []),
    ],
  };
}

/** What the logs hold. */
function dataSection({ data, truth, periodMinutes }: TuneRun): string {
  const { all, baseline, values, volume } = data;
  const chance = (predictions: number): string => {
    const [low, high] = wilsonInterval(baseline.rate, predictions);
    return `${count(predictions, "prediction")}, by chance between ${percentText(low, 1)} and ${percentText(high, 1)} (Wilson, 95 %)`;
  };
  const facts = [
    ["All", `${count(all.predictions, "prediction")}, rate ${percentText(all.rate, 1)}`],
    [
      "Baseline",
      `${minuteText(baseline.from)} to ${minuteText(baseline.to)}: ${count(baseline.predictions, "prediction")}, rate ${percentText(baseline.rate, 1)}`,
    ],
    [
      `Its periods of ${durationText(periodMinutes * 60)}`,
      `lowest ${percentText(values.lowest, 1)}, one in a hundred below ${percentText(values.low, 1)}, median ${percentText(values.median, 1)}`,
    ],
    ["A typical period", chance(volume.typical)],
    ["A quiet one (1 in 20 has fewer)", chance(volume.quiet)],
    ...truth.incidents.map(({ from, to }) => [
      "Incident",
      `${minuteText(from)} to ${minuteText(to)} (${minutesText(to - from)})`,
    ]),
  ];
  return `<section aria-labelledby="data-summary">
<h2 id="data-summary">Data</h2>
<dl class="data">
${facts.map(([name = "", text = ""]) => `<dt>${inline(name)}</dt><dd>${inline(text)}</dd>`).join("\n")}
</dl>
</section>`;
}

function footer({ grid, extra }: TuneRun): string {
  return `<footer>
<p>What the declared alarm would have done with these logs under ${count(grid.length, "setting")}, by a local model of CloudWatch's documented behaviour.
Evaluated with ${count(extra, "data point")} beyond the evaluation periods. All times are in UTC.</p>
<p>This file loads nothing from the network.</p>
</footer>`;
}
