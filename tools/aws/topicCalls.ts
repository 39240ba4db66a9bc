import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type Subscription as ApiSubscription,
} from "@aws-sdk/client-sns";
import { jsonMap, map, text } from "../program/properties";
import { listed } from "./awsCall";
import type { AwsSession } from "./awsSession";

/** An address or another endpoint of a topic, as SNS has it. */
export interface LiveSubscription {
  /** `email`, `https`, `lambda` and so on. */
  readonly protocol: string;
  readonly endpoint: string;
  /** Pending: its owner has not confirmed. Deleted: unsubscribed; SNS lists those for a while. */
  readonly state: "confirmed" | "pending" | "deleted";
}

/**
 * All of a topic's subscriptions.
 * @throws AwsCallError; its kind is "not found" where there is no such topic
 */
export async function subscriptionsOf(
  { sns: client }: AwsSession,
  TopicArn: string,
): Promise<LiveSubscription[]> {
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn });
  return listed(pages, ({ Subscriptions }) => Subscriptions?.map(liveSubscription));
}

/** A subscription of a list of SNS's. */
export function liveSubscription(listed: ApiSubscription): LiveSubscription {
  const { Protocol: protocol = "", Endpoint: endpoint = "", SubscriptionArn: arn = "" } = listed;
  // SNS writes words where an ARN would stand (SNS API Reference, ListSubscriptionsByTopic; seen in its answers).
  const unconfirmed = arn === "Deleted" ? "deleted" : "pending";
  return { protocol, endpoint, state: arn.startsWith("arn:") ? "confirmed" : unconfirmed };
}

/** What is set on a topic, as far as mails depend on it. */
interface TopicAttributes {
  /** Who may do what with the topic: an IAM policy document as JSON. */
  readonly policy: string;
  /** The KMS key that encrypts it: an id, an ARN or an alias; undefined where none does. */
  readonly key: string | undefined;
}

/**
 * @throws AwsCallError; its kind is "not found" where there is no such topic
 */
export async function topicAttributes(
  { sns }: AwsSession,
  TopicArn: string,
): Promise<TopicAttributes> {
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  return {
    policy: Attributes["Policy"] ?? "",
    key: Attributes["KmsMasterKeyId"] || undefined,
  };
}

/** A KMS key, as far as an encrypted topic depends on it. */
export interface LiveKey {
  readonly arn: string;
  /** Enabled, Disabled, PendingDeletion and so on. */
  readonly state: string;
  /** Whether AWS manages it, so that nobody can change who may use it. */
  readonly managedByAws: boolean;
}

/**
 * @param key an id, an ARN or an alias
 * @throws AwsCallError; its kind is "not found" where there is no such key
 */
export async function describeKey({ kms }: AwsSession, key: string): Promise<LiveKey> {
  const { KeyMetadata: found } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
  return {
    arn: found?.Arn ?? key,
    state: found?.KeyState ?? "",
    managedByAws: found?.KeyManager === "AWS",
  };
}

/**
 * Who may use a key: an IAM policy document as JSON. A key has one policy, which is called "default".
 * Source: KMS API Reference, GetKeyPolicy.
 * @param keyArn not an alias
 */
export async function keyPolicy({ kms }: AwsSession, keyArn: string): Promise<string> {
  const command = new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" });
  return (await kms.send(command)).Policy ?? "";
}

/** Most pages of CloudTrail's events that are read; it answers two calls a second. */
const TRAIL_PAGES = 5;

/**
 * When somebody was last subscribed to each topic, by the topic's ARN. SNS itself does not say how long a
 * subscription has been pending; CloudTrail's event history has the call that asked for it, for 90 days and without
 * any trail being set up, though not the address, so that a topic of several addresses has only the last one's time.
 * Source: SNS Developer Guide, "Logging Amazon SNS API calls using CloudTrail".
 * @param since events before it are not looked at
 */
export async function lastSubscribed(
  { cloudTrail: client }: AwsSession,
  since: Date,
): Promise<Map<string, Date>> {
  const found = new Map<string, Date>();
  const pages = paginateLookupEvents(
    { client },
    {
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "Subscribe" }],
      StartTime: since,
    },
  );
  let read = 0;
  for await (const { Events = [] } of pages) {
    for (const { EventTime, CloudTrailEvent } of Events) {
      const { errorCode, requestParameters } = jsonMap(CloudTrailEvent);
      const topic = text(map(requestParameters)["topicArn"]);
      if (errorCode === undefined && EventTime !== undefined && !found.has(topic)) {
        found.set(topic, EventTime);
      }
    }
    read += 1;
    if (read === TRAIL_PAGES) break;
  }
  return found;
}
