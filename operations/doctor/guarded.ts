import { AwsCallError } from "../awsCall";
import type { Check } from "./check";

/** What is looked at, for the finding that it could not be. */
export type About = Pick<Check, "model" | "what" | "subject">;

/**
 * Does some checks. What AWS does not let us look at is a finding like any other and does not keep the other checks
 * from being done; it is a failure, for doctor's "all well" means that all was looked at.
 * @throws AwsCallError for credentials that no longer work: nothing more could be checked
 */
export async function guarded(
  about: About,
  checks: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await checks();
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.kind === "credentials") throw error;
    return [{ ...about, status: "failure", ...unchecked(error) }];
  }
}

function unchecked({
  kind,
  action,
  message,
  detail,
}: AwsCallError): Pick<Check, "found" | "advice"> {
  switch (kind) {
    case "access denied":
      return {
        found: `could not be checked: the IAM action ${action} is not allowed`,
        advice: `Allow it to your role; docs/operations.md has the policy that doctor needs. AWS says: ${detail}`,
      };
    case "throttled":
    case "unreachable":
      return { found: `could not be checked: ${message}`, advice: "Try again later." };
    default:
      return {
        found: `could not be checked: ${message}`,
        advice: "See what AWS says, and try again.",
      };
  }
}
