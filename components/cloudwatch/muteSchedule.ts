import type { Cron } from "croner";
import { LONGEST_MUTE } from "./limits";

/**
 * When an alarm mute rule mutes the actions of its alarms: `Schedule` of PutAlarmMuteRule (CloudWatch API reference;
 * user guide, "Alarm mute rules").
 */
export interface MuteSchedule {
  /** `cron(0 2 * * SUN)`, five fields, or `at(2026-12-24T00:00)` for once. */
  readonly expression: string;
  /** Seconds, whole minutes, from the time that the expression gives. */
  readonly duration: number;
  /** Where the expression's clock hangs: an IANA name. */
  readonly timezone: string;
  /** The minute since 1970 before which no window begins. @default none */
  readonly start?: number | undefined;
  /** The minute since 1970 at which the rule is over, in a window or not. @default none */
  readonly expire?: number | undefined;
}

/** A time in which alarms are muted, in minutes since 1970, its end not included. */
export interface MuteWindow {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;

/**
 * The times in which at least one of the schedules mutes, in order; windows that overlap or adjoin are one. AWS does not
 * say what becomes of a start that daylight saving skips or repeats. Assumed is what cron does: at the end of the gap,
 * and once. A duration is time that passes, whatever the clocks show. A day of the month and a day of the week are
 * alternatives where both are given, as in standard cron.
 * @param span those that end in it, begin in it, or hold it
 */
export function muteWindows(schedules: readonly MuteSchedule[], span: MuteWindow): MuteWindow[] {
  const windows: MuteWindow[] = [];
  for (const schedule of schedules) {
    for (const window of windowsFrom(schedule, span.from)) {
      if (window.from > span.to) break;
      windows.push(window);
    }
  }
  const joined: MuteWindow[] = [];
  for (const window of windows.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || window.from > last.to) joined.push(window);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, window.to) };
  }
  return joined;
}

/** The windows of one schedule that end after a minute, by their beginning; found as they are asked for. */
export function* windowsFrom(schedule: MuteSchedule, minute: number): Generator<MuteWindow> {
  const { start = -Infinity, expire = Infinity } = schedule;
  const every = everyMinute(schedule);
  const minutes = schedule.duration / 60 + (every === undefined ? 0 : 59);
  const starts = startsOf(every ?? schedule);
  // The next one after a moment; the moment itself counts here.
  const first = Math.max(minute - minutes, start - 1);
  let next = starts?.nextRun(new Date(first * MINUTE)) ?? null;
  while (next !== null && next.getTime() / MINUTE < expire) {
    const from = next.getTime() / MINUTE;
    yield { from, to: Math.min(from + minutes, expire) };
    next = starts?.nextRun(next) ?? null;
  }
}

/** Windows that begin at every minute of an hour are one, and sixty times as quick to find. */
function everyMinute({ expression, ...others }: MuteSchedule): MuteSchedule | undefined {
  const hourly = expression.replace(/^cron\(\s*\*(?=\s)/, "cron(0");
  return hourly === expression ? undefined : { expression: hourly, ...others };
}

/** What is wrong with a schedule, as in "its duration is ..."; undefined where its windows can be told. */
export function muteScheduleFault(schedule: MuteSchedule): string | undefined {
  const { expression, duration, timezone } = schedule;
  if (!isTimezone(timezone)) return `its time zone ${timezone} is not known here`;
  if (!(duration >= 60 && duration <= LONGEST_MUTE && duration % 60 === 0)) {
    return "its duration is not one of 1 minute to 15 days";
  }
  return startsOf(schedule) === undefined
    ? `its expression ${expression} is neither cron(...) of five fields nor at(yyyy-MM-ddThh:mm)`
    : undefined;
}

/** Is this a name of the time zone database, as it is spelt there? */
export function isTimezone(name: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    // JavaScript takes names in any case, and offsets; of two names for one zone it gives the other one.
    return (
      /^[A-Z]/.test(name) && (timeZone === name || timeZone.toLowerCase() !== name.toLowerCase())
    );
  } catch {
    return false;
  }
}

const EXPRESSION = /^(cron|at)\((.*)\)$/;
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::\d\d)?$/;

/** The times at which windows begin; undefined where the expression is none. */
function startsOf({ expression, timezone }: MuteSchedule): Cron | undefined {
  const [, kind, text = ""] = EXPRESSION.exec(expression) ?? [];
  const [, moment] = MOMENT.exec(text) ?? [];
  try {
    if (kind === "cron" && !text.includes("@")) {
      return new (croner().Cron)(text, { timezone, mode: "5-part", fixedTimeRule: "no-wildcard" });
    }
    return kind === "at" && moment !== undefined && isDate(moment)
      ? new (croner().Cron)(`${moment}:00`, { timezone })
      : undefined;
  } catch {
    return undefined;
  }
}

/** JavaScript lets 30 February pass, as 2 March. */
function isDate(moment: string): boolean {
  const date = new Date(`${moment}:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(moment);
}

/** Few stacks mute anything, and loading this takes its time. */
function croner(): typeof import("croner") {
  return require("croner") as typeof import("croner");
}

/**
 * A duration as PutAlarmMuteRule takes it (ISO 8601): `PT4H`, `P2DT12H`.
 * @param seconds whole minutes
 */
export function isoDuration(seconds: number): string {
  const [days, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 60) % 60];
  const hours = Math.floor(seconds / 3600) % 24;
  const time = `${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}`;
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}

/** The other way round. @returns seconds, or NaN for other text */
export function readIsoDuration(text: string): number {
  const parts = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
    text,
  );
  if (parts === null) return NaN;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
}
