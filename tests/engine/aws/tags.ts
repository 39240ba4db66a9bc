import { Thing } from "./account";
import { Cloud } from "./cloud";
import { AwsError } from "./errors";

/** Tags by key. */
export type Tags = Record<string, string>;

/** The tags of a live thing that are the resource's own, not the provider's default ones. */
export function ownTags(live: Tags, defaults: Tags): Tags {
  return Object.fromEntries(Object.entries(live).filter(([key, value]) => defaults[key] !== value));
}

/** Brings the tags of a thing to what they should be, in a call of their own as in AWS. */
export async function retag(cloud: Cloud, { kind, region, name }: Thing, wanted: Tags) {
  const current = cloud.look().get(kind, region, name)?.tags ?? {};
  const gone = Object.keys(current).filter((key) => wanted[key] === undefined);
  const changed = Object.entries(wanted).some(([key, value]) => current[key] !== value);
  const steps: string[] = [...(gone.length > 0 ? ["UntagResource"] : [])];
  if (changed) steps.push("TagResource");
  for (const call of steps) {
    await cloud.make({ service: "Resource Groups Tagging", call, kind, name }, (account) => {
      const thing = account.get(kind, region, name);
      if (thing === undefined) throw new AwsError("ResourceNotFoundException", `no ${name}`);
      const kept = Object.entries(thing.tags).filter(([key]) => !gone.includes(key));
      thing.tags = { ...Object.fromEntries(kept), ...(call === "TagResource" && wanted) };
      return "changed";
    });
  }
}
