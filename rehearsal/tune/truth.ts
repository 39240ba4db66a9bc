import type { Truth } from "./judge";
import { longestOutside, spanText, type TimeSpan } from "./timeSpans";
import { TuneError } from "./tuneError";

/** What a person knows of the time. In milliseconds since 1970. */
export interface Known {
  readonly baselineUntil?: number | undefined;
  readonly incidents?: readonly TimeSpan[];
}

const MINUTE = 60_000;

/**
 * When the model was healthy and when not, in minutes. Without a word on the baseline it is the longest stretch without
 * an incident.
 * @throws TuneError where what is known contradicts itself or the logs
 */
export function truthOf(span: TimeSpan, { baselineUntil, incidents = [] }: Known): Truth {
  const found = incidents
    .map(({ from, to }) => ({ from: Math.floor(from / MINUTE), to: Math.ceil(to / MINUTE) }))
    .sort((a, b) => a.from - b.from);
  const outside = found.find(({ from, to }) => to <= span.from || from > span.to);
  if (outside !== undefined) {
    throw new TuneError(
      `expected incidents within the logs, ${spanText(span)}; found one ${spanText(outside)}`,
    );
  }
  if (baselineUntil === undefined) {
    return { incidents: found, baseline: longestOutside(span, found) };
  }
  const until = Math.floor(baselineUntil / MINUTE);
  if (until <= span.from) {
    throw new TuneError(
      `expected a baseline within the logs, ${spanText(span)}; found one until ${new Date(until * MINUTE).toISOString()}`,
    );
  }
  const baseline = { from: span.from, to: Math.min(span.to, until) };
  const early = found.find(({ from }) => from < baseline.to);
  if (early !== undefined) {
    throw new TuneError(
      `expected incidents after the baseline, which is healthy ${spanText(baseline)}; found one ${spanText(early)}`,
    );
  }
  return { incidents: found, baseline };
}
