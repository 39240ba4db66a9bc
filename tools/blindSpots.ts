import { propertyPathText } from "../components/cloudwatch/patterns";
import type { NearMiss } from "./logs/nearMisses";
import { watchedFields } from "./logs/watchedFields";
import type { Model } from "./program/model";
import { parseFilterPattern } from "./simulator/filterPattern";
import type { MetricFilter } from "./simulator/metricFilter";
import { count, visibleText } from "./text";

/** What was read of a log group's logs, and what its metric filters made of it. */
export interface LogsRead {
  readonly logGroup: string;
  /** Events read, whether they matched or not. */
  readonly events: number;
  /** How many of them matched, by the metric filter's name. */
  readonly matched: ReadonlyMap<string, number>;
  /** Events that carry a filter's field in a form that it can never match. */
  readonly nearMisses: readonly (Omit<NearMiss, "kind"> & { readonly kind: string })[];
  /** Lines without a time that could be read. */
  readonly undated: number;
  /** A few of the events as they are. @default none were kept */
  readonly lines?: readonly string[];
  /** Paths of the properties that JSON events have, the most frequent first. @default none were kept */
  readonly properties?: readonly string[];
}

/** A part of the question that an answer says nothing about, however well it looks. */
export interface BlindSpot {
  /** In a clause: `none of 20,467 events carries prediction_valid`. */
  readonly what: string;
  /** The models (or alarms) of which nothing is known for that reason. */
  readonly models: readonly string[];
  /** A few of the lines in question, safe to print. */
  readonly lines: readonly string[];
  /** The JSON properties that the events do have. */
  readonly properties: readonly string[];
  /** What may be the reason, and what to do about it. */
  readonly causes: readonly string[];
}

/** Lines that a blind spot shows. */
const LINES = 3;

/** Properties that a blind spot names. */
const PROPERTIES = 20;

/**
 * What logs leave unknown of models: no event counts for them, or more events carry the field and can never count than
 * do count. A rate alarm needs predictions; other alarms may well find nothing (no errors), as long as events carry
 * what their filters ask about.
 */
export function blindSpots(
  models: readonly Pick<Model, "name" | "filters" | "total">[],
  logs: readonly LogsRead[],
): BlindSpot[] {
  const found = new Map<string, BlindSpot>();
  for (const read of logs) {
    const inGroup = models.map((model) => {
      const filters = model.filters.filter(({ logGroupName }) => logGroupName === read.logGroup);
      const counting = Math.max(0, ...filters.map(({ name }) => read.matched.get(name) ?? 0));
      return { model, filters, counting };
    });
    // Near misses are the log group's: which model's they would be, nobody knows.
    const all = inGroup.reduce((sum, { counting }) => sum + counting, 0);
    for (const { model, filters, counting } of inGroup) {
      const counted = { counting, all };
      const spot = filters.length > 0 ? blindSpot(read, filters, model.total, counted) : undefined;
      if (spot === undefined) continue;
      const others = found.get(spot.what)?.models ?? [];
      found.set(spot.what, { ...spot, models: [...others, visibleText(model.name)] });
    }
  }
  return [...found.values()];
}

function blindSpot(
  read: LogsRead,
  filters: readonly MetricFilter[],
  total: MetricFilter | undefined,
  { counting, all }: { readonly counting: number; readonly all: number },
): Omit<BlindSpot, "models"> | undefined {
  const { events, nearMisses, undated, lines = [], properties = [] } = read;
  const logGroup = visibleText(read.logGroup);
  const missed = nearMisses.reduce((sum, near) => sum + near.count, 0);
  if (counting > 0 && missed <= all) return undefined;
  const spot = (
    what: string,
    causes: readonly string[],
    examples = lines.map((line) => visibleText(line)),
  ) => ({
    ...{ what, causes, lines: examples.slice(0, LINES) },
    properties: properties.slice(0, PROPERTIES).map((path) => visibleText(path)),
  });
  if (events === 0 && undated === 0) {
    return spot(`no event of ${logGroup} was read`, [
      "the logs are empty, or lie outside --from and --to",
      `they are those of another log group than ${logGroup}`,
    ]);
  }
  if (events === 0) {
    return spot(`none of ${count(undated, "line")} of ${logGroup} has a time that can be read`, [
      "the time is in a property of its own: name it with --time-field",
    ]);
  }
  const patterns = filters.map(({ pattern }) => pattern);
  const fields = fieldsOf(patterns);
  const carried = fields.length > 0 ? fields.join(" or ") : "what its filters ask about";
  const ofAll = `of ${count(events, "event")} of ${logGroup}`;
  if (missed > 0) {
    const so = counting === 0 ? "none" : `only ${all.toLocaleString("en-US")}`;
    return spot(
      `${so} ${ofAll} ${counting > 0 && all > 1 ? "count" : "counts"}; ${missed.toLocaleString("en-US")} ${missed === 1 ? "carries" : "carry"} ${carried} in a form that no metric filter can match`,
      nearMisses.slice(0, LINES).map(({ advice }) => advice),
      nearMisses.map(({ example }) => example),
    );
  }
  if (fields.length > 0 && fields.every((field) => properties.includes(field))) {
    // A filter on errors that finds none has an answer; a rate without predictions has none.
    if (total === undefined) return undefined;
    return spot(`none ${ofAll} matches ${visibleText(total.pattern)}`, [
      "its conditions (`where`, `field`) ask for values that no event has",
    ]);
  }
  const shown = patterns.map((pattern) => visibleText(pattern)).join(" or ");
  return spot(`none ${ofAll} ${fields.length > 0 ? `carries ${carried}` : `matches ${shown}`}`, [
    "Lambda's text log format drops what `extra=` adds: choose its JSON format, or log the JSON alone",
    `the logs are those of another log group than ${logGroup}`,
    ...(fields.length > 0
      ? ["the model logs it under another name or deeper: set `field` to the property's path"]
      : []),
  ]);
}

/** The properties that patterns are about. */
function fieldsOf(patterns: readonly string[]): string[] {
  const fields = watchedFields(patterns.map((pattern) => parseFilterPattern(pattern)));
  return fields.map(({ path }) => visibleText(propertyPathText(path)));
}

/** A blind spot in lines for a person: what nothing is known of first, then why that may be. */
export function blindText({ what, models, lines, properties, causes }: BlindSpot): string[] {
  const of = models.length > 0 ? `; nothing is known of ${models.join(", ")}` : "";
  return [
    `Blind: ${what}${of}`,
    ...(lines.length > 0 ? ["  for example:", ...lines.map((line) => `    ${line}`)] : []),
    ...(properties.length > 0
      ? [`  JSON properties that these events have: ${properties.join(", ")}`]
      : []),
    // What was not rehearsed has reasons; of what logs lack, the causes can only be guessed.
    ...(causes.length > 0 && models.length > 0 ? ["  causes, and what to do:"] : []),
    ...causes.flatMap((cause) => `- ${cause}`.split("\n").map((line) => `    ${line}`)),
  ];
}
