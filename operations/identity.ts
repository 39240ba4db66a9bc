import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { awsCall, AwsCallError } from "./awsCall";
import type { AwsSession } from "./awsSession";

/** Who calls AWS. */
export interface Identity {
  /** Twelve digits. */
  readonly accountId: string;
  /** The user's or the assumed role's ARN. */
  readonly arn: string;
}

/**
 * Whose credentials these are. Needs no permission.
 * @throws AwsCallError
 */
export async function whoAmI({ sts }: AwsSession): Promise<Identity> {
  const action = "sts:GetCallerIdentity";
  const { Account: accountId = "", Arn: arn = "" } = await awsCall(action, () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  if (/^\d{12}$/.test(accountId)) return { accountId, arn };
  // Proxies and sign-in pages of networks answer, too, and with success.
  throw new AwsCallError(action, "unreachable", "NoAccount", "something else answers in its place");
}
