import { InputError } from "../inputError";
import { declaredBy } from "./awsResources";
import { type AwsResource, type Declared, NO_ACCOUNT } from "./declared";
import { list, map, text } from "./properties";

/**
 * Reads what is deployed from the output of `pulumi stack export`.
 * @param content the text of the file
 * @param name the file's name, for errors
 * @throws InputError where it is something else, or holds nothing that could be rehearsed
 */
export function stackState(content: string, name: string): Declared {
  const expected = `${name}: expected the JSON of \`pulumi stack export\``;
  const resources = list(map(map(parsed(content, expected))["deployment"])["resources"]).map(map);
  if (resources.length === 0) {
    throw new InputError(`${expected} of a deployed stack, found no resources`);
  }
  const [, , stack = "", project = ""] =
    /^urn:pulumi:((.*?)::(.*?))::/.exec(text(resources[0]?.["urn"])) ?? [];
  const all = resources.map((resource): AwsResource => {
    const urn = text(resource["urn"]);
    return {
      type: text(resource["type"]),
      name: urn.slice(urn.lastIndexOf("::") + 2),
      properties: { ...map(resource["inputs"]), ...map(resource["outputs"]) },
    };
  });
  const declared = declaredBy(all, { project, stack, ...placeOf(all) });
  if (declared.filters.length > 0) return declared;
  const reasons = declared.refused.map(({ text: reason }) => `\n  ${reason}`).join("");
  throw new InputError(
    `${expected} of a stack with metric filters, as a rehearsal replays log events; found none that can be read${reasons}`,
  );
}

function parsed(content: string, expected: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new InputError(`${expected}, found something else`);
  }
}

/** Where a stack is: where its first alarm is, or else anything of it. Each alarm's mails go by its own ARN. */
function placeOf(resources: readonly AwsResource[]): { region: string; accountId: string } {
  const arnOf = (those: readonly AwsResource[]): string | undefined =>
    those
      .map(({ properties }) => text(properties["arn"]))
      .find((arn) => /^arn:[^:]+:[^:]+:[^:]+:\d{12}:/.test(arn));
  const alarms = resources.filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
  const arn = arnOf(alarms) ?? arnOf(resources) ?? `arn:aws:any:us-east-1:${NO_ACCOUNT}:`;
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { region, accountId };
}
