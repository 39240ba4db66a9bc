import {
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { DeleteMetricFilterCommand, PutMetricFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { topicPolicy } from "../../components/cloudwatch/policies";
import { actionItem } from "../tools/aws/fake/alarmCalls";
import { apiAlarm, apiFilter } from "../tools/aws/fake/apiForms";
import { PENDING } from "../tools/aws/fakeAccount";
import { putLogEvents } from "./deploy";
import type { Ground } from "./ground";

/** The prefix of what the stack's models are called. */
export const NAME = "classification-rate-dev";

/** What doctor has to say about a fault. */
export interface Finding {
  readonly what: string;
  readonly subject: string;
  readonly status: "warning" | "failure";
  /** Part of what was found. */
  readonly found: RegExp;
}

/** Something that goes wrong between `pulumi up` and the first mail. */
export interface Fault {
  readonly name: string;
  readonly plant: (ground: Ground) => Promise<void> | void;
  readonly finding: (ground: Ground) => Finding;
}

/** Each on something of its own, so that all can be planted at once. */
export const FAULTS: readonly Fault[] = [
  {
    name: "an address that is not confirmed",
    plant: ({ words }) => void words.set("team@example.com", PENDING),
    finding: () => failure("subscription", "team@example.com", /pending/),
  },
  {
    name: "an address that was unsubscribed",
    plant: (ground) => unsubscribe(ground, "oncall@example.com"),
    finding: () => failure("subscription", "oncall@example.com", /not subscribed/),
  },
  {
    name: "an alarm whose actions are switched off",
    plant: (ground) => putAlarm(ground, `${NAME}-fraud`, { ActionsEnabled: false }),
    finding: () => failure("alarm actions", `${NAME}-fraud`, /disabled/),
  },
  {
    name: "an alarm whose threshold was changed by hand",
    plant: (ground) => putAlarm(ground, `${NAME}-churn`, { Threshold: 70 }),
    finding: () => failure("alarm", `${NAME}-churn`, /^threshold is 70, declared 90$/),
  },
  {
    name: "an alarm that was deleted",
    plant: ({ session }) =>
      done(
        session.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [`${NAME}-churn-silence`] })),
      ),
    finding: () => failure("alarm", `${NAME}-churn-silence`, /no such alarm/),
  },
  {
    name: "a metric filter with another pattern",
    plant: async (ground) => {
      const name = `${NAME}-churn.valid_predictions`;
      const filter = await removeFilter(ground, name);
      const filterPattern = "{ $.prediction_valid = 1 }";
      await ground.session.logs.send(
        new PutMetricFilterCommand({ ...apiFilter(filter), filterPattern }),
      );
    },
    finding: () =>
      failure("metric filter", `${NAME}-churn.valid_predictions`, /^pattern is .* = 1 }, declared/),
  },
  {
    name: "a metric filter that is missing",
    plant: (ground) => done(removeFilter(ground, `${NAME}-fraud.total_predictions`)),
    finding: () => failure("metric filter", `${NAME}-fraud.total_predictions`, /missing/),
  },
  {
    name: "a topic whose policy does not let CloudWatch in",
    plant: ({ session, declared, topicOf }) => {
      const TopicArn = topicOf("fraud@example.com");
      const elsewhere = { ...declared, accountId: "999999999999" };
      const AttributeValue = JSON.stringify(topicPolicy(TopicArn, elsewhere));
      const policy = { TopicArn, AttributeName: "Policy", AttributeValue };
      return done(session.sns.send(new SetTopicAttributesCommand(policy)));
    },
    finding: ({ topicOf }) =>
      failure("topic policy", nameOf(topicOf("fraud@example.com")), /does not let CloudWatch/),
  },
  {
    name: "log lines that never match: their JSON is inside a string",
    plant: ({ session }) => {
      const message = JSON.stringify({
        level: "INFO",
        message: JSON.stringify({ prediction_valid: true }),
      });
      const now = Date.now();
      const lines = Array.from({ length: 60 }, () => ({ timestamp: now, message }));
      return putLogEvents(session, "/aws/lambda/spam", lines, "new-release");
    },
    finding: () => failure("log events", "/aws/lambda/spam", /never match/),
  },
  {
    name: "an alarm whose last action failed",
    plant: ({ account, topicOf }) => {
      const topic = topicOf("spam@example.com");
      const alarm = { AlarmName: `${NAME}-spam` };
      const refusal = `Resource: ${topic} is not authorized to perform: SNS:Publish`;
      account.history.push(actionItem(alarm, account.ago(3_600_000), topic, refusal));
    },
    finding: () => failure("alarm history", `${NAME}-spam`, /failed .*SNS:Publish/),
  },
];

export function failure(what: string, subject: string, found: RegExp): Finding {
  return { what, subject, status: "failure", found };
}

/** The last part of an ARN. */
export function nameOf(arn: string): string {
  return arn.split(":").at(-1) ?? "";
}

export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}

async function unsubscribe({ session, topicOf }: Ground, address: string): Promise<void> {
  // Subscribing once more tells the ARN.
  const { SubscriptionArn } = await session.sns.send(
    new SubscribeCommand({
      ...{ TopicArn: topicOf(address), Protocol: "email", Endpoint: address },
      ReturnSubscriptionArn: true,
    }),
  );
  await session.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}

async function putAlarm(
  { session, declared }: Ground,
  name: string,
  change: Partial<PutMetricAlarmCommandInput>,
): Promise<void> {
  const alarm = declared.alarms.find((declaredAlarm) => declaredAlarm.name === name);
  if (alarm === undefined) throw new Error(`no alarm ${name}`);
  await session.cloudWatch.send(new PutMetricAlarmCommand({ ...apiAlarm(alarm), ...change }));
}

async function removeFilter({ session, declared }: Ground, filterName: string) {
  const filter = declared.filters.find(({ name }) => name === filterName);
  if (filter === undefined) throw new Error(`no filter ${filterName}`);
  const { logGroupName } = filter;
  await session.logs.send(new DeleteMetricFilterCommand({ logGroupName, filterName }));
  return filter;
}
