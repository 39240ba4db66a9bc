import {
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  TestMetricFilterCommand,
  type MetricFilter as ApiFilter,
} from "@aws-sdk/client-cloudwatch-logs";
import type { MetricFilter } from "../cloudwatch/metricFilter";
import { awsCall } from "./awsCall";
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

/**
 * The log group of exactly this name; undefined where there is none.
 * @throws AwsCallError
 */
export async function logGroupNamed(
  { logs }: AwsSession,
  name: string,
): Promise<LiveLogGroup | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await awsCall("logs:DescribeLogGroups", () =>
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name, nextToken })),
    );
    const found = page.logGroups?.find(({ logGroupName }) => logGroupName === name);
    if (found !== undefined) {
      const { logGroupClass = "STANDARD", retentionInDays: retentionDays, storedBytes } = found;
      return { logGroupClass, retentionDays, storedBytes };
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
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
 * @throws AwsCallError; its kind is "not found" where there is no such log group
 */
export async function metricFiltersOf(
  { logs }: AwsSession,
  logGroupName: string,
): Promise<LiveFilter[]> {
  const found: LiveFilter[] = [];
  let nextToken: string | undefined;
  do {
    const page = await awsCall("logs:DescribeMetricFilters", () =>
      logs.send(new DescribeMetricFiltersCommand({ logGroupName, nextToken })),
    );
    found.push(...(page.metricFilters ?? []).map((filter) => liveFilter(logGroupName, filter)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

function liveFilter(logGroupName: string, filter: ApiFilter): LiveFilter {
  // A filter has exactly one transformation (CloudWatch Logs API Reference, PutMetricFilter).
  const [transformation] = filter.metricTransformations ?? [];
  const { defaultValue, dimensions } = transformation ?? {};
  return {
    name: filter.filterName ?? "",
    logGroupName,
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

/** Most messages that TestMetricFilter takes at once (CloudWatch Logs API Reference). */
const MESSAGES_PER_CALL = 50;

/** Most characters that are sent at once: a single event may be 1 MB, and 50 of them are too much for one call. */
const CHARACTERS_PER_CALL = 500_000;

/**
 * Which messages a filter pattern matches, as AWS itself judges. Its answer is read by the messages' text, not by their
 * numbers: those count from 0 in the example of the CloudWatch Logs API Reference (TestMetricFilter), and from 1 in
 * answers that others have seen.
 * @returns a verdict for each message, in their order; a message without text matches nothing
 * @throws AwsCallError
 */
export async function matchedByAws(
  { logs }: AwsSession,
  filterPattern: string,
  messages: readonly string[],
): Promise<boolean[]> {
  const matched = new Set<string>();
  for (const logEventMessages of batches(messages)) {
    const { matches = [] } = await awsCall("logs:TestMetricFilter", () =>
      logs.send(new TestMetricFilterCommand({ filterPattern, logEventMessages })),
    );
    for (const { eventMessage = "" } of matches) matched.add(eventMessage.trim());
  }
  return messages.map((message) => matched.has(message.trim()));
}

/** The messages as they go into calls. The API takes no empty one. */
function batches(messages: readonly string[]): string[][] {
  const all: string[][] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const message of messages) {
    if (message.trim() === "") continue;
    const isFull =
      batch.length === MESSAGES_PER_CALL || characters + message.length > CHARACTERS_PER_CALL;
    if (isFull && batch.length > 0) {
      all.push(batch);
      [batch, characters] = [[], 0];
    }
    batch.push(message);
    characters += message.length;
  }
  return batch.length === 0 ? all : [...all, batch];
}
