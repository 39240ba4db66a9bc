import { getLogGroups } from "@pulumi/aws/cloudwatch/getLogGroups";
import { getRole } from "@pulumi/aws/iam/getRole";
import { getTopic } from "@pulumi/aws/sns/getTopic";
import * as pulumi from "@pulumi/pulumi";
import type { Checked } from "./checkedArgs";
import type { ModelSettings } from "./settings/settings";

/** What a model needs and the stack does not make, as far as that is known before deployment. */
export interface Needs {
  readonly model: string;
  readonly logGroup: string | undefined;
  readonly writerRole: string | undefined;
  /** ARNs. */
  readonly topics: readonly string[];
}

/** @param owned names of log groups that are created beside the model */
export function needsOf(
  settings: ModelSettings,
  given: Checked<unknown>["given"],
  owned: (logGroup: string) => boolean = () => false,
): Needs {
  const { name, logGroup, createLogGroup, writerRole, topics, warning } = settings;
  // What an output stands for may be made by the same program.
  const isPlain = (value: string): boolean => given(value) === value;
  const isMade = createLogGroup !== undefined || owned(logGroup);
  return {
    model: name,
    logGroup: isMade || !isPlain(logGroup) ? undefined : logGroup,
    writerRole,
    topics: [...new Set([...topics, ...(warning?.topics ?? [])])].filter(isPlain),
  };
}

/** Where to look. */
interface Place {
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
  /** The region to ask in; without one, the AWS provider's. */
  readonly where: { readonly region?: string };
}

/** Up to so many log groups are asked for by name; more are listed by the folders they are in. */
const MOST_ASKED_FOR = 50;

/**
 * Says model by model which log groups, roles and topics do not exist. Without this, the AWS provider
 * would say so halfway through an update, of a filter and not of a model; a preview fails on it before anything is
 * created.
 */
export function reportMissing(
  needs: readonly (Needs & { readonly monitor: pulumi.Resource })[],
  { region, accountId, where }: Place,
  parent: pulumi.InvokeOptions,
): void {
  const opts = { ...parent, async: true };
  pulumi.all([region, accountId]).apply(async ([known, account]) => {
    let count = 0;
    const report = (kind: string, missing: Set<string>, remedy: (name: string) => string): void => {
      for (const { monitor, model, ...its } of needs) {
        for (const name of [its.logGroup, its.writerRole, ...its.topics]) {
          if (name === undefined || !missing.has(name)) continue;
          const text = `model ${model}: ${kind} ${name} does not exist. ${remedy(name)}`;
          void pulumi.log.error(text, monitor);
          count += 1;
        }
      }
    };
    const logGroups = needs.flatMap(({ logGroup }) => logGroup ?? []);
    const roles = needs.flatMap(({ writerRole }) => writerRole ?? []);
    // Topics of other accounts are theirs to show.
    const topics = needs.flatMap((its) =>
      its.topics.filter((arn) => arn.includes(`:sns:${known}:${account}:`)),
    );
    const topicName = (arn: string): string => arn.split(":").at(-1) ?? arn;
    report("log group", await missingLogGroups(logGroups, where, opts), (name) =>
      logGroupRemedy(name, known),
    );
    report(
      "IAM role",
      await missingOf(roles, (name) => getRole({ name }, opts)),
      () => "Create it first, or correct writerRole.",
    );
    report(
      "SNS topic",
      await missingOf(topics, (arn) => getTopic({ name: topicName(arn), ...where }, opts)),
      () => "Create it first, or correct topics.",
    );
    // A logged error alone does not end a program.
    if (count === 0) return;
    const error = new pulumi.RunError(
      `The models need ${count} ${count === 1 ? "thing that does" : "things that do"} not exist.`,
    );
    // Where AWS answers after the program's end, the SDK prints the stack, if there is one, for the message.
    delete error.stack;
    throw error;
  });
}

function logGroupRemedy(name: string, region: string): string {
  return `Looked for in ${region}. AWS makes a Lambda function's at its first invocation; else set createLogGroup: true, or run: aws logs create-log-group --region ${region} --log-group-name '${name}'`;
}

async function missingLogGroups(
  names: readonly string[],
  where: { readonly region?: string },
  opts: pulumi.InvokeOptions,
): Promise<Set<string>> {
  const asked = new Set(names);
  const folders = new Set(names.map((name) => name.slice(0, name.lastIndexOf("/") + 1)));
  const missing = new Set<string>();
  const ask = async (logGroupNamePrefix: string): Promise<void> => {
    const result: { readonly logGroupNames?: string[] } = await getLogGroups(
      { ...(logGroupNamePrefix !== "" && { logGroupNamePrefix }), ...where },
      opts,
    );
    if (result.logGroupNames === undefined) return;
    const found = new Set(result.logGroupNames);
    for (const name of asked) {
      if (name.startsWith(logGroupNamePrefix) && !found.has(name)) missing.add(name);
    }
  };
  const prefixes = [...(asked.size > MOST_ASKED_FOR ? folders : asked)];
  await Promise.all(prefixes.map((prefix) => lookedUp(ask(prefix), "log groups")));
  return missing;
}

/** The names that a question of the provider has no answer to. */
async function missingOf(
  names: readonly string[],
  ask: (name: string) => Promise<unknown>,
): Promise<Set<string>> {
  const missing = new Set<string>();
  const look = async (name: string): Promise<void> => {
    try {
      await ask(name);
    } catch (error) {
      // The provider has these words for what is not there, and AWS's own for what it may not look at.
      if (!/no matching|couldn't find|not ?found|NoSuchEntity|empty result/i.test(String(error))) {
        throw error;
      }
      missing.add(name);
    }
  };
  await Promise.all([...new Set(names)].map((name) => lookedUp(look(name), name)));
  return missing;
}

/** What may not be looked at is not missing, and deploying it may well be allowed. */
async function lookedUp(question: Promise<void>, what: string): Promise<void> {
  try {
    await question;
  } catch (error) {
    const [reason = ""] = String(error).split("\n");
    await pulumi.log.warn(`whether ${what} exist could not be checked: ${reason}`);
  }
}
