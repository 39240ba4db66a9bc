import { datapointsText } from "../../components/settings/schema";
import { inline } from "../page/page";
import { numberText, percentText } from "../text";
import { minutesText } from "../time";
import { type Cell, isSame } from "./grid";
import { meanDelay } from "./suggest";
import { ownCell, type TuneRun } from "./tuneLogs";

/** The units that the drawing is made in; it is shown as wide as there is room. */
const [WIDTH, LEFT, RIGHT, TOP, BOTTOM] = [1100, 64, 1076, 12, 26];

/** Percent points that are shown below the lowest point of interest, and above the baseline's rate. */
const MARGIN = 3;

/** Looks that lines can have (page/tune.css). */
const LOOKS = 8;

/** What the charts share: a line for each setting of data points, over the thresholds. */
interface Lines {
  /** Percent, rising: those that are shown. */
  readonly thresholds: readonly number[];
  /** The settings, each with its cells in the order of the thresholds. */
  readonly settings: readonly { readonly label: string; readonly cells: readonly Cell[] }[];
  /** How many incidents there are to catch. */
  readonly incidents: number;
  /** The baseline's rate, in percent. */
  readonly rate: number;
  readonly marks: readonly { readonly cell: Cell; readonly kind: "suggested" | "declared" }[];
}

/** The charts: mails against threshold and, with incidents, how long each took to be noticed. They need no script. */
export function chartSection(run: TuneRun): string {
  const lines = linesOf(run);
  const { incidents, settings } = lines;
  const toggles = settings.map(
    ({ label }, number) =>
      `<label class="line-${number % LOOKS}"><input type="checkbox" checked data-setting="${number}">${swatch()}${label}</label>`,
  );
  const keys = [
    ["suggested", "suggested"],
    ["declared", "as declared"],
    ["threshold", "budget of false mails"],
    ...(incidents > 0 ? [["missed", "dotted: not all incidents caught"]] : []),
  ].map(([kind = "", name = ""]) => `<li><span class="key ${kind}"></span>${name}</li>`);
  const budget = run.budget.allowed * Math.max(1, run.counts.ALARM);
  const title = `<p class="caption">From an incident’s start to its alarm${incidents > 1 ? ", on average" : ""}</p>`;
  return `<section aria-labelledby="mails">
<h2 id="mails">Mails against threshold</h2>
<figure class="chart" aria-label="Charts of mails against the threshold, a line for each setting of data points; the table below tells the part that matters.">
<div class="bar"><span role="group" aria-label="What to count"><label><input type="radio" name="measure" value="falseMails" checked>False mails</label><label><input type="radio" name="measure" value="mails">All mails</label></span></div>
<div class="bar"><span role="group" aria-label="Data points">${toggles.join("")}</span></div>
${countChart("falseMails", lines, budget)}
${countChart("mails", lines)}
${incidents > 0 ? `${title}\n${delayChart(lines)}` : ""}
<div class="bar"><ul class="keys">${keys.join("")}</ul></div>
<figcaption>The scale of mails is linear near 0 and logarithmic above. The fine vertical line is the baseline’s rate, ${inline(percentText(lines.rate, 1))}.</figcaption>
</figure>
</section>`;
}

function linesOf(run: TuneRun): Lines {
  const { grid, truth, data, suggestions, own } = run;
  const chosen = suggestions.chosen?.cell;
  const declared = ownCell(run);
  const low = Math.min(own.threshold, chosen?.threshold ?? 100, data.values.lowest) - MARGIN;
  const shown = grid.filter(
    ({ threshold }) => threshold >= low && threshold <= data.baseline.rate + MARGIN,
  );
  const [first] = shown;
  const settings = shown.filter(({ threshold }) => threshold === first?.threshold);
  return {
    thresholds: [...new Set(shown.map(({ threshold }) => threshold))],
    settings: settings.map(({ datapoints }) => ({
      label: datapointsText(datapoints),
      cells: shown.filter((cell) => isSame(cell.datapoints, datapoints)),
    })),
    incidents: truth.incidents.length,
    rate: data.baseline.rate,
    marks: [
      ...(declared === undefined ? [] : [{ cell: declared, kind: "declared" } as const]),
      ...(chosen === undefined ? [] : [{ cell: chosen, kind: "suggested" } as const]),
    ],
  };
}

function countChart(measure: "mails" | "falseMails", lines: Lines, budget?: number): string {
  const all = lines.settings.flatMap(({ cells }) => cells.map((cell) => cell[measure]));
  const most = Math.max(10, ...all) * 1.4;
  const powers = [0, 1, 10, 100, 1000, 10_000, 100_000].filter((power) => power < most);
  return chart(measure, lines, {
    height: 320,
    valueOf: (cell) => cell[measure],
    share: (value) => Math.asinh(value) / Math.asinh(most),
    ticks: powers.map((value) => [value, numberText(value)]),
    limit: budget,
  });
}

function delayChart(lines: Lines): string {
  const all = lines.settings.flatMap(({ cells }) => cells.flatMap((cell) => delayOf(cell) ?? []));
  const most = Math.max(60, ...all) * 1.1;
  const steps = [15, 30, 60, 120, 360, 720, 1440, 2880, 10_080, 43_200, 144_000];
  const step = steps.find((minutes) => most / minutes <= 5) ?? most;
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
  return chart("delays", lines, {
    height: 180,
    valueOf: delayOf,
    share: (value) => value / most,
    ticks: ticks.map((value) => [value, value === 0 ? "0" : minutesText(value)]),
  });
}

/** Minutes from an incident's start to its alarm, on average; undefined unless all are caught. */
function delayOf(cell: Cell): number | undefined {
  return cell.delays.length > 0 && cell.caught === cell.delays.length
    ? Math.round(meanDelay(cell))
    : undefined;
}

/** How a chart shows values. */
interface Scale {
  readonly height: number;
  readonly valueOf: (cell: Cell) => number | undefined;
  /** Where a value is, from 0 at the bottom to 1 at the top. */
  readonly share: (value: number) => number;
  readonly ticks: readonly (readonly [value: number, label: string])[];
  /** A value that should not be exceeded. */
  readonly limit?: number | undefined;
}

function chart(kind: string, lines: Lines, scale: Scale): string {
  const { thresholds, settings, incidents, rate, marks } = lines;
  const { height, valueOf, share, ticks, limit } = scale;
  const [from = 0, to = 100] = [thresholds[0], thresholds.at(-1)];
  const bottom = height - BOTTOM;
  const x = (threshold: number): number =>
    Math.round((LEFT + ((threshold - from) / (to - from || 1)) * (RIGHT - LEFT)) * 10) / 10;
  const y = (value: number): number =>
    Math.round((bottom - share(value) * (bottom - TOP)) * 10) / 10;
  const line = (cells: readonly Cell[], isShown: (cell: Cell) => boolean): string =>
    cells
      .map((cell, index) => {
        const value = isShown(cell) ? valueOf(cell) : undefined;
        if (value === undefined) return "";
        const before = cells[index - 1];
        const goesOn = before && isShown(before) && valueOf(before) !== undefined;
        const start = `${goesOn ? "V" : `M${x(cell.threshold)} `}${y(value)}`;
        return `${start}H${x(cells[index + 1]?.threshold ?? to)}`;
      })
      .join("");
  const isCaught = (cell: Cell): boolean => cell.caught === incidents;
  const grid = ticks.map(
    ([value, label]) =>
      `<path class="grid" d="M${LEFT} ${y(value)}H${RIGHT}"/><text class="value" x="${LEFT - 6}" y="${y(value) + 4}">${label}</text>`,
  );
  const whole = Array.from({ length: 101 }, (_, percent) => percent).filter(
    (percent) => percent >= from && percent <= to && (to - from < 25 || percent % 5 === 0),
  );
  const percents = whole.map(
    (percent) =>
      `<path class="grid" d="M${x(percent)} ${TOP}V${bottom}"/><text x="${x(percent)}" y="${height - 8}">${percent} %</text>`,
  );
  const paths = settings.map(({ cells }, number) => {
    const [main, own] = [marks.at(-1)?.cell.datapoints, cells[0]?.datapoints];
    const isMain = main !== undefined && own !== undefined && isSame(main, own);
    const missed = `<path class="missed" d="${line(cells, () => true)}"/>`;
    return `<g class="line-${number % LOOKS} of-${number}${isMain ? " main" : ""}">${incidents > 0 ? missed : ""}<path d="${line(cells, isCaught)}"/></g>`;
  });
  const points = marks.map(({ cell, kind: mark }) => {
    const value = valueOf(cell);
    const place = value === undefined ? undefined : `x="${x(cell.threshold)}" y="${y(value)}"`;
    return place === undefined
      ? ""
      : `<svg class="mark" ${place} overflow="visible">${MARKS[mark]}</svg>`;
  });
  const limitLine =
    limit === undefined ? "" : `<path class="limit" d="M${LEFT} ${y(limit)}H${RIGHT}"/>`;
  const tips = thresholds.map((threshold, index) => {
    const width = x(thresholds[index + 1] ?? to) - x(threshold);
    return `<rect class="tip" x="${x(threshold)}" y="${TOP}" width="${Math.max(1, width)}" height="${bottom - TOP}"><title>${inline(tipText(lines, index)).replaceAll("\\n", "\n")}</title></rect>`;
  });
  return `<svg class="plot ${kind}" viewBox="0 0 ${WIDTH} ${height}" role="img">
${grid.join("")}${percents.join("")}<path class="rate" d="M${x(rate)} ${TOP}V${bottom}"/>
${paths.join("\n")}
${limitLine}${points.join("")}
${tips.join("\n")}
</svg>`;
}

const MARKS = {
  suggested: `<circle class="suggested" r="7"/>`,
  declared: `<path class="declared" d="M0 -8L8 0L0 8L-8 0Z"/>`,
};

/** What a threshold comes to with each setting. */
function tipText({ thresholds, settings, incidents }: Lines, index: number): string {
  const rows = settings.map(({ label, cells }) => {
    const cell = cells[index];
    if (cell === undefined) return label;
    const delay = delayOf(cell);
    const caught = `, caught ${cell.caught} of ${incidents}${delay === undefined ? "" : ` after ${minutesText(delay)}`}`;
    return `${label}: ${numberText(cell.falseMails)} false of ${numberText(cell.mails)} mails, ${minutesText(cell.alarmMinutes)} in ALARM${incidents > 0 ? caught : ""}`;
  });
  return [`at or below ${percentText(thresholds[index] ?? 0)}`, ...rows].join("\n");
}

function swatch(): string {
  return `<svg class="swatch" viewBox="0 0 24 8" role="presentation"><path d="M0 4H24"/></svg>`;
}
