import { datapointsText } from "../../config/datapoints";
import type { TuneRun } from "../tune/tuneLogs";
import { tuneWarnings } from "../tune/tuneWarnings";
import { inline } from "./html/escape";
import { htmlPage } from "./html/page";
import { tuneChart } from "./html/tuneChartData";
import {
  candidatesSection,
  chartSection,
  dataSection,
  suggestionSection,
  warningsSection,
} from "./html/tuneSections";
import { percentText } from "./tuneWords";
import { count, minutesText, minuteText } from "./words";

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
