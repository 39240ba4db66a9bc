import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { awsCall } from "./awsCall";
import type { AwsSession } from "./awsSession";

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
  const { KeyMetadata: found } = await awsCall("kms:DescribeKey", () =>
    kms.send(new DescribeKeyCommand({ KeyId: key })),
  );
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
 * @throws AwsCallError
 */
export async function keyPolicy({ kms }: AwsSession, keyArn: string): Promise<string> {
  const { Policy = "" } = await awsCall("kms:GetKeyPolicy", () =>
    kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" })),
  );
  return Policy;
}
