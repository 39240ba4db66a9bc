import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { checkTopic } from "./checkedArgs";
import { topicPolicy } from "./cloudwatch/policies";
import { answered } from "./place";

/** Who is mailed, through which topic. */
export interface EmailTopicArgs {
  /** Who gets the mails. */
  readonly address: string;
  /** The topic's physical name: letters, digits, - and _. */
  readonly topicName: string;
  /** Region of the topic and of the alarms that may publish to it. Default: the AWS provider's. */
  readonly region?: string;
  /**
   * ARN of a customer managed key to encrypt the topic with. AWS's own key for SNS would not do:
   * CloudWatch cannot use it. Default: not encrypted.
   */
  readonly keyArn?: pulumi.Input<string>;
}

/** The raw resources. */
export interface EmailTopicNodes {
  /** What alarms publish to. */
  readonly topic: Topic;
  /** Lets this account's alarms publish, and nobody else. */
  readonly policy: TopicPolicy;
  /** The address, once its owner has confirmed. */
  readonly subscription: TopicSubscription;
}

const NODES = new WeakMap<EmailTopic, EmailTopicNodes>();

/**
 * A topic with one e-mail subscription, for the alarms of one account and region. AWS asks the
 * address for confirmation; until its owner clicks the link, nothing is delivered.
 */
export class EmailTopic extends pulumi.ComponentResource {
  /** The topic's ARN, for an alarm's actions. */
  readonly topicArn: pulumi.Output<string>;
  /** Whether the address had yet to confirm when the stack was last refreshed. */
  readonly pending: pulumi.Output<boolean>;

  /** The raw resources. */
  get nodes(): EmailTopicNodes {
    const nodes = NODES.get(this);
    if (nodes === undefined) throw new Error("an e-mail topic was not made by its constructor");
    return nodes;
  }

  /** @throws InputPropertiesError that names every argument that is wrong */
  constructor(name: string, args: EmailTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    checkTopic(name, args);
    super("classification-rate:index:EmailTopic", name, {}, opts);
    const parent = { parent: this };
    const where = args.region === undefined ? {} : { region: args.region };

    const topic = new Topic(
      `${name}-topic`,
      { name: args.topicName, kmsMasterKeyId: args.keyArn, ...where },
      parent,
    );
    const policy = new TopicPolicy(
      `${name}-policy`,
      {
        arn: topic.arn,
        policy: answered(topic.arn).apply((arn) => {
          const [, , , region = "", accountId = ""] = arn.split(":");
          return JSON.stringify(topicPolicy(arn, { accountId, region }));
        }),
        ...where,
      },
      parent,
    );
    const subscription = new TopicSubscription(
      `${name}-subscription`,
      { topic: topic.arn, protocol: "email", endpoint: args.address, ...where },
      parent,
    );

    NODES.set(this, { topic, policy, subscription });

    this.topicArn = topic.arn;
    this.pending = subscription.pendingConfirmation;
    this.registerOutputs({ topicArn: this.topicArn, pending: this.pending });
  }
}
