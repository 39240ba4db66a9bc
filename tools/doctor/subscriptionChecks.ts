import type { LiveSubscription } from "../aws/topicCalls";
import type { Subscription } from "../program/declared";
import { datedText, roughText } from "../time";
import { type About, type Check, failure, ok, redeployed, warning } from "./check";
import { aboutTopic, type TopicUse } from "./topicChecks";

/**
 * How long an address can be confirmed: the link in AWS's mail is good for two days, and what is not confirmed is
 * deleted after them.
 * Source: SNS Developer Guide, "Deleting an Amazon SNS subscription and topic"; SNS API Reference, Subscribe.
 */
const EXPIRY = 48 * 3_600_000;

/** When somebody was last subscribed to a topic; where that is not known, why. */
export type Subscribed = Date | string;

/** What subscriptions are judged by. */
interface SubscriptionContext {
  readonly stack: string;
  readonly now: Date;
  /** Only asked where something is pending, so that it matters since when. */
  readonly subscribed: () => Promise<Subscribed>;
}

/**
 * Whether each address that is declared for a topic gets its mails. A topic that is only named in the stack file is
 * others' business, but somebody has to be subscribed to it.
 * @param declared those of this topic
 */
export async function subscriptionChecks(
  live: readonly LiveSubscription[],
  declared: readonly Subscription[],
  topic: TopicUse,
  context: SubscriptionContext,
): Promise<Check[]> {
  if (topic.own === undefined) return [othersCheck(live, topic)];
  const { model } = topic;
  return Promise.all(
    declared.map(({ endpoint }) =>
      addressCheck({ model, what: "subscription", subject: endpoint }, live, context),
    ),
  );
}

async function addressCheck(
  about: About,
  live: readonly LiveSubscription[],
  { stack, now, subscribed }: SubscriptionContext,
): Promise<Check> {
  const again = redeployed(
    stack,
    "Subscribe it again: deploy the stack. AWS then sends a new mail, whose link its owner has to click within two days.",
  );
  switch (stateOf(about.subject, live)) {
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
      const { isExpired, since } = pendingSince(await subscribed(), now);
      const confirm =
        "Look for the mail from no-reply@sns.amazonaws.com, also among the spam, and click its link; then have Pulumi take note.";
      return failure(
        about,
        `pending: gets no mail until its owner clicks the link in AWS's mail${since}`,
        isExpired ? again : redeployed(stack, confirm),
      );
    }
  }
}

/** An address may have been subscribed several times: the best of it counts. Case does not matter. */
function stateOf(
  address: string,
  live: readonly LiveSubscription[],
): LiveSubscription["state"] | "missing" {
  const own = live.filter(
    ({ protocol, endpoint }) =>
      protocol.startsWith("email") && endpoint.toLowerCase() === address.toLowerCase(),
  );
  const states = ["confirmed", "pending", "deleted"] as const;
  return states.find((wanted) => own.some(({ state }) => state === wanted)) ?? "missing";
}

function pendingSince(subscribed: Subscribed, now: Date) {
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
