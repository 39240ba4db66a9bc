import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { KMSClient } from "@aws-sdk/client-kms";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { visibleText } from "../text";
import { AwsCallError, checked } from "./awsCall";

/** How to reach AWS. What is left out is found as every AWS tool finds it (environment, ~/.aws, SSO, roles). */
export interface AwsSessionOptions {
  /** Such as `eu-west-1`. @default AWS_REGION, else the profile's */
  readonly region?: string | undefined;
  /** A profile of ~/.aws/config. @default AWS_PROFILE, else `default` */
  readonly profile?: string | undefined;
  /** Where to send all calls, such as `http://localhost:4566`. @default AWS_ENDPOINT_URL, else AWS itself */
  readonly endpoint?: string | undefined;
  /**
   * How often a call is made in all while AWS throttles it or does not answer; waits grow in between.
   * @default AWS_MAX_ATTEMPTS, else 6
   */
  readonly attempts?: number | undefined;
  /** Milliseconds to wait for an answer. @default 30 seconds */
  readonly timeout?: number | undefined;
}

/** The clients of one account and region. All that is asked of them fails with an `AwsCallError`. */
export interface AwsSession {
  readonly region: string;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
  readonly sts: STSClient;
  readonly kms: KMSClient;
  readonly cloudTrail: CloudTrailClient;
  /** Closes the connections that are kept for the next call. */
  close(): void;
}

const ATTEMPTS = 6;
const TIMEOUT = 30_000;
const CONNECTION_TIMEOUT = 5_000;

/**
 * Makes the clients. Nobody is called yet, apart from reading ~/.aws where no region is given.
 * @throws Error "Region is missing" where neither the options nor the environment name one
 */
export async function openSession(options: AwsSessionOptions): Promise<AwsSession> {
  const { region, profile, endpoint, timeout = TIMEOUT } = options;
  const { AWS_MAX_ATTEMPTS: wanted = "" } = process.env;
  const attempts = options.attempts ?? (/^[1-9]\d?$/.test(wanted) ? Number(wanted) : ATTEMPTS);
  // The SDK warns of Node versions that its future releases will not run on; the release here is pinned.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const config = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: timeout,
      throwOnRequestTimeout: true,
    },
  };
  const clients = {
    cloudWatch: checked("cloudwatch", new CloudWatchClient(config)),
    logs: checked("logs", new CloudWatchLogsClient(config)),
    sns: checked("sns", new SNSClient(config)),
    sts: checked("sts", new STSClient(config)),
    kms: checked("kms", new KMSClient(config)),
    cloudTrail: checked("cloudtrail", new CloudTrailClient(config)),
  };
  const close = (): void => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, region: await clients.sts.config.region(), close };
}

/** Who calls AWS. */
export interface Identity {
  /** Twelve digits. */
  readonly accountId: string;
  /** The user's or the assumed role's ARN. */
  readonly arn: string;
}

/** Whose credentials these are. Needs no permission. */
export async function whoAmI({ sts }: AwsSession): Promise<Identity> {
  const { Account: accountId = "", Arn: arn = "" } = await sts.send(
    new GetCallerIdentityCommand({}),
  );
  if (/^\d{12}$/.test(accountId)) return { accountId, arn: visibleText(arn) };
  // Proxies and sign-in pages of networks answer, too, and with success.
  const detail = "something else answers in its place";
  throw new AwsCallError("sts:GetCallerIdentity", "unreachable", "NoAccount", detail);
}
