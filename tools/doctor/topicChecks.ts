import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { topicPolicy } from "../../components/cloudwatch/policies";
import { AwsCallError } from "../aws/awsCall";
import type { AwsSession } from "../aws/awsSession";
import { topicAttributes, type TopicAttributes } from "../aws/topicCalls";
import type { Declared, DeclaredAlarm, DeclaredTopic } from "../program/declared";
import { actionsOf } from "./actionChecks";
import { type Check, deploy } from "./check";
import { encryptionCheck } from "./keyChecks";
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
  const [model, ...others] = new Set(by.map((alarm) => alarm.model));
  return {
    arn,
    shownAs: own === undefined ? arn : name,
    own,
    region,
    accountId,
    alarms: by.map((alarm) => alarmArn(alarm, declared)),
    model: others.length === 0 ? model : undefined,
  };
}

function alarmArn({ arn = "", name }: DeclaredAlarm, { region, accountId }: Declared): string {
  if (arn !== "") return arn;
  return `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

/** The start of a check of a topic. */
export function aboutTopic(
  { model, shownAs }: TopicUse,
  what: string,
): Pick<Check, "model" | "what" | "subject"> {
  return { model, what, subject: shownAs };
}

/** What came of looking at a topic. */
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
  if (topic.region !== declared.region) return unreadable(otherRegion(topic, declared));
  try {
    return judged(await topicAttributes(session, topic.arn), topic, declared);
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.kind === "not found") return unreadable(noTopic(topic, declared));
    if (error.kind !== "access denied" || topic.accountId === declared.accountId) throw error;
    return unreadable(closed(topic, error));
  }
}

function unreadable(check: Check): TopicFindings {
  return { checks: [check], isReadable: false, key: undefined };
}

function otherRegion(topic: TopicUse, { region }: Declared): Check {
  return {
    ...aboutTopic(topic, "topic"),
    status: "failure",
    found: `it is in ${topic.region}, the alarms are in ${region}: CloudWatch does not publish to another region`,
    advice: `Write a topic in ${region} under \`topics\` in the stack file.`,
  };
}

function noTopic(topic: TopicUse, { stack }: Declared): Check {
  const check = {
    ...aboutTopic(topic, "topic"),
    status: "failure",
    found: "there is no such topic",
  } as const;
  if (topic.own === undefined) {
    return { ...check, advice: "Correct `topics` in the stack file, or have the topic made." };
  }
  return {
    ...check,
    advice: "Deploy the stack. AWS then asks the topic's address to confirm again.",
    command: deploy(stack),
  };
}

function closed(topic: TopicUse, { action }: AwsCallError): Check {
  return {
    ...aboutTopic(topic, "topic"),
    status: "warning",
    found: `it is in account ${topic.accountId}, which does not let you read it (${action})`,
    advice: `Ask its owner whether its policy lets cloudwatch.amazonaws.com publish for ${topic.alarms.join(", ")}, and who is subscribed.`,
  };
}

function judged(live: TopicAttributes, topic: TopicUse, declared: Declared): TopicFindings {
  const encryption = encryptionCheck(live.key, topic, declared.stack);
  return {
    checks: [
      { ...aboutTopic(topic, "topic"), status: "ok", found: "exists" },
      policyCheck(live.policy, topic, declared),
      encryption,
    ],
    isReadable: true,
    key: encryption.status === "ok" ? live.key : undefined,
  };
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
  const check = aboutTopic(topic, "topic policy");
  if (verdict === "allowed") {
    return { ...check, status: "ok", found: `lets CloudWatch publish: ${reason}` };
  }
  const found =
    verdict === "denied"
      ? `does not let CloudWatch publish: ${reason}`
      : `may not let CloudWatch publish: ${reason}`;
  const status = verdict === "denied" ? "failure" : "warning";
  if (topic.own !== undefined) {
    return {
      ...check,
      status,
      found,
      advice: "Have the declared policy put back: deploy the stack.",
      command: deploy(stack),
    };
  }
  const [statement] = topicPolicy(topic.arn, { accountId, region }).Statement;
  return {
    ...check,
    status,
    found,
    advice:
      verdict === "denied"
        ? `The topic's owner has to add this statement to its policy: ${JSON.stringify(statement)}`
        : `Read the topic's policy, or fire the alarm to see. This statement would do: ${JSON.stringify(statement)}`,
  };
}

const SEVERITY = { allowed: 0, unknown: 1, denied: 2 } as const;

function worst(verdicts: readonly PolicyVerdict[]): PolicyVerdict {
  return verdicts.reduce((a, b) => (SEVERITY[b.verdict] > SEVERITY[a.verdict] ? b : a));
}
