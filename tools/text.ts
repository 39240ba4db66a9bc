import { durationText } from "../components/settings/duration";
import { datapointsText } from "../components/settings/schema";
import { type MetricAlarm, queriesOf } from "./simulator/metricAlarm";

const COMPARISONS: Readonly<Record<string, string>> = {
  LessThanOrEqualToThreshold: "at or below",
  LessThanThreshold: "below",
  GreaterThanOrEqualToThreshold: "at or above",
  GreaterThanThreshold: "above",
};

/** When an alarm fires: `at or below 90 in 3 of 5 periods of 1 hour`. */
export function conditionText(alarm: MetricAlarm): string {
  const { comparisonOperator, threshold, evaluationPeriods: of } = alarm;
  const toAlarm = alarm.datapointsToAlarm ?? of;
  const comparison = COMPARISONS[comparisonOperator] ?? comparisonOperator;
  const period = queriesOf(alarm).find(({ metric }) => metric !== undefined)?.metric?.period ?? 0;
  return `${comparison} ${threshold} in ${datapointsText({ toAlarm, of })} periods of ${durationText(period)}`;
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
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * An excerpt of a log line that is safe to print: no control characters (they show as `\n`, `\t` or
 * `\u001b`), at most {@link MAX_EXCERPT} characters of the line, an ellipsis where something is left out.
 *
 * @param around - The index of a character that the excerpt should show. Default: the first.
 */
export function visibleText(text: string, around = 0): string {
  const start = around < MAX_EXCERPT - 60 ? 0 : around - 60;
  const excerpt = text.slice(start, start + MAX_EXCERPT);
  const shown = excerpt.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return ESCAPES[character] ?? `\\u${code}`;
  });
  return `${start > 0 ? "…" : ""}${shown}${start + MAX_EXCERPT < text.length ? "…" : ""}`;
}

/** A text in lines of at most `width` characters, as far as its words are not longer. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
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
  const columns = Math.max(0, ...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
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
