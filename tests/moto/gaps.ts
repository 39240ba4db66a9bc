import { DescribeAlarmsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import type { AwsSession } from "../../tools/aws/awsSession";
import { STATES } from "../tools/aws/fake/alarmCalls";
import { textOf } from "../tools/aws/fake/wireForm";
import type { FakeAccount } from "../tools/aws/fakeAccount";
import { WireFault, type WireHandler, type WireHandlers } from "../tools/aws/wire/wireServer";

/**
 * What moto 5.2.1 lacks of what the commands call; all else goes to moto itself. Not implemented at all are
 * TestMetricFilter, DescribeAlarmHistory and LookupEvents: the fake account answers. Amended are the class of log
 * groups, which moto does not keep; subscriptions, which are confirmed there at once; and SetAlarmState, of which
 * moto's alarms keep no history.
 * @param account whose history, log group classes and refusing topics count; nothing else of it
 * @param words what SNS lists instead of a subscription's ARN, by address
 */
export function gapHandlers(
  moto: AwsSession,
  account: FakeAccount,
  words: ReadonlyMap<string, string>,
): WireHandlers {
  const own = account.handlers();
  const fromAccount = (action: string): WireHandler => {
    const handler = own[action];
    if (handler === undefined) throw new Error(`the fake account does not know ${action}`);
    return handler;
  };
  const setAlarmState = fromAccount("cloudwatch:SetAlarmState");
  const lacking = [
    "logs:TestMetricFilter",
    "cloudwatch:DescribeAlarmHistory",
    "cloudtrail:LookupEvents",
  ];
  return {
    ...Object.fromEntries(lacking.map((action) => [action, fromAccount(action)])),

    "logs:DescribeLogGroups": async (input) => {
      const { logGroups = [], nextToken } = await asked(() =>
        moto.logs.send(new DescribeLogGroupsCommand(input)),
      );
      return {
        ...(nextToken !== undefined && { nextToken }),
        logGroups: logGroups.map((group) => ({
          ...group,
          logGroupClass: account.logGroups.get(group.logGroupName ?? "")?.class,
        })),
      };
    },

    "sns:ListSubscriptionsByTopic": async (input) => {
      const [TopicArn, token] = [textOf(input, "TopicArn"), textOf(input, "NextToken")];
      const { Subscriptions = [], NextToken } = await asked(() =>
        moto.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: token })),
      );
      return {
        ...(NextToken !== undefined && { NextToken }),
        Subscriptions: Subscriptions.map((subscription) => ({
          ...subscription,
          SubscriptionArn: words.get(subscription.Endpoint ?? "") ?? subscription.SubscriptionArn,
        })),
      };
    },

    "cloudwatch:SetAlarmState": async (input) => {
      const name = textOf(input, "AlarmName") ?? "";
      const found = await asked(() =>
        moto.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] })),
      );
      for (const alarm of found.MetricAlarms ?? []) account.alarms.set(name, { ...alarm });
      account.now = new Date();
      await asked(() =>
        moto.cloudWatch.send(
          new SetAlarmStateCommand({
            AlarmName: name,
            StateReason: textOf(input, "StateReason"),
            StateValue: STATES.find((state) => state === input["StateValue"]),
          }),
        ),
      );
      return setAlarmState(input);
    },
  };
}

/** Hands moto's errors on as they came. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The SDK's own name for what SNS calls NotFound on the wire.
    const code = error.name === "NotFoundException" ? "NotFound" : error.name;
    throw new WireFault(code, error.message, code === "NotFound" ? 404 : 400);
  }
}
