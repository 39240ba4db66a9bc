import {
  compileJsonFilterPattern,
  countWildcards,
  DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
  type FilterPatternAssumptions,
  FilterPatternError,
  MAX_PATTERN_LENGTH,
  numberAt,
  numberReader,
  parseFilterPattern,
  parseJsonMessage,
  parseNumber,
  parseSelector,
} from "./filterPattern";

export * from "./metricFilter";

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
  /** Reported for a minute in which log events arrived but none matched. Default: nothing is reported. */
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

/** {@link FilterPatternAssumptions}, and what is not settled about metric filters themselves. */
export interface MetricFilterAssumptions extends FilterPatternAssumptions {
  /**
   * Is the default value reported once for a minute without a match, or for every event that does not
   * match (next to matches of the same minute too)?
   *
   * Source: CloudWatch Logs User Guide, `MonitoringLogData`, "default value" (a period in which logs
   * are ingested) and floci's tests say per minute; the API's model text speaks of an event. Fairly
   * sure. With the default value 0 the sums are the same.
   * @default "minute"
   */
  readonly defaultValueReported: "minute" | "event";
}

/** The assumptions in force unless a caller says otherwise. */
export const DEFAULT_METRIC_FILTER_ASSUMPTIONS: MetricFilterAssumptions = {
  ...DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
  defaultValueReported: "minute",
};

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
 * @param assumptions - What to change of the default assumptions.
 * @throws MetricFilterError for what AWS would refuse, everything at once.
 * @throws UnsupportedMetricFilterError for dimensions.
 * @throws FilterPatternError for a pattern that cannot be read.
 */
export function compileMetricFilter(
  filter: MetricFilter,
  assumptions: Partial<MetricFilterAssumptions> = {},
): CompiledMetricFilter {
  const problems = metricFilterProblems(filter);
  if (problems.length > 0) throw new MetricFilterError(filter.name, problems);
  if (Object.keys(filter.dimensions ?? {}).length > 0) {
    throw new UnsupportedMetricFilterError(
      `metric filter "${filter.name}": dimensions are not supported; each of their values makes a metric of its own`,
    );
  }
  const settled = { ...DEFAULT_METRIC_FILTER_ASSUMPTIONS, ...assumptions };
  const matches = compileJsonFilterPattern(parseFilterPattern(filter.pattern), settled);
  const valueOf = metricValueReader(filter.metricValue, settled) ?? (() => Number.NaN);
  const perEvent = settled.defaultValueReported === "event";
  return {
    filter,
    newSeries: () => new MetricFilterSeries(matches, valueOf, filter.defaultValue, perEvent),
  };
}

/** What a series counted, as plain data: so many numbers a minute, see {@link MetricFilterSeries.part}. */
export type SeriesPart = Float64Array;

interface Bucket {
  matched: boolean;
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
}

/**
 * The data points that a metric filter makes of log events, whatever the order they come in.
 *
 * Memory grows with the minutes covered, not with the events. Events count for the minute of their own
 * timestamp: AWS does not say whether that or the time of ingestion decides, and for events logged
 * promptly the two agree.
 */
export class MetricFilterSeries {
  readonly #matches: (event: unknown) => boolean;
  readonly #valueOf: (event: unknown) => number;
  readonly #defaultValue: number | undefined;
  readonly #perEvent: boolean;
  readonly #buckets = new Map<number, Bucket>();
  #minute = Number.NaN;
  #bucket = emptyBucket();

  /** Made by {@link CompiledMetricFilter.newSeries}. */
  constructor(
    matches: (event: unknown) => boolean,
    valueOf: (event: unknown) => number,
    defaultValue: number | undefined,
    perEvent: boolean,
  ) {
    this.#matches = matches;
    this.#valueOf = valueOf;
    this.#defaultValue = defaultValue;
    this.#perEvent = perEvent;
  }

  /**
   * Counts a log event given as its raw line.
   * @param timestamp - Milliseconds since 1970.
   * @returns Whether the event matches.
   * @throws RangeError if the timestamp is not a finite number.
   */
  add(timestamp: number, message: string): boolean {
    return this.addParsed(timestamp, parseJsonMessage(message));
  }

  /**
   * Counts a log event whose line was parsed before, with `parseJsonMessage`: undefined for a line that
   * is not JSON. Every event of the log group belongs here, for the default value's sake.
   *
   * A matching event whose `$.field` is absent or not a number publishes nothing (floci's tests; AWS's
   * guide says only that numeric values are published), and is no reason for the default value either.
   * @param timestamp - Milliseconds since 1970.
   * @returns Whether the event matches.
   * @throws RangeError if the timestamp is not a finite number.
   */
  addParsed(timestamp: number, event: unknown): boolean {
    const bucket = this.#bucketAt(timestamp);
    if (this.#matches(event)) {
      bucket.matched = true;
      publish(bucket, this.#valueOf(event));
      return true;
    }
    if (this.#perEvent && this.#defaultValue !== undefined) publish(bucket, this.#defaultValue);
    return false;
  }

  /**
   * Counts log events of a minute of which only is known how many match, and that there were any.
   * @param timestamp - Milliseconds since 1970.
   * @throws RangeError if the timestamp is not a finite number, or each event has a value of its own.
   */
  addCount(timestamp: number, matched: number): void {
    const value = this.#valueOf(undefined);
    if (!isMetricNumber(value)) throw new RangeError("no constant metric value");
    const bucket = this.#bucketAt(timestamp);
    if (matched === 0) return;
    bucket.matched = true;
    publish(bucket, value, matched);
  }

  /** The data points so far, oldest first, as if every minute were over. */
  points(): MetricFilterPoint[] {
    const points: MetricFilterPoint[] = [];
    const value = this.#defaultValue;
    for (const [minute, { matched, ...statistics }] of this.#buckets) {
      if (statistics.count > 0) points.push({ minute, ...statistics });
      else if (!matched && value !== undefined) {
        points.push({ minute, sum: value, count: 1, minimum: value, maximum: value });
      }
    }
    return points.sort((a, b) => a.minute - b.minute);
  }

  /** All that was counted so far, to be added to another series of the same filter. */
  part(): SeriesPart {
    const part = new Float64Array(this.#buckets.size * PART_NUMBERS);
    let at = 0;
    for (const [minute, { matched, sum, count, minimum, maximum }] of this.#buckets) {
      part.set([minute, matched ? 1 : 0, sum, count, minimum, maximum], at);
      at += PART_NUMBERS;
    }
    return part;
  }

  /** Adds what another series of the same filter counted. */
  addPart(part: SeriesPart): void {
    for (let at = 0; at < part.length; at += PART_NUMBERS) {
      const number = (index: number) => part[at + index] ?? NaN;
      const bucket = this.#bucketAt(number(0) * MINUTE_MS);
      bucket.matched ||= number(1) === 1;
      bucket.sum += number(2);
      bucket.count += number(3);
      bucket.minimum = Math.min(bucket.minimum, number(4));
      bucket.maximum = Math.max(bucket.maximum, number(5));
    }
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
const PART_NUMBERS = 6;

function emptyBucket(): Bucket {
  return { matched: false, sum: 0, count: 0, minimum: Infinity, maximum: -Infinity };
}

function publish(bucket: Bucket, value: number, times = 1): void {
  if (!isMetricNumber(value)) return;
  bucket.sum += value * times;
  bucket.count += times;
  bucket.minimum = Math.min(bucket.minimum, value);
  bucket.maximum = Math.max(bucket.maximum, value);
}

/** Largest magnitude of a metric value; CloudWatch drops others (CloudWatch API Reference, MetricDatum). */
export const MAX_METRIC_MAGNITUDE = 2 ** 360;

/** Can CloudWatch hold this value? NaN and the infinities it cannot. */
export function isMetricNumber(value: number): boolean {
  return Math.abs(value) <= MAX_METRIC_MAGNITUDE;
}

/**
 * How a metric filter's `metricValue` is read off a log event (CloudWatch Logs User Guide, Filter pattern
 * syntax for metric filters, "Using values in log events to increment a metric's value").
 *
 * @param text - A number, the same for every event, or `$.field`.
 * @param assumptions - Of these only `numericTextIsNumber` matters.
 * @returns The reader, which gives NaN for an event without such a number; undefined if `text` is
 * neither of the two forms.
 */
export function metricValueReader(
  text: string,
  assumptions: FilterPatternAssumptions = DEFAULT_FILTER_PATTERN_ASSUMPTIONS,
): ((event: unknown) => number) | undefined {
  if (!text.startsWith("$")) {
    const value = parseNumber(text);
    return isMetricNumber(value) ? () => value : undefined;
  }
  try {
    const selector = parseSelector(text);
    // A wildcard could find several numbers, and nothing says which of them AWS would publish.
    return countWildcards(selector) > 0 ? undefined : numberAt(selector, numberReader(assumptions));
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
