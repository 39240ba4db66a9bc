import { durationText } from "../../components/settings/duration";
import { datapointsText } from "../../components/settings/schema";
import { block, htmlPage, inline } from "../page/page";
import { count, percentText } from "../text";
import { minutesText, minuteText } from "../time";
import { tuneWarnings } from "./dataSummary";
import { type Cell, isSame } from "./grid";
import { meanDelay, wilsonInterval } from "./suggest";
import {
  changedSettings,
  delaysText,
  ruleText,
  type ShownRow,
  shownRows,
  whyText,
} from "./textReport";
import { ownCell, type TuneRun } from "./tuneLogs";

/** What the page's script draws of a grid. Every list has an entry for each threshold. */
interface TuneChart {
  /** Percent, rising. */
  readonly thresholds: readonly number[];
  readonly settings: readonly {
    /** `3 of 5`. */
    readonly label: string;
    /** Whether the suggested point, or else the declared one, is on it. */
    readonly isMain: boolean;
    readonly falseMails: readonly number[];
    readonly mails: readonly number[];
    readonly alarmMinutes: readonly number[];
    readonly caught: readonly number[];
    /** Minutes, on average over the incidents; null unless all are caught. */
    readonly delays: readonly (number | null)[];
  }[];
  /** How many incidents there are. */
  readonly incidents: number;
  /** False mails that all addresses together may get in the time of the logs. */
  readonly budget: number;
  /** The baseline's rate, in percent. */
  readonly rate: number;
  readonly suggested: GridPoint | null;
  readonly declared: GridPoint | null;
  /** The thresholds to show at first. */
  readonly view: readonly [from: number, to: number];
}

/** Positions in the lists. */
interface GridPoint {
  readonly setting: number;
  readonly threshold: number;
}

/** Percent points that are shown below the lowest point of interest, and above the baseline's rate. */
const MARGIN = 3;

function tuneChart(run: TuneRun): TuneChart {
  const { grid, truth, data, budget, counts, suggestions, own } = run;
  const [first] = grid;
  const firsts = grid.filter(({ threshold }) => threshold === first?.threshold);
  const settings = firsts.map(({ datapoints }) => datapoints);
  const thresholds = grid
    .filter(({ datapoints }) => first !== undefined && isSame(datapoints, first.datapoints))
    .map(({ threshold }) => threshold);
  const chosen = suggestions.chosen?.cell;
  const declared = ownCell(run);
  const main = (chosen ?? declared)?.datapoints;
  const incidents = truth.incidents.length;
  const pointOf = (cell: Cell | undefined): GridPoint | null =>
    cell === undefined
      ? null
      : {
          setting: settings.findIndex((each) => isSame(each, cell.datapoints)),
          threshold: thresholds.indexOf(cell.threshold),
        };
  const low = Math.min(own.threshold, chosen?.threshold ?? 100, data.values.lowest) - MARGIN;
  return {
    thresholds,
    settings: settings.map((datapoints) => {
      const cells = grid.filter((cell) => isSame(cell.datapoints, datapoints));
      return {
        label: datapointsText(datapoints),
        isMain: main !== undefined && isSame(datapoints, main),
        falseMails: cells.map(({ falseMails }) => falseMails),
        mails: cells.map(({ mails }) => mails),
        alarmMinutes: cells.map(({ alarmMinutes }) => alarmMinutes),
        caught: cells.map(({ caught }) => caught),
        delays: cells.map((cell) =>
          incidents > 0 && cell.caught === incidents ? Math.round(meanDelay(cell)) : null,
        ),
      };
    }),
    incidents,
    budget: budget.allowed * Math.max(1, counts.ALARM),
    rate: Number(data.baseline.rate.toFixed(3)),
    suggested: pointOf(chosen),
    declared: pointOf(declared),
    view: [
      Math.max(thresholds[0] ?? 0, low),
      Math.min(thresholds.at(-1) ?? 100, data.baseline.rate + MARGIN),
    ],
  };
}

/** What to know before acting on the rest. */
function warningsSection(warnings: readonly string[]): string {
  if (warnings.length === 0) return "";
  return `<section class="notices" aria-labelledby="warnings">
<h2 id="warnings">Warnings</h2>
<ul>
${warnings.map((text) => `<li>${inline(text)}</li>`).join("\n")}
</ul>
</section>`;
}

/** The suggested setting, why it is, and how to have it. */
function suggestionSection(run: TuneRun): string {
  const { chosen } = run.suggestions;
  const rule = `<p>The rule: ${inline(ruleText(run))}.</p>`;
  if (chosen === undefined) {
    return `<section aria-labelledby="suggestion"><h2 id="suggestion">No suggestion</h2><p>No setting keeps to the rule.</p>${rule}</section>`;
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
    : `<p>In <span class="code">Pulumi.${inline(stack)}.yaml</span>, at the model <span class="code">${inline(alarm.model)}</span> (<code>npm run tune</code> does it with <code>--write</code>):</p>
<pre>${block(lines)}</pre>`
}
${net}
</section>`;
}

/** The charts: mails against threshold and, with incidents, how long each took to be noticed. */
function chartSection(run: TuneRun, chart: TuneChart): string {
  const { incidents, settings } = chart;
  const zooms = [
    ["lower", "←", "Lower thresholds"],
    ["higher", "→", "Higher thresholds"],
    ["in", "+", "Zoom in"],
    ["out", "−", "Zoom out"],
    ["all", "All", "Show all thresholds"],
  ].map(
    ([action = "", sign = "", name = ""]) =>
      `<button type="button" data-zoom="${action}" aria-label="${name}" title="${name}">${sign}</button>`,
  );
  const toggles = settings.map(
    ({ label }, number) =>
      `<button type="button" class="setting-${String(number % 8)}" data-setting="${number}" aria-pressed="true"><span class="swatch"></span>${label}</button>`,
  );
  const keys = [
    ["suggested", "suggested"],
    ["declared", "as declared"],
    ["threshold", "budget of false mails"],
    ...(incidents > 0 ? [["missed", "dotted: not all incidents caught"]] : []),
  ].map(([kind = "", name = ""]) => `<li><span class="key ${kind}"></span>${name}</li>`);
  const delays =
    incidents > 0
      ? `<div class="bar"><ul class="keys"><li class="caption">From an incident’s start to its alarm${incidents > 1 ? ", on average" : ""}</li></ul></div>
<div class="plot delays"></div>`
      : "";
  return `<section aria-labelledby="mails">
<h2 id="mails">Mails against threshold</h2>
<figure class="chart" data-chart="0" tabindex="0" role="group" aria-label="Chart of mails against the threshold, a line for each setting of data points; the table below tells the part that matters.">
<div class="bar"><div class="measure" role="group" aria-label="What to count"><button type="button" data-measure="falseMails" aria-pressed="true">False mails</button><button type="button" data-measure="mails" aria-pressed="false">All mails</button></div><div class="tools" role="group" aria-label="Range of thresholds">${zooms.join("")}</div></div>
<div class="bar"><div class="settings" role="group" aria-label="Data points">${toggles.join("")}</div></div>
<div class="plot mails"></div>
${delays}
<div class="bar"><ul class="keys">${keys.join("")}</ul></div>
<figcaption><span class="shown"></span><span class="hint">Drag to zoom, double-click for all; or arrow keys, +, − and 0.</span> The scale of mails is linear near 0 and logarithmic above. The fine vertical line is the baseline’s rate, ${inline(percentText(run.data.baseline.rate, 1))}.</figcaption>
<noscript><p>The charts need JavaScript; the table tells the part that matters.</p></noscript>
</figure>
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
  const body = (rows: readonly ShownRow[]): string =>
    rows.map((row) => rowHtml(row, hasIncidents)).join("\n");
  const table = (
    rows: readonly ShownRow[],
  ): string => `<table class="stacking candidates" role="table">
<thead role="rowgroup"><tr role="row">${heads.map((name) => `<th role="columnheader" scope="col">${name}</th>`).join("")}</tr></thead>
<tbody role="rowgroup">
${body(rows)}
</tbody>
</table>`;
  const best =
    others.length > 0
      ? `<h3>Other data points, each at its best threshold</h3>\n${table(others)}`
      : "";
  const isFalse = hasIncidents ? "belong to no incident" : "began in the baseline";
  return `<section aria-labelledby="candidates">
<h2 id="candidates">Candidates</h2>
${table(around)}
${best}
<p class="aside">False mails are those of alarms that ${isFalse}. <code>npm run tune -- --json</code> has all ${count(run.grid.length, "setting")}.</p>
</section>`;
}

function rowHtml({ cell, isOwn, isSuggested }: ShownRow, hasIncidents: boolean): string {
  const number = (value: number): string => value.toLocaleString("en-US");
  const cells = [
    ["Data points", datapointsText(cell.datapoints)],
    ["Alarms", number(cell.episodes)],
    ["Mails", number(cell.mails)],
    ["False mails", number(cell.falseMails)],
    ["In ALARM", minutesText(cell.alarmMinutes)],
    ...(hasIncidents
      ? [
          ["Caught", `${cell.caught} of ${cell.delays.length}`],
          ["After", delaysText(cell)],
        ]
      : []),
  ].map(
    ([label = "", text = ""]) =>
      `<td role="cell" data-label="${label}"><span>${inline(text)}</span></td>`,
  );
  const badges = [
    ...(isSuggested ? [`<span class="badge suggested">suggested</span>`] : []),
    ...(isOwn ? [`<span class="badge">declared</span>`] : []),
  ];
  return `<tr role="row"${isSuggested ? ` class="suggested"` : ""}><th role="rowheader" scope="row">${percentText(cell.threshold)}${badges.join("")}</th>${cells.join("")}</tr>`;
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

/** Tuning as a web page: one file that can be sent around, opened without a network and printed. */
export function tuneHtml(run: TuneRun): string {
  const chart = tuneChart(run);
  return htmlPage({
    title: `Threshold of model ${run.alarm.model}, stack ${run.stack}`,
    styles: ["charts.css", "tune.css"],
    scripts: ["drawing.js", "zoom.js", "tuneMarks.js", "tuneCharts.js"],
    data: chart,
    body: [
      header(run),
      `<main>`,
      warningsSection(tuneWarnings(run)),
      chartSection(run, chart),
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

function footer({ grid, extra }: TuneRun): string {
  return `<footer>
<p>What the declared alarm would have done with these logs under ${count(grid.length, "setting")}, by a local model of CloudWatch's documented behaviour.
Evaluated with ${count(extra, "data point")} beyond the evaluation periods. All times are in UTC.</p>
<p>Charts are drawn by uPlot (MIT licence). This file loads nothing from the network.</p>
</footer>`;
}
