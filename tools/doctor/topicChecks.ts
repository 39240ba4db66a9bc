import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { topicPolicy } from "../../components/cloudwatch/policies";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { describeKey, keyPolicy, type LiveKey, topicAttributes } from "../aws/topicCalls";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../program/declared";
import { actionsOf } from "./alarmChecks";
import { type About, type Check, failure, ok, onlyOf, redeployed, warning } from "./check";
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
  const users = new Map<string, DeclaredAlarm[]>();
  for (const alarm of alarms) {
    for (const arn of actionsOf(alarm)) {
      if (arn.split(":")[2] === "sns") users.set(arn, [...(users.get(arn) ?? []), alarm]);
    }
  }
  return [...users].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arn, by]) => use(arn, by, declared));
}

function use(arn: string, by: readonly DeclaredAlarm[], declared: Declared): TopicUse {
  const [, , , region = "", accountId = "", name = ""] = arn.split(":");
  const own = declared.topics.find((topic) => topic.arn === arn);
  return {
    arn,
    shownAs: own === undefined ? arn : name,
    own,
    region,
    accountId,
    alarms: by.map((alarm) => alarmArn(alarm, declared)),
    model: onlyOf(by.map(({ model }) => model)),
  };
}

function alarmArn({ arn = "", name }: DeclaredAlarm, { region, accountId }: Declared): string {
  if (arn !== "") return arn;
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
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

/**
 * Whether a topic is there, lets CloudWatch publish, and is encrypted as declared.
 * @throws AwsCallError where a topic of the stack's own account cannot be read
 */
export async function topicChecks(
  session: AwsSession,
  topic: TopicUse,
  declared: Declared,
): Promise<TopicFindings> {
  const { region, accountId, stack } = declared;
  const about = aboutTopic(topic, "topic");
  const unreadable = (check: Check): TopicFindings => ({
    checks: [check],
    isReadable: false,
    key: undefined,
  });
  if (topic.region !== region) {
    return unreadable(
      failure(
        about,
        `it is in ${topic.region}, the alarms are in ${region}: CloudWatch does not publish to another region`,
        `Write a topic in ${region} under \`topics\` in the stack file.`,
      ),
    );
  }
  try {
    const { key, policy } = await topicAttributes(session, topic.arn);
    const encryption = encryptionCheck(key, topic, stack);
    return {
      checks: [ok(about, "exists"), policyCheck(policy, topic, declared), encryption],
      isReadable: true,
      key: encryption.status === "ok" ? key : undefined,
    };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.kind === "not found") {
      const remedy =
        topic.own === undefined
          ? "Correct `topics` in the stack file, or have the topic made."
          : redeployed(
              stack,
              "Deploy the stack. AWS then asks the topic's address to confirm again.",
            );
      return unreadable(failure(about, "there is no such topic", remedy));
    }
    if (error.kind !== "access denied" || topic.accountId === accountId) throw error;
    return unreadable(
      warning(
        about,
        `it is in account ${topic.accountId}, which does not let you read it (${error.action})`,
        `Ask its owner whether its policy lets cloudwatch.amazonaws.com publish for ${topic.alarms.join(", ")}, and who is subscribed.`,
      ),
    );
  }
}

/** The verdict on the alarm that has most to fear from the policy stands for all. */
export function policyCheck(policy: string, topic: TopicUse, declared: Declared): Check {
  const { accountId, region, stack } = declared;
  const { verdict, reason } = worst(
    topic.alarms.map((sourceArn) =>
      policyVerdict(policy, {
        service: "cloudwatch.amazonaws.com",
        action: "sns:Publish",
        resource: topic.arn,
        sourceArn,
        sourceAccount: accountId,
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
  const remedy = topic.own === undefined && `${advice}: ${JSON.stringify(statement)}`;
  return refused(about, verdict, `publish: ${reason}`, remedy || policyBack(stack));
}

/** A policy that does not, or may not, let CloudWatch do something. */
function refused(
  about: About,
  verdict: PolicyVerdict["verdict"],
  what: string,
  remedy: Parameters<typeof failure>[2],
): Check {
  return verdict === "denied"
    ? failure(about, `does not let CloudWatch ${what}`, remedy)
    : warning(about, `may not let CloudWatch ${what}`, remedy);
}

function policyBack(stack: string) {
  return redeployed(stack, "Have the declared policy put back: deploy the stack.");
}

const SEVERITY = { allowed: 0, unknown: 1, denied: 2 } as const;

function worst<Verdict extends PolicyVerdict>(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((a, b) => (SEVERITY[b.verdict] > SEVERITY[a.verdict] ? b : a));
}

/** AWS's own key for SNS. */
const AWS_KEY = "alias/aws/sns";

const AWS_KEY_USED =
  "encrypted with AWS's own key for SNS (alias/aws/sns), which CloudWatch cannot use: mails are dropped";

/** What a key's policy has to let CloudWatch do (SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"). */
const KEY_GRANT = "cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*";

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
  if (own !== undefined && own.key !== undefined && key === undefined) {
    return failure(about, "not encrypted, though the stack declares it encrypted", remedy);
  }
  if (own !== undefined && own.key === undefined && key !== undefined) {
    return failure(
      about,
      `encrypted with ${key}, though the stack declares it not encrypted`,
      remedy,
    );
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
    const about = aboutKey(use, "key");
    const [, , , , owner] = use.key.split(":");
    if (error.kind === "not found") {
      const remedy = use.isOwn
        ? redeployed(stack, "Have the key made again: deploy the stack.")
        : "The topic's owner has to give it a key that exists.";
      return [failure(about, "there is no such key: mails are dropped", remedy)];
    }
    if (error.kind !== "access denied" || owner === undefined || owner === accountId) throw error;
    return [
      warning(
        about,
        `it is in account ${owner}, which does not let you read it (${error.action})`,
        `Ask its owner whether its policy lets ${KEY_GRANT}.`,
      ),
    ];
  }
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
  const which = `--region ${arn.split(":")[3] ?? ""} --key-id ${arn}`;
  const command = `aws kms enable-key ${which}`;
  return failure(
    about,
    `its state is ${state}: topics that it encrypts drop mails`,
    state === "Disabled"
      ? { advice: "Enable it again.", command }
      : state === "PendingDeletion"
        ? {
            advice: "Cancel its deletion before its waiting period is over, and enable it.",
            command: `aws kms cancel-key-deletion ${which} && ${command}`,
          }
        : 'It has to become Enabled: see the KMS Developer Guide, "Key states of AWS KMS keys".',
  );
}

/**
 * Whether a key's policy lets CloudWatch do both that encryption needs. AWS does not document which conditions on the
 * source CloudWatch's calls to a key meet: such a policy is unclear, not well.
 */
export function keyPolicyCheck(policy: string, keyArn: string, use: KeyUse, stack: string): Check {
  const about = aboutKey(use, "key policy");
  const { action, verdict, reason } = worst(
    ["kms:Decrypt", "kms:GenerateDataKey"].map((name) => {
      const request = { service: "cloudwatch.amazonaws.com", action: name, resource: keyArn };
      return { action: name, ...policyVerdict(policy, request) };
    }),
  );
  if (verdict === "allowed") return ok(about, "lets CloudWatch use the key");
  const remedy = use.isOwn ? policyBack(stack) : `The key's owner has to let ${KEY_GRANT}.`;
  return refused(about, verdict, `call ${action}: ${reason}`, remedy);
}
