import { block, htmlPage, inline, noticesSection, section, stackingTable } from "../page/page";
import { keptPositions } from "../rehearse/alarmChart";
import { count, numberText, percentText } from "../text";
import { minutesText, minuteText, type TimeSpan } from "../time";
import { type TuneReport } from "./report";
import { type Candidate, mailsOf } from "./suggest";
import type { TuneRun } from "./tuneLogs";

/** Tuning as a web page: one file that can be sent around, opened without a network or a script, and printed. */
export function tuneHtml(run: TuneRun, report: TuneReport): string {
  const { model, stack, scope, verdict, rule, reasons, lines, facts, remedy } = report;
  const isFound = run.chosen !== undefined;
  return htmlPage({
    title: `Settings of model ${model}, stack ${stack}`,
    styles: "tune.css",
    body: `<header>
<h1>Settings of model <span class="name">${inline(model)}</span></h1>
<p class="lead">Stack ${inline(stack)}, ${inline(scope)}</p>
<p class="verdict${isFound ? "" : " fired"}">${inline(verdict)}</p>
<p class="lead">Declared: ${inline(report.declared)}</p>
</header>
<main>
${noticesSection("Warnings", [
  ...report.blind.map((spot) => spot.map(inline).join("<br>")),
  ...report.suspects.map((text) => inline(`Stands out in the baseline: ${text}`)),
  ...(remedy ? [`${inline(remedy.text)}<pre>${block(remedy.command)}</pre>`] : []),
  ...report.warnings.map(inline),
])}
${section("Rates", ratesChart(run))}
${
  report.frontier.rows.length === 0
    ? ""
    : section(
        "What more mails buy",
        `${frontierChart(run)}
${table(report.frontier)}
<p class="aside">${inline(report.legend)}</p>`,
      )
}
${section(
  isFound ? "Why" : "No suggestion",
  `<p>${inline(rule ? `Rule: ${rule}` : verdict)}</p>
<ul>${reasons.map((text) => `<li>${inline(text)}</li>`).join("")}</ul>
${lines.length === 0 ? "" : `<p>${inline(report.place)}</p><pre>${block(lines.join("\n"))}</pre>`}`,
)}
${
  report.certainty.rows.length === 0
    ? ""
    : section(
        "How sure that is",
        `${table(report.certainty)}
<p class="aside">${inline(report.basis)}</p>`,
      )
}
${section("Data", `<dl>${facts.map(([name, text]) => `<dt>${inline(name)}</dt><dd>${inline(text)}</dd>`).join("")}</dl>`)}
</main>
<footer>
<p>${count(run.tried, "setting")} tried on these logs by a local model of CloudWatch's documented behaviour. All times are in UTC.</p>
<p>This file loads nothing from the network.</p>
</footer>`,
  });
}

function table({ heads, rows }: TuneReport["frontier"]): string {
  return stackingTable(
    heads.map(inline),
    rows.map(({ kind, cells }) => {
      const badge = kind === "" ? "" : `<span class="badge">${kind}</span>`;
      return {
        kind,
        cells: cells.map((text, column) => inline(text) + (column === 0 ? badge : "")),
      };
    }),
  );
}

/** The units that drawings are made in; they are shown as wide as there is room. */
const [WIDTH, LEFT, RIGHT, TOP] = [1100, 64, 1076, 18];

/** A drawing's frame: how values become places. */
interface Axis {
  readonly at: (value: number) => number;
  /** Of the lines across, with what to write beside each. */
  readonly ticks: readonly (readonly [value: number, label: string])[];
}

function drawing(label: string, height: number, x: Axis, y: Axis, content: string): string {
  const bottom = height - 26;
  const across = y.ticks.map(
    ([value, text]) =>
      `<path class="grid" d="M${LEFT} ${y.at(value)}H${RIGHT}"/><text class="value" x="${LEFT - 6}" y="${y.at(value) + 4}">${inline(text)}</text>`,
  );
  const along = x.ticks.map(
    ([value, text]) =>
      `<path class="grid" d="M${x.at(value)} ${TOP}V${bottom}"/><text x="${x.at(value)}" y="${height - 8}">${inline(text)}</text>`,
  );
  return `<svg class="plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${inline(label)}">
<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V8"/></pattern></defs>
${across.join("")}${along.join("")}
${content}
</svg>`;
}

function scaled(low: number, high: number, from: number, to: number): (value: number) => number {
  return (value) =>
    Math.round((from + ((value - low) / (high - low || 1)) * (to - from)) * 10) / 10;
}

/** Points of the rate that are drawn. */
const POINTS = 2000;

/** The rate over time, with the thresholds, and what is known or suspected to be an incident. */
function ratesChart(run: TuneRun): string {
  const { span, rates, own, chosen, truth, suspects, data, alarm } = run;
  const height = 320;
  const { first, step, values } = rates;
  const kept = keptPositions([values], POINTS);
  const levels = [
    { name: "declared", kind: "declared", threshold: own.threshold },
    ...(chosen ? [{ name: "suggested", kind: "suggested", threshold: chosen.cell.threshold }] : []),
  ];
  const lowest = values.reduce(
    (low, value) => (value < low ? value : low),
    Math.min(...levels.map(({ threshold }) => threshold)),
  );
  const low = Math.max(0, Math.floor((lowest - 1) / 5) * 5);
  const percents = [...new Set([low, 25, 50, 75, 90, 95, 100])].filter((value) => value >= low);
  const days = Math.max(1, Math.ceil((span.to - span.from) / 1440 / 8));
  const midnights: number[] = [];
  for (let at = Math.ceil(span.from / 1440) * 1440; at <= span.to; at += days * 1440)
    midnights.push(at);
  const x = scaled(span.from, span.to, LEFT, RIGHT);
  const y = scaled(low, 100, height - 26, TOP);
  let isOn = false;
  const path = kept.map((position) => {
    const value = values[position] ?? NaN;
    const wasOn = isOn;
    isOn = !Number.isNaN(value);
    return isOn ? `${wasOn ? "L" : "M"}${x(first + position * step)} ${y(value)}` : "";
  });
  const shade = ({ from, to }: TimeSpan, kind: string): string =>
    `<rect class="${kind}" x="${x(Math.max(from, span.from))}" y="${TOP}" width="${x(Math.min(to, span.to)) - x(Math.max(from, span.from))}" height="${height - 26 - TOP}"/><text x="${x((Math.max(from, span.from) + Math.min(to, span.to)) / 2)}" y="${TOP - 5}">${kind === "incident" ? "incident" : "stands out"}</text>`;
  const lines = levels.map(
    ({ name, kind, threshold }, at) =>
      `<path class="level ${kind}" d="M${LEFT} ${y(threshold)}H${RIGHT}"/><text class="value" x="${RIGHT - 4 - at * 150}" y="${y(threshold) - 4}">${name} ${inline(percentText(threshold))}</text>`,
  );
  return `<figure class="chart">
${drawing(
  `Rate of model ${alarm.model} over time, with thresholds`,
  height,
  { at: x, ticks: midnights.map((at) => [at, minuteText(at).slice(5, 10)]) },
  { at: y, ticks: percents.map((value) => [value, `${value} %`]) },
  `${truth.incidents.map((one) => shade(one, "incident")).join("")}${suspects.map((one) => shade(one, "suspect")).join("")}
<path class="level baseline" d="M${LEFT} ${y(data.baseline.rate)}H${RIGHT}"/>
<path class="rate" d="${path.join("")}"/>
${lines.join("")}`,
)}
<figcaption>What the declared alarm compares. The dotted line is the baseline’s rate, ${inline(percentText(data.baseline.rate, 1))}.${chosen?.cell.confidence === undefined ? "" : " The suggestion compares the upper limit of the rate’s interval, which is higher."}</figcaption>
</figure>`;
}

/** How late a setting tells against what it costs, a mark each. */
function frontierChart(run: TuneRun): string {
  const { frontier, chosen, nearest, declared, truth, budget } = run;
  const height = 260;
  const hasIncidents = truth.incidents.length > 0;
  const weighed = { ...budget, incidents: truth.incidents.length };
  const mails = ({ cell }: Candidate): number => mailsOf(cell, weighed);
  const other = chosen ?? nearest;
  const marks = [
    ...frontier.map((one) => ({ one, kind: "other" as const })),
    { one: declared, kind: "declared" as const },
    ...(other ? [{ one: other, kind: "suggested" as const }] : []),
  ].filter(({ one }) => Number.isFinite(one.delay));
  const latest = Math.max(1, ...marks.map(({ one }) => one.delay)) * 1.1;
  const most = Math.max(3, ...marks.map(({ one }) => mails(one))) * 1.4;
  const steps = hasIncidents
    ? [15, 30, 60, 120, 360, 720, 1440, 2880, 10_080, 43_200]
    : [0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
  const step = steps.find((each) => latest / each <= 6) ?? latest;
  const x = scaled(0, latest, LEFT, RIGHT);
  const share = scaled(0, Math.asinh(most), height - 26, TOP);
  const y = (value: number): number => share(Math.asinh(value));
  const text = (delay: number): string =>
    hasIncidents ? minutesText(Math.round(delay)) : `${numberText(delay)} points`;
  const line = frontier
    .map((one, at) => `${at === 0 ? `M${x(one.delay)} ` : `H${x(one.delay)}V`}${y(mails(one))}`)
    .join("");
  const drawn = marks.map(
    ({ one, kind }) =>
      `<svg class="mark" x="${x(one.delay)}" y="${y(mails(one))}" overflow="visible">${MARKS[kind]}<title>${text(one.delay)}, ${count(mails(one), "mail")}</title></svg>`,
  );
  return `<figure class="chart">
${drawing(
  "Mails against how late a setting tells",
  height,
  {
    at: x,
    ticks: Array.from({ length: Math.floor(latest / step) + 1 }, (_, at) => {
      return [at * step, at === 0 ? "0" : text(at * step)];
    }),
  },
  {
    at: y,
    ticks: [0, 1, 3, 10, 100, 1000, 10_000]
      .filter((value) => value < most)
      .map((value) => [value, numberText(value)]),
  },
  `<path class="frontier" d="${line}"/>${drawn.join("")}`,
)}
<figcaption><ul class="keys">${key("suggested", chosen ? "suggested" : "nearest")}${key("declared", "declared")}${key("other", "on the frontier")}</ul>
${hasIncidents ? "Mails against the time from an incident’s start to its alarm" : "False mails against the fall that is probably noticed within a day"}; the scale of mails is logarithmic above 1.</figcaption>
</figure>`;
}

function key(kind: keyof typeof MARKS, name: string): string {
  return `<li><svg class="key mark" viewBox="-11 -11 22 22">${MARKS[kind]}</svg>${name}</li>`;
}

const MARKS = {
  suggested: `<circle class="suggested" r="8"/>`,
  declared: `<path class="declared" d="M0 -9L9 0L0 9L-9 0Z"/>`,
  other: `<path class="other" d="M-4 -4H4V4H-4Z"/>`,
};
