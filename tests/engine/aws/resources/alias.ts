import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { Bag, text } from "../json";
import { Kind, REGION } from "../kind";

/** A name of a KMS key. */
export const alias: Kind = {
  type: "aws:kms/alias:Alias",
  label: "KMS Alias",
  inputs: {
    name: { type: "string", forceNew: true, max: 256, pattern: /^alias\/[\w/-]+$/ },
    region: REGION,
    targetKeyId: { type: "string", required: true },
  },
  computed: ["arn", "targetKeyArn"],
  autoName: (base) => ({ name: `alias/${base}` }),

  async create(cloud, inputs, made) {
    const name = text(inputs["name"]);
    await cloud.make(callFor("CreateAlias", name), (account) => {
      if (account.get("alias", cloud.region, name) !== undefined) {
        throw new AwsError(
          "AlreadyExistsException",
          `An alias with the name ${name} already exists`,
        );
      }
      const attributes = target(cloud, inputs);
      account.put({ kind: "alias", region: cloud.region, name, attributes, tags: {} });
      return "created";
    });
    made(name);
  },

  async update(cloud, { id, inputs }) {
    await cloud.make(callFor("UpdateAlias", id), (account) => {
      const attributes = target(cloud, inputs);
      account.put({ kind: "alias", region: cloud.region, name: id, attributes, tags: {} });
      return "changed";
    });
  },

  async delete(cloud, name) {
    await cloud.make(callFor("DeleteAlias", name), (account) =>
      account.remove("alias", cloud.region, name) ? "deleted" : "nothing",
    );
  },

  find(cloud, name) {
    const thing = cloud.look().get("alias", cloud.region, name);
    return thing && { thing, outputs: { ...thing.attributes, name, arn: cloud.arn("kms", name) } };
  },
};

function callFor(call: string, name: string) {
  return { service: "KMS", call, kind: "alias", name } as const;
}

/** The key an alias points at, which must exist. It may be given as an id or an ARN. */
function target(cloud: Cloud, inputs: Bag): Bag {
  const given = text(inputs["targetKeyId"]);
  const id = given.replace(/^arn:.*:key\//, "");
  if (cloud.look().get("key", cloud.region, id) === undefined) {
    throw new AwsError("NotFoundException", `Key '${given}' does not exist`);
  }
  return { targetKeyId: given, targetKeyArn: cloud.arn("kms", `key/${id}`) };
}
