import { AwsCallError } from "../aws/awsCall";
import type { LiveSubscription } from "../aws/topicCalls";
import type { Subscription } from "../program/declared";
import { agoText, type Check, deploy, spanText } from "./check";
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
 * others' business, but it has to have somebody who listens.
 * @param declared those of this topic
 */
export function subscriptionChecks(
  live: readonly LiveSubscription[],
  declared: readonly Subscription[],
  topic: TopicUse,
  context: SubscriptionContext,
): Check[] {
  if (topic.own === undefined) return [listeners(live, topic)];
  return declared.map((subscription) => {
    const about = { model: topic.model, what: "subscription", subject: subscription.endpoint };
    return { ...about, ...judged(stateOf(subscription, live), context) };
  });
}

type Judged = Omit<Check, "model" | "what" | "subject">;

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

function judged(
  state: LiveSubscription["state"] | "missing",
  context: SubscriptionContext,
): Judged {
  const { stack } = context;
  switch (state) {
    case "confirmed":
      return { status: "ok", found: "confirmed" };
    case "pending":
      return pending(context);
    case "deleted":
      return { status: "failure", found: "unsubscribed: gets no mail", ...again(stack) };
    case "missing":
      return {
        status: "failure",
        found:
          "not subscribed (any more): gets no mail; it was never confirmed, or its owner unsubscribed it",
        ...again(stack),
      };
  }
}

function again(stack: string): Pick<Check, "advice" | "command"> {
  return {
    advice:
      "Subscribe it again: deploy the stack. AWS then sends a new mail, whose link its owner has to click within two days.",
    command: deploy(stack),
  };
}

function pending({ stack, now, subscribed }: SubscriptionContext): Judged {
  const none = "pending: gets no mail until its owner clicks the link in AWS's mail";
  const confirm = {
    advice:
      "Look for the mail from no-reply@sns.amazonaws.com, also among the spam, and click its link; then have Pulumi take note.",
    command: `pulumi refresh --stack ${stack}`,
  };
  if (typeof subscribed === "string") {
    return {
      status: "failure",
      found: `${none}, within 48 hours of being asked; since when is not known (${subscribed})`,
      ...confirm,
    };
  }
  const left = subscribed.getTime() + EXPIRY - now.getTime();
  const asked = `${none}; asked at ${agoText(subscribed, now)}`;
  if (left <= 0) {
    return { status: "failure", found: `${asked}, the link has expired`, ...again(stack) };
  }
  return { status: "failure", found: `${asked}, expires in ${spanText(left)}`, ...confirm };
}

function listeners(live: readonly LiveSubscription[], topic: TopicUse): Check {
  const check = aboutTopic(topic, "subscription");
  const confirmed = live.filter(({ state }) => state === "confirmed");
  const [first] = confirmed;
  if (first === undefined) {
    return {
      ...check,
      status: "warning",
      found: "nobody is subscribed who has confirmed: what is published reaches nobody",
      advice: "Ask the topic's owner who should be subscribed.",
    };
  }
  const protocols = [...new Set(confirmed.map(({ protocol }) => protocol))].sort().join(", ");
  return { ...check, status: "ok", found: `${confirmed.length} confirmed (${protocols})` };
}

/** Why it is not known since when something is pending, in words. */
export function unknownSince(error: unknown): string {
  if (!(error instanceof AwsCallError)) throw error;
  if (error.kind === "credentials") throw error;
  return error.kind === "access denied"
    ? `the IAM action ${error.action} is not allowed`
    : `${error.action}: ${error.code}`;
}
