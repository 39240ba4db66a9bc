import {
  type AlarmHistoryItem,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type MetricAlarm as ApiAlarm,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import type { AlarmState } from "../simulator/alarmState";
import { awsCall } from "./awsCall";
import type { AwsSession } from "./awsSession";

/** Most names that DescribeAlarms takes at once (CloudWatch API Reference). */
const NAMES_PER_CALL = 100;

/**
 * The metric alarms of these names that exist, by name.
 * @throws AwsCallError
 */
export async function alarmsNamed(
  { cloudWatch }: AwsSession,
  names: readonly string[],
): Promise<Map<string, ApiAlarm>> {
  const found = new Map<string, ApiAlarm>();
  for (let start = 0; start < names.length; start += NAMES_PER_CALL) {
    const AlarmNames = names.slice(start, start + NAMES_PER_CALL);
    let NextToken: string | undefined;
    do {
      const page = await awsCall("cloudwatch:DescribeAlarms", () =>
        cloudWatch.send(
          new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm"], NextToken }),
        ),
      );
      for (const alarm of page.MetricAlarms ?? []) found.set(alarm.AlarmName ?? "", alarm);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return found;
}

/** Part of an alarm's history. */
export interface HistoryQuery {
  readonly type: "Action" | "StateUpdate" | "ConfigurationUpdate";
  /** Earliest moment. @default all that is kept, 30 days */
  readonly since?: Date | undefined;
  /** Most items to read, the newest. @default 100 */
  readonly limit?: number | undefined;
}

/**
 * What happened to an alarm, newest first. CloudWatch keeps it for 30 days (CloudWatch User Guide, "Alarm history").
 * @throws AwsCallError
 */
export async function alarmHistory(
  { cloudWatch }: AwsSession,
  alarm: string,
  { type, since, limit = 100 }: HistoryQuery,
): Promise<AlarmHistoryItem[]> {
  const items: AlarmHistoryItem[] = [];
  let NextToken: string | undefined;
  do {
    const page = await awsCall("cloudwatch:DescribeAlarmHistory", () =>
      cloudWatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: alarm,
          HistoryItemType: type,
          ...(since !== undefined && { StartDate: since }),
          ScanBy: "TimestampDescending",
          MaxRecords: Math.min(100, limit - items.length),
          NextToken,
        }),
      ),
    );
    items.push(...(page.AlarmHistoryItems ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && items.length < limit);
  return items.slice(0, limit);
}

/**
 * Sets an alarm's state until its next evaluation, and has the new state's actions run if it is another one.
 * Source: CloudWatch API Reference, SetAlarmState.
 * @param reason at most 1,023 characters; it is in the mail
 * @throws AwsCallError
 */
export async function setAlarmState(
  { cloudWatch }: AwsSession,
  alarm: string,
  state: AlarmState,
  reason: string,
): Promise<void> {
  await awsCall("cloudwatch:SetAlarmState", () =>
    cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm, StateValue: state, StateReason: reason }),
    ),
  );
}
