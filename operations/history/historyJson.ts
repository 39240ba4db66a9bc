import { isoMinute } from "../../rehearsal/logs/countsFile";
import type { FetchedCounts } from "./fetchCounts";
import { sumsOf } from "./historyText";
import type { Window } from "./windows";

/** What was counted, for machines: what `--json` prints. Times are ISO 8601 in UTC. */
export interface HistorySummary {
  readonly stack: string;
  readonly model: string;
  readonly logGroup: string;
  readonly from: string;
  /** Behind the last minute that was counted. */
  readonly to: string;
  readonly query: string;
  /** Queries that were run to their end, each over a window of the time. */
  readonly windows: number;
  /** Minutes with predictions: the lines of the file behind its header. */
  readonly minutes: number;
  readonly predictions: number;
  readonly valid: number;
  readonly bytesScanned: number;
  readonly file: string;
}

export function historySummary(
  what: { readonly stack: string; readonly model: string; readonly logGroup: string },
  { from, to }: Window,
  query: string,
  { minutes, windows, bytesScanned }: FetchedCounts,
  file: string,
): HistorySummary {
  const { stack, model, logGroup } = what;
  const { valid, total: predictions } = sumsOf(minutes);
  return {
    ...{ stack, model, logGroup, from: isoMinute(from), to: isoMinute(to), query },
    ...{ windows, minutes: minutes.length, predictions, valid, bytesScanned, file },
  };
}
