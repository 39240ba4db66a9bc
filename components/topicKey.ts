import { Alias, Key } from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { topicKeyPolicy } from "./cloudwatch/policies";

/** What a key of topics is made of. */
interface TopicKeyArgs {
  /** The key's alias, starting with `alias/`. */
  readonly alias: string;
  /** Account whose administrators manage the key. */
  readonly accountId: pulumi.Input<string>;
  /** Region of the topics. */
  readonly region: pulumi.Input<string>;
  /** The region to place the key in; undefined: the AWS provider's. */
  readonly where: { readonly region?: string };
}

/**
 * A key that encrypts e-mail topics and that CloudWatch may use, without which an encrypted topic
 * drops every alarm.
 */
export class TopicKey extends pulumi.ComponentResource {
  /** The key's ARN, for an EmailTopic's keyArn. */
  readonly keyArn: pulumi.Output<string>;
  /** The raw resources. */
  readonly key: Key;
  readonly alias: Alias;

  constructor(name: string, args: TopicKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("classification-rate:index:TopicKey", name, {}, opts);
    const parent = { parent: this };

    this.key = new Key(
      `${name}-key`,
      {
        description: `Encrypts the e-mail topics of ${args.alias.replace("alias/", "")}`,
        enableKeyRotation: true,
        policy: pulumi
          .all([args.accountId, args.region])
          .apply(([accountId, region]) => JSON.stringify(topicKeyPolicy({ accountId, region }))),
        ...args.where,
      },
      parent,
    );
    this.alias = new Alias(
      `${name}-alias`,
      { name: args.alias, targetKeyId: this.key.keyId, ...args.where },
      parent,
    );

    this.keyArn = this.key.arn;
    this.registerOutputs({ keyArn: this.keyArn });
  }
}
