import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { describeKey, keyPolicy, type LiveKey } from "../aws/keyCalls";
import type { Declared } from "../program/declared";
import { type Check, deploy } from "./check";
import { policyVerdict } from "./policyVerdict";
import { aboutTopic, type TopicUse } from "./topicChecks";

/** AWS's own key for SNS. */
const AWS_KEY = "alias/aws/sns";

const DEAF =
  "encrypted with AWS's own key for SNS (alias/aws/sns), which CloudWatch cannot use: mails are dropped";

/**
 * Whether a topic is encrypted as declared, and not with the one key that cannot work.
 * Source: SNS Developer Guide, "Managing Amazon SNS encryption keys and costs".
 * @param key the live topic's; undefined where it is not encrypted
 */
export function encryptionCheck(key: string | undefined, topic: TopicUse, stack: string): Check {
  const check = aboutTopic(topic, "topic encryption");
  const isDeclared = topic.own?.key !== undefined;
  const failure = (found: string): Check => ({
    ...check,
    status: "failure",
    found,
    ...remedy(topic, stack),
  });
  if (key === AWS_KEY) return failure(DEAF);
  if (topic.own !== undefined && (key !== undefined) !== isDeclared) {
    return failure(
      isDeclared
        ? "not encrypted, though the stack declares it encrypted"
        : `encrypted with ${key ?? ""}, though the stack declares it not encrypted`,
    );
  }
  return { ...check, status: "ok", found: key === undefined ? "none" : `encrypted with ${key}` };
}

function remedy({ own }: TopicUse, stack: string): Pick<Check, "advice" | "command"> {
  if (own === undefined) {
    return {
      advice:
        "The topic's owner has to encrypt it with a customer managed key whose policy lets cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*.",
    };
  }
  return {
    advice: "Have the topic put back as declared: deploy the stack.",
    command: deploy(stack),
  };
}

/** A key that encrypts topics which alarms act on. */
export interface KeyUse {
  /** An id, an ARN or an alias. */
  readonly key: string;
  /** The only model that uses it; undefined where several do. */
  readonly model: string | undefined;
  /** Whether the stack declares it. */
  readonly isOwn: boolean;
}

/**
 * Whether a topic's key works and CloudWatch may use it.
 * @throws AwsCallError where a key of the stack's own account cannot be read
 */
export async function keyChecks(
  session: AwsSession,
  use: KeyUse,
  { accountId, stack }: Pick<Declared, "accountId" | "stack">,
): Promise<Check[]> {
  try {
    const key = await describeKey(session, use.key);
    const state = keyState(key, use);
    if (state.status !== "ok") return [state];
    return [state, keyPolicyCheck(await keyPolicy(session, key.arn), key.arn, use, stack)];
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    const [, , , , owner] = use.key.split(":");
    if (error.kind === "not found") return [noKey(use, stack)];
    if (error.kind !== "access denied" || owner === undefined || owner === accountId) throw error;
    return [
      {
        ...about(use, "key"),
        status: "warning",
        found: `it is in account ${owner}, which does not let you read it (${error.action})`,
        advice:
          "Ask its owner whether its policy lets cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*.",
      },
    ];
  }
}

function about({ model, key }: KeyUse, what: string): Pick<Check, "model" | "what" | "subject"> {
  return { model, what, subject: key };
}

function noKey(use: KeyUse, stack: string): Check {
  const check = {
    ...about(use, "key"),
    status: "failure",
    found: "there is no such key: mails are dropped",
  } as const;
  if (!use.isOwn)
    return { ...check, advice: "The topic's owner has to give it a key that exists." };
  return {
    ...check,
    advice: "Have the key made again: deploy the stack.",
    command: deploy(stack),
  };
}

/** A key has to be enabled to encrypt and decrypt (KMS Developer Guide, "Key states of AWS KMS keys"). */
function keyState({ arn, state, managedByAws }: LiveKey, use: KeyUse): Check {
  const check = about(use, "key");
  if (managedByAws) {
    return {
      ...check,
      status: "failure",
      found: DEAF,
      advice:
        "The topic needs a customer managed key, such as `encryptTopics: true` makes for the stack's own.",
    };
  }
  if (state === "Enabled") return { ...check, status: "ok", found: "enabled" };
  const [, , , region = ""] = arn.split(":");
  const which = `--region ${region} --key-id ${arn}`;
  const enable = `aws kms enable-key ${which}`;
  const found = `its state is ${state}: topics that it encrypts drop mails`;
  if (state === "Disabled") {
    return {
      ...check,
      status: "failure",
      found,
      advice: "Enable it again.",
      command: enable,
    };
  }
  if (state === "PendingDeletion") {
    return {
      ...check,
      status: "failure",
      found,
      advice: "Cancel its deletion before its waiting period is over, and enable it.",
      command: `aws kms cancel-key-deletion ${which} && ${enable}`,
    };
  }
  return {
    ...check,
    status: "failure",
    found,
    advice: 'It has to become Enabled: see the KMS Developer Guide, "Key states of AWS KMS keys".',
  };
}

const NEEDED = ["kms:Decrypt", "kms:GenerateDataKey"];

/**
 * Whether a key's policy lets CloudWatch do both that encryption needs. AWS does not document which conditions on the
 * source CloudWatch's calls to a key meet: such a policy is unclear, not well.
 */
export function keyPolicyCheck(policy: string, keyArn: string, use: KeyUse, stack: string): Check {
  const check = about(use, "key policy");
  const verdicts = NEEDED.map((action) => {
    const request = { service: "cloudwatch.amazonaws.com", action, resource: keyArn };
    return { action, ...policyVerdict(policy, request) };
  });
  const bad =
    verdicts.find(({ verdict }) => verdict === "denied") ??
    verdicts.find(({ verdict }) => verdict === "unknown");
  if (bad === undefined) return { ...check, status: "ok", found: "lets CloudWatch use the key" };
  const does = bad.verdict === "denied" ? "does not let" : "may not let";
  return {
    ...check,
    status: bad.verdict === "denied" ? "failure" : "warning",
    found: `${does} CloudWatch call ${bad.action}: ${bad.reason}`,
    ...(use.isOwn
      ? {
          advice: "Have the declared policy put back: deploy the stack.",
          command: deploy(stack),
        }
      : {
          advice:
            "The key's owner has to let cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*.",
        }),
  };
}
