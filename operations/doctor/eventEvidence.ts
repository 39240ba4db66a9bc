import { compileFilterPattern, parseFilterPattern } from "../../cloudwatch/filterPattern";
import { LogGroupIntake } from "../../rehearsal/logs/intake";
import type { NearMiss } from "../../rehearsal/logs/nearMisses";
import { watchedFields } from "../../rehearsal/logs/watchedFields";
import { AwsCallError } from "../awsCall";
import type { AwsSession } from "../awsSession";
import { matchedByAws } from "../logCalls";
import { newestEvents, type LogEvent, type NewestEvents } from "../newestEvents";
import type { WatchedModel } from "./watchedModel";

/** How many of the newest events are judged, where there are as many. */
export const SAMPLE = 50;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SPANS = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 14 * DAY];
const MENTION_SPANS = [DAY, 14 * DAY];

/** Whether a filter matches an event: what AWS says, and what a rehearsal would say. */
export interface Verdict {
  readonly aws: boolean;
  readonly local: boolean;
}

/** A log event, as the model's two filters see it. */
export interface JudgedEvent extends LogEvent {
  readonly total: Verdict;
  readonly valid: Verdict;
}

/** Some newest events of a log group, judged. */
export interface EventSample extends NewestEvents {
  readonly events: readonly JudgedEvent[];
  readonly nearMisses: readonly NearMiss[];
}

/** What a log group's events say about a model. */
export interface EventEvidence {
  readonly newest: EventSample;
  /** The last name of the property that tells valid predictions; undefined where the filters name none. */
  readonly field: string | undefined;
  /** The newest events that mention it; only looked for where `newest` has neither a prediction nor a near miss. */
  readonly mentioning: EventSample | undefined;
}

/**
 * Reads the newest events of a model's log group and has AWS test the declared patterns on them.
 * @returns undefined where there is no such log group
 * @throws AwsCallError
 */
export async function eventEvidence(
  session: AwsSession,
  watched: WatchedModel,
  now: Date,
): Promise<EventEvidence | undefined> {
  try {
    const { logGroupName: logGroup, pattern } = watched.total;
    const query = { logGroup, now, wanted: SAMPLE };
    const newest = await judged(
      session,
      watched,
      await newestEvents(session, { ...query, spans: SPANS }),
    );
    const field = watchedFields([parseFilterPattern(pattern)])[0]?.name;
    if (field === undefined || isTelling(newest) || newest.events.length === 0) {
      return { newest, field, mentioning: undefined };
    }
    if (newest.complete && newest.events.length < SAMPLE) {
      const events = newest.events.filter(({ message }) => message.includes(field));
      return { newest, field, mentioning: { ...newest, events } };
    }
    const mentioning = await newestEvents(session, {
      ...query,
      pattern: `"${field}"`,
      spans: MENTION_SPANS,
    });
    return { newest, field, mentioning: await judged(session, watched, mentioning) };
  } catch (error) {
    if (error instanceof AwsCallError && error.kind === "not found") return undefined;
    throw error;
  }
}

/** The events of which AWS says that they are predictions, newest first. */
export function predictionsIn({ events }: EventSample): readonly JudgedEvent[] {
  return events.filter(({ total }) => total.aws);
}

/** Whether AWS takes any of the events for a prediction. */
export function hasPredictions({ newest, mentioning }: EventEvidence): boolean {
  return [newest, mentioning].some((sample) => sample && predictionsIn(sample).length > 0);
}

function isTelling(sample: EventSample): boolean {
  return predictionsIn(sample).length > 0 || sample.nearMisses.length > 0;
}

async function judged(
  session: AwsSession,
  { total, valid }: WatchedModel,
  found: NewestEvents,
): Promise<EventSample> {
  const messages = found.events.map(({ message }) => message);
  const [byTotal, byValid] = [
    await verdicts(session, total.pattern, messages),
    await verdicts(session, valid.pattern, messages),
  ];
  const none = { aws: false, local: false };
  const events = found.events.map((event, index) => ({
    ...event,
    total: byTotal[index] ?? none,
    valid: byValid[index] ?? none,
  }));
  const intake = new LogGroupIntake([valid, total]);
  for (const event of events) {
    // What AWS counts is no near miss, whatever the local model thinks of it.
    if (!event.total.aws) intake.add(event.timestamp, event.message);
  }
  return { ...found, events, nearMisses: intake.nearMisses() };
}

async function verdicts(
  session: AwsSession,
  pattern: string,
  messages: readonly string[],
): Promise<Verdict[]> {
  const local = compileFilterPattern(parseFilterPattern(pattern));
  const byAws = await matchedByAws(session, pattern, messages);
  return messages.map((message, index) => ({ aws: byAws[index] ?? false, local: local(message) }));
}
