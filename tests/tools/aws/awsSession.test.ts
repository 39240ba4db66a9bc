import assert from "node:assert/strict";
import { join } from "node:path";
import { type AwsSession, openSession, whoAmI } from "../../../tools/aws/awsSession";
import { captured, inFolder } from "../../support/folders";
import { TEST_CREDENTIALS } from "./wire/session";
import { WireServer } from "./wire/wireServer";

const CONFIG = `[default]
region = us-east-2

[profile live]
region = eu-north-1
`;

const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret

[live]
aws_access_key_id = AKIALIVE
aws_secret_access_key = secret
`;

/** With ~/.aws as above, or with another config file, and no other settings in the environment than these. */
async function withAws<T>(
  environment: Readonly<Record<string, string>>,
  use: () => Promise<T>,
  config = CONFIG,
): Promise<T> {
  const before = awsVariables();
  try {
    return await inFolder({ config, credentials: CREDENTIALS }, (folder) => {
      forgetAwsVariables();
      Object.assign(process.env, {
        AWS_CONFIG_FILE: join(folder, "config"),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...environment,
      });
      return use();
    });
  } finally {
    forgetAwsVariables();
    Object.assign(process.env, before);
  }
}

function awsVariables(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name.startsWith("AWS_")),
  );
}

function forgetAwsVariables(): void {
  for (const name of Object.keys(awsVariables())) Reflect.deleteProperty(process.env, name);
}

/** A session's region and access key, once for each client. */
async function settings({ cloudWatch, logs, sns, sts }: AwsSession): Promise<string[]> {
  const all = [cloudWatch, logs, sns, sts].map(async ({ config }) => {
    const { accessKeyId } = await config.credentials();
    return `${await config.region()} ${accessKeyId}`;
  });
  return [...new Set(await Promise.all(all))];
}

describe("a session with AWS", () => {
  it("uses a profile's region and credentials in every client", async () => {
    await withAws({}, async () => {
      assert.deepEqual(await settings(await openSession({})), ["us-east-2 AKIADEFAULT"]);
      const live = await openSession({ profile: "live" });
      assert.deepEqual(await settings(live), ["eu-north-1 AKIALIVE"]);
      assert.equal(live.region, "eu-north-1");
    });
  });

  it("uses AWS_PROFILE where no profile is given", async () => {
    await withAws({ AWS_PROFILE: "live" }, async () => {
      assert.deepEqual(await settings(await openSession({})), ["eu-north-1 AKIALIVE"]);
    });
  });

  it("prefers what it is given to the environment", async () => {
    await withAws({ ...TEST_CREDENTIALS, AWS_REGION: "us-west-1" }, async () => {
      const session = await openSession({ region: "eu-west-1", profile: "live" });
      // The SDK warns, once a process, that the environment's keys are not used.
      await captured(async () => {
        assert.deepEqual(await settings(session), ["eu-west-1 AKIALIVE"]);
        return 0;
      });
    });
    await withAws({ AWS_REGION: "us-west-1" }, async () => {
      assert.equal((await openSession({ profile: "live" })).region, "us-west-1");
    });
  });

  it("says that no region is known", async () => {
    await withAws({}, () => assert.rejects(openSession({}), /Region is missing/), "");
  });

  it("sends its calls to AWS_ENDPOINT_URL, unless an endpoint is given", async () => {
    const answers = (Account: string) => ({
      "sts:GetCallerIdentity": () => ({ Account, Arn: `arn:aws:iam::${Account}:user/ann` }),
    });
    const servers = await Promise.all([
      WireServer.start(answers("111111111111")),
      WireServer.start(answers("222222222222")),
    ]);
    const [first, second] = servers;
    try {
      await withAws({ AWS_ENDPOINT_URL: first.endpoint }, async () => {
        const [named, given] = [
          await openSession({ attempts: 1 }),
          await openSession({ attempts: 1, endpoint: second.endpoint }),
        ];
        assert.equal((await whoAmI(named)).accountId, "111111111111");
        assert.equal((await whoAmI(given)).accountId, "222222222222");
        named.close();
        given.close();
      });
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
});
