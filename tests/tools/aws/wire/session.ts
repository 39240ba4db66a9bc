import {
  type AwsSession,
  type AwsSessionOptions,
  openSession,
} from "../../../../tools/aws/awsSession";
import type { WireServer } from "./wireServer";

/** Credentials that no AWS would take, for commands and sessions that only call this machine, and do not wait long. */
export const TEST_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_MAX_ATTEMPTS: "2",
};

/** Runs something with a session against a server of the tests'. */
export async function withSession<T>(
  server: WireServer,
  use: (session: AwsSession) => Promise<T>,
  options: AwsSessionOptions = {},
): Promise<T> {
  Object.assign(process.env, TEST_CREDENTIALS);
  const session = await openSession({
    region: "eu-west-1",
    endpoint: server.endpoint,
    ...options,
  });
  try {
    return await use(session);
  } finally {
    session.close();
  }
}
