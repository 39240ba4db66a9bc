import { minuteText } from "../report/words";
import type { When } from "./alarmTest";
import { spanText } from "./span";

/** When an expectation has to hold, in the words of its file: `at 12h`, `from 10h to 14h`. */
export function whenText(when: When): string {
  if ("at" in when) return `at ${when.at.text}`;
  const { from, to } = when;
  if (from !== undefined && to !== undefined) return `between ${from.text} and ${to.text}`;
  if (to !== undefined) return `by ${to.text}`;
  return from === undefined ? "in the whole run" : `after ${from.text}`;
}

/** A minute of a case, from its start and by the calendar: `12h12m (2026-03-02 12:12)`. */
export function atText(minute: number, start: number): string {
  return `${sinceText(minute, start)} (${minuteText(minute)})`;
}

/** A minute as the time since a case's start; also before it: `-1h`. */
export function sinceText(minute: number, start: number): string {
  return minute < start ? `-${spanText(start - minute)}` : spanText(minute - start);
}

/** A percentage without digits that say nothing: 82.5, 92.31. */
export function percentText(rate: number, digits = 2): string {
  return String(Number(rate.toFixed(digits)));
}
