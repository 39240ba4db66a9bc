import { durationText } from "../../components/settings/duration";
import type { AwsSession } from "../aws/awsSession";
import {
  type LogEvent,
  matchedByAws,
  newestEvents,
  type NewestEvents,
  type NewestEventsQuery,
} from "../aws/logCalls";
import { LogGroupIntake } from "../logs/logGroupIntake";
import { EventSample } from "../logs/eventSample";
import type { NearMiss } from "../logs/nearMisses";
import { watchedFields } from "../logs/watchedFields";
import type { MetricFilter } from "../simulator/metricFilter";
import { compileFilterPattern, EventMessage, parseFilterPattern } from "../simulator/filterPattern";
import { blindSpots } from "../blindSpots";
import { count, visibleText } from "../text";
import { agoText, MINUTE } from "../time";
import { type About, type Check, failure, ok, warning } from "./check";
import type { FilteredModel } from "./filterChecks";

/** How many of the newest events are judged, where there are as many. */
const SAMPLE = 50;

/** How far to look back for them, in seconds. */
const HOUR = 3600;
const DAY = 24 * HOUR;
const SPANS = [60, 600, HOUR, 6 * HOUR, DAY, 3 * DAY, 14 * DAY];
const MENTION_SPANS = [DAY, 14 * DAY];

/** Whether a filter matches an event: what AWS says, and what a rehearsal would say. */
interface Verdict {
  readonly aws: boolean;
  readonly local: boolean;
}

/** A log event, as the model's two filters see it. */
export interface JudgedEvent extends LogEvent {
  readonly total: Verdict;
  readonly valid: Verdict;
}

/** Some newest events of a log group, judged. */
export interface JudgedEvents extends NewestEvents {
  readonly events: readonly JudgedEvent[];
  readonly nearMisses: readonly NearMiss[];
}

/** What a log group's events say about a model. */
export interface EventEvidence {
  readonly newest: JudgedEvents;
  /** The last name of the property that says whether a prediction is valid; undefined where the filters name none. */
  readonly field: string | undefined;
  /** The newest events that mention it; only looked for where `newest` has neither a prediction nor a near miss. */
  readonly mentioning: JudgedEvents | undefined;
}

/**
 * Reads the newest events of a model's log group and has AWS test the declared patterns on them.
 * @throws AwsCallError
 */
export async function eventEvidence(
  session: AwsSession,
  model: FilteredModel,
  now: Date,
): Promise<EventEvidence> {
  const { logGroupName: logGroup, pattern } = model.total;
  const found = async (query: Pick<NewestEventsQuery, "spans" | "pattern">) =>
    judged(
      session,
      model,
      await newestEvents(session, { logGroup, now, wanted: SAMPLE, ...query }),
    );
  const newest = await found({ spans: SPANS });
  const field = watchedFields([parseFilterPattern(pattern)])[0]?.name;
  const isTelling = predictionsIn(newest).length > 0 || newest.nearMisses.length > 0;
  if (field === undefined || isTelling || newest.events.length === 0) {
    return { newest, field, mentioning: undefined };
  }
  if (newest.complete && newest.events.length < SAMPLE) {
    const events = newest.events.filter(({ message }) => message.includes(field));
    return { newest, field, mentioning: { ...newest, events } };
  }
  const mentioning = await found({ pattern: `"${field}"`, spans: MENTION_SPANS });
  return { newest, field, mentioning };
}

/** The events of which AWS says that they are predictions, newest first. */
export function predictionsIn({ events }: JudgedEvents): readonly JudgedEvent[] {
  return events.filter(({ total }) => total.aws);
}

/** When those were logged, newest first. */
export function predictionTimes({ newest, mentioning }: EventEvidence): number[] {
  return [newest, mentioning ?? []]
    .flat()
    .flatMap(predictionsIn)
    .map(({ timestamp }) => timestamp);
}

async function judged(
  session: AwsSession,
  { total, valid }: FilteredModel,
  found: NewestEvents,
): Promise<JudgedEvents> {
  const verdicts = async ({ pattern }: MetricFilter): Promise<(message: string) => Verdict> => {
    const { matches } = compileFilterPattern(parseFilterPattern(pattern));
    const texts = found.events.map(({ message }) => message);
    const matched = await matchedByAws(session, pattern, texts);
    return (message) => ({
      aws: matched.has(message.trim()),
      local: matches(new EventMessage(message)),
    });
  };
  const [byTotal, byValid] = [await verdicts(total), await verdicts(valid)];
  const events = found.events.map((event) => ({
    ...event,
    total: byTotal(event.message),
    valid: byValid(event.message),
  }));
  const intake = new LogGroupIntake([valid, total]);
  for (const event of events) {
    // What AWS counts is no near miss, whatever the local model thinks of it.
    if (!event.total.aws) intake.add(event.timestamp, event.message);
  }
  return { ...found, events, nearMisses: intake.nearMisses() };
}

/** Do the newest log events count, and if not, why not? In the words of a rehearsal where it knows them. */
export function eventChecks(model: FilteredModel, evidence: EventEvidence, now: Date): Check[] {
  const { newest, mentioning } = evidence;
  const checks =
    newest.events.length === 0
      ? [nothingLogged(model, newest)]
      : mentioning === undefined
        ? judge(model, newest, which(newest), now)
        : judgeMentioning(model, evidence, mentioning, now);
  return [...checks, ...disagreements(model, [newest, mentioning ?? []].flat())];
}

function aboutEvents({ name: model, total }: FilteredModel): About {
  return { model, what: "log events", subject: total.logGroupName };
}

function nothingLogged(model: FilteredModel, { span, complete }: JudgedEvents): Check {
  const found = `${complete ? "none in" : "none found in what could be read of"} the last ${durationText(span)}`;
  const what = `log events of ${model.total.logGroupName}: ${found}`;
  return failure(
    aboutEvents(model),
    found,
    "Either nothing was predicted, or the model logs elsewhere. Lambda writes to /aws/lambda/NAME and SageMaker to " +
      "/aws/sagemaker/Endpoints/NAME by themselves; elsewhere, in EKS pods for example, the model calls PutLogEvents " +
      "or an agent ships its lines. Look there for its predictions, and correct logGroup in the stack file if they " +
      "are in another log group.",
    { what, models: [model.name], lines: [], properties: [], causes: [] },
  );
}

/** Predictions or near misses of a sample. @param of which events the sample has, such as `the newest 50 events` */
function judge(model: FilteredModel, sample: JudgedEvents, of: string, now: Date): Check[] {
  const about = aboutEvents(model);
  const predictions = predictionsIn(sample);
  const [newest] = predictions;
  const misses = sample.nearMisses.map(({ kind, count: missed, example, advice }) =>
    (newest === undefined ? failure : warning)(
      about,
      `${missed} of ${of} carr${missed === 1 ? "ies" : "y"} the field but can never match (${kind}), for example: ${example}`,
      advice.replaceAll("\n", " "),
    ),
  );
  if (newest === undefined) {
    const [first, ...others] = misses;
    if (first === undefined) return [noMatch(model, sample, of)];
    const spot = blindSpotOf(model, sample);
    // Their lines and causes are in the findings already.
    const blind = spot && { ...spot, lines: [], causes: [] };
    return [{ ...first, blind }, ...others];
  }
  const valid = predictions.filter((event) => event.valid.aws).length;
  const are = predictions.length === 1 ? "is a prediction" : "are predictions";
  const found = `${predictions.length} of ${of} ${are} (${valid} valid), the newest ${agoText(newest.timestamp, now)}`;
  return [ok(about, found), ...misses];
}

/** Among the newest events there was neither a prediction nor a near miss. */
function judgeMentioning(
  model: FilteredModel,
  { newest, field = "" }: EventEvidence,
  mentioning: JudgedEvents,
  now: Date,
): Check[] {
  const { complete, span, events } = mentioning;
  if (events.length > 0) {
    return judge(model, mentioning, which(mentioning, ` that mention ${field}`), now);
  }
  const searched = complete ? "no event" : "no event in what could be read";
  const check = failure(
    aboutEvents(model),
    `none of ${which(newest)} is a prediction, and ${searched} of the last ${durationText(span)} mentions ${field}`,
    "Something logs here, but no predictions. Have the model log one JSON object a line for each prediction, such " +
      `as {"${field}": true}.`,
    blindSpotOf(model, newest),
  );
  return [check];
}

function noMatch(model: FilteredModel, sample: JudgedEvents, of: string): Check {
  return failure(
    aboutEvents(model),
    `none of ${of} matches ${model.total.pattern}`,
    "These are other models' lines, or field and where in the stack file do not fit them. Compare a line with the " +
      "pattern: each property must stand where the pattern says, under exactly that name and with that value.",
    blindSpotOf(model, sample),
  );
}

/** A rehearsal's words for events of which none counts. */
function blindSpotOf(model: FilteredModel, { events, nearMisses }: JudgedEvents) {
  const sample = new EventSample();
  for (const { timestamp, message } of events) {
    sample.add(Math.floor(timestamp / MINUTE), message.trim());
  }
  const read = {
    ...{ logGroup: model.total.logGroupName, events: events.length, matched: new Map() },
    ...{ nearMisses, undated: 0, lines: sample.lines(), properties: sample.properties() },
  };
  return blindSpots([model], [read])[0];
}

/** Which events a sample has. @param that ends the description, such as ` that mention prediction_valid` */
function which({ events, span, complete }: JudgedEvents, that = ""): string {
  const { length } = events;
  if (length >= SAMPLE) return `the newest ${length} events${that}`;
  const noun = count(length, "event");
  return complete
    ? `the ${noun} of the last ${durationText(span)}${that}`
    : `the ${noun}${that} in what could be read of the last ${durationText(span)}`;
}

/**
 * Events of which AWS and the local model of filter patterns say different things: what a rehearsal assumes about AWS
 * is tested on every log line that doctor sees.
 */
function disagreements(model: FilteredModel, samples: readonly JudgedEvents[]): Check[] {
  const all = samples.flatMap((sample) => sample.events);
  // An event may be in both samples.
  const each = new Map(all.map((event) => [`${event.timestamp} ${event.message}`, event]));
  const events = [...each.values()];
  return (["total", "valid"] as const).flatMap((which) => {
    const [example, ...others] = events.filter((event) => event[which].aws !== event[which].local);
    if (example === undefined) return [];
    const says = (matches: boolean): string => (matches ? "matches" : "does not match");
    const { aws, local } = example[which];
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    return warning(
      aboutEvents(model),
      `AWS says that ${model[which].pattern} ${says(aws)} this line${more}, a rehearsal that it ${says(local)}: ` +
        visibleText(example.message.trim()),
      "The alarm counts as AWS says; rehearse, tune and verify count such lines wrongly. Please report it to this " +
        "project with the pattern and the line, without anything private that is in it.",
    );
  });
}
