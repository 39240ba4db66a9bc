import { isoMinute } from "../../rehearsal/logs/countsFile";

/** A time, in whole minutes since 1970 (UTC). */
export interface Window {
  readonly from: number;
  /** Behind its last minute. */
  readonly to: number;
}

/** How to part a time. In minutes. */
export interface Windows {
  /** A window's most minutes: its result has a row for each. */
  readonly longest: number;
  /** How many are looked at at the same time; there are as many, or a multiple, if that makes none too short. */
  readonly atOnce: number;
}

/** A window is not made shorter than that for the sake of speed, nor because its query took too long. */
export const SHORTEST_WINDOW = 60;

/** Parts a time into windows of about the same length, without gaps and without overlap. */
export function windowsOf({ from, to }: Window, { longest, atOnce }: Windows): Window[] {
  const minutes = to - from;
  const needed = Math.ceil(minutes / longest);
  const even = Math.ceil(needed / atOnce) * atOnce;
  const count = minutes / even >= SHORTEST_WINDOW ? even : needed;
  const border = (index: number): number => from + Math.floor((minutes * index) / count);
  return Array.from({ length: count }, (_, index) => ({
    from: border(index),
    to: border(index + 1),
  }));
}

/** The two halves of a window; undefined for one that is too short to be halved. */
export function halvesOf({ from, to }: Window): [Window, Window] | undefined {
  if (to - from < 2 * SHORTEST_WINDOW) return undefined;
  const middle = from + Math.floor((to - from) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** `2026-03-01T12:00:00Z to 2026-03-07T18:00:00Z` */
export function windowText({ from, to }: Window): string {
  return `${isoMinute(from)} to ${isoMinute(to)}`;
}
