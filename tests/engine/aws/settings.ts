import { ACCOUNT_ID, AccountFile } from "./account";
import { Cloud } from "./cloud";
import { bag, Json, list, parseJson, strings } from "./json";
import { Tags } from "./tags";

/** The provider's config, as a stack's keys aws:... or an explicit provider give it. */
export interface Settings {
  readonly cloud: Cloud;
  /** Tags every taggable resource gets. */
  readonly defaultTags: Tags;
}

/** The account's file is named by this variable. */
export const ACCOUNT_VARIABLE = "FAKE_AWS_ACCOUNT";

/**
 * Reads the provider's config. As the real provider it demands a region, and it refuses to work in
 * an account that is not among `allowedAccountIds`.
 */
export function readSettings(config: Readonly<Record<string, string>>): Settings {
  const path = process.env[ACCOUNT_VARIABLE];
  if (path === undefined) throw new Error(`${ACCOUNT_VARIABLE} must name the account's file`);
  const region = config["region"] ?? process.env["AWS_REGION"] ?? "";
  if (region === "") {
    throw new Error("Missing region configuration: set one with `pulumi config set aws:region`");
  }
  const allowed = list(value(config["allowedAccountIds"]));
  if (allowed.length > 0 && !allowed.map(String).includes(ACCOUNT_ID)) {
    throw new Error(`AWS account ID not allowed: ${ACCOUNT_ID}`);
  }
  const defaultTags = strings(bag(value(config["defaultTags"]))["tags"]);
  return { cloud: new Cloud(new AccountFile(path), region), defaultTags };
}

/** Values that are not texts come as JSON. */
function value(source: string | undefined): Json | undefined {
  return source === undefined ? undefined : parseJson(source);
}
