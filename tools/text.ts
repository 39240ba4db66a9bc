import { durationText } from "../components/settings/duration";
import { datapointsText } from "../components/settings/settings";
import { type MetricAlarm, queriesOf } from "./simulator/metricAlarm";

const COMPARISONS: Readonly<Record<string, string>> = {
  LessThanOrEqualToThreshold: "at or below",
  LessThanThreshold: "below",
  GreaterThanOrEqualToThreshold: "at or above",
  GreaterThanThreshold: "above",
};

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

/** Minutes that one data point covers. */
export function periodMinutes(alarm: MetricAlarm): number {
  return Math.max(1, (queriesOf(alarm).find(({ metric }) => metric)?.metric?.period ?? 0) / 60);
}

/** When an alarm fires: `at or below 90 % in 3 of 5 periods of 1 hour`, `no predictions for 6 hours`. */
export function conditionText(alarm: MetricAlarm): string {
  const { comparisonOperator, threshold, evaluationPeriods: of } = alarm;
  const toAlarm = alarm.datapointsToAlarm ?? of;
  const seconds = periodMinutes(alarm) * 60;
  if (isOnSilence(alarm)) return `no ${watchedName(alarm)} for ${durationText(seconds * of)}`;
  const comparison = COMPARISONS[comparisonOperator] ?? comparisonOperator;
  return `${comparison} ${threshold}${unitOf(alarm)} in ${datapointsText({ toAlarm, of })} periods of ${durationText(seconds)}`;
}

/** The same as a sentence: `Fires when classification_rate is at or below ...`. */
export function firesWhen(alarm: MetricAlarm): string {
  const what = isOnSilence(alarm) ? "there are" : `${watchedName(alarm)} is`;
  return `Fires when ${what} ${conditionText(alarm)}.`;
}

/** Whether an alarm fires on counting nothing, all the time that it looks back on. */
function isOnSilence(alarm: MetricAlarm): boolean {
  const { comparisonOperator, threshold, evaluationPeriods, datapointsToAlarm } = alarm;
  return (
    comparisonOperator === "LessThanThreshold" &&
    threshold === 1 &&
    alarm.treatMissingData === "breaching" &&
    (datapointsToAlarm ?? evaluationPeriods) === evaluationPeriods
  );
}

/** A number as people read it: `87,086`, `84.21`. */
export function numberText(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** A whole number with its noun: `1 mail`, `12,345 mails`. */
export function count(amount: number, noun: string): string {
  // Loading a locale for this takes longer than most commands' other output.
  const digits = String(amount).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return `${digits} ${noun}${amount === 1 ? "" : "s"}`;
}

/** A figure without digits that say nothing: `82.5`, `92.31`. */
export function rounded(value: number, decimals = 2): string {
  return String(Number(value.toFixed(decimals)));
}

/** A percentage with the decimals it needs: `82.5 %`. */
export function percentText(value: number, decimals = 3): string {
  return `${rounded(value, decimals)} %`;
}

/** A text as a shell takes it for one word, for commands that people copy. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Longest excerpt of a log line that is shown to a person, in characters. */
const MAX_EXCERPT = 200;

/** Controls, line separators, and the marks that turn the direction of text, which could disguise a line. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, "0");
  return ESCAPES[character] ?? `\\u${code}`;
}

/**
 * A text of any source that is safe to print: its characters that do something instead of being seen show as `\t` or
 * `\u001b`. Line feeds stay.
 */
export function printable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (character) => (character === "\n" ? character : escaped(character)));
}

/**
 * An excerpt of a log line that is safe to print, line feeds made visible too: at most {@link MAX_EXCERPT} characters of
 * the line, an ellipsis where something is left out.
 *
 * @param around - The index of a character that the excerpt should show. Default: the first.
 */
export function visibleText(text: string, around = 0): string {
  const start = around < MAX_EXCERPT - 60 ? 0 : around - 60;
  const shown = text.slice(start, start + MAX_EXCERPT).replace(HIDDEN, escaped);
  return `${start > 0 ? "…" : ""}${shown}${start + MAX_EXCERPT < text.length ? "…" : ""}`;
}

/** A text in lines of at most `width` characters, as far as its words are not longer. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/**
 * Lines with columns, two blanks apart; a cell may have several lines of its own.
 * @param align of all columns but the first
 */
export function table(
  rows: readonly (readonly string[])[],
  align: "left" | "right" = "left",
): string[] {
  const lines = rows.flatMap((row) => {
    const cells = row.map((cell) => cell.split("\n"));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ""));
  });
  const widths: number[] = [];
  for (const [column, cell] of lines.flatMap((cells) => [...cells.entries()])) {
    widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return lines.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return align === "right" && column > 0 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
