import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { awsCall } from "./awsCall";
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
  const { Account: accountId = "", Arn: arn = "" } = await awsCall("sts:GetCallerIdentity", () =>
    sts.send(new GetCallerIdentityCommand({})),
  );
  return { accountId, arn };
}
