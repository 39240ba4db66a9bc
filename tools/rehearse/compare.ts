import type { AlarmState } from "../simulator/alarmState";
import { kindOf } from "../program/model";
import { count } from "../text";
import { isoMinute, minuteText, minutesText } from "../time";
import type { RehearsedAlarm } from "./rehearse";
import { isBlind, type RehearsalRun } from "./rehearseLogs";

/** A time during which the same alarm of two stacks was in different states. */
interface Difference {
  /** Minutes since 1970 (UTC); the last one is the first at which they agree again, or the end. */
  readonly from: number;
  readonly to: number;
  /** The state in the one stack and in the other. */
  readonly states: readonly [AlarmState, AlarmState];
}

/** One alarm as two stacks declare it, over the same logs. */
interface ComparedAlarm {
  /** What the alarm's name holds beside project and stack: `churn`, `churn-silence`, `churn-warning`. */
  readonly name: string;
  /** In order of time. */
  readonly differences: readonly Difference[];
  /** Mails of the one stack and of the other. */
  readonly mails: readonly [number, number];
  /** Minutes in ALARM in the one stack and in the other. */
  readonly minutes: readonly [number, number];
  /** The stacks in which the logs say nothing about it: whatever else is compared means nothing. */
  readonly blind: readonly string[];
}

/** Two stacks, or one before and after a change, over the same logs. */
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
  const stacks = [one.stack, other.stack] as const;
  const onlyIn = (some: typeof ours, others: typeof ours): string[] =>
    [...some.keys()].filter((name) => !others.has(name));
  return {
    stacks,
    alarms: [...ours].flatMap(([name, a]) => {
      const b = theirs.get(name);
      if (b === undefined) return [];
      const end = Math.min(one.options.to, other.options.to);
      const blind = stacks.filter((_, side) => (side === 0 ? isBlind(one, a) : isBlind(other, b)));
      return [
        {
          name,
          differences: differencesOf(a, b, one.options.from, end),
          mails: [a.mails.length, b.mails.length],
          minutes: [a.minutesInAlarm, b.minutesInAlarm],
          blind,
        },
      ];
    }),
    only: [onlyIn(ours, theirs), onlyIn(theirs, ours)],
  };
}

/** A run that says as well what nothing is known of in the stack that it is compared with. */
export function withBlindOf(other: RehearsalRun, run: RehearsalRun): RehearsalRun {
  const { stack } = other;
  const blind = other.blind.map((spot) => ({
    ...spot,
    what: `in ${stack}, ${spot.what}`,
    models: spot.models.map((model) => `${model} of ${stack}`),
  }));
  return { ...run, blind: [...run.blind, ...blind] };
}

function byName({ rehearsal }: RehearsalRun): Map<string, RehearsedAlarm> {
  return new Map(
    rehearsal.alarms.map((rehearsed) => {
      const { name, model } = rehearsed.alarm;
      const kind = kindOf(rehearsed.alarm);
      const end = name.length - (kind === "rate" ? 0 : kind.length + 1);
      const start = name.lastIndexOf(model, end - model.length);
      return [start < 0 ? name : name.slice(start), rehearsed];
    }),
  );
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

/** For how many minutes the states differed. */
export function lengthOf(differences: readonly Difference[]): number {
  return differences.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** A comparison of two stacks for a person at a terminal. Times are in UTC. */
export function compareText({ stacks, alarms, only }: Comparison): string {
  const [one, other] = stacks;
  const sections = alarms.map(({ name, differences, mails, minutes, blind }) => {
    if (blind.length > 0) {
      return `Alarm ${name}: not to be compared, nothing is known of it in ${blind.join(" and ")}`;
    }
    const [ours, theirs] = [0, 1].map((side) =>
      [count(mails[side] ?? 0, "mail"), `${minutesText(minutes[side] ?? 0)} in ALARM`].join(
        " and ",
      ),
    );
    const title = `Alarm ${name}: ${ours} in ${one}, ${theirs} in ${other}`;
    if (differences.length === 0) return `${title}\n  the same states all the time`;
    const lines = differences.map(({ from, to, states }) => {
      const length = minutesText(to - from);
      return `  ${minuteText(from)} to ${minuteText(to)} (${length}): ${states[0]} in ${one}, ${states[1]} in ${other}`;
    });
    return [title, ...lines, `  different for ${minutesText(lengthOf(differences))}`].join("\n");
  });
  const missing = stacks.flatMap((stack, side) => {
    const names = only[side] ?? [];
    return names.length === 0 ? [] : [`Only rehearsed in ${stack}: ${names.join(", ")}`];
  });
  return `${[`Compared: ${one} and ${other}`, ...sections, ...missing].join("\n\n")}\n`;
}

/** The same for machines; times are ISO-8601 in UTC. */
export function compareJson({ stacks, alarms, only }: Comparison) {
  const [one, other] = stacks;
  return {
    stacks,
    alarms: alarms.map(({ name, differences, mails, minutes, blind }) => ({
      name,
      blind,
      mails: { [one]: mails[0], [other]: mails[1] },
      alarmMinutes: { [one]: minutes[0], [other]: minutes[1] },
      differences: differences.map(({ from, to, states }) => ({
        from: isoMinute(from),
        to: isoMinute(to),
        states: { [one]: states[0], [other]: states[1] },
      })),
    })),
    only: { [one]: only[0], [other]: only[1] },
  };
}
