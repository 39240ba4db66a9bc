import {
  GetQueryResultsCommand,
  StartQueryCommand,
  StopQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { AwsSession } from "./awsSession";

/** A CloudWatch Logs Insights query over a time. */
interface InsightsQuery {
  readonly logGroup: string;
  readonly query: string;
  /** Seconds since 1970; the first that is looked at. */
  readonly start: number;
  /** Seconds since 1970; the last that is looked at. */
  readonly end: number;
  /** Most rows of the result. */
  readonly rows: number;
}

/** How far a query is, and what it found. */
export interface QueryResult {
  /** Scheduled, Running, Complete, Failed, Cancelled, Timeout or Unknown. */
  readonly status: string;
  /** Columns by name, all as text; only partial before it is Complete. */
  readonly rows: readonly ReadonlyMap<string, string>[];
  /** Of all that it has read so far, which is what AWS charges for. */
  readonly bytesScanned: number;
}

/**
 * Starts a query. At most 10 a second, and 30 to 100 at a time, by region and year (CloudWatch Logs quotas); beyond, AWS
 * says LimitExceededException.
 * @returns its id
 */
export async function startQuery(
  { logs }: AwsSession,
  { logGroup, query, start, end, rows }: InsightsQuery,
): Promise<string> {
  const { queryId = "" } = await logs.send(
    new StartQueryCommand({
      logGroupName: logGroup,
      queryString: query,
      startTime: start,
      endTime: end,
      limit: rows,
    }),
  );
  return queryId;
}

/**
 * How far a query is; all pages of its result once it is Complete.
 * @param signal gives up waiting for an answer
 */
export async function queryResult(
  { logs }: AwsSession,
  queryId: string,
  signal?: AbortSignal,
): Promise<QueryResult> {
  const rows: ReadonlyMap<string, string>[] = [];
  let [bytesScanned, status] = [0, "Unknown"];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new GetQueryResultsCommand({ queryId, nextToken }), {
      ...(signal !== undefined && { abortSignal: signal }),
    });
    ({ nextToken, status = "Unknown" } = page);
    bytesScanned = page.statistics?.bytesScanned ?? bytesScanned;
    for (const row of page.results ?? []) {
      rows.push(new Map(row.map(({ field = "", value = "" }) => [field, value])));
    }
  } while (nextToken && status === "Complete");
  return { status, rows, bytesScanned };
}

/**
 * Stops a query that is running.
 * @throws AwsCallError also for one that has ended by itself
 */
export async function stopQuery({ logs }: AwsSession, queryId: string): Promise<void> {
  await logs.send(new StopQueryCommand({ queryId }));
}
