import type { MinuteCounts } from "../../rehearsal/logs/countsFile";
import { AwsCallError } from "../awsCall";
import type { AwsSession } from "../awsSession";
import { queryResult, startQuery, stopQuery, type QueryResult } from "../insightsCalls";
import { countsIn } from "./countRows";
import { HistoryError } from "./historyError";
import { windowText, type Window } from "./windows";

/** What to ask, and how to wait. */
export interface WindowQueriesOptions {
  readonly logGroup: string;
  readonly query: string;
  /** Most rows of a result. */
  readonly rows: number;
  /** Milliseconds after which a query counts as timed out, whatever AWS says. */
  readonly longestQuery: number;
  readonly signal: AbortSignal;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** What a query over a window came to. */
export interface WindowResult {
  /** undefined where there was too much in the window for one query. */
  readonly counts: readonly MinuteCounts[] | undefined;
  readonly bytesScanned: number;
}

/** Waits between two looks at a query, in milliseconds: they grow. */
const FIRST_LOOK = 500;
const LONGEST_LOOK = 15_000;
const GROWTH = 1.5;

/** Waits while AWS starts no more queries, in milliseconds. In all about ten minutes. */
const FIRST_START = 1000;
const LONGEST_START = 30_000;
const MOST_STARTS = 25;

/** Runs queries over windows, and knows which of them AWS is still working on. */
export class WindowQueries {
  readonly #session: AwsSession;
  readonly #options: WindowQueriesOptions;
  readonly #running = new Set<string>();

  constructor(session: AwsSession, options: WindowQueriesOptions) {
    this.#session = session;
    this.#options = options;
  }

  /**
   * Runs the query over a window to its end.
   * @throws HistoryError where it failed, AwsCallError where AWS could not be asked
   */
  async run(window: Window): Promise<WindowResult> {
    const { rows } = this.#options;
    const id = await this.#started(window);
    const result = await this.#ended(id);
    const { status, bytesScanned } = result;
    switch (status) {
      case "Complete":
        if (result.rows.length >= rows) return { counts: undefined, bytesScanned };
        return { counts: countsIn(result.rows, window), bytesScanned };
      case "Timeout":
        return { counts: undefined, bytesScanned };
      case "Cancelled":
        throw new HistoryError(
          `somebody cancelled the query over ${windowText(window)}; run history again`,
        );
      default:
        throw new HistoryError(
          `the query over ${windowText(window)} failed in CloudWatch Logs, which does not say why (query id ${id}); run history again, or the query in its console:\n${this.#options.query}`,
        );
    }
  }

  /**
   * Stops all queries that AWS is working on, as far as it lets itself be told.
   * @returns how many there were
   */
  async stopAll(): Promise<number> {
    const ids = [...this.#running];
    this.#running.clear();
    await Promise.allSettled(ids.map((id) => stopQuery(this.#session, id)));
    return ids.length;
  }

  async #started({ from, to }: Window): Promise<string> {
    const { logGroup, query, rows, signal, sleep } = this.#options;
    // Both ends are inclusive, in seconds, and AWS does not say whether a second's milliseconds are. So the end is the
    // moment behind the last minute, and a row of the minute that begins there is dropped.
    const question = { logGroup, query, start: from * 60, end: to * 60, rows };
    for (let [tries, wait] = [1, FIRST_START]; ; tries += 1) {
      signal.throwIfAborted();
      try {
        const id = await startQuery(this.#session, question);
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
    const { signal, sleep, longestQuery: longest } = this.#options;
    let waited = 0;
    for (let wait = FIRST_LOOK; ; wait = Math.min(LONGEST_LOOK, wait * GROWTH)) {
      await sleep(wait, signal);
      signal.throwIfAborted();
      waited += wait;
      const result = await queryResult(this.#session, id, signal);
      if (!["Scheduled", "Running", "Unknown"].includes(result.status)) {
        this.#running.delete(id);
        return result;
      }
      if (waited < longest) continue;
      this.#running.delete(id);
      await Promise.allSettled([stopQuery(this.#session, id)]);
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
    return new HistoryError(
      `CloudWatch Logs does not understand the query that this command wrote; please report it, with these lines:\n${error.detail}\n${query}`,
    );
  }
  if (isBusy(error)) {
    return new HistoryError(
      `CloudWatch Logs starts no more queries (${error.code}: ${error.detail}): too many are running in this account and region; run history again when they are done`,
    );
  }
  return error;
}
