import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { awsCall } from "./awsCall";
import type { AwsSession } from "./awsSession";

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
  { logs }: AwsSession,
  { logGroup, pattern }: NewestEventsQuery,
  range: { readonly startTime: number; readonly endTime?: number },
  wanted: number,
): Promise<{ events: LogEvent[]; complete: boolean }> {
  let newest: LogEvent[] = [];
  let characters = 0;
  let nextToken: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && characters < MAX_CHARACTERS; pages += 1) {
    const page = await awsCall("logs:FilterLogEvents", () =>
      logs.send(
        new FilterLogEventsCommand({
          logGroupName: logGroup,
          ...range,
          ...(pattern !== undefined && { filterPattern: pattern }),
          startFromHead: false,
          nextToken,
        }),
      ),
    );
    const events = (page.events ?? []).map(({ timestamp = 0, message = "" }) => {
      characters += message.length;
      return { timestamp, message };
    });
    newest = [...newest, ...events].sort((a, b) => b.timestamp - a.timestamp).slice(0, wanted);
    nextToken = page.nextToken;
    if (nextToken === undefined) return { events: newest, complete: true };
    if (newest.length === wanted && isNewestFirst(events)) break;
  }
  return { events: newest, complete: false };
}

function isNewestFirst(events: readonly LogEvent[]): boolean {
  const [first, last] = [events[0], events.at(-1)];
  return first !== undefined && last !== undefined && first.timestamp > last.timestamp;
}
