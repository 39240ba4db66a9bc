import { isoMinute } from "../time";
import type { RehearsalRun } from "./rehearseLogs";

/** A rehearsal for machines: what `--json` prints. Times are ISO-8601 in UTC. */
export interface JsonReport {
  readonly stack: string;
  readonly from: string;
  readonly to: string;
  readonly alarms: readonly {
    readonly name: string;
    readonly model: string;
    readonly states: readonly {
      readonly at: string;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      /** The newest data point at that time; null where it was missing. */
      readonly value: number | null;
    }[];
    /** Minutes spent in ALARM. */
    readonly alarmMinutes: number;
  }[];
  readonly emails: readonly {
    readonly at: string;
    readonly to: string;
    readonly subject: string;
    readonly body: string;
  }[];
  readonly logs: readonly {
    readonly logGroup: string;
    readonly events: number;
    /** Events that matched, by metric filter. */
    readonly matched: Readonly<Record<string, number>>;
    readonly nearMisses: readonly {
      readonly kind: string;
      readonly count: number;
      readonly example: string;
      readonly advice: string;
    }[];
    /** Lines without a time that could be read. */
    readonly undated: number;
  }[];
  /** Alarms that could not be rehearsed, and what reaches nobody by mail. */
  readonly notes: readonly string[];
}

export function jsonReport({ stack, options, rehearsal, logs, notes }: RehearsalRun): JsonReport {
  return {
    stack,
    from: isoMinute(options.from),
    to: isoMinute(options.to),
    alarms: rehearsal.alarms.map(({ alarm, changes, minutesInAlarm }) => ({
      name: alarm.name,
      model: alarm.model,
      states: changes.map(({ at, from, to, reason, value }) => ({
        at: isoMinute(at),
        from,
        to,
        reason,
        value: value ?? null,
      })),
      alarmMinutes: minutesInAlarm,
    })),
    emails: rehearsal.mails.map(({ at, to, subject, body }) => ({
      at: isoMinute(at),
      to,
      subject,
      body,
    })),
    logs: logs.map(({ logGroup, events, matched, nearMisses, undated }) => ({
      logGroup,
      events,
      matched: Object.fromEntries(matched),
      nearMisses: nearMisses.map(({ kind, count, example, advice }) => ({
        kind,
        count,
        example,
        advice,
      })),
      undated,
    })),
    notes,
  };
}
