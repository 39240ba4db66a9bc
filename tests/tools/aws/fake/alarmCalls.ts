import type { AlarmHistoryItem, MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { isoDuration } from "../../../../components/cloudwatch/muteSchedule";
import type { FakeAccount } from "../fakeAccount";
import { WireFault, type WireHandlers } from "../wire/wireServer";
import { nextToken, numberOf, pageOf, textOf, textsOf, wireForm } from "./wireForm";

/** Most alarms and history items in an answer (CloudWatch API Reference). */
const MAX_RECORDS = 100;

/** An alarm's states. */
export const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const;

/** CloudWatch's alarms. */
export function alarmCalls(account: FakeAccount): WireHandlers {
  return {
    "cloudwatch:DescribeAlarms": (input) => {
      const names = textsOf(input, "AlarmNames");
      const prefix = textOf(input, "AlarmNamePrefix") ?? "";
      const types = textsOf(input, "AlarmTypes") ?? ["MetricAlarm"];
      const found = [...account.alarms.values()].filter(
        ({ AlarmName = "" }) =>
          types.includes("MetricAlarm") &&
          (names?.includes(AlarmName) ?? true) &&
          AlarmName.startsWith(prefix),
      );
      const size = numberOf(input, "MaxRecords") ?? MAX_RECORDS;
      const page = pageOf(found, size, textOf(input, "NextToken"), badToken());
      return wireForm({
        MetricAlarms: page.items,
        CompositeAlarms: [],
        ...nextToken("NextToken", page),
      });
    },

    "cloudwatch:DescribeAlarmHistory": (input) => {
      const name = textOf(input, "AlarmName");
      const type = textOf(input, "HistoryItemType");
      const from = (numberOf(input, "StartDate") ?? 0) * 1000;
      const to = (numberOf(input, "EndDate") ?? Infinity) * 1000;
      const found = account.history
        .filter(({ AlarmName }) => name === undefined || AlarmName === name)
        .filter(({ HistoryItemType }) => type === undefined || HistoryItemType === type)
        .filter((item) => timeOf(item) >= from && timeOf(item) <= to)
        .sort((a, b) => timeOf(a) - timeOf(b));
      if (input["ScanBy"] !== "TimestampAscending") found.reverse();
      const size = numberOf(input, "MaxRecords") ?? MAX_RECORDS;
      const page = pageOf(found, size, textOf(input, "NextToken"), badToken());
      return wireForm({ AlarmHistoryItems: page.items, ...nextToken("NextToken", page) });
    },

    "cloudwatch:ListAlarmMuteRules": (input) => {
      const alarm = textOf(input, "AlarmName");
      const found = account.muteRules.filter(
        ({ alarms }) => alarm === undefined || alarms.includes(alarm),
      );
      return {
        AlarmMuteRuleSummaries: found.map(({ name }) => ({
          AlarmMuteRuleArn: `arn:aws:cloudwatch:${account.region}:${account.accountId}:alarm-mute-rule:${name}`,
          Status: "ACTIVE",
        })),
      };
    },

    "cloudwatch:GetAlarmMuteRule": (input) => {
      const name = textOf(input, "AlarmMuteRuleName");
      const rule = account.declaredMuteRules.find((one) => one.name === name);
      if (rule === undefined) throw new WireFault("ResourceNotFoundException", "No rule", 404);
      const { expression: Expression, duration, timezone: Timezone, alarmNames } = rule;
      return {
        Name: rule.name,
        Rule: { Schedule: { Expression, Duration: isoDuration(duration), Timezone } },
        MuteTargets: { AlarmNames: alarmNames },
      };
    },

    "cloudwatch:SetAlarmState": (input) => {
      const alarm = account.alarms.get(textOf(input, "AlarmName") ?? "");
      if (alarm === undefined) throw new WireFault("ResourceNotFound", "Unknown alarm", 404);
      const state = STATES.find((value) => value === input["StateValue"]);
      if (state === undefined) throw new WireFault("ValidationError", "StateValue");
      changeState(account, alarm, state, textOf(input, "StateReason") ?? "");
      return {};
    },
  };
}

/** Changes an alarm's state as CloudWatch does: with the history of it, and the new state's actions tried. */
export function changeState(
  account: FakeAccount,
  alarm: ApiAlarm,
  state: (typeof STATES)[number],
  reason: string,
): void {
  const before = alarm.StateValue;
  const old = { stateValue: before, stateReason: alarm.StateReason };
  const at = account.now;
  Object.assign(alarm, { StateValue: state, StateReason: reason, StateUpdatedTimestamp: at });
  if (before === state) return;
  alarm.StateTransitionedTimestamp = at;
  account.history.push({
    ...itemOf(alarm, at, "StateUpdate"),
    HistorySummary: `Alarm updated from ${before ?? ""} to ${state}`,
    HistoryData: JSON.stringify({
      version: "1.0",
      oldState: old,
      newState: { stateValue: state, stateReason: reason },
    }),
  });
  if (alarm.ActionsEnabled === false) return;
  for (const action of actionsOf(alarm, state)) account.history.push(tried(account, alarm, action));
}

function actionsOf(alarm: ApiAlarm, state: (typeof STATES)[number]): readonly string[] {
  const actions = {
    OK: alarm.OKActions,
    ALARM: alarm.AlarmActions,
    INSUFFICIENT_DATA: alarm.InsufficientDataActions,
  };
  return actions[state] ?? [];
}

/** A topic that is not there, or one that a test has refuse, makes the action fail. */
function tried(account: FakeAccount, alarm: ApiAlarm, action: string): AlarmHistoryItem {
  const refusal =
    account.refusals.get(action) ??
    (account.topics.has(action) ? undefined : "Topic does not exist");
  return actionItem(alarm, account.now, action, refusal);
}

/** The item that the history has of an action; `refusal` is the reason for which it failed. */
export function actionItem(
  alarm: ApiAlarm,
  at: Date,
  action: string,
  refusal?: string,
): AlarmHistoryItem {
  const state = refusal === undefined ? "Succeeded" : "Failed";
  return {
    ...itemOf(alarm, at, "Action"),
    HistorySummary:
      refusal === undefined
        ? `Successfully executed action ${action}`
        : `Failed to execute action ${action}. Received error: "${refusal}"`,
    HistoryData: JSON.stringify({
      actionState: state,
      notificationResource: action,
      ...(refusal !== undefined && { error: refusal }),
    }),
  };
}

/** What all items of an alarm's history have. */
export function itemOf(
  { AlarmName = "" }: ApiAlarm,
  Timestamp: Date,
  HistoryItemType: "Action" | "StateUpdate" | "ConfigurationUpdate",
): AlarmHistoryItem {
  return { AlarmName, AlarmType: "MetricAlarm", Timestamp, HistoryItemType };
}

function timeOf({ Timestamp }: AlarmHistoryItem): number {
  return Timestamp?.getTime() ?? 0;
}

function badToken(): WireFault {
  return new WireFault("InvalidNextToken", "The next token specified is invalid.");
}
