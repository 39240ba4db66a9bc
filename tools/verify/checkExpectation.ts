import type { DeclaredAlarm } from "../program/declared";
import type { RehearsedMail } from "../rehearse/rehearse";
import type { AlarmState } from "../simulator/alarmState";
import type { Position } from "../stackFile/yaml";
import { count } from "../text";
import { minuteOf, minuteText, spanText } from "../time";
import { type Expectation, type When } from "./alarmTest";
import type { CaseRun } from "./verify";
import type { StateChange, WatchedAlarm, WatchedPoint } from "./watchedAlarm";

/** The data points that an alarm saw at the evaluation that a mismatch is about. */
export interface DecidingPoints {
  readonly alarm: DeclaredAlarm;
  /** Whole minutes since 1970 (UTC). */
  readonly at: number;
  /** The N newest, oldest first. */
  readonly points: readonly WatchedPoint[];
}

/** An expectation, with the minutes that it is about; both ends belong to it. */
interface Claim {
  readonly expectation: Expectation;
  readonly from: number;
  readonly to: number;
}

/** One claim of an expectation that does not hold. */
export interface Mismatch {
  /** Where the expectation stands. */
  readonly position: Position;
  /** When it had to hold, in words: `at 12h`, `between 10h and 14h`. */
  readonly when: string;
  readonly expected: string;
  readonly found: string;
  readonly deciding: DecidingPoints | undefined;
}

/** When an expectation has to hold, in the words of its file: `at 12h`, `from 10h to 14h`. */
function whenText(when: When): string {
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

/** What an expectation claims of an alarm's states and does not hold. */
function stateMismatches(claim: Claim, watched: WatchedAlarm, run: CaseRun): Mismatch[] {
  const { expectation, from, to } = claim;
  const { state, never, becomes, changes } = expectation;
  const mismatches: Mismatch[] = [];
  const within = watched.changes.filter(({ at }) => at >= from && at <= to);
  const add = (expected: string, found: string, at: number): void => {
    mismatches.push({
      position: expectation.position,
      when: whenText(expectation.when),
      expected: watched.kind === "silence" ? `silence alarm: ${expected}` : expected,
      found,
      deciding: { alarm: watched.alarm, at, points: watched.pointsAt(at) },
    });
  };
  /** The first minute of the span at which the state is, or is not, a certain one. */
  const firstMinute = (holds: (at: AlarmState) => boolean): number | undefined =>
    [from, ...within.map(({ at }) => at)].find((minute) => holds(watched.stateAt(minute)));
  const foundAt = (minute: number): string => {
    const found = `state ${watched.stateAt(minute)}`;
    return from === to ? found : `${found} at ${atText(minute, run.start)}`;
  };

  if (state !== undefined) {
    const other = firstMinute((found) => found !== state);
    // Where the alarm should have fired and did not, the evaluation to look at is its nearest miss.
    const at = state === "ALARM" && from !== to ? watched.worstMinute(from, to) : other;
    if (other !== undefined) add(`state ${state}`, foundAt(other), at ?? other);
  }
  if (never !== undefined) {
    const reached = firstMinute((found) => found === never);
    if (reached !== undefined) add(`never ${never}`, foundAt(reached), reached);
  }
  if (becomes !== undefined && !within.some((change) => change.to === becomes)) {
    const worst = becomes === "ALARM" ? watched.worstMinute(from, to) : to;
    const staying = `${watched.stateAt(from)} throughout`;
    add(`becomes ${becomes}`, within.length === 0 ? staying : listText(within, run), worst);
  }
  if (changes !== undefined) {
    const wanted = changes.map(({ to: name, at: { moment } }) => ({
      to: name,
      at: minuteOf(moment, run.start),
    }));
    const differs = (position: number): boolean => {
      const [a, b] = [wanted[position], within[position]];
      return a?.at !== b?.at || a?.to !== b?.to;
    };
    const longest = Math.max(wanted.length, within.length);
    const first = Array.from({ length: longest }, (_, position) => position).find(differs);
    if (first !== undefined) {
      const at = within[first]?.at ?? wanted[first]?.at ?? to;
      add(listText(wanted, run), listText(within, run), at);
    }
  }
  return mismatches;
}

function listText(changes: readonly Pick<StateChange, "at" | "to">[], run: CaseRun): string {
  if (changes.length === 0) return "no change of state";
  return changes.map(({ at, to }) => `${to} at ${sinceText(at, run.start)}`).join(", ");
}

/** Mails that a mismatch lists; the others are counted. */
const LISTED = 6;

/** What an expectation claims of mails and does not hold. They are those of all of the model's alarms. */
function mailMismatches({ expectation, from, to }: Claim, run: CaseRun): Mismatch[] {
  const { position, when, alarm: kind, mails: wanted, mailed, subject } = expectation;
  if (wanted === undefined && mailed === undefined && subject === undefined) return [];
  const only = kind === undefined ? undefined : run.alarms.get(kind)?.alarm.name;
  const sent = run.mails.filter(
    ({ at, alarm }) => at >= from && at <= to && (only === undefined || alarm === only),
  );
  return (mailed ?? [undefined]).flatMap((address) => {
    const found = sent.filter(
      (mail) =>
        (address === undefined || mail.to.toLowerCase() === address) &&
        (subject === undefined || mail.subject.toLowerCase().includes(subject.toLowerCase())),
    );
    const isRight = wanted === undefined ? found.length > 0 : found.length === wanted;
    if (isRight) return [];
    const amount =
      wanted === undefined ? "a mail" : wanted === 0 ? "no mail" : count(wanted, "mail");
    const whom = address === undefined ? "" : ` to ${address}`;
    const what = subject === undefined ? "" : ` with "${subject}" in the subject`;
    const tooFew = found.length < (wanted ?? 1);
    return {
      position,
      when: whenText(when),
      expected: `${amount}${whom}${what}`,
      found: mailsText(tooFew ? sent : found, tooFew && sent.length > found.length, run),
      deciding: deciding(),
    };

    /** Of mails too many the first one's evaluation, of too few the one that came nearest to one. */
    function deciding(): Mismatch["deciding"] {
      const first = tooFew ? undefined : found[0];
      const alarm =
        [...run.alarms.values()].find(({ alarm: { name } }) => name === first?.alarm) ??
        run.alarms.get(kind ?? "rate");
      if (alarm === undefined) return undefined;
      const at = first?.at ?? alarm.worstMinute(from, to);
      return { alarm: alarm.alarm, at, points: alarm.pointsAt(at) };
    }
  });
}

function mailsText(mails: readonly RehearsedMail[], isOther: boolean, { start }: CaseRun): string {
  if (mails.length === 0) return "no mail";
  const listed = mails
    .slice(0, LISTED)
    .map(({ at, to, subject }) => `${sinceText(at, start)} to ${to}: ${subject}`);
  const rest = mails.length - listed.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  const title = `${count(mails.length, "mail")}${isOther ? " in all" : ""}:`;
  return [title, ...listed, ...more].join("\n");
}

/** What of an expectation does not hold in a run. */
export function checkExpectation(expectation: Expectation, run: CaseRun): Mismatch[] {
  const { when, alarm: kind = "rate" } = expectation;
  const [from, to] = "at" in when ? [when.at, when.at] : [when.from, when.to];
  const claim = {
    expectation,
    from: from === undefined ? run.start : minuteOf(from.moment, run.start),
    to: to === undefined ? run.end : minuteOf(to.moment, run.start),
  };
  const alarm = run.alarms.get(kind);
  const ofAlarm =
    alarm === undefined
      ? []
      : [...stateMismatches(claim, alarm, run), ...rateMismatches(claim, alarm)];
  return [...ofAlarm, ...mailMismatches(claim, run)];
}

/** The rate of the newest data point, as the alarm's own expression gives it. */
function rateMismatches({ expectation, to }: Claim, alarm: WatchedAlarm): Mismatch[] {
  const { position, when, rate: wanted } = expectation;
  if (wanted === undefined) return [];
  const points = alarm.pointsAt(to);
  const newest = points.at(-1);
  const rate = newest?.rate;
  const mismatch = (expected: string): Mismatch[] => [
    {
      position,
      when: whenText(when),
      expected,
      found:
        rate === undefined
          ? "no data point"
          : `rate ${percentText(rate)} (${String(newest?.valid)} of ${String(newest?.total)})`,
      deciding: { alarm: alarm.alarm, at: to, points },
    },
  ];
  switch (wanted.kind) {
    case "none":
      return rate === undefined ? [] : mismatch("no data point");
    case "between": {
      const { low, high } = wanted;
      const isWithin = rate !== undefined && rate >= low && rate <= high;
      return isWithin ? [] : mismatch(`rate ${low} to ${high}`);
    }
    case "figure": {
      const isNear = rate !== undefined && isAsWritten(rate, wanted.rate);
      return isNear ? [] : mismatch(`rate ${wanted.rate}`);
    }
  }
}

/** Whether a rate is a figure at the precision that the figure is written with: 82.5 is 82.45 to 82.55. */
function isAsWritten(rate: number, figure: number): boolean {
  const digits = /\.(\d+)$/.exec(String(figure))?.[1]?.length ?? 0;
  const noise = 1e-9;
  return Math.abs(rate - figure) <= 0.5 * 10 ** -digits + noise;
}
