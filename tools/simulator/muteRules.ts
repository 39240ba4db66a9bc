import {
  type MuteSchedule,
  type MuteWindow,
  muteWindows,
} from "../../components/cloudwatch/muteSchedule";
import type { MetricAlarm } from "./metricAlarm";

/** An alarm mute rule as declared: the fields of PutAlarmMuteRule. */
export interface MuteRule extends MuteSchedule {
  readonly name: string;
  /** It mutes alarms of its own region alone. */
  readonly region: string;
  /** Names of the alarms whose actions it holds back. */
  readonly alarmNames: readonly string[];
}

/** What becomes of the actions of a state change in a mute window. */
export interface Muted {
  /** The minute since 1970 at which the window ends, with those that overlap it or adjoin. */
  readonly until: number;
  /** They run at its end, never as the state changed again before it, or after all that is replayed. */
  readonly outcome: "told" | "over" | "open";
}

/**
 * When alarms are muted. Windows are found when they are first asked for, once for all alarms with the same rules.
 * @param span what is replayed, in minutes since 1970
 */
export function muteCalendar(
  rules: readonly MuteRule[],
  span: MuteWindow,
): (alarm: MetricAlarm) => readonly MuteWindow[] {
  const byAlarm = new Map<string, MuteRule[]>();
  for (const rule of rules) {
    for (const name of rule.alarmNames) byAlarm.set(name, [...(byAlarm.get(name) ?? []), rule]);
  }
  const found = new Map<string, readonly MuteWindow[]>();
  return ({ name, arn = "" }) => {
    const [, , , where = ""] = arn.split(":");
    const own = (byAlarm.get(name) ?? []).filter(({ region }) => where === "" || region === where);
    const key = JSON.stringify(own.map((rule) => [rule.name, rule.region]));
    const windows = found.get(key) ?? muteWindows(own, span);
    found.set(key, windows);
    return windows;
  };
}

/**
 * The state changes whose actions are muted. In a window, states change as ever and actions wait; where the state at its
 * end is still the one whose actions were muted, they run then (CloudWatch user guide, "Alarm mute rules"). Assumed: a
 * window that ends in the minute of an evaluation has ended before it.
 * @param changes in order of time
 * @param windows in order, none of which overlap or adjoin
 * @param end the last minute of the replay
 */
export function mutedChanges<Change extends { readonly at: number }>(
  changes: readonly Change[],
  windows: readonly MuteWindow[],
  end: number,
): Map<Change, Muted> {
  const muted = new Map<Change, Muted>();
  let next = 0;
  for (const [index, change] of changes.entries()) {
    while ((windows[next]?.to ?? Infinity) <= change.at) next += 1;
    const window = windows[next];
    if (window === undefined) break;
    if (change.at < window.from) continue;
    const isOver = (changes[index + 1]?.at ?? Infinity) < window.to;
    const outcome = isOver ? "over" : window.to <= end ? "told" : "open";
    muted.set(change, { until: window.to, outcome });
  }
  return muted;
}
