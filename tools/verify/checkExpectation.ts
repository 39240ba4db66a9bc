import type { DeclaredAlarm } from "../program/declared";
import type { RehearsedMail } from "../rehearse/rehearse";
import type { AlarmState } from "../simulator/alarmState";
import type { Position } from "../../components/settings/yaml";
import { count, rounded } from "../text";
import { minuteOf, minuteText, spanText, type TimeSpan } from "../time";
import type { Expectation } from "./alarmTest";
import type { TestRun } from "./verify";
import type { StateChange, WatchedAlarm, WatchedPoint } from "./watchedAlarm";

/** The data points that an alarm saw at the evaluation that a mismatch is about. */
export interface DecidingPoints {
  readonly alarm: DeclaredAlarm;
  /** Whole minutes since 1970 (UTC). */
  readonly at: number;
  /** The N newest, oldest first. */
  readonly points: readonly WatchedPoint[];
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

/** An expectation, with the minutes that it is about; both ends belong to it. */
interface Claim {
  readonly expectation: Expectation;
  readonly when: string;
  readonly from: number;
  readonly to: number;
}

/** What of an expectation does not hold in a run. */
export function checkExpectation(expectation: Expectation, run: TestRun): Mismatch[] {
  const { at, by, after, between = [after, by], alarm: kind = "rate" } = expectation;
  const [from, to] = at === undefined ? between : [at, at];
  const claim = {
    expectation,
    when: whenText(expectation),
    from: from === undefined ? run.start : minuteOf(from.moment, run.start),
    to: to === undefined ? run.end : minuteOf(to.moment, run.start),
  };
  const alarm = run.alarms.get(kind);
  return [
    ...(alarm ? [...stateMismatches(claim, alarm, run), ...rateMismatches(claim, alarm)] : []),
    ...mailMismatches(claim, run),
  ];
}

/** In the words of the file: `at 12h`, `between 10h and 14h`. */
function whenText({ at, by, after, between }: Expectation): string {
  if (at) return `at ${at.text}`;
  if (between) return `between ${between[0].text} and ${between[1].text}`;
  if (by) return `by ${by.text}`;
  return after ? `after ${after.text}` : "in the whole run";
}

/** What an expectation claims of an alarm's states and does not hold. */
function stateMismatches(claim: Claim, watched: WatchedAlarm, run: TestRun): Mismatch[] {
  const { expectation, when, from, to } = claim;
  const { state, never, becomes, changes } = expectation;
  const mismatches: Mismatch[] = [];
  const within = watched.changes.filter(({ at }) => at >= from && at <= to);
  const add = (expected: string, found: string, at: number): void => {
    mismatches.push({
      position: expectation.position,
      when,
      expected: watched.kind === "rate" ? expected : `${watched.kind} alarm: ${expected}`,
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

function listText(changes: readonly Pick<StateChange, "at" | "to">[], run: TestRun): string {
  if (changes.length === 0) return "no change of state";
  return changes.map(({ at, to }) => `${to} at ${sinceText(at, run.start)}`).join(", ");
}

/** The rate of the newest data point, as the alarm's own expression gives it. */
function rateMismatches({ expectation, when, to }: Claim, alarm: WatchedAlarm): Mismatch[] {
  const { position, rate: wanted } = expectation;
  if (wanted === undefined) return [];
  const points = alarm.pointsAt(to);
  const { rate, valid = 0, total = 0 } = points.at(-1) ?? {};
  const isNone = wanted.text === "none";
  const isRight = rate === undefined ? isNone : rate >= wanted.low && rate <= wanted.high;
  if (isRight) return [];
  const found =
    rate === undefined ? "no data point" : `rate ${rounded(rate)} (${valid} of ${total})`;
  const expected = isNone ? "no data point" : `rate ${wanted.text}`;
  return [{ position, when, expected, found, deciding: { alarm: alarm.alarm, at: to, points } }];
}

/** Mails that a mismatch lists; the others are counted. */
const LISTED = 6;

/** What an expectation claims of mails and does not hold. They are those of all of the model's alarms. */
function mailMismatches({ expectation, when, from, to }: Claim, run: TestRun): Mismatch[] {
  const { position, alarm: kind, mails: wanted, mailed, subject } = expectation;
  if (wanted === undefined && mailed === undefined && subject === undefined) return [];
  const only = kind === undefined ? undefined : run.alarms.get(kind);
  const alarms = [...run.alarms.values()].filter((one) => only === undefined || one === only);
  const sent = run.mails.filter(
    ({ at, alarm }) => at >= from && at <= to && (only === undefined || alarm === only.alarm),
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
    // Of mails too many the first one's evaluation, of too few the one that came nearest to one.
    const first = tooFew ? undefined : found[0];
    const alarm =
      alarms.find((one) => one.alarm === first?.alarm) ?? run.alarms.get(kind ?? "rate");
    const at = first?.at ?? alarm?.worstMinute(from, to) ?? to;
    const mails = mailsText(tooFew ? sent : found, tooFew && sent.length > found.length, run);
    return {
      ...{ position, when, expected: `${amount}${whom}${what}` },
      found: [mails, ...(tooFew ? mutedTexts(alarms, { from, to }, run) : [])].join("\n"),
      deciding: alarm && { alarm: alarm.alarm, at, points: alarm.pointsAt(at) },
    };
  });
}

/** What mute rules held back in the time. */
function mutedTexts(
  alarms: readonly WatchedAlarm[],
  { from, to }: TimeSpan,
  { start }: TestRun,
): string[] {
  return alarms
    .flatMap(({ muted }) => muted)
    .filter((change) => change.at <= to && change.until >= from)
    .map(
      ({ to: state, at, until }) =>
        `${state} at ${sinceText(at, start)} is muted until ${sinceText(until, start)}`,
    );
}

function mailsText(mails: readonly RehearsedMail[], isOther: boolean, { start }: TestRun): string {
  if (mails.length === 0) return "no mail";
  const listed = mails
    .slice(0, LISTED)
    .map(({ at, to, subject }) => `${sinceText(at, start)} to ${to}: ${subject}`);
  const rest = mails.length - listed.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  const title = `${count(mails.length, "mail")}${isOther ? " in all" : ""}:`;
  return [title, ...listed, ...more].join("\n");
}

/** A minute of a test, from its start and by the calendar: `12h12m (2026-03-02 12:12)`. */
export function atText(minute: number, start: number): string {
  return `${sinceText(minute, start)} (${minuteText(minute)})`;
}

/** A minute as the time since a test's start; also before it: `-1h`. */
export function sinceText(minute: number, start: number): string {
  return minute < start ? `-${spanText(start - minute)}` : spanText(minute - start);
}
