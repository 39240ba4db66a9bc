import { partitionOf } from "../../components/cloudwatch/consoleLinks";
import { type AwsResource, type Origin, TYPES } from "./declared";
import { UNKNOWN } from "./given";

/** A resource that is planned: what AWS will fill in is not known, or not there. */
export interface PlannedResource extends AwsResource {
  /** What others refer to it by. */
  readonly id: string;
  /** What a property's value is made of, by the ids of other resources. */
  readonly references: Readonly<Record<string, readonly string[]>>;
}

/**
 * Gives planned resources what AWS will fill in, in the form in which AWS gives it, and what refers to that its value.
 * A reference that could mean several things stays unknown.
 */
export function filledInAll(planned: readonly PlannedResource[], origin: Origin): AwsResource[] {
  const all = planned.map((resource) => ({
    ...resource,
    properties: { ...resource.properties, ...filledIn(resource, origin) },
  }));
  const byId = new Map(all.map((resource) => [resource.id, resource]));
  return all.map(({ type, name, properties, references }) => {
    const known = Object.entries(references).flatMap(([key, ids]) => {
      const values = ids.flatMap((id) => referenced(byId.get(id), key) ?? []);
      const value = resolved(properties[key], [...new Set(values)]);
      return value === undefined ? [] : [[key, value] as const];
    });
    const { region } = properties;
    return {
      ...{ type, name, region: typeof region === "string" ? region : undefined },
      properties: { ...properties, ...Object.fromEntries(known) },
    };
  });
}

/** What AWS fills in of a new resource. What is set stays: a plan may know it. */
export function filledIn(
  { type, name, properties }: AwsResource,
  { region: usual, accountId }: Omit<Origin, "project" | "stack">,
): Record<string, unknown> {
  const given = isKnown(properties["name"]) ? properties["name"] : name;
  const region = typeof properties["region"] === "string" ? properties["region"] : usual;
  const arn = (service: string, rest: string): string => {
    const own = properties["arn"];
    return isKnown(own)
      ? own
      : `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${rest}`;
  };
  switch (type) {
    case TYPES.alarm:
      return { name: given, arn: arn("cloudwatch", `alarm:${given}`) };
    case TYPES.topic:
      return { name: given, arn: arn("sns", given) };
    case TYPES.logGroup:
      return { name: given, arn: arn("logs", `log-group:${given}`) };
    case TYPES.filter:
    case TYPES.function:
      return { name: given };
    case TYPES.key:
      return { arn: arn("kms", "key/rehearsed"), keyId: "rehearsed" };
    // Who is new gets the mails that a rehearsal shows: as if they had confirmed.
    case TYPES.subscription:
      return { pendingConfirmation: properties["pendingConfirmation"] === true };
    default:
      return {};
  }
}

function isKnown(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value !== UNKNOWN;
}

/** What a property that refers to a resource holds of it. */
function referenced(resource: AwsResource | undefined, key: string): unknown {
  switch (resource?.type) {
    case TYPES.topic:
    case TYPES.key:
      return resource.properties["arn"];
    case TYPES.alarm:
    // Its ID is its name.
    case TYPES.filter:
      return resource.properties["name"];
    case TYPES.logGroup:
      return resource.properties[/arn/i.test(key) ? "arn" : "name"];
    default:
      return undefined;
  }
}

/** @returns undefined where there is nothing to put in, or no telling what */
function resolved(value: unknown, values: readonly unknown[]): unknown {
  if (value === UNKNOWN) return values.length === 1 ? values[0] : undefined;
  if (!Array.isArray(value) || !value.includes(UNKNOWN)) return undefined;
  const known: unknown[] = value.filter((item) => item !== UNKNOWN);
  const isEach = value.length - known.length === values.length;
  // Lists of actions have no order.
  return isEach ? [...known, ...values] : undefined;
}
