import type { Declared, DeclaredAlarm } from "../../rehearsal/declared";
import { AwsCallError } from "../awsCall";
import type { AwsSession } from "../awsSession";
import { lastSubscribed, subscriptionsOf } from "../topicCalls";
import type { Check } from "./check";
import { fewAtOnce } from "./fewAtOnce";
import { guarded } from "./guarded";
import { keyChecks, type KeyUse } from "./keyChecks";
import {
  isAnyPending,
  subscriptionChecks,
  unknownSince,
  type Subscribed,
} from "./subscriptionChecks";
import { topicChecks, type TopicFindings } from "./topicChecks";
import { aboutTopic, topicUses, type TopicUse } from "./topicUse";

/** CloudTrail's event history goes back 90 days; subscriptions that are pending are two days old at most. */
const TRAIL = 7 * 86_400_000;

/** The way from alarms to people: topics, their subscriptions, and the keys that encrypt them, each once. */
export async function notificationChecks(
  session: AwsSession,
  declared: Declared,
  alarms: readonly DeclaredAlarm[],
  now: Date,
): Promise<Check[]> {
  const subscribedTo = trail(session, now);
  const topics = await fewAtOnce(topicUses(alarms, declared), async (topic) => {
    const findings = await topicFindings(session, topic, declared);
    const checks = await listenersOf(session, topic, findings, { declared, now, subscribedTo });
    return { topic, key: findings.key, checks: [...findings.checks, ...checks] };
  });
  const keys = await fewAtOnce(keyUses(topics), (use) =>
    guarded({ model: use.model, what: "key", subject: use.key }, () =>
      keyChecks(session, use, declared),
    ),
  );
  return [...topics.flatMap(({ checks }) => checks), ...keys.flat()];
}

async function topicFindings(
  session: AwsSession,
  topic: TopicUse,
  declared: Declared,
): Promise<TopicFindings> {
  // That the attributes cannot be read says nothing about the list of subscriptions.
  let findings: TopicFindings = { checks: [], isReadable: true, key: undefined };
  const checks = await guarded(aboutTopic(topic, "topic"), async () => {
    findings = await topicChecks(session, topic, declared);
    return findings.checks;
  });
  return { ...findings, checks };
}

interface ListenerContext {
  readonly declared: Declared;
  readonly now: Date;
  readonly subscribedTo: (topicArn: string) => Promise<Subscribed>;
}

function listenersOf(
  session: AwsSession,
  topic: TopicUse,
  { isReadable }: TopicFindings,
  { declared, now, subscribedTo }: ListenerContext,
): Promise<readonly Check[]> {
  if (!isReadable) return Promise.resolve([]);
  return guarded(aboutTopic(topic, "subscription"), async () => {
    const live = await subscriptionsOf(session, topic.arn).catch((error: unknown) =>
      closedList(error, topic, declared),
    );
    if ("status" in live) return [live];
    const wanted = declared.subscriptions.filter(({ topicArn }) => topicArn === topic.arn);
    const subscribed = isAnyPending(live, wanted) ? await subscribedTo(topic.arn) : "";
    return subscriptionChecks(live, wanted, topic, { stack: declared.stack, now, subscribed });
  });
}

/** Another account may show a topic and yet not say who listens to it. */
function closedList(error: unknown, topic: TopicUse, { accountId }: Declared): Check {
  const isTheirs = topic.accountId !== accountId;
  if (!(isTheirs && error instanceof AwsCallError && error.kind === "access denied")) throw error;
  return {
    ...aboutTopic(topic, "subscription"),
    status: "warning",
    found: `account ${topic.accountId} does not let you see who is subscribed (${error.action})`,
    advice: "Ask the topic's owner who is subscribed.",
  };
}

/** Asks CloudTrail when it is first needed, and then no more. */
function trail(session: AwsSession, now: Date): ListenerContext["subscribedTo"] {
  let found: Promise<ReadonlyMap<string, Date> | string> | undefined;
  return async (topicArn) => {
    found ??= lastSubscribed(session, new Date(now.getTime() - TRAIL)).catch(unknownSince);
    const times = await found;
    if (typeof times === "string") return times;
    return times.get(topicArn) ?? "CloudTrail has no call for it; a new one takes some minutes";
  };
}

interface KeyedTopic {
  readonly topic: TopicUse;
  readonly key: string | undefined;
}

function keyUses(topics: readonly KeyedTopic[]): KeyUse[] {
  const users = new Map<string, TopicUse[]>();
  for (const { topic, key } of topics) {
    if (key !== undefined) users.set(key, [...(users.get(key) ?? []), topic]);
  }
  return [...users].map(([key, by]) => {
    const [model, ...others] = new Set(by.map((topic) => topic.model));
    return {
      key,
      model: others.length === 0 ? model : undefined,
      isOwn: by.some(({ own }) => own !== undefined),
    };
  });
}
