import { AwsCallError } from "../aws/awsCall";
import type { LiveSubscription } from "../aws/topicCalls";
import type { Subscription } from "../program/declared";
import { datedText, roughText } from "../time";
import { type Check, deploy, failure, ok, redeployed, warning } from "./check";
import { aboutTopic, type TopicUse } from "./topicChecks";

/**
 * How long an address can be confirmed: the link in AWS's mail is good for two days, and what is not confirmed is
 * deleted after them.
 * Source: SNS Developer Guide, "Deleting an Amazon SNS subscription and topic"; SNS API Reference, Subscribe.
 */
const EXPIRY = 48 * 3_600_000;

/** When an address was subscribed; where that is not known, why. */
export type Subscribed = Date | string;

/** What subscriptions are judged by. */
interface SubscriptionContext {
  readonly stack: string;
  readonly now: Date;
  /** When somebody was last subscribed to the topic. */
  readonly subscribed: Subscribed;
}

/** Whether something is pending, so that it matters since when. */
export function isAnyPending(
  live: readonly LiveSubscription[],
  declared: readonly Subscription[],
): boolean {
  return declared.some((subscription) => stateOf(subscription, live) === "pending");
}

/**
 * Whether each address that is declared for a topic gets its mails. A topic that is only named in the stack file is
 * others' business, but somebody has to be subscribed to it.
 * @param declared those of this topic
 */
export function subscriptionChecks(
  live: readonly LiveSubscription[],
  declared: readonly Subscription[],
  topic: TopicUse,
  context: SubscriptionContext,
): Check[] {
  if (topic.own === undefined) return [othersCheck(live, topic)];
  return declared.map((subscription) => addressCheck(subscription, live, topic, context));
}

function addressCheck(
  subscription: Subscription,
  live: readonly LiveSubscription[],
  { model }: TopicUse,
  context: SubscriptionContext,
): Check {
  const about = { model, what: "subscription", subject: subscription.endpoint };
  const again = redeployed(
    context.stack,
    "Subscribe it again: deploy the stack. AWS then sends a new mail, whose link its owner has to click within two days.",
  );
  switch (stateOf(subscription, live)) {
    case "confirmed":
      return ok(about, "confirmed");
    case "deleted":
      return failure(about, "unsubscribed: gets no mail", again);
    case "missing":
      return failure(
        about,
        "not subscribed (any more): gets no mail; it was never confirmed, or its owner unsubscribed it",
        again,
      );
    case "pending": {
      const { isExpired, since } = pendingSince(context);
      return failure(
        about,
        `pending: gets no mail until its owner clicks the link in AWS's mail${since}`,
        isExpired
          ? again
          : {
              advice:
                "Look for the mail from no-reply@sns.amazonaws.com, also among the spam, and click its link; then have Pulumi take note.",
              command: deploy(context.stack),
            },
      );
    }
  }
}

/** An address may have been subscribed several times: the best of it counts. Case does not matter. */
function stateOf(
  { endpoint }: Subscription,
  live: readonly LiveSubscription[],
): LiveSubscription["state"] | "missing" {
  const states = live
    .filter(
      (one) =>
        one.protocol.startsWith("email") && one.endpoint.toLowerCase() === endpoint.toLowerCase(),
    )
    .map(({ state }) => state);
  return (
    (["confirmed", "pending", "deleted"] as const).find((state) => states.includes(state)) ??
    "missing"
  );
}

function pendingSince({ now, subscribed }: SubscriptionContext): {
  readonly isExpired: boolean;
  readonly since: string;
} {
  if (typeof subscribed === "string") {
    const since = `, within 48 hours of being asked; since when is not known (${subscribed})`;
    return { isExpired: false, since };
  }
  const left = subscribed.getTime() + EXPIRY - now.getTime();
  const end = left <= 0 ? "the link has expired" : `expires in ${roughText(left)}`;
  return { isExpired: left <= 0, since: `; asked at ${datedText(subscribed, now)}, ${end}` };
}

function othersCheck(live: readonly LiveSubscription[], topic: TopicUse): Check {
  const about = aboutTopic(topic, "subscription");
  const confirmed = live.filter(({ state }) => state === "confirmed");
  if (confirmed.length === 0) {
    return warning(
      about,
      "nobody is subscribed who has confirmed: what is published reaches nobody",
      "Ask the topic's owner who should be subscribed.",
    );
  }
  const protocols = [...new Set(confirmed.map(({ protocol }) => protocol))].sort().join(", ");
  return ok(about, `${confirmed.length} confirmed (${protocols})`);
}

/** Why it is not known since when something is pending, in words. */
export function unknownSince(error: unknown): string {
  if (!(error instanceof AwsCallError)) throw error;
  if (error.kind === "credentials") throw error;
  return error.kind === "access denied"
    ? `the IAM action ${error.action} is not allowed`
    : `${error.action}: ${error.code}`;
}
