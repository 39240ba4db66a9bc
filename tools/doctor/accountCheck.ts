import type { Identity } from "../aws/awsSession";
import type { Check } from "./check";

/** Where a stack belongs, as its file says, and where its checks would look. */
export interface Place {
  readonly stack: string;
  /** The stack's file. */
  readonly path: string;
  /** `aws:allowedAccountIds`; none where all accounts may be. */
  readonly allowedAccounts: readonly string[];
  /** `aws:region`, if the file sets it. */
  readonly declaredRegion: string | undefined;
  /** The region that is looked at. */
  readonly region: string;
}

/** Are these the account and the region that are meant? Where the account is not, nothing else is worth a look. */
export function accountChecks(identity: Identity, place: Place): Check[] {
  return [account(identity, place), region(place)];
}

function account({ accountId, arn }: Identity, { path, allowedAccounts }: Place): Check {
  const about = { what: "account", subject: accountId };
  if (allowedAccounts.length === 0) {
    const found = `signed in as ${arn}; ${path} does not pin the account (aws:allowedAccountIds)`;
    return { ...about, status: "ok", found };
  }
  const allowed = allowedAccounts.join(" or ");
  if (allowedAccounts.includes(accountId)) {
    const found = `signed in as ${arn}; aws:allowedAccountIds in ${path} allows it`;
    return { ...about, status: "ok", found };
  }
  return {
    ...about,
    status: "failure",
    found: `signed in as ${arn}; aws:allowedAccountIds in ${path} allows only ${allowed}`,
    advice:
      `This is not the stack's account, so nothing else was checked. Sign in to account ${allowed} (AWS_PROFILE ` +
      `chooses one of your profiles), or set aws:profile in ${path}.`,
  };
}

function region({ stack, path, declaredRegion, region: subject }: Place): Check {
  const found =
    declaredRegion === undefined
      ? `from AWS_REGION or your profile; ${path} does not pin it ` +
        `(\`pulumi config set aws:region ${subject} --stack ${stack}\` does)`
      : `aws:region in ${path}`;
  return { what: "region", subject, status: "ok", found };
}
