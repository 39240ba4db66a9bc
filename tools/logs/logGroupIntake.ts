import { propertyPathText } from "../../components/cloudwatch/patterns";
import { compileFilterPattern, EventMessage, parseFilterPattern } from "../simulator/filterPattern";
import { type MetricFilter, MetricFilterSeries } from "../simulator/metricFilter";
import { MERGE, MinuteNumbers } from "../simulator/minuteSeries";
import { EventSample } from "./eventSample";
import { count, visibleText } from "../text";
import { valueAt } from "./logEvents";
import { MINUTE } from "../time";
import type { LogSink } from "./logFormat";
import { type NearMiss, NearMisses } from "./nearMisses";
import { flatReader, interestOf, type WatchedField, watchedFields } from "./watchedFields";

/** Which events of a log group count. */
export interface IntakeOptions {
  /** Events before this moment are ignored, in milliseconds since 1970. @default none are */
  readonly from?: number | undefined;
  /** Events at this moment or later are ignored, in milliseconds since 1970. @default none are */
  readonly to?: number | undefined;
}

interface Counting {
  readonly filter: MetricFilter;
  readonly series: MetricFilterSeries;
  matched: number;
}

/** What an intake took in, as plain data that another thread can be sent. */
type IntakePart = NonNullable<ReturnType<LogGroupIntake["part"]>>;

/**
 * A log group as its metric filters see it: takes the events of any number of logs, in any order, and
 * counts. Memory grows with the days that have events, not with the events.
 */
export class LogGroupIntake implements LogSink {
  readonly #counting: readonly Counting[];
  readonly #nearMisses: NearMisses;
  readonly #sample = new EventSample();
  /** Undefined: every event is of interest. */
  readonly #interest: RegExp | undefined;
  readonly #flat: ReturnType<typeof flatReader>;
  readonly #from: number;
  readonly #to: number;
  /** How many events there were in each minute: what does not match a filter adds its default value. */
  readonly #minutes = new MinuteNumbers("counts");
  readonly #counted = new Set<string>();
  readonly #uncounted = new Set<string>();
  /** A field whose cut-off is between 0 and 1, and how many events have more than 1 there. */
  readonly #share: WatchedField | undefined;
  #aboveOne = 0;
  #events = 0;

  /**
   * @param filters - All metric filters of one log group.
   * @throws InputError for one that AWS would refuse
   */
  constructor(
    filters: readonly MetricFilter[],
    { from = -Infinity, to = Infinity }: IntakeOptions = {},
  ) {
    this.#from = from;
    this.#to = to;
    this.#counting = filters.map((filter) => {
      return { filter, series: new MetricFilterSeries(filter), matched: 0 };
    });
    const patterns = filters.map(({ pattern }) => parseFilterPattern(pattern));
    const compiled = patterns.map(compileFilterPattern);
    const fields = watchedFields(patterns);
    this.#nearMisses = new NearMisses(fields, (event) => {
      const candidate = new EventMessage(JSON.stringify(event), event);
      return compiled.some((pattern) => pattern.matches(candidate));
    });
    this.#share = fields.find(
      ({ asks, takesAll, values: [cutOff] }) =>
        asks === "number" && takesAll && Number(cutOff) > 0 && Number(cutOff) < 1,
    );
    this.#interest = interestOf(
      compiled,
      fields.map(({ name }) => name),
    );
    this.#flat = flatReader(filters, patterns);
  }

  /** How many events there were, within `from` and `to`. */
  get events(): number {
    return this.#events;
  }

  /** The days since 1970 (UTC) that have events, in order. */
  days(): readonly number[] {
    return this.#minutes.days();
  }

  /** What each filter counted, in the filters' order: how many events it matched, and its metric's data points. */
  counts() {
    return this.#counting.map(({ filter, matched, series }) => ({
      filter,
      matched,
      metric: series.metric(this.#minutes),
    }));
  }

  /** Lines that carry a filter's field and can never match, the most frequent first. */
  nearMisses(): NearMiss[] {
    return this.#nearMisses.list();
  }

  /** A few of the events as they are, shortened, those with JSON first. */
  lines(): string[] {
    return this.#sample.lines();
  }

  /** Paths of the properties that some of the JSON events have, the most frequent first. */
  properties(): string[] {
    return this.#sample.properties();
  }

  /**
   * Names of filters that logs of counts could not feed: counts of their pattern were not among them, or their value is
   * read off each event. What these filters counted is nothing, or not all.
   */
  uncounted(): readonly string[] {
    return [...this.#uncounted].filter((name) => !this.#counted.has(name));
  }

  /** What looks wrong though it counts, in clauses. */
  notes(): string[] {
    if (this.#share === undefined || this.#aboveOne === 0) return [];
    const { path, values } = this.#share;
    return [
      `${count(this.#aboveOne, "event")} of the log group ${this.#aboveOne === 1 ? "has" : "have"} a ${visibleText(propertyPathText(path))} above 1, while the cut-off is ${values[0]}: if it is logged in percent, the cut-off has to be ${Number(values[0]) * 100}`,
    ];
  }

  add(timestamp: number, message: string): void {
    if (timestamp < this.#from || timestamp >= this.#to) return;
    const minute = Math.floor(timestamp / MINUTE);
    this.#takes(minute);
    if (this.#sample.wants(minute)) this.#sample.add(minute, message);
    const event = new EventMessage(message);
    this.#compareWithOne(event.json);
    if (this.#count(timestamp, event) || this.#nearMisses.carries(event.json)) return;
    this.#nearMisses.look(message);
  }

  glance(timestamp: number, text: string, isQuoted: boolean): boolean {
    if (timestamp < this.#from || timestamp >= this.#to) return true;
    const minute = Math.floor(timestamp / MINUTE);
    if (this.#sample.wants(minute)) return false;
    if (this.#interest?.test(text) !== false) {
      const event = this.#flat(text, isQuoted);
      if (event === undefined || !this.#count(timestamp, event)) return false;
    }
    this.#takes(minute);
    return true;
  }

  addCounts(timestamp: number, counts: ReadonlyMap<string, number>): void {
    if (timestamp < this.#from || timestamp >= this.#to) return;
    const events = Math.max(0, ...counts.values());
    this.#events += events;
    // A minute is only among them if there were events, of whatever kind.
    this.#minutes.add(Math.floor(timestamp / MINUTE), Math.max(1, events));
    for (const counting of this.#counting) {
      const { name, pattern } = counting.filter;
      const matched = counting.series.isConstant ? counts.get(pattern) : undefined;
      if (matched === undefined) this.#uncounted.add(name);
      else {
        this.#counted.add(name);
        counting.matched += matched;
        counting.series.addCount(timestamp, matched);
      }
    }
  }

  /** All that was taken in so far; undefined if that cannot be added to other parts exactly. */
  part() {
    const nearMisses = this.#nearMisses.part();
    if (nearMisses === undefined) return undefined;
    return {
      events: this.#events,
      minutes: this.#minutes.part(),
      counts: this.#counting.map(({ matched, series }) => ({ matched, series: series.part() })),
      nearMisses,
      sample: this.#sample.part(),
      // Filters that counts fed, and that counts could not feed.
      counted: [...this.#counted],
      uncounted: [...this.#uncounted],
      aboveOne: this.#aboveOne,
    };
  }

  /**
   * Adds what an intake with the same filters and options took in of the logs' next part, as if it had
   * been taken in here. Sums are the same to the last bit only where the values are whole numbers.
   */
  addPart(part: IntakePart): void {
    this.#events += part.events;
    this.#aboveOne += part.aboveOne;
    this.#minutes.addPart(part.minutes, MERGE.count);
    for (const [index, { matched, series }] of part.counts.entries()) {
      const counting = this.#counting[index];
      if (counting === undefined) throw new RangeError("a part of an intake with other filters");
      counting.matched += matched;
      counting.series.addPart(series);
    }
    this.#nearMisses.addPart(part.nearMisses);
    this.#sample.addPart(part.sample);
    for (const name of part.counted) this.#counted.add(name);
    for (const name of part.uncounted) this.#uncounted.add(name);
  }

  #compareWithOne(json: unknown): void {
    if (this.#share !== undefined && Number(valueAt(json, this.#share.path)) > 1) {
      this.#aboveOne += 1;
    }
  }

  #takes(minute: number): void {
    this.#events += 1;
    this.#minutes.add(minute, 1);
  }

  /** Gives the event to every filter. Does any match? */
  #count(timestamp: number, event: EventMessage): boolean {
    let any = false;
    for (const counting of this.#counting) {
      if (!counting.series.add(timestamp, event)) continue;
      counting.matched += 1;
      any = true;
    }
    return any;
  }
}
