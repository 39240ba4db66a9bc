import type { MinuteSeries } from "../../../cloudwatch/minuteSeries";

/** Sums of metrics by period; NaN where a period has no data point. */
export interface Volumes {
  /** The minute each period starts, since 1970 (UTC); the first may be cut off by the beginning. */
  readonly starts: readonly number[];
  /** In the order of the series. */
  readonly sums: readonly Float64Array[];
}

/** Adds up series by period, on periods that start at whole multiples of it, as graphs in the console do. */
export function volumes(
  series: readonly MinuteSeries[],
  period: number,
  { from, to }: { readonly from: number; readonly to: number },
): Volumes {
  const first = Math.floor(from / period);
  const length = Math.max(0, Math.ceil(to / period) - first);
  return {
    starts: Array.from({ length }, (_, index) => Math.max(from, (first + index) * period)),
    sums: series.map(({ start, sums }) => {
      const totals = new Float64Array(length).fill(NaN);
      const end = Math.min(to, start + sums.length);
      for (let minute = Math.max(from, start); minute < end; minute += 1) {
        const sum = sums[minute - start] ?? NaN;
        if (Number.isNaN(sum)) continue;
        const index = Math.floor(minute / period) - first;
        const before = totals[index] ?? NaN;
        totals[index] = Number.isNaN(before) ? sum : before + sum;
      }
      return totals;
    }),
  };
}
