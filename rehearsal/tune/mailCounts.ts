import type { AlarmState } from "../../cloudwatch/alarmState";
import type { MetricAlarm } from "../../cloudwatch/metricAlarm";
import { actionsOn } from "../../cloudwatch/notification";
import type { Declared } from "../declared";

/** How many mails a change to each state sends. */
export type MailCounts = Readonly<Record<AlarmState, number>>;

/** Counts the mails of an alarm's state changes as a rehearsal sends them: for each action, those subscribed to it. */
export function mailCounts(declared: Declared, alarm: MetricAlarm): MailCounts {
  const count = (from: AlarmState, to: AlarmState): number =>
    actionsOn(alarm, { from, to })
      .filter((action) => !declared.deafTopics.includes(action))
      .flatMap((action) => declared.subscriptions.filter(({ topicArn }) => topicArn === action))
      .filter(({ pending }) => !pending).length;
  return {
    ALARM: count("OK", "ALARM"),
    OK: count("ALARM", "OK"),
    INSUFFICIENT_DATA: count("OK", "INSUFFICIENT_DATA"),
  };
}
