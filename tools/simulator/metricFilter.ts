import { InputError } from "../inputError";
import { MINUTE } from "../time";
import { parseNumber } from "./decimal";
import {
  addedUp,
  type FiguresPart,
  MERGE,
  MinuteFigures,
  MinuteNumbers,
  type MinutesPart,
  type MinuteSeries,
  samplesOf,
} from "./minuteSeries";
import {
  type CompiledPattern,
  compileFilterPattern,
  FilterPatternError,
  type EventMessage,
  extractedValues,
  type FilterPattern,
  parseFilterPattern,
  parseSelector,
  plainPath,
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
  /** What a matching event adds: a number, `$.field` for one found in it, or `$name` of a word. 1-100 characters. */
  readonly metricValue: string;
  /** Added by every event that does not match, and by one that matches but lacks its `$.field`. @default none is */
  readonly defaultValue?: number | undefined;
  /** Dimension name to `$.field` (or `$name` of a word), at most 3 and not with `defaultValue`. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** What CloudWatch Logs itself adds to every match, such as `@aws.region`, with its value; they count among the 3. */
  readonly systemDimensions?: Readonly<Record<string, string>> | undefined;
  /** Which of its metrics is meant: the one with these values of dimensions. @default the one without dimensions */
  readonly published?: Readonly<Record<string, string>> | undefined;
  /** Where it is, if that is not where the rest of what is declared is: metrics of another region are other metrics. */
  readonly region?: string | undefined;
  /** A CloudWatch unit such as `Count`. Default: `None`. It does not change any value. */
  readonly unit?: string | undefined;
}

/** Whether a filter publishes to more metrics than the one without dimensions. */
export function hasDimensions({ dimensions, systemDimensions }: MetricFilter): boolean {
  return Object.keys({ ...dimensions, ...systemDimensions }).length > 0;
}

/**
 * What a match adds to the one metric that is meant (recorded): an event with all of the dimensions' fields is published with
 * their values, any other without a single one; system dimensions are on all matches, and not on default values. That a
 * field that is null, empty, or no text, number or boolean counts as absent is assumed.
 */
function ofDimensions(
  { dimensions = {}, systemDimensions = {}, published = {} }: MetricFilter,
  pattern: FilterPattern,
  value: number | MetricValueReader,
): MetricValueReader {
  const fields = Object.entries(dimensions).map(
    ([name, field]) => [name, fieldReader(field, pattern)] as const,
  );
  const wanted = dimensionsKey(published);
  return (event) => {
    const own = fields.map(([name, read]) => [name, dimensionText(read?.(event))] as const);
    const isWhole = own.every(([, text]) => text !== "");
    const found = { ...(isWhole && Object.fromEntries(own)), ...systemDimensions };
    if (dimensionsKey(found) !== wanted) return NaN;
    return typeof value === "number" ? value : value(event);
  };
}

function dimensionsKey(dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function dimensionText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** What a series counted, as plain data. */
export interface SeriesPart {
  readonly taken: MinutesPart;
  readonly values: FiguresPart | undefined;
}

/**
 * What a metric filter makes of log events, whatever the order they come in (recorded): a matching event adds its value,
 * every other one the default value, beside matches as well. An event counts in the minute of its own time stamp.
 * Memory grows with the days that have matches.
 */
export class MetricFilterSeries {
  readonly #matches: CompiledPattern["matches"];
  readonly #value: number | MetricValueReader;
  readonly #defaultValue: number | undefined;
  /** Events that match and have a value: those that do not add the default. */
  readonly #taken = new MinuteNumbers("counts");
  /** Only where each event has a value of its own; else it is the same for all. */
  readonly #values: MinuteFigures | undefined;

  /** @throws InputError for a filter that AWS would refuse, see {@link metricFilterProblems} */
  constructor(private readonly filter: MetricFilter) {
    const { pattern, value, problems } = readMetricFilter(filter);
    if (problems.length > 0 || pattern === undefined || value === undefined) {
      throw new InputError(`metric filter ${filter.name}: ${problems.join("; ")}`);
    }
    const isPlain = Object.keys(filter.published ?? {}).length === 0;
    this.#matches = compileFilterPattern(pattern).matches;
    this.#value = hasDimensions(filter) ? ofDimensions(filter, pattern, value) : value;
    this.#defaultValue = isPlain ? filter.defaultValue : undefined;
    this.#values = typeof this.#value === "number" ? undefined : new MinuteFigures();
  }

  /**
   * Counts a log event, if it matches.
   *
   * A matching event whose `$.field` is absent or null adds the default value, one whose field is text that is no number
   * adds nothing (recorded).
   * @param timestamp - Milliseconds since 1970.
   * @returns Whether the event matches.
   */
  add(timestamp: number, event: EventMessage): boolean {
    if (!this.#matches(event)) return false;
    const minute = Math.floor(timestamp / MINUTE);
    const value = typeof this.#value === "number" ? this.#value : this.#value(event);
    if (value === undefined) return true;
    this.#taken.add(minute, 1);
    if (isMetricNumber(value)) this.#values?.add(minute, value);
    return true;
  }

  /** Whether all events that match add the same, so that it is enough to know how many do. */
  get isConstant(): boolean {
    return this.#values === undefined;
  }

  /**
   * Counts log events of a minute of which only is known how many match.
   * @param timestamp - Milliseconds since 1970.
   * @throws InputError where that is not enough, see {@link isConstant}
   */
  addCount(timestamp: number, matched: number): void {
    if (!this.isConstant) {
      const { name, metricValue } = this.filter;
      throw new InputError(`metric filter ${name} adds ${metricValue}, which counts do not have`);
    }
    if (matched > 0) this.#taken.add(Math.floor(timestamp / MINUTE), matched);
  }

  /**
   * The data points of the filter's metric.
   * @param events - How many log events there were of the log group, matching or not, minute by minute.
   */
  metric(events: MinuteNumbers): MinuteSeries {
    const matched = this.#values ?? samplesOf(Number(this.#value), this.#taken);
    if (this.#defaultValue === undefined) return matched;
    const others = {
      days: () => events.days(),
      read: (from: number, into: Float64Array) => {
        const taken = new Float64Array(into.length);
        this.#taken.read(from, taken);
        events.read(from, into);
        taken.forEach((count, at) => {
          into[at] = (into[at] ?? 0) - count;
        });
      },
    };
    return addedUp([matched, samplesOf(this.#defaultValue, others)]);
  }

  /** All that was counted so far, to be added to another series of the same filter. */
  part(): SeriesPart {
    return { taken: this.#taken.part(), values: this.#values?.part() };
  }

  /** Adds what another series of the same filter counted. */
  addPart({ taken, values }: SeriesPart): void {
    this.#taken.addPart(taken, MERGE.count);
    if (values !== undefined) this.#values?.addPart(values);
  }
}

/** Largest magnitude of a metric value; CloudWatch drops others (CloudWatch API Reference, MetricDatum). */
const MAX_METRIC_MAGNITUDE = 2 ** 360;

/** Can CloudWatch hold this value? NaN and the infinities it cannot. */
function isMetricNumber(value: number): boolean {
  return Math.abs(value) <= MAX_METRIC_MAGNITUDE;
}

/** What a matching event adds: NaN for what is no number, undefined where the default value stands in. */
type MetricValueReader = (event: EventMessage) => number | undefined;

/**
 * How a metric filter's `metricValue` is read off a log event (CloudWatch Logs User Guide, Filter pattern
 * syntax for metric filters, "Using values in log events to increment a metric's value").
 *
 * Text that spells a number is that number (recorded for space-delimited lines' conditions, assumed here; other text
 * publishes nothing: recorded).
 *
 * @param text - A number, the same for every event, `$.field`, or `$name` of a space-delimited pattern.
 * @returns The number, or what reads it; undefined if `text` is none of these forms.
 */
function metricValueOf(
  text: string,
  pattern: FilterPattern | undefined,
): number | MetricValueReader | undefined {
  if (!text.startsWith("$")) {
    const value = parseNumber(text);
    return isMetricNumber(value) ? value : undefined;
  }
  const read = fieldReader(text, pattern);
  if (read === undefined) return undefined;
  return (event) => {
    const value = read(event) ?? undefined;
    if (typeof value === "string") return parseNumber(value);
    return value === undefined || typeof value === "number" ? value : NaN;
  };
}

/** What reads `$.field`, or `$name` of a space-delimited pattern, off an event; undefined for other forms. */
function fieldReader(
  text: string,
  pattern: FilterPattern | undefined,
): ((event: EventMessage) => unknown) | undefined {
  if (pattern?.kind === "fields" && /^\$[\p{L}\p{N}_-]+$/u.test(text)) {
    return (event) => extractedValues(pattern, event.text).get(text);
  }
  try {
    const selector = parseSelector(text);
    // AWS refuses a wildcard (recorded): it could find several values.
    if (plainPath(selector) === undefined) return undefined;
    const read = valueReader(selector);
    return ({ json }) => read(json);
  } catch (error) {
    if (error instanceof FilterPatternError) return undefined;
    throw error;
  }
}

const BYTE_UNITS = ["", "Kilo", "Mega", "Giga", "Tera"].flatMap((scale) =>
  ["Bytes", "Bits"].map((base) => (scale === "" ? base : scale + base.toLowerCase())),
);
/** `StandardUnit` of the CloudWatch Logs API Reference. */
const UNITS: ReadonlySet<string> = new Set([
  ...["Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "Count/Second", "None"],
  ...BYTE_UNITS,
  ...BYTE_UNITS.map((unit) => `${unit}/Second`),
]);

const NAME = /^[^:*$]*$/;
/** Lengths and characters of texts, and how these are told (CloudWatch Logs API Reference, PutMetricFilter). */
const TEXT_RULES = [
  ["name", 512, /^[^:*]*$/, "neither : nor *"],
  ["logGroupName", 512, /^[.\-_/#A-Za-z0-9]*$/, "only letters, digits and . - _ / #"],
  ["metricName", 255, NAME, "none of : * $"],
  ["metricNamespace", 255, NAME, "none of : * $"],
  ["metricValue", 100, /^/, ""],
] as const;

/** All that AWS would refuse in `filter`; empty if nothing. */
export function metricFilterProblems(filter: MetricFilter): readonly string[] {
  return readMetricFilter(filter).problems;
}

/** A filter's pattern and value as far as they can be read, and all that AWS would refuse. */
function readMetricFilter(filter: MetricFilter) {
  const problems: string[] = [];
  const report = (field: keyof MetricFilter, message: string) =>
    problems.push(`${field}: ${message}`);
  for (const [field, most, form, characters] of TEXT_RULES) {
    const text = filter[field];
    const length = Array.from(text).length;
    if (length < 1 || length > most) report(field, `must have 1 to ${most} characters`);
    if (!form.test(text)) report(field, `may have ${characters}, found "${text}"`);
  }
  let pattern: FilterPattern | undefined;
  try {
    pattern = parseFilterPattern(filter.pattern);
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error;
    report("pattern", error.message.replace("filter pattern: ", ""));
  }
  const { metricValue, defaultValue, unit } = filter;
  const value = metricValueOf(metricValue, pattern);
  if (metricValue !== "" && value === undefined) {
    report("metricValue", `must be a number or $.field, found "${metricValue}"`);
  }
  const dimensions = Object.entries(filter.dimensions ?? {});
  if (defaultValue !== undefined && !isMetricNumber(defaultValue)) {
    report("defaultValue", `must be a finite number, found ${defaultValue}`);
  }
  if (defaultValue !== undefined && dimensions.length > 0) {
    report("defaultValue", "cannot be combined with dimensions");
  }
  const count = dimensions.length + Object.keys(filter.systemDimensions ?? {}).length;
  // CloudWatch Logs API Reference, MetricTransformation.
  if (count > 3) report("dimensions", "there may be at most 3");
  for (const [, field] of dimensions) {
    if (fieldReader(field, pattern) !== undefined) continue;
    report("dimensions", `must be fields such as $.model, found "${field}"`);
  }
  if (unit !== undefined && !UNITS.has(unit)) report("unit", `"${unit}" is not a CloudWatch unit`);
  return { pattern, value, problems };
}
