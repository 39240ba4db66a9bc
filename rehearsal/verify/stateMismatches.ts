import type { AlarmState } from "../../cloudwatch/alarmState";
import type { CaseRun } from "./caseRun";
import type { Claim, Mismatch } from "./mismatch";
import { minuteOf } from "./span";
import type { StateChange, WatchedAlarm } from "./watchedAlarm";
import { atText, sinceText, whenText } from "./words";

/** What an expectation claims of an alarm's states and does not hold. */
export function stateMismatches(claim: Claim, watched: WatchedAlarm, run: CaseRun): Mismatch[] {
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
