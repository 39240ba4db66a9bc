import {
  type MetricDatum,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { topicKeyPolicy, topicPolicy } from "../../components/cloudwatch/policies";
import type { AwsSession } from "../../tools/aws/awsSession";
import type { Declared } from "../../tools/program/declared";
import { metricKey } from "../../tools/simulator/metricAlarm";
import { apiAlarm, apiFilter } from "../tools/aws/fake/apiForms";
import { FakeAccount } from "../tools/aws/fakeAccount";

/** What deploying made that has no name of its own. */
export interface Deployed {
  /** The ARN of the topics' key; undefined where topics are not encrypted. */
  readonly key: string | undefined;
}

/**
 * Puts what a program declares into an account, as `pulumi up` would, together with a model that has logged since:
 * log events, and the data points that the metric filters made of them.
 */
export async function deploy(session: AwsSession, declared: Declared): Promise<Deployed> {
  const events = FakeAccount.of(declared, { now: new Date() });
  for (const [logGroupName, logged] of events.events) {
    await session.logs.send(new CreateLogGroupCommand({ logGroupName }));
    await putLogEvents(session, logGroupName, logged);
  }
  for (const filter of declared.filters) {
    await session.logs.send(new PutMetricFilterCommand(apiFilter(filter)));
    await putPoints(session, filter, events.metrics.get(metricKey(metricOf(filter))));
  }
  const key = declared.topics.some((topic) => topic.key !== undefined)
    ? await createKey(session, declared)
    : undefined;
  for (const { arn } of declared.topics) await createTopic(session, declared, arn, key);
  for (const { topicArn: TopicArn, endpoint: Endpoint } of declared.subscriptions) {
    await session.sns.send(new SubscribeCommand({ TopicArn, Endpoint, Protocol: "email" }));
  }
  for (const alarm of declared.alarms) {
    await session.cloudWatch.send(new PutMetricAlarmCommand(apiAlarm(alarm)));
  }
  return { key };
}

type Events = readonly { readonly timestamp: number; readonly message: string }[];

/** Logs into a stream of its own. @param logEvents in the order of time */
export async function putLogEvents(
  { logs }: AwsSession,
  logGroupName: string,
  logEvents: Events,
  logStreamName = "predictions",
): Promise<void> {
  const stream = { logGroupName, logStreamName };
  await logs.send(new CreateLogStreamCommand(stream));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents: [...logEvents] }));
}

function metricOf({ metricNamespace: namespace, metricName }: Declared["filters"][number]) {
  return { namespace, metricName };
}

async function putPoints(
  { cloudWatch }: AwsSession,
  { metricNamespace, metricName }: Declared["filters"][number],
  points: ReadonlyMap<number, number> = new Map(),
): Promise<void> {
  const MetricData = [...points].map(([minute, Value]): MetricDatum => ({
    MetricName: metricName,
    Timestamp: new Date(minute * 60_000),
    Value,
  }));
  await cloudWatch.send(new PutMetricDataCommand({ Namespace: metricNamespace, MetricData }));
}

async function createKey({ kms }: AwsSession, declared: Declared): Promise<string> {
  const Policy = JSON.stringify(topicKeyPolicy(declared));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
  return KeyMetadata?.Arn ?? "";
}

/** @param key that encrypts it; undefined where none does */
export async function createTopic(
  { sns }: AwsSession,
  declared: Declared,
  arn: string,
  key: string | undefined,
): Promise<void> {
  await sns.send(
    new CreateTopicCommand({
      Name: arn.split(":").at(-1),
      Attributes: {
        Policy: JSON.stringify(topicPolicy(arn, declared)),
        ...(key !== undefined && { KmsMasterKeyId: key }),
      },
    }),
  );
}
