import { InputError } from "../inputError";
import { declaredIn } from "./awsResources";
import {
  type AwsResource,
  type Declared,
  NO_ACCOUNT,
  parsedJson,
  placeOfArns,
  TYPES,
} from "./declared";
import { list, map, partsOfUrn, type Properties, text } from "./properties";

/**
 * Reads what is deployed from the output of `pulumi stack export`.
 * @param content the text of the file
 * @param name the file's name, for errors
 * @throws InputError where it is something else, or holds nothing that could be rehearsed
 */
export function stackState(content: string, name: string): Declared {
  const expected = `${name}: expected the JSON of \`pulumi stack export\``;
  const deployment = map(map(parsedJson(content, expected))["deployment"]);
  const resources = list(deployment["resources"]).map(map);
  if (resources.length === 0) {
    throw new InputError(`${expected} of a deployed stack, found no resources`);
  }
  const { stack, project } = partsOfUrn(text(resources[0]?.["urn"]));
  const regions = regionsByProvider(resources.filter(isThere));
  const all = resources
    .filter((resource) => resource["custom"] !== false && isThere(resource))
    .map((resource): AwsResource => {
      const properties = { ...map(resource["inputs"]), ...map(resource["outputs"]) };
      return {
        type: text(resource["type"]),
        name: nameIn(resource),
        region: regionOf(properties) ?? regions.get(providerOf(resource)),
        properties,
      };
    });
  // A stack is where its first alarm is, or else anything of it. Each alarm's mails go by its own ARN.
  const alarmsFirst = [...all.filter(({ type }) => type === TYPES.alarm), ...all];
  const arns = alarmsFirst.map(({ properties }) => properties["arn"]);
  const { region = "us-east-1", accountId = NO_ACCOUNT } = placeOfArns(arns);
  const origin = { project, stack, region, accountId };
  const notes = unfinished(resources, deployment);
  return declaredIn(all, origin, `${expected} of a stack`, { notes });
}

function nameIn(resource: Properties): string {
  return partsOfUrn(text(resource["urn"])).name;
}

/** Neither deleted by an update nor about to be. */
function isThere({ delete: isOld, pendingReplacement }: Properties): boolean {
  return isOld !== true && pendingReplacement !== true;
}

function isOfAlarms({ type }: Properties): boolean {
  return /^aws:(cloudwatch|sns)\//.test(text(type));
}

/** What an update has left half done, in sentences. */
function unfinished(resources: readonly Properties[], deployment: Properties): string[] {
  const old = resources
    .filter((one) => isOfAlarms(one) && !isThere(one))
    .map((one) => `what an update has replaced or deleted is left out: ${nameIn(one)}`);
  const pending = list(deployment["pending_operations"])
    .map(map)
    .filter((one) => isOfAlarms(map(one["resource"])))
    .map(
      (one) =>
        `whether ${nameIn(map(one["resource"]))} is there is not known: an update was interrupted while ${text(one["type"])} it (\`pulumi refresh\` asks AWS)`,
    );
  return [...old, ...pending];
}

/** The region that a resource says it is in, itself or by its ARN. */
export function regionOf(properties: Properties): string | undefined {
  const [, , , ofArn = ""] = text(properties["arn"]).split(":");
  const region = text(properties["region"]) || ofArn;
  return region === "" ? undefined : region;
}

/** The URN of a resource's provider, whose ID a preview may not know. */
export function providerOf({ provider }: Properties): string {
  return text(provider).replace(/::[^:]*$/, "");
}

/** Where the resources of each provider are that do not say so themselves: they are all in one region. */
export function regionsByProvider(resources: readonly Properties[]): ReadonlyMap<string, string> {
  const regions = new Map<string, string>();
  for (const resource of resources) {
    const isProvider = resource["type"] === "pulumi:providers:aws";
    const region = regionOf({ ...map(resource["inputs"]), ...map(resource["outputs"]) });
    if (region === undefined || !(isProvider || isOfAlarms(resource))) continue;
    const provider = isProvider ? text(resource["urn"]) : providerOf(resource);
    if (isProvider || !regions.has(provider)) regions.set(provider, region);
  }
  return regions;
}
