import {
  DescribeQueryDefinitionsCommand,
  type DescribeQueryDefinitionsResponse,
  type MetricFilter as ApiFilter,
  paginateDescribeLogGroups,
  paginateDescribeMetricFilters,
  paginateFilterLogEvents,
  TestMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { MetricFilter } from "../simulator/metricFilter";
import { listed } from "./awsCall";
import type { AwsSession } from "./awsSession";

/** A log group as CloudWatch Logs has it. */
export interface LiveLogGroup {
  /** `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`. */
  readonly logGroupClass: string;
  /** undefined where events are kept for ever. */
  readonly retentionDays: number | undefined;
  /** What its events take up, compressed; undefined where AWS does not say. */
  readonly storedBytes?: number | undefined;
}

/** The log group of exactly this name; undefined where there is none. */
export async function logGroupNamed(
  { logs: client }: AwsSession,
  name: string,
): Promise<LiveLogGroup | undefined> {
  const pages = paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name });
  for await (const { logGroups = [] } of pages) {
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) continue;
    const { logGroupClass = "STANDARD", retentionInDays: retentionDays, storedBytes } = found;
    return { logGroupClass, retentionDays, storedBytes };
  }
  return undefined;
}

/** A metric filter as CloudWatch Logs has it. */
export interface LiveFilter extends MetricFilter {
  /** Only events after it count. Milliseconds since 1970; undefined where AWS does not say. */
  readonly createdAt: number | undefined;
  /** A condition on the events' source beside the pattern; undefined where there is none. */
  readonly fieldSelectionCriteria: string | undefined;
}

/**
 * All metric filters of a log group.
 * @param logGroupName undefined: of all log groups of the account in the region
 * @throws AwsCallError; its kind is "not found" where there is no such log group
 */
export async function metricFiltersOf(
  { logs: client }: AwsSession,
  logGroupName?: string,
): Promise<LiveFilter[]> {
  const pages = paginateDescribeMetricFilters({ client }, { logGroupName });
  return listed(pages, ({ metricFilters }) =>
    metricFilters?.map((filter) => liveFilter(filter, logGroupName)),
  );
}

/** @param logGroupName where it is, if the answer does not say */
export function liveFilter(filter: ApiFilter, logGroupName = ""): LiveFilter {
  // A filter has exactly one transformation (CloudWatch Logs API Reference, PutMetricFilter).
  const [transformation] = filter.metricTransformations ?? [];
  const { defaultValue, dimensions } = transformation ?? {};
  return {
    name: filter.filterName ?? "",
    logGroupName: filter.logGroupName ?? logGroupName,
    pattern: filter.filterPattern ?? "",
    metricName: transformation?.metricName ?? "",
    metricNamespace: transformation?.metricNamespace ?? "",
    metricValue: transformation?.metricValue ?? "",
    ...(defaultValue !== undefined && { defaultValue }),
    ...(dimensions !== undefined && { dimensions }),
    createdAt: filter.creationTime,
    fieldSelectionCriteria: filter.fieldSelectionCriteria,
  };
}

/** How many queries are saved in the account and region. */
export async function countSavedQueries({ logs }: AwsSession): Promise<number> {
  let queries = 0;
  let nextToken: string | undefined;
  do {
    const wanted = { maxResults: 1000, nextToken };
    const page: DescribeQueryDefinitionsResponse = await logs.send(
      new DescribeQueryDefinitionsCommand(wanted),
    );
    queries += page.queryDefinitions?.length ?? 0;
    ({ nextToken } = page);
  } while (nextToken);
  return queries;
}

/** Most messages that TestMetricFilter takes at once (CloudWatch Logs API Reference). */
const MESSAGES_PER_CALL = 50;

/** Most characters that are sent at once: a single event may be 1 MB, and 50 of them are too much for one call. */
const CHARACTERS_PER_CALL = 500_000;

/**
 * Which messages a filter pattern matches, as AWS itself judges. Its answer is read by the messages' text, not by their
 * numbers: those count from 0 in the example of the CloudWatch Logs API Reference (TestMetricFilter), and from 1 in
 * answers that others have seen.
 * @returns those that match, without blanks around them; a message without text matches nothing
 */
export async function matchedByAws(
  { logs }: AwsSession,
  filterPattern: string,
  messages: readonly string[],
): Promise<ReadonlySet<string>> {
  const matched = new Set<string>();
  for (const logEventMessages of batches(messages)) {
    const command = new TestMetricFilterCommand({ filterPattern, logEventMessages });
    const { matches = [] } = await logs.send(command);
    for (const { eventMessage = "" } of matches) matched.add(eventMessage.trim());
  }
  return matched;
}

/** The messages as they go into calls. The API takes no empty one. */
function batches(messages: readonly string[]): string[][] {
  const all: string[][] = [];
  let characters = 0;
  for (const message of messages.filter((one) => one.trim() !== "")) {
    const batch = all.at(-1);
    characters += message.length;
    if (batch && batch.length < MESSAGES_PER_CALL && characters <= CHARACTERS_PER_CALL) {
      batch.push(message);
    } else {
      all.push([message]);
      characters = message.length;
    }
  }
  return all;
}

/** A log event. */
export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

/** The newest events of a log group. */
export interface NewestEvents {
  /** Newest first, at most as many as were asked for. */
  readonly events: readonly LogEvent[];
  /** How far back was looked, in seconds. */
  readonly span: number;
  /** Whether everything in that time was read, so that there is no other event. */
  readonly complete: boolean;
}

/** Which events to find. */
export interface NewestEventsQuery {
  readonly logGroup: string;
  readonly now: Date;
  readonly wanted: number;
  /** A filter pattern that they match. @default all events */
  readonly pattern?: string | undefined;
  /** How far to look back, in seconds, from short to long: no further than needed. */
  readonly spans: readonly number[];
}

/** Bounds for each span: a busy group must not have gigabytes read, nor a sparse one be asked for ever. */
const MAX_PAGES = 60;
const MAX_CHARACTERS = 5_000_000;

/**
 * Finds the newest events. CloudWatch Logs gives them newest first where it is asked to; a stand-in for AWS, or an
 * older one, that goes forward all the same is read in spans that grow, up to a bound. Pages may be empty with more
 * to come. Source: CloudWatch Logs API Reference, FilterLogEvents.
 * @throws AwsCallError; its kind is "not found" where there is no such log group
 */
export async function newestEvents(
  session: AwsSession,
  query: NewestEventsQuery,
): Promise<NewestEvents> {
  const { now, wanted, spans } = query;
  let newest: LogEvent[] = [];
  let complete = true;
  let looked = 0;
  for (const span of spans) {
    // Each span reads only what the one before it has not; both ends are inclusive. Clocks that are ahead may have
    // logged events of a moment to come.
    const range = {
      startTime: Math.max(0, now.getTime() - span * 1000),
      ...(looked > 0 && { endTime: now.getTime() - looked * 1000 - 1 }),
    };
    looked = span;
    const part = await newestIn(session, query, range, wanted - newest.length);
    newest = [...newest, ...part.events];
    complete &&= part.complete;
    if (newest.length >= wanted) break;
  }
  return { events: newest, span: looked, complete };
}

async function newestIn(
  { logs: client }: AwsSession,
  { logGroup, pattern }: NewestEventsQuery,
  range: { readonly startTime: number; readonly endTime?: number },
  wanted: number,
): Promise<{ events: LogEvent[]; complete: boolean }> {
  let newest: LogEvent[] = [];
  let [characters, read] = [0, 0];
  const pages = paginateFilterLogEvents(
    { client },
    {
      logGroupName: logGroup,
      ...range,
      ...(pattern !== undefined && { filterPattern: pattern }),
      startFromHead: false,
    },
  );
  for await (const page of pages) {
    const events = (page.events ?? []).map(({ timestamp = 0, message = "" }) => {
      characters += message.length;
      return { timestamp, message };
    });
    newest = [...newest, ...events].sort((a, b) => b.timestamp - a.timestamp).slice(0, wanted);
    read += 1;
    const isEnough = newest.length === wanted && isNewestFirst(events);
    if (page.nextToken === undefined) return { events: newest, complete: true };
    if (isEnough || read === MAX_PAGES || characters >= MAX_CHARACTERS) break;
  }
  return { events: newest, complete: false };
}

function isNewestFirst(events: readonly LogEvent[]): boolean {
  const [first, last] = [events[0], events.at(-1)];
  return first !== undefined && last !== undefined && first.timestamp > last.timestamp;
}
