import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it with the mocked engine. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Account and region that the mocked AWS provider answers with. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

export interface MockedStack {
  readonly project?: string;
  readonly stack?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Runs `program` against a mocked engine.
 * @returns what the program returned and every resource that it registered, by registration
 */
export async function withMocks<T>(
  { project = "classification-rate", stack = "dev", config = {} }: MockedStack,
  program: () => T | Promise<T>,
): Promise<{ result: T; resources: Registered[] }> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        resources.push({ type, name, inputs: given });
        return { id: `${name}-id`, state: { ...given, ...computed(type, name, given) } };
      },
      call: ({ token }) =>
        token === "aws:index/getRegion:getRegion"
          ? { region: REGION, id: REGION, name: REGION }
          : { accountId: ACCOUNT },
    },
    project,
    stack,
    false,
  );
  pulumi.runtime.setAllConfig({ "aws:region": REGION, ...config });
  const result = await program();
  await settled();
  return { result, resources };
}

/** What AWS fills in. */
function computed(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const arn = (service: string, rest: string): string =>
    `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
  switch (type) {
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return { arn: arn("cloudwatch", `alarm:${String(inputs["name"])}`) };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", String(inputs["name"])) };
    case "aws:sns/topicSubscription:TopicSubscription":
      return { pendingConfirmation: true };
    case "aws:kms/key:Key":
      return { arn: arn("kms", `key/${name}`), keyId: name };
    default:
      return {};
  }
}

/** Waits for everything that the program registered. */
async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}

/** The value of an output once it is known. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
