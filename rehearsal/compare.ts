import type { AlarmState } from "../cloudwatch/alarmState";
import type { RehearsalRun } from "./rehearsalRun";
import type { RehearsedAlarm } from "./rehearse";

/** A time during which the same alarm of two stacks was in different states. */
export interface Difference {
  /** Minutes since 1970 (UTC); the last one is the first at which they agree again, or the end. */
  readonly from: number;
  readonly to: number;
  /** The state in the one stack and in the other. */
  readonly states: readonly [AlarmState, AlarmState];
}

/** One alarm as two stacks declare it, over the same logs. */
export interface ComparedAlarm {
  /** What the alarm's name holds beside project and stack: `churn`, `churn-silence`. */
  readonly name: string;
  /** In order of time. */
  readonly differences: readonly Difference[];
  /** Mails of the one stack and of the other. */
  readonly mails: readonly [number, number];
}

/** Two stacks over the same logs. */
export interface Comparison {
  /** The one stack's name and the other's. */
  readonly stacks: readonly [string, string];
  readonly alarms: readonly ComparedAlarm[];
  /** Alarms that only one of the stacks has (or only one could rehearse), by stack. */
  readonly only: readonly [readonly string[], readonly string[]];
}

/**
 * Where the alarms of two stacks would have differed on the same logs.
 * @param one, other rehearsed over the same time
 */
export function compareRuns(one: RehearsalRun, other: RehearsalRun): Comparison {
  const [ours, theirs] = [byName(one), byName(other)];
  const both = [...ours.keys()].filter((name) => theirs.has(name));
  return {
    // What is deployed may be compared with what is declared under the same name.
    stacks: [one.stack, other.stack === one.stack ? `${other.stack} as declared` : other.stack],
    alarms: both.flatMap((name) => {
      const [a, b] = [ours.get(name), theirs.get(name)];
      if (a === undefined || b === undefined) return [];
      const end = Math.min(one.options.to, other.options.to);
      const mails = [mailsOf(one, a), mailsOf(other, b)] as const;
      return [{ name, differences: differencesOf(a, b, one.options.from, end), mails }];
    }),
    only: [
      [...ours.keys()].filter((name) => !theirs.has(name)),
      [...theirs.keys()].filter((name) => !ours.has(name)),
    ],
  };
}

function byName({ rehearsal }: RehearsalRun): Map<string, RehearsedAlarm> {
  return new Map(
    rehearsal.alarms.map((rehearsed) => {
      const { name, model } = rehearsed.alarm;
      const start = name.lastIndexOf(model);
      return [start < 0 ? name : name.slice(start), rehearsed];
    }),
  );
}

function mailsOf({ rehearsal }: RehearsalRun, { alarm }: RehearsedAlarm): number {
  return rehearsal.mails.filter((mail) => mail.alarm === alarm.name).length;
}

function differencesOf(
  a: RehearsedAlarm,
  b: RehearsedAlarm,
  start: number,
  end: number,
): Difference[] {
  const times = [...a.changes, ...b.changes].map(({ at }) => at);
  const steps = [...new Set([start, ...times])].sort((x, y) => x - y);
  const differences: Difference[] = [];
  for (const [index, from] of steps.entries()) {
    const to = steps[index + 1] ?? end;
    const states = [stateAt(a, from), stateAt(b, from)] as const;
    const last = differences.at(-1);
    if (states[0] === states[1] || to <= from) continue;
    const goesOn =
      last?.to === from && last.states[0] === states[0] && last.states[1] === states[1];
    if (goesOn) differences.splice(-1, 1, { ...last, to });
    else differences.push({ from, to, states });
  }
  return differences;
}

function stateAt({ changes }: RehearsedAlarm, minute: number): AlarmState {
  return changes.findLast(({ at }) => at <= minute)?.to ?? "INSUFFICIENT_DATA";
}
