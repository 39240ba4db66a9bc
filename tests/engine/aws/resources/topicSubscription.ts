import { randomUUID } from "node:crypto";
import { Account, ACCOUNT_ID, Thing } from "../account";
import { CallError, Cloud } from "../cloud";
import { AwsError } from "../errors";
import { Bag, text } from "../json";
import { attributesOf, Kind, REGION } from "../kind";
import { normalise, Shape } from "../shape";

const INPUTS: Shape = {
  confirmationTimeoutInMinutes: { type: "number", default: 1 },
  deliveryPolicy: { type: "json" },
  endpoint: { type: "string", required: true, forceNew: true },
  endpointAutoConfirms: { type: "boolean" },
  filterPolicy: { type: "json" },
  filterPolicyScope: { type: "string", computed: true },
  protocol: {
    type: "string",
    required: true,
    forceNew: true,
    oneOf: [
      "application",
      "email",
      "email-json",
      "firehose",
      "http",
      "https",
      "lambda",
      "sms",
      "sqs",
    ],
  },
  rawMessageDelivery: { type: "boolean" },
  redrivePolicy: { type: "json" },
  region: REGION,
  topic: { type: "string", required: true, forceNew: true, pattern: /^arn:/ },
};

/** What AWS says to somebody who deletes a subscription nobody has confirmed. */
const PENDING = "Cannot unsubscribe a subscription that is pending confirmation";

/** A subscription waits for its reader's confirmation; the provider does not wait for e-mail. */
export const topicSubscription: Kind = {
  type: "aws:sns/topicSubscription:TopicSubscription",
  label: "SNS Topic Subscription",
  inputs: INPUTS,
  computed: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],

  /** Subscribing an address again gives back the subscription it has. */
  async create(cloud, inputs, made) {
    const topic = text(inputs["topic"]);
    const fresh = `${topic}:${randomUUID()}`;
    let arn = fresh;
    await cloud.make(callFor("Subscribe", fresh), (account) => {
      requireSubscribable(account.get("topic", cloud.region, topic), inputs);
      const existing = sameSubscription(account, inputs);
      arn = existing?.name ?? fresh;
      if (existing !== undefined) return "nothing";
      const attributes = {
        ...attributesOf(INPUTS, inputs),
        pendingConfirmation: isEmail(inputs),
        confirmationWasAuthenticated: !isEmail(inputs),
      };
      account.put({ kind: "subscription", region: cloud.region, name: arn, attributes, tags: {} });
      return "created";
    });
    made(arn);
  },

  async update(cloud, { id, inputs, changed }) {
    for (const name of changed) await setAttribute(cloud, id, name, inputs);
  },

  /**
   * AWS refuses to delete a pending subscription, and the provider is content with that: it leaves
   * the state, but stays in the account until its topic goes.
   */
  async delete(cloud, arn) {
    try {
      await cloud.make(callFor("Unsubscribe", arn), (account) => {
        const thing = account.get("subscription", cloud.region, arn);
        if (thing === undefined) return "nothing";
        if (thing.attributes["pendingConfirmation"] === true) {
          throw new AwsError("InvalidParameter", `Invalid parameter: ${PENDING}`);
        }
        account.remove("subscription", cloud.region, arn);
        return "deleted";
      });
    } catch (error) {
      if (!(error instanceof CallError && error.message.includes(PENDING))) throw error;
    }
  },

  find(cloud, arn) {
    const thing = cloud.look().get("subscription", cloud.region, arn);
    return thing && { thing, outputs: { ...thing.attributes, arn, ownerId: ACCOUNT_ID } };
  },
};

function callFor(call: string, name: string) {
  return { service: "SNS", call, kind: "subscription", name } as const;
}

async function setAttribute(cloud: Cloud, arn: string, name: string, inputs: Bag): Promise<void> {
  await cloud.make(callFor("SetSubscriptionAttributes", arn), (account) => {
    const thing = account.get("subscription", cloud.region, arn);
    if (thing === undefined) throw new AwsError("NotFound", "Subscription does not exist");
    const { [name]: _, ...others } = thing.attributes;
    const value = normalise(INPUTS, inputs)[name];
    thing.attributes = value === undefined ? others : { ...others, [name]: value };
    return "changed";
  });
}

/** The topic must exist in this region, and a FIFO topic cannot send e-mail. */
function requireSubscribable(topic: Thing | undefined, inputs: Bag): void {
  if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist");
  if (!isEmail(inputs)) return;
  if (topic.attributes["fifoTopic"] === true) {
    throw new AwsError("InvalidParameter", "Invalid parameter: Invalid protocol type: email");
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(text(inputs["endpoint"]))) {
    throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
  }
}

function sameSubscription(account: Account, inputs: Bag): Thing | undefined {
  return account
    .all("subscription")
    .find(({ attributes }) =>
      ["topic", "protocol", "endpoint"].every((part) => attributes[part] === inputs[part]),
    );
}

function isEmail(inputs: Bag): boolean {
  return text(inputs["protocol"]).startsWith("email");
}
