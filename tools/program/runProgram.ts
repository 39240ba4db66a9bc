// Before the SDK, which it makes start sooner.
import "./quickSdk";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { InputError } from "../inputError";
import { declaredBy } from "./awsResources";
import type { AwsResource, Declared, Origin } from "./declared";

/** What a program is run with: what the engine would read from Pulumi.yaml and the stack's file. */
interface ProgramRun extends Origin {
  /** By full key; structured values as JSON, as the engine hands them over. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Runs the whole program, index.ts, in this process against a monitor in memory and collects what it
 * declares. Nothing is deployed and nobody is called; what AWS would fill in (ARNs) is made up in the
 * form AWS gives it.
 * Pulumi's runtime is one for the whole process, so runs wait for each other.
 * @throws what the program throws, such as the problems of its config
 */
export function runProgram(run: ProgramRun): Promise<Declared> {
  const running = lastRun.then(() => runAlone(run));
  lastRun = running.catch(() => undefined);
  return running;
}

const load = createRequire(__filename);
const PROGRAM = load.resolve("../../index");

let lastRun: Promise<unknown> = Promise.resolve();

async function runAlone(run: ProgramRun): Promise<Declared> {
  const resources: AwsResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        const properties = { ...given, ...filledIn(type, given, run) };
        const region = typeof given["region"] === "string" ? given["region"] : undefined;
        if (type.startsWith("aws:")) resources.push({ type, name, region, properties });
        return { id: name, state: properties };
      },
      call: () => ({ region: run.region, id: run.region, accountId: run.accountId }),
    },
    run.project,
    run.stack,
    false,
  );
  pulumi.runtime.setAllConfig({ ...run.config });
  // A program runs while it is loaded, so each run loads it anew.
  Reflect.deleteProperty(load.cache, PROGRAM);
  // The SDK records a stack trace for every promise of a resource; with thousands of models that is most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  try {
    load(PROGRAM);
    await pulumi.runtime.disconnect();
  } catch (error) {
    throw pulumi.RunError.isInstance(error) ? new InputError(wrongSettings(error)) : error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return declaredBy(resources, run);
}

/** What the program itself finds wrong with its config. */
function wrongSettings(error: Error): string {
  const all = pulumi.InputPropertiesError.isInstance(error) ? error.errors : [];
  return [
    error.message,
    ...all.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`),
  ].join("\n");
}

function filledIn(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  { region: usual, accountId }: Origin,
): Record<string, unknown> {
  const name = String(inputs["name"]);
  const region = typeof inputs["region"] === "string" ? inputs["region"] : usual;
  const arn = (service: string, rest: string): string =>
    `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${rest}`;
  switch (type) {
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { arn: arn("cloudwatch", `alarm:${name}`) };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", name) };
    case "aws:kms/key:Key":
      return { arn: arn("kms", "key/rehearsed"), keyId: "rehearsed" };
    // A rehearsal shows the mails that would be sent: to everybody who has confirmed.
    case "aws:sns/topicSubscription:TopicSubscription":
      return { pendingConfirmation: false };
    default:
      return {};
  }
}
