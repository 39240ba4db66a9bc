import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { topicPolicy } from "../../components/cloudwatch/policies";
import type { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { describeKey, keyPolicy, type LiveKey, topicAttributes } from "../aws/topicCalls";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../program/declared";
import { actionsOf } from "./alarmChecks";
import {
  type About,
  type Check,
  failure,
  KEY_GRANT,
  ok,
  onlyOf,
  redeployed,
  type Remedy,
  seen,
  unchecked,
  warning,
} from "./check";
import { policyVerdict, type PolicyVerdict } from "./policyVerdict";

/** A topic that alarms act on. */
export interface TopicUse {
  readonly arn: string;
  /** Its name for the stack's own; the ARN for one that is only named in `topics`. */
  readonly shownAs: string;
  /** The topic as the stack declares it; undefined for one that it only names. */
  readonly own: DeclaredTopic | undefined;
  readonly region: string;
  readonly accountId: string;
  /** ARNs of the alarms that act on it. */
  readonly alarms: readonly string[];
  /** The only model that uses it; undefined where several do. */
  readonly model: string | undefined;
}

/** The SNS topics that these alarms act on, each once, in the order of their ARNs. Other actions mail nobody. */
export function topicUses(alarms: readonly DeclaredAlarm[], declared: Declared): TopicUse[] {
  const arns = new Set(alarms.flatMap(actionsOf).filter((arn) => arn.split(":")[2] === "sns"));
  return [...arns].sort().map((arn) => {
    const [, , , region = "", accountId = "", name = ""] = arn.split(":");
    const own = declared.topics.find((topic) => topic.arn === arn);
    const users = alarms.filter((alarm) => actionsOf(alarm).includes(arn));
    return {
      ...{ arn, own, region, accountId },
      shownAs: own === undefined ? arn : name,
      alarms: users.map((alarm) => alarmArn(alarm, declared)),
      model: onlyOf(users.map(({ model }) => model)),
    };
  });
}

function alarmArn({ arn = "", name }: DeclaredAlarm, { region, accountId }: Declared): string {
  return arn || `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

/** What a check of a topic is about. */
export function aboutTopic({ model, shownAs }: TopicUse, what: string): About {
  return { model, what, subject: shownAs };
}

/** What was found out about a topic. */
export interface TopicFindings {
  readonly checks: readonly Check[];
  /** Whether the topic can be asked for its subscriptions. */
  readonly isReadable: boolean;
  /** The key that encrypts it, if it is one that could serve. */
  readonly key: string | undefined;
}

/** Whether a topic is there, lets CloudWatch publish, and is encrypted as declared. */
export async function topicChecks(
  session: AwsSession,
  topic: TopicUse,
  declared: Declared,
): Promise<TopicFindings> {
  const { region, stack } = declared;
  const about = aboutTopic(topic, "topic");
  if (topic.region !== region) {
    const check = failure(
      about,
      `it is in ${topic.region}, the alarms are in ${region}: CloudWatch does not publish to another region`,
      `Write a topic in ${region} under \`topics\` in the stack file.`,
    );
    return { checks: [check], isReadable: false, key: undefined };
  }
  const { found, error } = await seen(() => topicAttributes(session, topic.arn));
  if (error !== undefined) {
    const unreadable = unreadableTopic(error, topic, declared);
    // That an own topic's attributes cannot be read says nothing about the list of its subscriptions.
    const checks = [unreadable ?? unchecked(about, error)];
    return { checks, isReadable: unreadable === undefined, key: undefined };
  }
  const encryption = encryptionCheck(found.key, topic, stack);
  return {
    checks: [ok(about, "exists"), policyCheck(found.policy, topic, declared), encryption],
    isReadable: true,
    key: encryption.status === "ok" ? found.key : undefined,
  };
}

/** Why a topic cannot be asked for anything. */
function unreadableTopic(
  { kind, action }: AwsCallError,
  topic: TopicUse,
  { accountId, stack }: Declared,
): Check | undefined {
  const about = aboutTopic(topic, "topic");
  if (kind === "not found") {
    const again = "Deploy the stack. AWS then asks the topic's address to confirm again.";
    const remedy =
      topic.own === undefined
        ? "Correct `topics` in the stack file, or have the topic made."
        : redeployed(stack, again);
    return failure(about, "there is no such topic", remedy);
  }
  if (kind !== "access denied" || topic.accountId === accountId) return undefined;
  const alarms = topic.alarms.join(", ");
  return hidden(
    about,
    topic.accountId,
    action,
    `cloudwatch.amazonaws.com publish for ${alarms}, and who is subscribed`,
  );
}

/** What another account does not show. @param grant what its policy has to let CloudWatch do */
function hidden(about: About, owner: string, action: string, grant: string): Check {
  return warning(
    about,
    `it is in account ${owner}, which does not let you read it (${action})`,
    `Ask its owner whether its policy lets ${grant}.`,
  );
}

/** Whether a topic's policy lets CloudWatch publish: for each alarm that acts on it. */
export function policyCheck(policy: string, topic: TopicUse, declared: Declared): Check {
  const { accountId, region, stack } = declared;
  const { verdict, reason } = worst(
    topic.alarms.map((sourceArn) =>
      policyVerdict(policy, {
        ...{ action: "sns:Publish", resource: topic.arn },
        ...{ sourceArn, sourceAccount: accountId },
      }),
    ),
  );
  const about = aboutTopic(topic, "topic policy");
  if (verdict === "allowed") return ok(about, `lets CloudWatch publish: ${reason}`);
  const [statement] = topicPolicy(topic.arn, { accountId, region }).Statement;
  const advice =
    verdict === "denied"
      ? "The topic's owner has to add this statement to its policy"
      : "Read the topic's policy, or fire the alarm to see. This statement would do";
  const remedy = topic.own ? policyBack(stack) : `${advice}: ${JSON.stringify(statement)}`;
  return refused(about, verdict, `publish: ${reason}`, remedy);
}

/** A policy that does not, or may not, let CloudWatch do something. */
function refused(
  about: About,
  verdict: PolicyVerdict["verdict"],
  what: string,
  remedy: string | Remedy,
): Check {
  return verdict === "denied"
    ? failure(about, `does not let CloudWatch ${what}`, remedy)
    : warning(about, `may not let CloudWatch ${what}`, remedy);
}

function policyBack(stack: string): Remedy {
  return redeployed(stack, "Have the declared policy put back: deploy the stack.");
}

/** The one that stands for all. */
function worst<Verdict extends PolicyVerdict>(verdicts: readonly Verdict[]): Verdict {
  const severity = { allowed: 0, unknown: 1, denied: 2 };
  return verdicts.reduce((a, b) => (severity[b.verdict] > severity[a.verdict] ? b : a));
}

/** AWS's own key for SNS. */
const AWS_KEY = "alias/aws/sns";

const AWS_KEY_USED =
  "encrypted with AWS's own key for SNS (alias/aws/sns), which CloudWatch cannot use: mails are dropped";

/**
 * Whether a topic is encrypted as declared, and not with the one key that cannot work.
 * @param key the live topic's; undefined where it is not encrypted
 */
export function encryptionCheck(key: string | undefined, topic: TopicUse, stack: string): Check {
  const { own } = topic;
  const about = aboutTopic(topic, "topic encryption");
  const remedy =
    own === undefined
      ? `The topic's owner has to encrypt it with a customer managed key whose policy lets ${KEY_GRANT}.`
      : redeployed(stack, "Have the topic put back as declared: deploy the stack.");
  if (key === AWS_KEY) return failure(about, AWS_KEY_USED, remedy);
  if (own !== undefined && (own.key === undefined) !== (key === undefined)) {
    const found =
      key === undefined
        ? "not encrypted, though the stack declares it encrypted"
        : `encrypted with ${key}, though the stack declares it not encrypted`;
    return failure(about, found, remedy);
  }
  return ok(about, key === undefined ? "none" : `encrypted with ${key}`);
}

/** A key that encrypts topics which alarms act on. */
interface KeyUse {
  /** An id, an ARN or an alias. */
  readonly key: string;
  /** The only model that uses it; undefined where several do. */
  readonly model: string | undefined;
  /** Whether the stack declares it. */
  readonly isOwn: boolean;
}

/** The keys that topics are encrypted with, each once. */
export function keyUses(
  topics: readonly { readonly topic: TopicUse; readonly key: string | undefined }[],
): KeyUse[] {
  const keys = new Set(topics.flatMap(({ key }) => key ?? []));
  return [...keys].map((key) => {
    const users = topics.filter((one) => one.key === key).map(({ topic }) => topic);
    const isOwn = users.some(({ own }) => own !== undefined);
    return { key, model: onlyOf(users.map(({ model }) => model)), isOwn };
  });
}

/** Whether a topic's key works and CloudWatch may use it. */
export async function keyChecks(
  session: AwsSession,
  use: KeyUse,
  { accountId, stack }: Pick<Declared, "accountId" | "stack">,
): Promise<Check[]> {
  const { found, error } = await seen(async () => {
    const key = await describeKey(session, use.key);
    const state = keyState(key, use);
    if (state.status !== "ok") return [state];
    return [state, keyPolicyCheck(await keyPolicy(session, key.arn), key.arn, use, stack)];
  });
  if (error === undefined) return found;
  const about = aboutKey(use, "key");
  if (error.kind === "not found") {
    const remedy = use.isOwn
      ? redeployed(stack, "Have the key made again: deploy the stack.")
      : "The topic's owner has to give it a key that exists.";
    return [failure(about, "there is no such key: mails are dropped", remedy)];
  }
  const [, , , , owner = accountId] = use.key.split(":");
  return error.kind === "access denied" && owner !== accountId
    ? [hidden(about, owner, error.action, KEY_GRANT)]
    : [unchecked(about, error)];
}

function aboutKey({ model, key }: KeyUse, what: string): About {
  return { model, what, subject: key };
}

/** A key has to be enabled to encrypt and decrypt (KMS Developer Guide, "Key states of AWS KMS keys"). */
function keyState({ arn, state, managedByAws }: LiveKey, use: KeyUse): Check {
  const about = aboutKey(use, "key");
  if (managedByAws) {
    return failure(
      about,
      AWS_KEY_USED,
      "The topic needs a customer managed key, such as `encryptTopics: true` makes for the stack's own.",
    );
  }
  if (state === "Enabled") return ok(about, "enabled");
  const found = `its state is ${state}: topics that it encrypts drop mails`;
  const which = `--region ${arn.split(":")[3] ?? ""} --key-id ${arn}`;
  const command = `aws kms enable-key ${which}`;
  if (state === "Disabled") return failure(about, found, { advice: "Enable it again.", command });
  if (state === "PendingDeletion") {
    return failure(about, found, {
      advice: "Cancel its deletion before its waiting period is over, and enable it.",
      command: `aws kms cancel-key-deletion ${which} && ${command}`,
    });
  }
  const advice =
    'It has to become Enabled: see the KMS Developer Guide, "Key states of AWS KMS keys".';
  return failure(about, found, advice);
}

/**
 * Whether a key's policy lets CloudWatch do both that encryption needs. AWS does not document which conditions on the
 * source CloudWatch's calls to a key meet: such a policy is unclear, not well.
 */
export function keyPolicyCheck(policy: string, keyArn: string, use: KeyUse, stack: string): Check {
  const about = aboutKey(use, "key policy");
  const { action, verdict, reason } = worst(
    ["kms:Decrypt", "kms:GenerateDataKey"].map((action) => ({
      ...{ action, ...policyVerdict(policy, { action, resource: keyArn }) },
    })),
  );
  if (verdict === "allowed") return ok(about, "lets CloudWatch use the key");
  const remedy = use.isOwn ? policyBack(stack) : `The key's owner has to let ${KEY_GRANT}.`;
  return refused(about, verdict, `call ${action}: ${reason}`, remedy);
}
