import type { MetricAlarm as ApiAlarm } from "@aws-sdk/client-cloudwatch";
import { topicKeyPolicy, topicPolicy } from "../../../../components/cloudwatch/policies";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../../../../tools/program/declared";
import type { FakeAccount } from "../fakeAccount";
import { itemOf } from "./alarmCalls";
import { apiAlarm, apiFilter } from "./apiForms";
import { keyId } from "./otherCalls";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** What a well account is filled with. */
export interface FakeAccountOptions {
  /** The account's clock; everything that is there is older. */
  readonly now: Date;
  /** The log line of a prediction. @default `{"prediction_valid":true}` */
  readonly line?: (valid: boolean, index: number) => string;
  /** How many predictions each log group has, one each 30 seconds up to now. @default 60 */
  readonly predictions?: number;
}

/** Fills an empty account with all that a stack declares, deployed ten days ago, and well. */
export function fillAccount(
  account: FakeAccount,
  declared: Declared,
  options: FakeAccountOptions,
): void {
  account.filters = declared.filters.map((filter) => ({
    ...apiFilter(filter),
    creationTime: account.ago(10 * DAY).getTime(),
  }));
  for (const { logGroupName } of declared.filters) fillLogGroup(account, logGroupName, options);
  account.publishMetrics();
  for (const alarm of declared.alarms) addAlarm(account, alarm);
  account.declaredMuteRules = declared.muteRules;
  account.keys.set("alias/aws/sns", {
    ...{ state: "Enabled", manager: "AWS" },
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  });
  for (const topic of declared.topics) addTopic(account, declared, topic);
  addForeignTopics(account, declared);
}

function fillLogGroup(account: FakeAccount, name: string, options: FakeAccountOptions): void {
  const { line = predictionLine, predictions = 60 } = options;
  account.logGroups.set(name, {
    name,
    class: "STANDARD",
    retention: undefined,
    storedBytes: 50_000,
  });
  const events = Array.from({ length: predictions }, (_, index) => ({
    timestamp: account.ago((predictions - 1 - index) * 30 * SECOND).getTime(),
    message: line(index % 20 !== 0, index),
  }));
  account.events.set(name, events);
}

function addAlarm(account: FakeAccount, declared: DeclaredAlarm): void {
  const alarm: ApiAlarm = {
    ...apiAlarm(declared),
    AlarmArn: `arn:aws:cloudwatch:${account.region}:${account.accountId}:alarm:${declared.name}`,
    AlarmConfigurationUpdatedTimestamp: account.ago(10 * DAY),
    StateValue: "OK",
    StateReason: "Threshold Crossed: no datapoint was at or below the threshold",
    StateUpdatedTimestamp: account.ago(HOUR),
    StateTransitionedTimestamp: account.ago(HOUR),
  };
  account.alarms.set(declared.name, alarm);
  account.history.push(
    {
      ...itemOf(alarm, account.ago(10 * DAY), "ConfigurationUpdate"),
      HistorySummary: `Alarm "${declared.name}" created`,
      HistoryData: JSON.stringify({ version: "1.0", type: "Create" }),
    },
    {
      ...itemOf(alarm, account.ago(HOUR), "StateUpdate"),
      HistorySummary: "Alarm updated from INSUFFICIENT_DATA to OK",
      HistoryData: JSON.stringify({
        version: "1.0",
        oldState: { stateValue: "INSUFFICIENT_DATA" },
        newState: { stateValue: "OK", stateReason: alarm.StateReason },
      }),
    },
  );
}

/** Topics that the stack's alarms notify and that are not the stack's own: a chat listens there. */
function addForeignTopics(account: FakeAccount, { alarms }: Declared): void {
  const actions = alarms.flatMap(({ alarmActions = [] }) => alarmActions);
  for (const arn of actions.filter((action) => !account.topics.has(action))) {
    account.topics.set(arn, { policy: JSON.stringify(topicPolicy(arn, account)), key: undefined });
    account.subscriptions.set(arn, [
      { protocol: "https", endpoint: "https://chat.example.com/alarms", arn: `${arn}:chat` },
    ]);
  }
}

function addTopic(account: FakeAccount, declared: Declared, { arn, key }: DeclaredTopic): void {
  account.topics.set(arn, { policy: JSON.stringify(topicPolicy(arn, account)), key });
  if (key !== undefined && !account.keys.has(keyId(key))) {
    const policy = JSON.stringify(topicKeyPolicy(account));
    account.keys.set(keyId(key), { state: "Enabled", manager: "CUSTOMER", policy });
  }
  const addresses = declared.subscriptions.filter(({ topicArn }) => topicArn === arn);
  account.subscriptions.set(
    arn,
    addresses.map(({ endpoint }, index) => ({
      ...{ protocol: "email", endpoint },
      arn: `${arn}:00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    })),
  );
  for (let index = 0; index < addresses.length; index += 1) {
    account.subscribeEvents.push({ topicArn: arn, at: account.ago(10 * DAY) });
  }
}

function predictionLine(valid: boolean): string {
  return JSON.stringify({ prediction_valid: valid });
}
