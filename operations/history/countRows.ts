import { COUNT_COLUMNS } from "../../cloudwatch/insightsCounts";
import type { MinuteCounts } from "../../rehearsal/logs/countsFile";
import { readIsoTime } from "../../rehearsal/logs/eventTime";
import { HistoryError } from "./historyError";
import type { Window } from "./windows";

const MINUTE = 60_000;

/**
 * The counts in a query's result: times as `2026-03-01 12:03:00.000` in UTC, numbers as text. Rows of minutes outside
 * the window are dropped; those there count only a part of their minute.
 * @throws HistoryError for rows that are not what the query asks for
 */
export function countsIn(
  rows: readonly ReadonlyMap<string, string>[],
  { from, to }: Window,
): MinuteCounts[] {
  return rows.map(countsOf).filter(({ minute }) => minute >= from && minute < to);
}

function countsOf(row: ReadonlyMap<string, string>): MinuteCounts {
  const minute = readIsoTime(row.get(COUNT_COLUMNS.minute) ?? "") / MINUTE;
  const valid = readNumber(row.get(COUNT_COLUMNS.valid));
  const total = readNumber(row.get(COUNT_COLUMNS.total));
  const isWhole = [minute, valid, total].every(Number.isSafeInteger);
  if (isWhole && valid >= 0 && valid <= total) return { minute, valid, total };
  const found = JSON.stringify(Object.fromEntries(row));
  throw new HistoryError(
    `expected rows of a minute, its valid and its total predictions from CloudWatch Logs Insights, found ${found}; please report this`,
  );
}

function readNumber(text = ""): number {
  return text.trim() === "" ? NaN : Number(text);
}
