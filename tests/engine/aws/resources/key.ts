import { randomUUID } from "node:crypto";
import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { Bag, strings } from "../json";
import { attributesOf, Kind, REGION, TAGS } from "../kind";
import { Shape } from "../shape";

const INPUTS: Shape = {
  deletionWindowInDays: { type: "number", min: 7 },
  description: { type: "string", max: 8192 },
  enableKeyRotation: { type: "boolean" },
  isEnabled: { type: "boolean", default: true },
  policy: { type: "json", computed: true },
  region: REGION,
  tags: TAGS,
};

/** The AWS call that changes each input of a key. */
const CALLS: Readonly<Record<string, string>> = {
  description: "UpdateKeyDescription",
  enableKeyRotation: "EnableKeyRotation",
  isEnabled: "EnableKey",
  policy: "PutKeyPolicy",
};

/** A KMS key. AWS deletes none at once: a deleted key stays in the account, marked for deletion. */
export const key: Kind = {
  type: "aws:kms/key:Key",
  label: "KMS Key",
  inputs: INPUTS,
  computed: ["arn", "keyId"],
  taggable: true,

  async create(cloud, inputs, made) {
    const id = randomUUID();
    await cloud.make(callFor("CreateKey", id), (account) => {
      const attributes = attributesOf(INPUTS, inputs);
      const tags = strings(inputs["tags"]);
      account.put({ kind: "key", region: cloud.region, name: id, attributes, tags });
      return "created";
    });
    made(id);
  },

  async update(cloud, { id, inputs, changed }) {
    for (const name of changed) {
      await changeKey(cloud, CALLS[name] ?? "UpdateKey", id, (attributes) => {
        const { [name]: _, ...others } = attributes;
        const value = attributesOf(INPUTS, inputs)[name];
        return value === undefined ? others : { ...others, [name]: value };
      });
    }
  },

  async delete(cloud, id) {
    await changeKey(cloud, "ScheduleKeyDeletion", id, (attributes) => ({
      ...attributes,
      pendingDeletion: true,
    }));
  },

  find(cloud, id) {
    const thing = cloud.look().get("key", cloud.region, id);
    if (thing === undefined || thing.attributes["pendingDeletion"] === true) return undefined;
    const arn = cloud.arn("kms", `key/${id}`);
    return { thing, outputs: { ...thing.attributes, arn, keyId: id } };
  },
};

function callFor(call: string, name: string) {
  return { service: "KMS", call, kind: "key", name } as const;
}

async function changeKey(
  cloud: Cloud,
  call: string,
  id: string,
  change: (attributes: Bag) => Bag,
): Promise<void> {
  await cloud.make(callFor(call, id), (account) => {
    const thing = account.get("key", cloud.region, id);
    if (thing === undefined) throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
    thing.attributes = change(thing.attributes);
    return call === "ScheduleKeyDeletion" ? "deleted" : "changed";
  });
}
