import type { TimeSpan } from "../time";

/** The figures that CloudWatch keeps of a metric's samples, and how those of two sets become those of all. */
export const MERGE = {
  sum: (a: number, b: number) => a + b,
  count: (a: number, b: number) => a + b,
  minimum: (a: number, b: number) => Math.min(a, b),
  maximum: (a: number, b: number) => Math.max(a, b),
};

export type Figure = keyof typeof MERGE;

const FIGURES = Object.keys(MERGE) as Figure[];

/**
 * A metric as CloudWatch keeps it at its finest standard resolution: figures of each minute that has a data point.
 * Minutes are whole ones since 1970 (UTC).
 */
export interface MinuteSeries {
  /** The days since 1970 that may have data points, in order. */
  days(): readonly number[];
  /** Writes a figure of the minutes from `from` on; NaN for those without a data point, which is not the same as 0. */
  read(figure: Figure, from: number, into: Float64Array): void;
}

/** Minutes of a day. */
export const DAY = 1440;

/** The numbers of days since 1970, minute by minute. */
export type MinutesPart = readonly (readonly [day: number, numbers: Float64Array | Uint32Array])[];

/** A number for each minute, kept by day, so that gaps cost nothing. */
export class MinuteNumbers {
  readonly #days = new Map<number, Float64Array | Uint32Array>();

  /** @param kind - `counts` are whole numbers, 0 where there is none; `figures` are any, NaN where there is none. */
  constructor(private readonly kind: "counts" | "figures") {}

  /** The days with a number, in order. */
  days(): readonly number[] {
    return [...this.#days.keys()].sort((a, b) => a - b);
  }

  add(minute: number, count: number): void {
    this.merge(minute, count, MERGE.count);
  }

  /** Sets a number that is not there, or makes one of it and the one that is. */
  merge(minute: number, value: number, merged: (a: number, b: number) => number): void {
    const day = Math.floor(minute / DAY);
    let numbers = this.#days.get(day);
    if (numbers === undefined) {
      numbers = this.kind === "counts" ? new Uint32Array(DAY) : new Float64Array(DAY).fill(NaN);
      this.#days.set(day, numbers);
    }
    const before = numbers[minute - day * DAY] ?? NaN;
    numbers[minute - day * DAY] = Number.isNaN(before) ? value : merged(before, value);
  }

  /** Writes the numbers of the minutes from `from` on. */
  read(from: number, into: Float64Array): void {
    into.fill(this.kind === "counts" ? 0 : NaN);
    const end = from + into.length;
    for (let day = Math.floor(from / DAY); day * DAY < end; day++) {
      const numbers = this.#days.get(day);
      if (numbers === undefined) continue;
      const begin = Math.max(0, from - day * DAY);
      into.set(numbers.subarray(begin, Math.min(DAY, end - day * DAY)), day * DAY + begin - from);
    }
  }

  /** All numbers, as plain data that another thread can be sent. */
  part(): MinutesPart {
    return [...this.#days];
  }

  /** Merges the numbers of another. */
  addPart(part: MinutesPart, merged: (a: number, b: number) => number): void {
    for (const [day, numbers] of part) {
      if (!this.#days.has(day)) this.#days.set(day, numbers);
      else {
        numbers.forEach((value, at) => {
          if (!Number.isNaN(value)) this.merge(day * DAY + at, value, merged);
        });
      }
    }
  }
}

/** The numbers of each figure. */
export type FiguresPart = ReadonlyMap<Figure, MinutesPart>;

/** A metric whose samples each have a value of their own. */
export class MinuteFigures implements MinuteSeries {
  readonly #numbers = new Map(FIGURES.map((figure) => [figure, new MinuteNumbers("figures")]));

  days(): readonly number[] {
    return this.#numbers.get("sum")?.days() ?? [];
  }

  read(figure: Figure, from: number, into: Float64Array): void {
    this.#numbers.get(figure)?.read(from, into);
  }

  /** Adds a sample, as PutMetricData does. */
  add(minute: number, value: number): void {
    for (const [figure, numbers] of this.#numbers) {
      numbers.merge(minute, figure === "count" ? 1 : value, MERGE[figure]);
    }
  }

  /** As {@link MinuteNumbers.part}. */
  part(): FiguresPart {
    return new Map([...this.#numbers].map(([figure, numbers]) => [figure, numbers.part()]));
  }

  /** Merges the samples of another. */
  addPart(part: FiguresPart): void {
    for (const [figure, numbers] of part) {
      this.#numbers.get(figure)?.addPart(numbers, MERGE[figure]);
    }
  }
}

/** A metric whose samples all have the same value, by how many there are in each minute. */
export function samplesOf(
  value: number,
  counts: Pick<MinuteNumbers, "days" | "read">,
): MinuteSeries {
  return {
    days: () => counts.days(),
    read: (figure, from, into) => {
      counts.read(from, into);
      into.forEach((count, at) => {
        const shown = { sum: value * count, count, minimum: value, maximum: value };
        into[at] = count === 0 ? NaN : shown[figure];
      });
    },
  };
}

/** Several series as one: what several metric filters publish to one metric adds up. */
export function addedUp(series: readonly MinuteSeries[]): MinuteSeries {
  const [only] = series;
  if (only !== undefined && series.length === 1) return only;
  return {
    days: () => [...new Set(series.flatMap((one) => one.days()))].sort((a, b) => a - b),
    read: (figure, from, into) => {
      into.fill(NaN);
      const one = new Float64Array(into.length);
      for (const each of series) {
        each.read(figure, from, one);
        one.forEach((value, at) => {
          const before = into[at] ?? NaN;
          if (Number.isNaN(before)) into[at] = value;
          else if (!Number.isNaN(value)) into[at] = MERGE[figure](before, value);
        });
      }
    },
  };
}

/** Visits each minute of a stretch that has a data point, in order, with the sum of its samples. */
export function eachSum(
  series: MinuteSeries,
  { from, to }: TimeSpan,
  visit: (minute: number, sum: number) => void,
): void {
  const sums = new Float64Array(DAY);
  for (const day of series.days()) {
    const start = day * DAY;
    if (start + DAY <= from || start >= to) continue;
    series.read("sum", start, sums);
    for (let minute = Math.max(from, start); minute < Math.min(to, start + DAY); minute++) {
      const sum = sums[minute - start] ?? NaN;
      if (!Number.isNaN(sum)) visit(minute, sum);
    }
  }
}

/** The sum of all samples of a stretch; 0 where there is none. */
export function totalSum(series: MinuteSeries, span: TimeSpan): number {
  let total = 0;
  eachSum(series, span, (_, sum) => {
    total += sum;
  });
  return total;
}
