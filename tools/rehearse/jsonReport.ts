import { kindOf } from "../program/model";
import { isoMinute } from "../time";
import { compareJson, type Comparison } from "./compare";
import { isBlind, type RehearsalRun } from "./rehearseLogs";

/** What `rehearse --json` prints. */
export type JsonReport = ReturnType<typeof jsonReport>;

/** A rehearsal for machines. Times are ISO-8601 in UTC. */
export function jsonReport(run: RehearsalRun, comparison?: Comparison) {
  const { stack, options, rehearsal, logs, declared, blind, notes } = run;
  return {
    stack,
    from: isoMinute(options.from),
    to: isoMinute(options.to),
    /** How much of the question was answered: alarms that are declared, those rehearsed, and what nothing is known of. */
    coverage: { alarms: declared, rehearsed: rehearsal.alarms.length, blind },
    alarms: rehearsal.alarms.map((rehearsed) => ({
      name: rehearsed.alarm.name,
      model: rehearsed.alarm.model,
      /** `rate`, `silence` or `warning`; null for an alarm that is no model's. */
      kind: rehearsed.alarm.model === rehearsed.alarm.name ? null : kindOf(rehearsed.alarm),
      /** Whether the logs leave unknown what it would have done. */
      blind: isBlind(run, rehearsed),
      states: rehearsed.changes.map((change) => {
        const { at, from, to, reason, value } = change;
        const held = rehearsed.muted.get(change);
        return {
          at: isoMinute(at),
          from,
          to,
          reason,
          /** The newest data point at that time; null where it was missing. */
          value: value ?? null,
          /** Until when a mute rule held its actions back, and whether they were told then, over or open. */
          ...(held && { muted: { until: isoMinute(held.until), outcome: held.outcome } }),
        };
      }),
      /** Minutes spent in ALARM. */
      alarmMinutes: rehearsed.minutesInAlarm,
    })),
    emails: rehearsal.mails.map(({ at, to, subject, body, change }) => ({
      at: isoMinute(at),
      /** When the state changed: before, where the alarm was muted. */
      changedAt: isoMinute(change.at),
      to,
      subject,
      body,
    })),
    logs: logs.map(({ logGroup, events, matched, nearMisses, undated }) => ({
      logGroup,
      events,
      /** Events that matched, by metric filter. */
      matched: Object.fromEntries(matched),
      nearMisses,
      /** Lines without a time that could be read. */
      undated,
    })),
    /** Alarms that no log was given for, what is not rehearsed of the others, and what reaches nobody by mail. */
    notes,
    ...(comparison && { comparison: compareJson(comparison) }),
  };
}
