import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { topicPolicy } from "./cloudwatch/policies";

/** What an {@link EmailTopic} is made of. */
export interface EmailTopicArgs {
  /** Who gets the mails. */
  readonly address: string;
  /** The topic's physical name: letters, digits, `-` and `_`. */
  readonly topicName: string;
  /** Account of the topic and of the alarms that may publish to it. */
  readonly accountId: pulumi.Input<string>;
  /** Region of the topic and of the alarms that may publish to it. */
  readonly region: pulumi.Input<string>;
  /**
   * ARN of a customer managed key to encrypt the topic with; see {@link TopicKey}. AWS's own key for
   * SNS would not do: CloudWatch cannot use it. @default not encrypted
   */
  readonly keyArn?: pulumi.Input<string>;
}

/**
 * A topic with one e-mail subscription, for the alarms of one account and region. AWS asks the
 * address for confirmation; until its owner clicks the link, nothing is delivered.
 */
export class EmailTopic extends pulumi.ComponentResource {
  /** The topic's ARN, for an alarm's actions. */
  readonly topicArn: pulumi.Output<string>;
  /** The address. */
  readonly address: string;
  /** Whether the address had yet to confirm, as of the last `pulumi up` or `pulumi refresh`. */
  readonly pending: pulumi.Output<boolean>;
  /** The resources themselves. */
  readonly topic: Topic;
  readonly policy: TopicPolicy;
  readonly subscription: TopicSubscription;

  constructor(name: string, args: EmailTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("classification-rate:index:EmailTopic", name, {}, opts);
    const parent = { parent: this };
    this.address = args.address;

    this.topic = new Topic(
      `${name}-topic`,
      {
        name: args.topicName,
        ...(args.keyArn !== undefined && { kmsMasterKeyId: args.keyArn }),
      },
      parent,
    );
    this.policy = new TopicPolicy(
      `${name}-policy`,
      {
        arn: this.topic.arn,
        policy: pulumi
          .all([this.topic.arn, args.accountId, args.region])
          .apply(([arn, accountId, region]) =>
            JSON.stringify(topicPolicy(arn, { accountId, region })),
          ),
      },
      parent,
    );
    this.subscription = new TopicSubscription(
      `${name}-subscription`,
      { topic: this.topic.arn, protocol: "email", endpoint: args.address },
      parent,
    );

    this.topicArn = this.topic.arn;
    this.pending = this.subscription.pendingConfirmation;
    this.registerOutputs({
      topicArn: this.topicArn,
      address: this.address,
      pending: this.pending,
    });
  }
}
