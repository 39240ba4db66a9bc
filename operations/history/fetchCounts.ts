import { INSIGHTS_ROWS } from "../../cloudwatch/insightsCounts";
import type { MinuteCounts } from "../../rehearsal/logs/countsFile";
import type { AwsSession } from "../awsSession";
import { systemClock } from "../clock";
import { HistoryCancelledError, HistoryError } from "./historyError";
import { WindowQueries } from "./windowQueries";
import { halvesOf, windowsOf, windowText, type Window } from "./windows";

/** What to count, and when. */
export interface CountsQuestion {
  readonly logGroup: string;
  readonly query: string;
  readonly span: Window;
}

/** How to go about it. */
export interface FetchOptions {
  /** Most rows of a query's result, as the query itself says. @default {@link INSIGHTS_ROWS} */
  readonly rows?: number | undefined;
  /** @default 4: others use the account's queries, too */
  readonly queriesAtOnce?: number | undefined;
  /**
   * Milliseconds to wait for a query. AWS ends them after 60 minutes (CloudWatch Logs quotas), and then says so.
   * @default 65 minutes
   */
  readonly longestQuery?: number | undefined;
  /** Gives up, and stops the queries that are running. */
  readonly signal?: AbortSignal | undefined;
  /** Told which part of the time is done, from 0 to 1. */
  readonly progress?: ((done: number) => void) | undefined;
  /** Waits. @default really */
  readonly sleep?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** What was counted. */
export interface FetchedCounts {
  /** Minutes with predictions, in order. */
  readonly minutes: readonly MinuteCounts[];
  /** Queries that were run to their end. */
  readonly windows: number;
  /** Of all of them. */
  readonly bytesScanned: number;
}

const AT_ONCE = 4;
const LONGEST_QUERY = 65 * 60_000;

/**
 * Counts predictions minute by minute, with a few CloudWatch Logs Insights queries at a time, each over a window that
 * cannot have more rows than a result. A window whose query takes AWS too long is halved, down to an hour.
 * @throws HistoryError where a query fails, HistoryCancelledError by the signal, AwsCallError; in each case no query of
 * ours is left running
 */
export async function fetchCounts(
  session: AwsSession,
  { logGroup, query, span }: CountsQuestion,
  options: FetchOptions = {},
): Promise<FetchedCounts> {
  const { rows = INSIGHTS_ROWS, queriesAtOnce: atOnce = AT_ONCE, progress } = options;
  const { longestQuery = LONGEST_QUERY } = options;
  const sleep = options.sleep ?? systemClock.sleep.bind(systemClock);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const queries = new WindowQueries(session, {
    logGroup,
    query,
    rows,
    longestQuery,
    signal,
    sleep,
  });

  const waiting = windowsOf(span, { longest: Math.floor(rows * 0.9), atOnce });
  const minutes: MinuteCounts[] = [];
  let [windows, bytesScanned, done] = [0, 0, 0];
  const work = async (): Promise<void> => {
    for (let window = waiting.shift(); window !== undefined; window = waiting.shift()) {
      const result = await queries.run(window);
      windows += 1;
      bytesScanned += result.bytesScanned;
      if (result.counts === undefined) waiting.unshift(...halved(window));
      else {
        minutes.push(...result.counts);
        done += window.to - window.from;
        progress?.(done / (span.to - span.from));
      }
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, waiting.length) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    const stopped = await queries.stopAll();
    throw options.signal?.aborted === true ? new HistoryCancelledError(stopped) : error;
  }
  minutes.sort((a, b) => a.minute - b.minute);
  return { minutes, windows, bytesScanned };
}

function halved(window: Window): [Window, Window] {
  const halves = halvesOf(window);
  if (halves !== undefined) return halves;
  throw new HistoryError(
    `CloudWatch Logs could not finish the query over ${windowText(window)}, as short as it is, within its time limit; try again later, or leave this time out with --from and --to`,
  );
}
