import { docsPath } from "../files";
import { type Command, InvalidArgumentError } from "commander";
import { AwsCallError } from "../aws/awsCall";
import {
  type AwsSession,
  type AwsSessionOptions,
  type Identity,
  openSession,
  whoAmI,
} from "../aws/awsSession";
import type { Declared } from "../program/declared";
import {
  type ConfigSource,
  declaredIn,
  stackToRun,
  type StackToRun,
  withStackOptions,
} from "./project";
import { InputError } from "../inputError";

/** Options of every command that talks to AWS. */
export interface LiveOptions extends ConfigSource {
  readonly stack?: string;
  readonly endpointUrl?: string;
}

/** A stack in the account that it is deployed to. */
export interface LiveStack {
  readonly run: StackToRun;
  readonly declared: Declared;
  readonly identity: Identity;
  readonly session: AwsSession;
}

/** Adds the options that every command has that talks to AWS about a stack. */
export function withLiveOptions(command: Command): Command {
  return withEndpoint(withStackOptions(command));
}

/** Adds the option of every command that talks to AWS. */
export function withEndpoint(command: Command): Command {
  return command.option(
    "--endpoint-url <url>",
    "where to send the calls instead of AWS",
    parseEndpoint,
  );
}

function parseEndpoint(text: string): string {
  if (/^https?:\/\/[^/\s]+/.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError("expected a URL such as http://localhost:4566.");
}

/**
 * Finds out what a stack declares in the account that the credentials belong to, and does something with it.
 * @throws InputError for a stack file that is not well and for credentials or a network that do not work
 */
export async function onLiveStack(
  { stack, endpointUrl, ...source }: LiveOptions,
  use: (live: LiveStack) => Promise<number>,
): Promise<number> {
  const run = stackToRun(stack, source);
  return inAccount(run, endpointUrl, async (session, identity) => {
    const where = { region: session.region, accountId: identity.accountId };
    return use({ run, identity, session, declared: await declaredIn(run, where) });
  });
}

/** Where to find an account. */
interface Place extends Pick<AwsSessionOptions, "region" | "profile"> {
  /** The stack file that says so; undefined where options do. */
  readonly path?: string;
}

/**
 * Does something in the account that the credentials belong to.
 * @throws InputError for credentials or a network that do not work
 */
export async function inAccount(
  place: Place,
  endpointUrl: string | undefined,
  use: (session: AwsSession, identity: Identity) => Promise<number>,
): Promise<number> {
  const session = await opened(place, endpointUrl);
  try {
    return await use(session, await whoAmI(session));
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    throw new InputError(adviceOn(error, place));
  } finally {
    session.close();
  }
}

/**
 * For commands that act on an alarm or read its logs: the wrong account is a mistake of the user's.
 * @throws InputError where the stack does not allow the account
 */
export function expectAllowedAccount({ run, identity }: LiveStack): void {
  const { allowedAccounts, path } = run;
  if (allowedAccounts.length === 0 || allowedAccounts.includes(identity.accountId)) return;
  throw new InputError(
    `expected credentials for account ${allowedAccounts.join(" or ")} (aws:allowedAccountIds in ${path}), found those of ${identity.arn}`,
  );
}

async function opened(place: Place, endpoint: string | undefined): Promise<AwsSession> {
  const { region, profile, path } = place;
  try {
    return await openSession({ region, profile, endpoint });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const how =
      path === undefined
        ? "give --region"
        : `set aws:region in ${path} (\`pulumi config set aws:region eu-west-1\`)`;
    throw new InputError(`expected a region: ${how} or set AWS_REGION; ${reason}`);
  }
}

function adviceOn(error: AwsCallError, { profile, path = "--profile" }: Place): string {
  switch (error.kind) {
    case "credentials": {
      const whose = profile === undefined ? "" : ` for the profile ${profile} (${path})`;
      return `${error.message}\nexpected working credentials${whose}: sign in again (\`aws sso login${profile === undefined ? "" : ` --profile ${profile}`}\`) or set AWS_PROFILE; \`aws sts get-caller-identity\` shows whether it worked`;
    }
    case "unreachable":
      return `${error.message}\nis there a network, and is the region right? AWS_ENDPOINT_URL and --endpoint-url change where calls go`;
    case "access denied":
      return `${error.message}\nexpected credentials that may call ${error.action}: ${docsPath("operations.md")} lists what each command needs`;
    default:
      return error.message;
  }
}
