import { minutesText, minuteText } from "../time";

/** How a check came out. */
export type Status = "ok" | "warning" | "failure";

/** One thing that was looked at, and what was found: one line of doctor's report. */
export interface Check {
  /** The model that it is about; undefined for what a stack's models share. */
  readonly model?: string | undefined;
  /** What kind of thing: `log group`, `metric filter`, `subscription` ... */
  readonly what: string;
  /** Which one: its name, ARN or address. */
  readonly subject: string;
  readonly status: Status;
  /** What was found, in one line. */
  readonly found: string;
  /** What to do about it; with every warning and failure, and only with them. */
  readonly advice?: string | undefined;
  /** A command that does it, where one does. */
  readonly command?: string | undefined;
}

/** How many checks did not come out well. */
export interface Tally {
  readonly failures: number;
  readonly warnings: number;
}

export function tallyOf(checks: readonly Check[]): Tally {
  const having = (wanted: Check["status"]): number =>
    checks.filter(({ status }) => status === wanted).length;
  return { failures: having("failure"), warnings: having("warning") };
}

/** Commands that doctor tells people to run. */

/** Deploys a stack, and has Pulumi notice first what was changed or deleted by hand. */
export function deploy(stack: string): string {
  return `pulumi up --refresh --stack ${stack}`;
}

/** Makes a model's rate alarm fire, or its silence alarm. */
export function fire(stack: string, model: string, isSilence = false): string {
  return `npm run fire -- --stack ${stack} --model ${model}${isSilence ? " --silence" : ""}`;
}

/** A command that reaches the account that the stack's file names by a profile, whatever the shell's is. */
export function withProfile(command: string, profile: string | undefined): string {
  return profile === undefined ? command : command.replace(/^aws /, `aws --profile ${profile} `);
}

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/** A moment as people read it: `2026-11-20 14:03 UTC`. */
export function momentText(moment: Date): string {
  return `${minuteText(Math.floor(moment.getTime() / MINUTE))} UTC`;
}

/** A moment and how long ago it was: `2026-11-20 14:03 UTC (2 d)`. */
export function sinceText(moment: Date, now: Date): string {
  return `${momentText(moment)} (${spanText(now.getTime() - moment.getTime())})`;
}

/** A moment that something happened at: `2026-11-20 14:03 UTC (2 d ago)`. */
export function agoText(moment: Date, now: Date): string {
  return sinceText(moment, now).replace(/\)$/, " ago)");
}

/** A length of time in one unit, rounded down: `2 d`, `31 h`, `4 min`. Days start at 48 hours. */
export function spanText(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
  if (minutes >= 2 * DAY) return minutesText(minutes - (minutes % DAY));
  return minutes < HOUR ? minutesText(minutes) : `${String(Math.floor(minutes / HOUR))} h`;
}

/**
 * How long ago something was, within a sentence: `3 min ago`, `5 h ago`, `12 d ago`.
 * @param then milliseconds since 1970; a moment to come (clocks differ) is now
 */
export function ago(then: number, now: Date): string {
  const age = now.getTime() - then;
  return age < 60_000 ? "less than a minute ago" : `${spanText(age)} ago`;
}
