import { parseNumber } from "./decimal";
import {
  compileFilterPattern,
  countWildcards,
  FilterPatternError,
  EventMessage,
  MAX_PATTERN_LENGTH,
  parseFilterPattern,
  parseSelector,
  valueReader,
} from "./filterPattern";

/** A metric filter: which log events of a log group count, and what they add to which metric. */
export interface MetricFilter {
  /** Unique in the log group. 1-512 characters, neither `:` nor `*`. */
  readonly name: string;
  /** 1-512 letters, digits and `. - _ / #`. */
  readonly logGroupName: string;
  /** The filter pattern, at most 1024 characters. */
  readonly pattern: string;
  /** 1-255 characters, none of `: * $`. */
  readonly metricName: string;
  /** 1-255 characters, none of `: * $`. */
  readonly metricNamespace: string;
  /** What a matching event adds: a number, or `$.field` for a number found in it. 1-100 characters. */
  readonly metricValue: string;
  /** Added by every event that does not match, and by one that matches but lacks its `$.field`. @default none is */
  readonly defaultValue?: number;
  /** Dimension name to `$.field`, at most 3 and not with `defaultValue`. This model refuses them. */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** A CloudWatch unit such as `Count`. Default: `None`. It does not change any value. */
  readonly unit?: string;
}

/** A metric filter that AWS takes but this local model cannot follow. */
export class UnsupportedMetricFilterError extends Error {
  override readonly name = "UnsupportedMetricFilterError";
}

/** Milliseconds of a minute, the length of the data points of metric filters. */
export const MINUTE_MS = 60_000;

/** The one-minute data point of a metric: CloudWatch's statistics of the values reported in it. */
export interface MetricFilterPoint {
  /** Start of the minute, in whole minutes since 1970 (times {@link MINUTE_MS}: milliseconds). */
  readonly minute: number;
  readonly sum: number;
  /** How many values were reported: the statistic SampleCount. */
  readonly count: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** A metric filter that is ready to count. */
export interface CompiledMetricFilter {
  readonly filter: MetricFilter;
  /** A new, empty series; each series counts on its own. */
  newSeries(): MetricFilterSeries;
}

/**
 * Prepares `filter` for counting.
 *
 * @throws MetricFilterError for what AWS would refuse, everything at once.
 * @throws UnsupportedMetricFilterError for dimensions.
 * @throws FilterPatternError for a pattern that cannot be read.
 */
export function compileMetricFilter(filter: MetricFilter): CompiledMetricFilter {
  const problems = metricFilterProblems(filter);
  if (problems.length > 0) throw new MetricFilterError(filter.name, problems);
  if (Object.keys(filter.dimensions ?? {}).length > 0) {
    throw new UnsupportedMetricFilterError(
      `metric filter "${filter.name}": dimensions are not supported; each of their values makes a metric of its own`,
    );
  }
  const { matches } = compileFilterPattern(parseFilterPattern(filter.pattern));
  const valueOf = metricValueReader(filter.metricValue) ?? (() => NaN);
  return { filter, newSeries: () => new MetricFilterSeries(matches, valueOf, filter.defaultValue) };
}

/** What a series counted, as plain data: so many numbers a minute, see {@link MetricFilterSeries.part}. */
export type SeriesPart = Float64Array;

interface Bucket {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
}

/**
 * The data points that a metric filter makes of log events, whatever the order they come in (recorded): a matching
 * event adds its value, every other one the default value, beside matches as well. An event counts in the minute of its
 * own time stamp. Memory grows with the minutes covered, not with the events.
 */
export class MetricFilterSeries {
  readonly #matches: (event: EventMessage) => boolean;
  readonly #valueOf: MetricValueReader;
  readonly #defaultValue: number | undefined;
  readonly #buckets = new Map<number, Bucket>();
  #minute = NaN;
  #bucket = emptyBucket();

  /** Made by {@link CompiledMetricFilter.newSeries}. */
  constructor(
    matches: (event: EventMessage) => boolean,
    valueOf: MetricValueReader,
    defaultValue: number | undefined,
  ) {
    this.#matches = matches;
    this.#valueOf = valueOf;
    this.#defaultValue = defaultValue;
  }

  /**
   * Counts a log event. Every event of the log group belongs here, or into {@link addOthers}.
   *
   * A matching event whose `$.field` is absent or null adds the default value, one whose field is text that is no number
   * adds nothing (recorded).
   * @param timestamp - Milliseconds since 1970.
   * @returns Whether the event matches.
   * @throws RangeError if the timestamp is not a finite number.
   */
  add(timestamp: number, event: EventMessage): boolean {
    const matches = this.#matches(event);
    const value = matches ? this.#valueOf(event) : undefined;
    this.#publish(timestamp, value ?? this.#defaultValue, 1);
    return matches;
  }

  /**
   * Counts log events that are known not to match.
   * @param timestamp - Milliseconds since 1970, of the same minute.
   * @throws RangeError if the timestamp is not a finite number.
   */
  addOthers(timestamp: number, events: number): void {
    this.#publish(timestamp, this.#defaultValue, events);
  }

  /**
   * Counts log events of a minute of which only is known how many match, and how many others there were at least.
   * @param timestamp - Milliseconds since 1970.
   * @throws RangeError if the timestamp is not a finite number, or each event has a value of its own.
   */
  addCount(timestamp: number, matched: number, others = matched === 0 ? 1 : 0): void {
    const value = this.#valueOf(NO_EVENT);
    if (value === undefined || !isMetricNumber(value)) {
      throw new RangeError("no constant metric value");
    }
    if (others > 0) this.addOthers(timestamp, others);
    if (matched > 0) this.#publish(timestamp, value, matched);
  }

  /** The data points so far, oldest first. */
  points(): MetricFilterPoint[] {
    return Array.from(this.#buckets, ([minute, bucket]) => ({ minute, ...bucket }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.minute - b.minute);
  }

  /** All that was counted so far, to be added to another series of the same filter. */
  part(): SeriesPart {
    return Float64Array.from(
      Array.from(this.#buckets, ([minute, { sum, count, minimum, maximum }]) => [
        minute,
        sum,
        count,
        minimum,
        maximum,
      ]).flat(),
    );
  }

  /** Adds what another series of the same filter counted. */
  addPart(part: SeriesPart): void {
    for (let at = 0; at < part.length; at += PART_NUMBERS) {
      const number = (index: number) => part[at + index] ?? NaN;
      const bucket = this.#bucketAt(number(0) * MINUTE_MS);
      bucket.sum += number(1);
      bucket.count += number(2);
      bucket.minimum = Math.min(bucket.minimum, number(3));
      bucket.maximum = Math.max(bucket.maximum, number(4));
    }
  }

  #publish(timestamp: number, value: number | undefined, times: number): void {
    const bucket = this.#bucketAt(timestamp);
    if (value === undefined || !isMetricNumber(value)) return;
    bucket.sum += value * times;
    bucket.count += times;
    bucket.minimum = Math.min(bucket.minimum, value);
    bucket.maximum = Math.max(bucket.maximum, value);
  }

  #bucketAt(timestamp: number): Bucket {
    if (!Number.isFinite(timestamp)) throw new RangeError(`no timestamp: ${timestamp}`);
    const minute = Math.floor(timestamp / MINUTE_MS);
    // Neighbouring events mostly share their minute, so the last bucket spares a look-up.
    if (minute === this.#minute) return this.#bucket;
    const bucket = this.#buckets.get(minute) ?? emptyBucket();
    this.#buckets.set(minute, bucket);
    this.#minute = minute;
    this.#bucket = bucket;
    return bucket;
  }
}

/** Numbers of a minute in a {@link SeriesPart}. */
const PART_NUMBERS = 5;

/** Stands for an event where a value does not depend on it. */
const NO_EVENT = new EventMessage("");

function emptyBucket(): Bucket {
  return { sum: 0, count: 0, minimum: Infinity, maximum: -Infinity };
}

/** Largest magnitude of a metric value; CloudWatch drops others (CloudWatch API Reference, MetricDatum). */
const MAX_METRIC_MAGNITUDE = 2 ** 360;

/** Can CloudWatch hold this value? NaN and the infinities it cannot. */
function isMetricNumber(value: number): boolean {
  return Math.abs(value) <= MAX_METRIC_MAGNITUDE;
}

/** What a matching event publishes: NaN for what is no number, undefined where the default value stands in. */
type MetricValueReader = (event: EventMessage) => number | undefined;

/**
 * How a metric filter's `metricValue` is read off a log event (CloudWatch Logs User Guide, Filter pattern
 * syntax for metric filters, "Using values in log events to increment a metric's value").
 *
 * Text that spells a number is that number (assumed; other text publishes nothing: recorded).
 *
 * @param text - A number, the same for every event, or `$.field`.
 * @returns The reader; undefined if `text` is neither of the two forms.
 */
function metricValueReader(text: string): MetricValueReader | undefined {
  if (!text.startsWith("$")) {
    const value = parseNumber(text);
    return isMetricNumber(value) ? () => value : undefined;
  }
  try {
    const selector = parseSelector(text);
    // AWS refuses a wildcard (recorded): it could find several numbers.
    if (countWildcards(selector) > 0) return undefined;
    const read = valueReader(selector);
    return ({ json }) => {
      const value = read(json) ?? undefined;
      if (typeof value === "string") return parseNumber(value);
      return value === undefined || typeof value === "number" ? value : NaN;
    };
  } catch (error) {
    if (error instanceof FilterPatternError) return undefined;
    throw error;
  }
}

/** What AWS would refuse in a metric filter. */
export interface MetricFilterProblem {
  readonly field: keyof MetricFilter;
  readonly message: string;
}

/** A metric filter that AWS would refuse, with everything that is wrong with it. */
export class MetricFilterError extends Error {
  override readonly name = "MetricFilterError";

  constructor(
    filterName: string,
    readonly problems: readonly MetricFilterProblem[],
  ) {
    const list = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
    super(`metric filter "${filterName}": ${list}`);
  }
}

/** Most dimensions of a metric filter (CloudWatch Logs API Reference, MetricTransformation). */
export const MAX_METRIC_FILTER_DIMENSIONS = 3;

const BYTE_UNITS = ["", "Kilo", "Mega", "Giga", "Tera"].flatMap((scale) =>
  ["Bytes", "Bits"].map((base) => (scale === "" ? base : scale + base.toLowerCase())),
);
/** `StandardUnit` of the CloudWatch Logs API Reference. */
const UNITS: ReadonlySet<string> = new Set([
  ...["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"],
  ...BYTE_UNITS,
  ...BYTE_UNITS.map((unit) => `${unit}/Second`),
]);

interface TextRule {
  readonly field: "name" | "logGroupName" | "metricName" | "metricNamespace" | "metricValue";
  readonly most: number;
  readonly form: RegExp;
  readonly characters: string;
}

/** Lengths and character classes of the CloudWatch Logs API Reference, PutMetricFilter. */
const TEXT_RULES: readonly TextRule[] = [
  { field: "name", most: 512, form: /^[^:*]*$/, characters: "neither : nor *" },
  {
    field: "logGroupName",
    most: 512,
    form: /^[.\-_/#A-Za-z0-9]*$/,
    characters: "only letters, digits and . - _ / #",
  },
  { field: "metricName", most: 255, form: /^[^:*$]*$/, characters: "none of : * $" },
  { field: "metricNamespace", most: 255, form: /^[^:*$]*$/, characters: "none of : * $" },
  { field: "metricValue", most: 100, form: /^/, characters: "" },
];

/** All that AWS would refuse in `filter`, the grammar of its pattern aside; empty if nothing. */
export function metricFilterProblems(filter: MetricFilter): MetricFilterProblem[] {
  const problems: MetricFilterProblem[] = [];
  const report = (field: keyof MetricFilter, message: string) => problems.push({ field, message });
  for (const { field, most, form, characters } of TEXT_RULES) {
    const text = filter[field];
    const length = Array.from(text).length;
    if (length < 1 || length > most) report(field, `must have 1 to ${most} characters`);
    if (!form.test(text)) report(field, `may have ${characters}, found "${text}"`);
  }
  if (Array.from(filter.pattern).length > MAX_PATTERN_LENGTH) {
    report("pattern", `must have at most ${MAX_PATTERN_LENGTH} characters`);
  }
  if (filter.metricValue !== "" && metricValueReader(filter.metricValue) === undefined) {
    report("metricValue", `must be a number or $.field, found "${filter.metricValue}"`);
  }
  const { defaultValue, unit } = filter;
  const dimensions = Object.keys(filter.dimensions ?? {}).length;
  if (defaultValue !== undefined && !isMetricNumber(defaultValue)) {
    report("defaultValue", `must be a finite number, found ${defaultValue}`);
  }
  if (defaultValue !== undefined && dimensions > 0) {
    report("defaultValue", "cannot be combined with dimensions");
  }
  if (dimensions > MAX_METRIC_FILTER_DIMENSIONS) {
    report("dimensions", `there may be at most ${MAX_METRIC_FILTER_DIMENSIONS}`);
  }
  if (unit !== undefined && !UNITS.has(unit)) report("unit", `"${unit}" is not a CloudWatch unit`);
  return problems;
}
