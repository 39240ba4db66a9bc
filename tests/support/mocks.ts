import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** A resource as the program registered it with the mocked engine. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** As the real engine forms it: with the types of all parents. */
  readonly urn: string;
  /** The parent's URN; empty for a resource at the top. */
  readonly parent: string;
  /** Reference to an explicit provider; empty for the stack's own. */
  readonly provider: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of what has to be there first. */
  readonly dependencies: readonly string[];
  /** What a component gave to `registerOutputs`; undefined where it never called it. */
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
}

/** A question to the mocked AWS provider. */
export interface Called {
  readonly token: string;
  readonly provider: string;
}

/** Account and region that the mocked AWS provider answers with. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

export interface MockedStack {
  readonly project?: string;
  readonly stack?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** What only AWS can tell, such as an ARN, is not known yet. */
  readonly preview?: boolean;
  /** All log groups that there are. @default nobody can tell */
  readonly logGroups?: readonly string[];
  /** The addresses that have clicked the link in AWS's mail. */
  readonly confirmed?: readonly string[];
}

/** What a program left behind. */
export interface MockedRun<T> {
  readonly result: T;
  /** In the order of their URNs; that of their registration is not always the same. */
  readonly resources: readonly Registered[];
  readonly calls: readonly Called[];
}

/** Runs `program` against a mocked engine and waits for everything that it registers. */
export async function withMocks<T>(
  mocked: MockedStack,
  program: () => T | Promise<T>,
): Promise<MockedRun<T>> {
  const { project = "classification-rate", stack = "dev", region = REGION } = mocked;
  const calls: Called[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        const known = mocked.preview === true ? {} : computed(type, name, given, mocked);
        return { id: `${name}-id`, state: { ...given, ...known } };
      },
      call: ({ token, inputs, provider = "" }) => {
        calls.push({ token, provider });
        const { logGroupNamePrefix = "" } = inputs as { logGroupNamePrefix?: string };
        if (token === "aws:cloudwatch/getLogGroups:getLogGroups" && mocked.logGroups) {
          const names = mocked.logGroups.filter((name) => name.startsWith(logGroupNamePrefix));
          return { logGroupNames: names };
        }
        return token === "aws:index/getRegion:getRegion"
          ? { region, id: region, name: region }
          : { accountId: ACCOUNT };
      },
    },
    project,
    stack,
    mocked.preview ?? false,
  );
  const resources = recordRegistrations();
  pulumi.runtime.setAllConfig({ "aws:region": region, ...mocked.config });
  const result = await withShortTraces(async () => {
    const value = await program();
    await pulumi.runtime.disconnect();
    return value;
  });
  resources.sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return { result, resources, calls };
}

/** Pulumi's SDK captures stack traces for every resource, which is most of the time of a mocked run. */
async function withShortTraces<T>(run: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  try {
    return await run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * Listens in on the mocked engine, for the mocks themselves see neither a resource's parent nor a
 * component's outputs.
 */
function recordRegistrations(): Registered[] {
  const monitor: unknown = pulumi.runtime.getMonitor();
  assert(monitor instanceof MockMonitor);
  const resources: (Registered & { outputs: Registered["outputs"] })[] = [];

  type Callback = Parameters<MockMonitor["registerResource"]>[1];
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback: Callback) => {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const inputs = request.getObject();
    assert(inputs !== undefined, name);
    resources.push({
      ...{ type, name, parent, urn: urnOf(parent, type, name), provider: request.getProvider() },
      inputs: pulumi.runtime.deserializeProperties(inputs),
      dependencies: request.getDependenciesList(),
      outputs: undefined,
    });
    return register(request, callback);
  };
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (
    request: RegisterResourceOutputsRequest,
    callback: Callback,
  ) => {
    const resource = resources.find(({ urn }) => urn === request.getUrn());
    assert(resource !== undefined, request.getUrn());
    resource.outputs = request.getOutputs()?.toJavaScript() ?? {};
    registerOutputs(request, callback);
  };
  // The mocked engine's own URNs know the direct parent's type alone.
  Reflect.set(monitor, "newUrn", urnOf);
  return resources;
}

function urnOf(parent: string, type: string, name: string): string {
  const [, parents] = parent.split("::").slice(1);
  const types = parents === undefined ? type : `${parents}$${type}`;
  return `urn:pulumi:${[pulumi.getStack(), pulumi.getProject(), types, name].join("::")}`;
}

/** What AWS fills in. */
function computed(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  { region = REGION, confirmed = [] }: MockedStack,
): Record<string, unknown> {
  const partition = region.startsWith("cn-") ? "aws-cn" : "aws";
  const arn = (service: string, rest: string): string =>
    `arn:${partition}:${service}:${region}:${ACCOUNT}:${rest}`;
  switch (type) {
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { arn: arn("cloudwatch", `alarm:${String(inputs["name"])}`) };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", String(inputs["name"])) };
    case "aws:sns/topicSubscription:TopicSubscription":
      return { pendingConfirmation: !confirmed.includes(String(inputs["endpoint"])) };
    case "aws:kms/key:Key":
      return { arn: arn("kms", `key/${name}`), keyId: name };
    default:
      return {};
  }
}

/** The value of an output once it is known. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
