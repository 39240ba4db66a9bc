import { commandText } from "../../components/commandText";
import { twoSidedQuantile } from "../../components/cloudwatch/expressions";
import { validText } from "../../components/cloudwatch/patterns";
import { durationText } from "../../components/settings/duration";
import { datapointsText } from "../../components/settings/settings";
import { wilsonInterval } from "../adopt/ratio";
import { blindText } from "../blindSpots";
import { conditionText, count, percentText, rounded, shellWord } from "../text";
import {
  isoMinute,
  longestOutside,
  minutesText,
  minuteText,
  MONTH,
  type TimeSpan,
  timeSpanText,
} from "../time";
import { type Setting, settingKey } from "./grid";
import { CHANCE_SHARE, KEPT, YEARS } from "./search";
import { changesTo } from "./searchSpace";
import type { FrontierRow, Judged } from "./search";
import { type Candidate, falseMails } from "./suggest";
import { yamlText } from "./stackFileEdit";
import { awsChanges, type ForeignRate } from "./foreign";
import type { TuneRun } from "./tuneLogs";

/** What a table says of a setting, and which it is. */
interface ReportRow {
  readonly kind: "suggested" | "nearest" | "declared" | "";
  readonly cells: readonly string[];
}

/** Rows under their heads. */
interface ReportTable {
  readonly heads: readonly string[];
  readonly rows: readonly ReportRow[];
}

const NOTHING: ReportTable = { heads: [], rows: [] };

/** Everything that tuning tells a person, in words and in order; how it is laid out is left to text and page. */
export type TuneReport = ReturnType<typeof tuneReport>;

/** What next commands have to say again. */
export interface Repeated {
  /** All of this command's arguments. */
  readonly args: readonly string[];
  /** What says what is declared: `--stack dev`, `--preview plan.json`. */
  readonly source: string;
  /** The logs, as they were given. */
  readonly files: readonly string[];
  /** Options by which logs are read: ` --time-field time`. */
  readonly reading: string;
}

/** Words for a run. @param foreign the alarm, where another program declares it */
export function tuneReport(run: TuneRun, { args }: Repeated, foreign?: ForeignRate) {
  const { stack, alarm, span, suspects } = run;
  const isStopped = run.frontier.length === 0 && suspects.length > 0;
  return {
    stack,
    model: alarm.model,
    /** What was looked at, and when. */
    scope: `${minuteText(span.from)} to ${minuteText(span.to)} UTC (${minutesText(span.to - span.from)})`,
    declared: conditionText(foreign?.rate.alarm ?? alarm),
    /** What the logs say nothing about. */
    blind: run.blind.map(blindText),
    /** Days of the baseline that stand out, and what to do about them. */
    suspects: suspects.map(suspectText),
    remedy: isStopped ? remedy(run, args) : undefined,
    facts: factsOf(run),
    frontier: isStopped ? NOTHING : frontierTable(run),
    legend: legend(run),
    verdict: verdict(run, isStopped),
    rule: isStopped ? "" : ruleText(run),
    reasons: isStopped ? [] : reasons(run),
    certainty: isStopped ? NOTHING : certaintyTable(run),
    basis: basis(run),
    ...changesOf(run, foreign),
    warnings: [...warnings(run), ...(foreign?.rate.differences ?? [])],
  };
}

/** What the logs hold. */
function factsOf({ data, truth, own }: TuneRun): [name: string, text: string][] {
  const { all, baseline } = data;
  const spanText = ({ from, to }: TimeSpan): string => `${minuteText(from)} to ${minuteText(to)}`;
  return [
    ["all", `${count(all.predictions, "prediction")}, rate ${percentText(all.rate, 1)}`],
    [
      "baseline",
      `${spanText(truth.baseline)}: ${count(baseline.predictions, "prediction")}, rate ${percentText(baseline.rate, 1)}`,
    ],
    ...(["typical", "quiet"] as const).map((kind): [string, string] => {
      const volume = data.volumes[kind];
      const [low, high] = wilsonInterval(baseline.rate, volume, twoSidedQuantile(95));
      const chance = `, by chance between ${rounded(low, 1)} and ${percentText(high, 1)}`;
      return [
        `${kind} ${durationText(own.period).replace(/^1 /, "")}`,
        `${count(volume, "prediction")}${volume > 0 ? chance : ""}`,
      ];
    }),
    ...truth.incidents.map((one): [string, string] => [
      "incident",
      `${spanText(one)} (${minutesText(one.to - one.from)})`,
    ]),
  ];
}

/** What of the suggestion differs from what is declared, in the words of who has to change it; in lines; and where. */
function changesOf(
  { alarm, chosen, own }: TuneRun,
  foreign: ForeignRate | undefined,
): { changes: Record<string, unknown>; lines: string[]; place: string } {
  if (foreign !== undefined) {
    const place = `At the alarm ${foreign.rate.alarm.name}, as CloudWatch calls it:`;
    return { place, ...(chosen ? awsChanges(foreign, chosen.cell) : { changes: {}, lines: [] }) };
  }
  const changes = chosen === undefined ? {} : changesTo(own, chosen.cell);
  return {
    changes,
    lines: Object.entries(changes).map(([key, value]) => `${key}: ${yamlText(value)}`),
    place: `At the model ${alarm.model} in the file of the stack (--write does it):`,
  };
}

/** Days that stand out in the baseline, and what to say of them. */
function suspectText({
  from,
  to,
  predictions,
  rate,
  elsewhere,
}: TuneRun["suspects"][number]): string {
  const [first, last] = [from, to - 1].map((minute) => minuteText(minute).slice(0, 10));
  const days = first === last ? first : `${first} to ${last}`;
  return `${days ?? ""}: ${percentText(rate, 1)} of ${count(predictions, "prediction")}, against ${percentText(elsewhere, 1)} on the other days, which is more than chance`;
}

/** The command that takes what stands out for incidents. */
function remedy({ suspects, span }: TuneRun, args: readonly string[]) {
  const healthy = longestOutside(span, suspects);
  const spans = suspects.flatMap(({ from, to }) => [
    "--incident",
    [from, to].map((minute) => `${isoMinute(minute).slice(0, 16)}Z`).join("/"),
  ]);
  return {
    text: `The healthy time is then ${minuteText(healthy.from)} to ${minuteText(healthy.to)}. If something was wrong with the model on the days above, run this (better times, if you know them); if it was healthy all the time, add --accept-baseline instead.`,
    command: commandText("tune", [...args, ...spans].map(shellWord).join(" ")),
  };
}

/** A setting in a few words: `92.3 % in 4 of 5 periods of 2 hours`, and what else differs from what is declared. */
function settingText(setting: Setting, own: Setting): string {
  const { threshold, datapoints, period } = setting;
  const also = alsoText(setting, own);
  return `${percentText(threshold)} in ${datapointsText(datapoints)} periods of ${durationText(period)}${also && `, ${also}`}`;
}

function alsoText({ valid, confidence, minimumPredictions }: Setting, own: Setting): string {
  const differs = [
    [validText(valid), validText(own.valid), "valid"],
    [confidence, own.confidence, "confidence"],
    [minimumPredictions, own.minimumPredictions, "minimum"],
  ] as const;
  return differs
    .filter(([now, before]) => now !== before)
    .map(([now, , name]) => `${name} ${now ?? "off"}`)
    .join(", ");
}

function verdict(run: TuneRun, isStopped: boolean): string {
  const { chosen, nearest, own } = run;
  if (isStopped) {
    return "No suggestion: some days of the baseline stand out, and may not have been healthy.";
  }
  if (chosen !== undefined) {
    const isOwn = settingKey(chosen.cell) === settingKey(own);
    return `Suggestion: ${settingText(chosen.cell, own)}${isOwn ? ", as declared" : ""}`;
  }
  if (nearest === undefined) {
    return "No suggestion: no setting that was tried tells of an incident.";
  }
  return `No suggestion: no setting keeps to both budgets. Nearest: ${settingText(nearest.cell, own)}`;
}

/** The rule that suggestions follow, with its figures. */
function ruleText({ budget, truth, tried }: TuneRun): string {
  const { mailsPerMonth, allowed, perIncident } = budget;
  const most = Math.floor(allowed);
  const false_ = `sends an address at most ${count(mailsPerMonth, "false mail")} a month (in these ${daysText(budget)} days: ${most === 0 ? "none" : String(most)})`;
  const chance = `of a healthy model, chance alone may send ${rounded(12 * mailsPerMonth * CHANCE_SHARE, 1)} a year`;
  const settings = count(tried, "setting");
  if (truth.incidents.length === 0) {
    return `of ${settings}, the one that notices the smallest fall within a day and ${false_}; ${chance}.`;
  }
  const once = perIncident === 1 ? "once" : `at most ${count(perIncident, "time")}`;
  return `of ${settings}, the one that tells of the incidents first, tells each ${once}, and ${false_}; and does so, too, in nine of ten incidents that are drawn again by chance; ${chance}.`;
}

/** Why this setting, a sentence each. */
function reasons(run: TuneRun): string[] {
  const { chosen, nearest, declared, data, truth, budget, own, episodes } = run;
  const shown = chosen ?? nearest;
  if (shown === undefined) return [];
  const { cell } = shown;
  const incidents = truth.incidents.length;
  const below = data.baseline.rate - cell.threshold;
  const false_ = falseMails(cell, budget.mailsRecovery);
  const window = (cell.datapoints.of * cell.period) / 60;
  const times = episodes.map(({ from, to }) => `${minuteText(from)} to ${minuteText(to)}`);
  const more = times.length > 5 ? ` and ${count(times.length - 5, "more time")}` : "";
  return [
    validText(cell.valid) === validText(own.valid) &&
      `${percentText(cell.threshold)} is ${below.toFixed(1)} points below the baseline's rate.`,
    incidents > 0 &&
      `It catches ${cell.caught} of ${count(incidents, "incident")}, ${delaysText(cell)} after the start; declared: ${delaysText(declared.cell)}.`,
    Math.max(0, ...cell.told) > budget.perIncident &&
      `It tells one of them ${count(Math.max(...cell.told), "time")}.`,
    `${count(cell.mails, "mail")} in these logs, ${false_ === 0 ? "none of them false" : `${count(false_, "false one")} to each address`}.`,
    window > 1440 &&
      `It looks back on ${minutesText(window)}, so CloudWatch evaluates it once an hour, and it stays in ALARM for about as long after the last bad period: calm, and late to be OK again.`,
    times.length > 0 && `In ALARM: ${times.slice(0, 5).join(", ")}${more}.`,
  ].filter((text) => text !== false);
}

/** How long it took to notice: `19 h`, or for several incidents `19 h, 3 h, not caught`. */
function delaysText({ delays }: { readonly delays: readonly (number | undefined)[] }): string {
  return delays
    .map((delay) => (delay === undefined ? "not caught" : minutesText(delay)))
    .join(", ");
}

/** What more mails buy: the frontier, and what is declared and suggested. */
function frontierTable(run: TuneRun): ReportTable {
  const { frontier, declared, chosen, nearest, own, truth, budget } = run;
  const hasIncidents = truth.incidents.length > 0;
  const columns: [head: string, text: (row: FrontierRow) => string][] = [
    ["threshold", ({ cell }) => percentText(cell.threshold)],
    ["datapoints", ({ cell }) => datapointsText(cell.datapoints)],
    ["period", ({ cell }) => durationText(cell.period)],
    ["also", ({ cell }) => alsoText(cell, own)],
    hasIncidents ? ["after", afterText] : ["notices", ({ delay }) => fallText(delay)],
    ["mails", ({ cell }) => cell.mails.toLocaleString("en-US")],
    ["false", ({ cell }) => falseMails(cell, budget.mailsRecovery).toLocaleString("en-US")],
  ];
  if (hasIncidents)
    columns.push(["holds", ({ redrawn }) => percentText(100 * (redrawn?.kept ?? 0), 0)]);
  columns.push(["by chance", ({ falseMailsAYear }) => aYear(falseMailsAYear)]);
  const all = [...frontier, chosen ?? nearest ?? [], declared].flat();
  const unique = new Map(all.map((one) => [settingKey(one.cell), one]));
  const order = ({ delay }: Candidate): number => (Number.isNaN(delay) ? Infinity : delay);
  return {
    heads: columns.map(([head]) => head),
    rows: [...unique.values()]
      .sort((a, b) => order(a) - order(b))
      .map((one) => ({ kind: kindOf(run, one.cell), cells: columns.map(([, text]) => text(one)) })),
  };
}

function afterText({ cell, delay }: Candidate): string {
  const isMean = cell.delays.length > 1 ? "on average " : "";
  return Number.isNaN(delay) ? "not caught" : `${isMean}${minutesText(Math.round(delay))}`;
}

function kindOf({ chosen, nearest, own }: TuneRun, cell: Setting): ReportRow["kind"] {
  const key = settingKey(cell);
  if (chosen !== undefined && key === settingKey(chosen.cell)) return "suggested";
  if (nearest !== undefined && key === settingKey(nearest.cell)) return "nearest";
  return key === settingKey(own) ? "declared" : "";
}

function fallText(points: number | undefined): string {
  if (points === undefined || !Number.isFinite(points)) return "none";
  return count(Number(points.toFixed(points < 1 ? 2 : 1)), "point");
}

function aYear(mails: number): string {
  return mails < 10 ? mails.toFixed(1) : Math.round(mails).toLocaleString("en-US");
}

function legend({ truth, budget }: TuneRun): string {
  const often = budget.perIncident === 1 ? "once" : `${count(budget.perIncident, "time")} at most`;
  const shared = "by chance: false mails a year that each address gets of a healthy model.";
  if (truth.incidents.length === 0) {
    return `Each row notices smaller falls within a day, by a rough count, than all rows with fewer false mails. mails: in these logs. false: to each address, in the baseline. ${shared}`;
  }
  return `Each row tells of the incidents earlier than all rows with fewer mails. mails: in these logs, to all addresses. false: to each address, of alarms that belong to no incident. holds: incidents told ${often} when chance draws the logs again. ${shared}`;
}

/** What is to be expected of the declared and of the suggested setting. */
function certaintyTable({ declared, chosen, nearest, own, truth }: TuneRun): ReportTable {
  const shown: [string, Judged][] = [["declared", declared]];
  const other = chosen ?? nearest;
  if (other !== undefined && settingKey(other.cell) !== settingKey(own)) {
    shown.push([chosen === undefined ? "nearest" : "suggested", other]);
  }
  const rows: [name: string, text: (judged: Judged) => string][] = [
    ["false mails a year to each address", ({ falseMailsAYear }) => aYear(falseMailsAYear)],
    ["smallest fall noticed within a day (90 %)", ({ smallestFall }) => fallText(smallestFall)],
  ];
  if (truth.incidents.length > 0) {
    rows.push(
      ["incidents told as often as they may be", ({ redrawn }) => keptText(redrawn)],
      ["told after, half of them", ({ redrawn }) => delayAt(redrawn?.delays, 0.5)],
      ["told after, nine of ten", ({ redrawn }) => delayAt(redrawn?.delays, KEPT)],
    );
  }
  return {
    heads: ["", ...shown.map(([name]) => name)],
    rows: rows.map(([name, text]) => ({
      kind: "",
      cells: [name, ...shown.map(([, judged]) => text(judged))],
    })),
  };
}

function keptText(redrawn: Judged["redrawn"]): string {
  return redrawn ? `${Math.round(redrawn.kept * redrawn.drawn)} of ${redrawn.drawn}` : "";
}

function delayAt(delays: readonly number[] | undefined, share: number): string {
  const delay = delays?.[Math.min(delays.length - 1, Math.floor(share * delays.length))];
  return delay === undefined || !Number.isFinite(delay) ? "not told" : minutesText(delay);
}

function basis({ data }: TuneRun): string {
  return `Simulated: each prediction valid with the model's own chance, ${percentText(data.baseline.rate, 1)} while healthy, at the volumes of these logs (for false mails, that chance is as unsure as the baseline leaves it); ${count(YEARS, "year")}, and a sudden fall a hundred times.`;
}

/** What a reader of a suggestion must know before acting on it, in sentences. */
function warnings({ budget, chosen, truth, counts, declared, notes, logs }: TuneRun): string[] {
  const { incidents } = truth;
  const kept = declared.redrawn?.kept ?? 1;
  const missed = incidents.filter((_, at) => chosen && chosen.cell.delays[at] === undefined);
  return [
    // No mail in a time T still allows for 3 / T (95 %), the "rule of three".
    chosen !== undefined &&
      budget.mailsPerMonth * budget.months < 3 &&
      `${daysText(budget)} days are short: even without a false alarm in them, the true rate may be up to ${rounded(3 / budget.months, 1)} a month (95 %); what days do beyond chance is in no figure here`,
    ...missed.map((one) => `not caught within the budgets: the incident ${timeSpanText(one)}`),
    kept < KEPT &&
      declared.cell.caught > 0 &&
      `the declared setting is calm by luck at best: when chance draws these logs again, it tells ${percentText(100 * kept, 0)} of the incidents as seldom as they may be`,
    counts.ALARM === 0 &&
      "as declared, the alarm mails nobody (enabled: false, or topics without mail); the budget counts what one address would get",
    ...notes,
    ...logs.flatMap(({ nearMisses, undated }) => [
      ...nearMisses.map(
        ({ kind, count: many, example, advice }) =>
          `${count(many, "log event")} carry a prediction's field but can never match (${kind}), such as ${example}. What to do: ${advice}`,
      ),
      undated > 0 && `${count(undated, "line")} without a time that can be read were left out`,
    ]),
  ].filter((text) => text !== false);
}

function daysText({ months }: TuneRun["budget"]): string {
  return ((months * MONTH) / 1440).toFixed(1);
}
