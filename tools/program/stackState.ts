import { declaredBy } from "./awsResources";
import { type AwsResource, type Declared, NO_ACCOUNT } from "./declared";
import { list, map, text } from "./properties";
import { InputError } from "../inputError";

/** Marks a secret in a state (Pulumi's property encoding). */
const SECRET = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Reads what is deployed from the output of `pulumi stack export`.
 * @param content the text of the file
 * @param name the file's name, for errors
 */
export function stackState(content: string, name: string): Declared {
  const state = parsed(content, name);
  const resources = list(map(map(state)["deployment"])["resources"]).map(map);
  if (resources.length === 0) {
    throw new InputError(
      `${name}: expected the JSON of \`pulumi stack export\` of a deployed stack, found no resources`,
    );
  }
  const aws = resources.flatMap((resource): AwsResource[] => {
    const type = text(resource["type"]);
    if (!type.startsWith("aws:")) return [];
    const properties = { ...map(resource["inputs"]), ...map(resource["outputs"]) };
    return [{ type, properties: plain(properties) }];
  });
  const [, , stack = "", project = ""] =
    /^urn:pulumi:((.*?)::(.*?))::/.exec(text(resources[0]?.["urn"])) ?? [];
  const arn = aws.map(({ properties }) => text(properties["arn"])).find(isRegionalArn) ?? "";
  const [, , , region = "us-east-1", accountId = NO_ACCOUNT] = arn === "" ? [] : arn.split(":");
  return declaredBy(aws, { project, stack, region, accountId });
}

function parsed(content: string, name: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new InputError(
      `${name}: expected the JSON of \`pulumi stack export\`, found something else`,
    );
  }
}

function isRegionalArn(arn: string): boolean {
  return /^arn:[^:]+:[^:]+:[^:]+:\d{12}:/.test(arn);
}

/** Secrets in clear where the export has them in clear (`--show-secrets`), else as empty text. */
function plain(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item)]));
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  const entries = map(value);
  if (entries[SECRET] !== SECRET_SIGNATURE) return plain(entries);
  try {
    return plainValue(JSON.parse(text(entries["plaintext"])));
  } catch {
    return "";
  }
}
