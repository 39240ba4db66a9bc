import { isJsonObject, parseJson } from "./logEvents";

/** An event that was kept, with the paths of its JSON properties; undefined if it is no JSON object. */
interface SampledEvent {
  readonly line: string;
  readonly properties: readonly string[] | undefined;
}

/** What was kept, as plain data that another thread can be sent. */
export interface SamplePart {
  readonly first: readonly SampledEvent[];
  readonly byMinute: readonly (readonly [minute: number, event: SampledEvent])[];
}

/** Events kept of a log's beginning, and of minutes all over it. */
const FIRST = 3;
const MINUTES = 40;
/** Characters kept of a line. */
const LINE_LENGTH = 500;
/** Properties looked at of an event, and how deep. */
const MAX_PROPERTIES = 50;
const MAX_DEPTH = 3;

/**
 * A few events of a log group, to show what it has where nothing in it counts: the first ones, and the first of some
 * minutes all over the time. Which minutes is settled by the minutes alone, so that parts of a log that were read
 * apart come to the same.
 */
export class EventSample {
  readonly #first: SampledEvent[] = [];
  readonly #byMinute = new Map<number, SampledEvent>();
  /** The last of the minutes kept, in the order of their marks, once there are enough. */
  #limit = Infinity;

  /** Is this event one to keep? */
  wants(minute: number): boolean {
    return (
      this.#first.length < FIRST || (markOf(minute) < this.#limit && !this.#byMinute.has(minute))
    );
  }

  /** Keeps an event. */
  add(minute: number, message: string): void {
    const value = parseJson(message);
    const properties = isJsonObject(value) ? pathsOf(value) : undefined;
    const event = { line: message.slice(0, LINE_LENGTH), properties };
    if (this.#first.length < FIRST) this.#first.push(event);
    this.#keep(minute, event);
  }

  #keep(minute: number, event: SampledEvent): void {
    if (markOf(minute) >= this.#limit || this.#byMinute.has(minute)) return;
    this.#byMinute.set(minute, event);
    if (this.#byMinute.size <= MINUTES) return;
    const last = [...this.#byMinute.keys()].reduce((a, b) => (markOf(a) > markOf(b) ? a : b));
    this.#byMinute.delete(last);
    this.#limit = markOf(last);
  }

  part(): SamplePart {
    return { first: this.#first, byMinute: [...this.#byMinute] };
  }

  /** Adds what was kept of the logs' next part. */
  addPart({ first, byMinute }: SamplePart): void {
    this.#first.push(...first.slice(0, FIRST - this.#first.length));
    for (const [minute, event] of byMinute) this.#keep(minute, event);
  }

  /** Lines that differ in their properties, JSON before text. */
  lines(): string[] {
    const events = this.#events();
    const shape = ({ properties }: SampledEvent) => properties?.join() ?? "";
    const isNew = (event: SampledEvent, index: number) =>
      events.findIndex((other) => shape(other) === shape(event)) === index;
    const isText = ({ properties }: SampledEvent) => (properties === undefined ? 1 : 0);
    const differing = events.filter(isNew).sort((a, b) => isText(a) - isText(b));
    const others = events.filter((event) => !differing.includes(event));
    return [...differing, ...others].slice(0, FIRST).map(({ line }) => line);
  }

  /** Paths of the properties that the JSON events have, the most frequent first. */
  properties(): string[] {
    const counts = new Map<string, number>();
    for (const path of this.#events().flatMap(({ properties = [] }) => properties)) {
      counts.set(path, (counts.get(path) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([path]) => path);
  }

  #events(): SampledEvent[] {
    const byTime = [...this.#byMinute].sort(([a], [b]) => a - b).map(([, event]) => event);
    return [...this.#first, ...byTime.filter((event) => !this.#first.includes(event))];
  }
}

/** Puts minutes into an order that has nothing to do with time (Knuth's multiplicative hash). */
function markOf(minute: number): number {
  return Math.imul(minute, 0x9e3779b1) >>> 0;
}

/** Paths of an event's properties, `a.b` for one in another. */
export function pathsOf(object: Readonly<Record<string, unknown>>): string[] {
  const paths: string[] = [];
  const walk = (value: Readonly<Record<string, unknown>>, before: string, depth: number): void => {
    for (const [name, inner] of Object.entries(value)) {
      if (paths.length >= MAX_PROPERTIES) return;
      if (isJsonObject(inner) && depth < MAX_DEPTH) walk(inner, `${before}${name}.`, depth + 1);
      else paths.push(before + name);
    }
  };
  walk(object, "", 1);
  return paths;
}
