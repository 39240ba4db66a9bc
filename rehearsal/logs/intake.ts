import {
  compileJsonFilterPattern,
  parseFilterPattern,
  parseJsonMessage,
  parseSelector,
} from "../../cloudwatch/filterPattern";
import {
  compileMetricFilter,
  type MetricFilter,
  type MetricFilterAssumptions,
  type MetricFilterPoint,
  type MetricFilterSeries,
  MINUTE_MS,
} from "../../cloudwatch/metricFilter";
import { type FieldTree, fieldTree, type JsonObject } from "./fieldTree";
import type { FastSink, LogSink, MessageText } from "./logSink";
import { type NearMiss, NearMisses } from "./nearMisses";
import { interestOf, selectorsOf } from "./scanPlan";
import { watchedFields } from "./watchedFields";

/** What is asked of a {@link LogGroupIntake} beside its filters. */
export interface IntakeOptions {
  /** Events before this moment are ignored, in milliseconds since 1970. @default none are */
  readonly from?: number | undefined;
  /** Events at this moment or later are ignored, in milliseconds since 1970. @default none are */
  readonly to?: number | undefined;
  /** What to change of the default assumptions. */
  readonly assumptions?: Partial<MetricFilterAssumptions>;
}

interface Counting {
  readonly filter: MetricFilter;
  readonly series: MetricFilterSeries;
  matched: number;
}

/** What a metric filter made of the events of its log group. */
export interface FilterCount {
  readonly filter: MetricFilter;
  /** How many events it matched. */
  readonly matched: number;
  /** Its metric's data points, oldest first. */
  readonly points: readonly MetricFilterPoint[];
}

/**
 * A log group as its metric filters see it: takes the events of any number of logs, in any order, and
 * counts. Memory grows with the minutes covered, not with the events.
 */
export class LogGroupIntake implements LogSink {
  readonly fast: FastSink;
  readonly #counting: readonly Counting[];
  readonly #nearMisses: NearMisses;
  readonly #from: number;
  readonly #to: number;
  /** Minutes in which each filter knows that there were events; undefined if each event counts. */
  readonly #minutes: Set<number> | undefined;
  #events = 0;
  #minute = Number.NaN;

  /**
   * @param filters - All metric filters of one log group.
   * @throws MetricFilterError, UnsupportedMetricFilterError or FilterPatternError as `compileMetricFilter`.
   */
  constructor(filters: readonly MetricFilter[], options: IntakeOptions = {}) {
    const { from = -Infinity, to = Infinity, assumptions = {} } = options;
    this.#from = from;
    this.#to = to;
    this.#minutes = assumptions.defaultValueReported === "event" ? undefined : new Set();
    this.#counting = filters.map((filter) => {
      const series = compileMetricFilter(filter, assumptions).newSeries();
      return { filter, series, matched: 0 };
    });
    const patterns = filters.map(({ pattern }) => parseFilterPattern(pattern));
    const matchers = patterns.map((pattern) => compileJsonFilterPattern(pattern, assumptions));
    const fields = watchedFields(patterns);
    const matches = (event: unknown) => matchers.some((test) => test(event));
    this.#nearMisses = new NearMisses(fields, matches);
    const names = fields.map(({ name }) => name);
    const values = filters.flatMap(({ metricValue }) =>
      metricValue.startsWith("$") ? [parseSelector(metricValue)] : [],
    );
    const tree = fieldTree([...patterns.flatMap(selectorsOf), ...values]);
    this.fast = this.#fastSink(interestOf(patterns, names, assumptions), tree);
  }

  /** How many events there were, within `from` and `to`. */
  get events(): number {
    return this.#events;
  }

  /** What each filter counted, in the filters' order. */
  counts(): FilterCount[] {
    return this.#counting.map(({ filter, matched, series }) => ({
      filter,
      matched,
      points: series.points(),
    }));
  }

  /** Lines that carry a filter's field and can never match, the most frequent first. */
  nearMisses(): NearMiss[] {
    return this.#nearMisses.list();
  }

  add(timestamp: number, message: string): void {
    if (!this.#takes(timestamp)) return;
    const event = parseJsonMessage(message);
    if (this.#count(timestamp, event) || this.#nearMisses.carries(event)) return;
    this.#nearMisses.look(message);
  }

  #fastSink(interest: string | undefined, fields: FieldTree | undefined): FastSink {
    return {
      interest,
      fields,
      addUninteresting: (timestamp) => {
        if (!this.#takes(timestamp)) return;
        const minute = Math.floor(timestamp / MINUTE_MS);
        // Of such an event only its minute counts, and that only once.
        if (minute === this.#minute || this.#minutes?.has(minute) === true) return;
        this.#count(timestamp, undefined);
      },
      addScanned: (timestamp: number, event: JsonObject, message: MessageText) => {
        if (!this.#takes(timestamp)) return;
        if (this.#count(timestamp, event) || this.#nearMisses.carries(event)) return;
        this.#nearMisses.look(message.text());
      },
    };
  }

  #takes(timestamp: number): boolean {
    if (timestamp < this.#from || timestamp >= this.#to) return false;
    this.#events += 1;
    return true;
  }

  /** Gives the event to every filter. Does any match? */
  #count(timestamp: number, event: unknown): boolean {
    if (this.#minutes !== undefined) {
      const minute = Math.floor(timestamp / MINUTE_MS);
      if (minute !== this.#minute) this.#minutes.add(minute);
      this.#minute = minute;
    }
    let any = false;
    for (const counting of this.#counting) {
      if (!counting.series.addParsed(timestamp, event)) continue;
      counting.matched += 1;
      any = true;
    }
    return any;
  }
}
