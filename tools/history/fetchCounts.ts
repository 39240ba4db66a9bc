import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { systemClock } from "../aws/clock";
import { queryResult, type QueryResult, startQuery, stopQuery } from "../aws/insightsCalls";
import { type MinuteCounts } from "../logs/countsFile";
import { isoMinute, MINUTE, readIsoTime, type TimeSpan } from "../time";
import { COUNT_COLUMNS, INSIGHTS_ROWS } from "./countsQuery";

/** Logs Insights did not give the counts; the message says why and what to do. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/** The caller did not want to wait any longer. */
export class HistoryCancelledError extends Error {
  override readonly name = "HistoryCancelledError";

  /** @param stopped how many queries were running at AWS, and were stopped */
  constructor(readonly stopped: number) {
    super("cancelled");
  }
}

/** What to count, and when. */
interface CountsQuestion {
  readonly logGroup: string;
  readonly query: string;
  readonly span: TimeSpan;
}

/** How to go about it. */
export interface FetchOptions {
  /** Gives up, and stops the queries that are running. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the part of the time that is done, from 0 to 1. */
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

/** Queries at a time: others use the account's queries, too. */
const AT_ONCE = 4;

/** A window's most minutes: its result has a row for each, and stays well below what a result may have. */
const LONGEST_WINDOW = INSIGHTS_ROWS * 0.9;

/**
 * Counts predictions minute by minute, with a few CloudWatch Logs Insights queries at a time, each over a window that
 * cannot have more rows than a result. A window whose query takes AWS too long is halved, down to an hour.
 * @throws QueryError where a query fails, HistoryCancelledError by the signal, AwsCallError; in each case no query of
 * ours is left running
 */
export async function fetchCounts(
  session: AwsSession,
  { logGroup, query, span }: CountsQuestion,
  options: FetchOptions = {},
): Promise<FetchedCounts> {
  const { progress, sleep = systemClock.sleep.bind(systemClock) } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]);
  const queries = new WindowQueries(session, { logGroup, query, signal, sleep });

  const minutes: MinuteCounts[] = [];
  let [windows, bytesScanned, done] = [0, 0, 0];
  const fetchWindow = async (window: TimeSpan): Promise<void> => {
    const result = await queries.run(window);
    windows += 1;
    bytesScanned += result.bytesScanned;
    if (result.counts === undefined) {
      for (const half of halvesOf(window)) await fetchWindow(half);
      return;
    }
    minutes.push(...result.counts);
    done += window.to - window.from;
    progress?.(done / (span.to - span.from));
  };

  const { default: pMap } = await import("p-map");
  const failures: unknown[] = [];
  await pMap(
    windowsOf(span, { longest: LONGEST_WINDOW, atOnce: AT_ONCE }),
    (window) =>
      fetchWindow(window).catch((error: unknown) => {
        // The others end, too, before any of their queries is stopped.
        failures.push(error);
        stop.abort();
      }),
    { concurrency: AT_ONCE },
  );
  if (failures.length > 0) {
    const stopped = await queries.stopAll();
    if (options.signal?.aborted === true) throw new HistoryCancelledError(stopped);
    throw failures[0];
  }
  minutes.sort((a, b) => a.minute - b.minute);
  return { minutes, windows, bytesScanned };
}

/** A window is not made shorter than that for the sake of speed, nor because its query took too long. In minutes. */
export const SHORTEST_WINDOW = 60;

/**
 * Parts a time into windows of about the same length, without gaps and without overlap.
 * @param longest a window's most minutes
 * @param atOnce how many are looked at at the same time; there are as many, or a multiple, if that makes none too short
 */
export function windowsOf(
  { from, to }: TimeSpan,
  { longest, atOnce }: { readonly longest: number; readonly atOnce: number },
): TimeSpan[] {
  const minutes = to - from;
  const needed = Math.ceil(minutes / longest);
  const even = Math.ceil(needed / atOnce) * atOnce;
  const count = minutes / even >= SHORTEST_WINDOW ? even : needed;
  const border = (index: number): number => from + Math.floor((minutes * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    from: border(index),
    to: border(index + 1),
  }));
}

/**
 * The two halves of a window that was too much for one query.
 * @throws QueryError where it is too short to be halved
 */
export function halvesOf(window: TimeSpan): [TimeSpan, TimeSpan] {
  const { from, to } = window;
  if (to - from < 2 * SHORTEST_WINDOW) {
    throw new QueryError(
      `CloudWatch Logs could not finish the query over ${windowText(window)}, as short as it is, within its time limit; try again later, or leave this time out with --from and --to`,
    );
  }
  const middle = from + Math.floor((to - from) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** `2026-03-01T12:00:00Z to 2026-03-07T18:00:00Z` */
function windowText({ from, to }: TimeSpan): string {
  return `${isoMinute(from)} to ${isoMinute(to)}`;
}

/** What to ask, and how to wait. */
type WindowQueriesOptions = Omit<CountsQuestion, "span"> & {
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

/** Waits between two looks at a query, in milliseconds: they grow. */
const FIRST_LOOK = 500;
const LONGEST_LOOK = 15_000;
const GROWTH = 1.5;

/** Milliseconds after which a query counts as timed out: AWS ends them after 60 minutes (CloudWatch Logs quotas). */
const LONGEST_QUERY = 65 * MINUTE;

/** Waits while AWS starts no more queries, in milliseconds. In all about ten minutes. */
const FIRST_START = 1000;
const LONGEST_START = 30_000;
const MOST_STARTS = 25;

/** Runs queries over windows, and knows which of them AWS is still working on. */
class WindowQueries {
  readonly #running = new Set<string>();

  constructor(
    private readonly session: AwsSession,
    private readonly options: WindowQueriesOptions,
  ) {}

  /**
   * Runs the query over a window to its end. There are no counts where there was too much in it for one query.
   * @throws QueryError where it failed, AwsCallError where AWS could not be asked
   */
  async run(window: TimeSpan) {
    const id = await this.#started(window);
    const { status, rows, bytesScanned } = await this.#ended(id);
    if (status === "Timeout" || (status === "Complete" && rows.length >= INSIGHTS_ROWS)) {
      return { counts: undefined, bytesScanned };
    }
    if (status === "Complete") return { counts: countsIn(rows, window), bytesScanned };
    const query = `the query over ${windowText(window)}`;
    throw new QueryError(
      status === "Cancelled"
        ? `somebody cancelled ${query}; run history again`
        : `${query} failed in CloudWatch Logs, which does not say why (query id ${id}); run history again, or the query in its console:\n${this.options.query}`,
    );
  }

  /**
   * Stops all queries that AWS is working on, as far as AWS lets them be stopped.
   * @returns how many there were
   */
  async stopAll(): Promise<number> {
    const ids = [...this.#running];
    this.#running.clear();
    await Promise.allSettled(ids.map((id) => stopQuery(this.session, id)));
    return ids.length;
  }

  async #started({ from, to }: TimeSpan): Promise<string> {
    const { logGroup, query, signal, sleep } = this.options;
    // Both ends are inclusive, in seconds, and AWS does not say whether a second's milliseconds are. So the end is the
    // moment behind the last minute, and a row of the minute that begins there is dropped.
    const question = { logGroup, query, start: from * 60, end: to * 60, rows: INSIGHTS_ROWS };
    for (let [tries, wait] = [1, FIRST_START]; ; tries += 1) {
      signal.throwIfAborted();
      try {
        const id = await startQuery(this.session, question);
        this.#running.add(id);
        return id;
      } catch (error) {
        if (!isBusy(error) || tries === MOST_STARTS) throw explained(error, query);
      }
      await sleep(wait, signal);
      wait = Math.min(LONGEST_START, wait * 2);
    }
  }

  async #ended(id: string): Promise<QueryResult> {
    const { signal, sleep } = this.options;
    let waited = 0;
    for (let wait = FIRST_LOOK; ; wait = Math.min(LONGEST_LOOK, wait * GROWTH)) {
      await sleep(wait, signal);
      signal.throwIfAborted();
      waited += wait;
      const result = await queryResult(this.session, id, signal);
      if (!["Scheduled", "Running", "Unknown"].includes(result.status)) {
        this.#running.delete(id);
        return result;
      }
      if (waited < LONGEST_QUERY) continue;
      this.#running.delete(id);
      await Promise.allSettled([stopQuery(this.session, id)]);
      return { ...result, status: "Timeout" };
    }
  }
}

/** Other queries of the account count, too: dashboards, the console. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof AwsCallError &&
    (error.code === "LimitExceededException" || error.kind === "throttled")
  );
}

function explained(error: unknown, query: string): unknown {
  if (!(error instanceof AwsCallError)) return error;
  if (error.code === "MalformedQueryException") {
    return new QueryError(
      `CloudWatch Logs does not understand the query that this command wrote; please report it, with these lines:\n${error.detail}\n${query}`,
    );
  }
  if (isBusy(error)) {
    return new QueryError(
      `CloudWatch Logs starts no more queries (${error.code}: ${error.detail}): too many are running in this account and region; run history again when they are done`,
    );
  }
  return error;
}

/**
 * The counts in a query's result: times as `2026-03-01 12:03:00.000` in UTC, numbers as text. Rows of minutes outside
 * the window are dropped; those there count only a part of their minute.
 * @throws QueryError for rows that are not what the query asks for
 */
function countsIn(
  rows: readonly ReadonlyMap<string, string>[],
  { from, to }: TimeSpan,
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
  throw new QueryError(
    `expected rows of a minute, its valid and its total predictions from CloudWatch Logs Insights, found ${found}; please report this`,
  );
}

function readNumber(text = ""): number {
  return text.trim() === "" ? NaN : Number(text);
}
