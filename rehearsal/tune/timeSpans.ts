/** A stretch of time in minutes since 1970 (UTC), its end not included. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** Minutes of a month, on average over the years. */
export const MONTH = 30.436875 * 1440;

/** How many minutes of a span lie in none of the others. */
export function minutesOutside(span: TimeSpan, others: readonly TimeSpan[]): number {
  let [left, reached] = [0, span.from];
  for (const { from, to } of [...others].sort((a, b) => a.from - b.from)) {
    left += Math.max(0, Math.min(from, span.to) - reached);
    reached = Math.max(reached, to);
  }
  return left + Math.max(0, span.to - reached);
}

/** A span as an error shows it. */
export function spanText({ from, to }: TimeSpan): string {
  const text = (minute: number): string =>
    `${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`;
  return `from ${text(from)} to ${text(to)}`;
}

/** The longest stretch of a span that lies in none of the others. */
export function longestOutside(span: TimeSpan, others: readonly TimeSpan[]): TimeSpan {
  let longest = { from: span.from, to: span.from };
  let reached = span.from;
  const ordered = [...others].sort((a, b) => a.from - b.from);
  for (const { from, to } of [...ordered, { from: span.to, to: span.to }]) {
    const end = Math.min(from, span.to);
    if (end - reached > longest.to - longest.from) longest = { from: reached, to: end };
    reached = Math.max(reached, to);
  }
  return longest;
}
