import { spanText } from "./moments";

/**
 * How long ago something was, within a sentence: `3 min ago`, `5 h ago`, `12 d ago`.
 * @param then milliseconds since 1970; a moment to come (clocks differ) is now
 */
export function ago(then: number, now: Date): string {
  const age = now.getTime() - then;
  return age < 60_000 ? "less than a minute ago" : `${spanText(age)} ago`;
}
