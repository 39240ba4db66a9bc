import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { Bag, text } from "../json";
import { autoName, Kind } from "../kind";

/** IAM knows no regions. */
export const GLOBAL = "global";

/** A policy inside a role. The role belongs to somebody else and must exist. */
export const rolePolicy: Kind = {
  type: "aws:iam/rolePolicy:RolePolicy",
  label: "IAM Role Policy",
  inputs: {
    name: { type: "string", forceNew: true, max: 128, pattern: /^[\w+=,.@-]+$/ },
    policy: { type: "json", required: true, max: 10_240 },
    role: { type: "string", required: true, forceNew: true },
  },
  computed: [],
  autoName,

  async create(cloud, inputs, made) {
    made(await putPolicy(cloud, inputs));
  },

  async update(cloud, { inputs }) {
    await putPolicy(cloud, inputs);
  },

  async delete(cloud, id) {
    await cloud
      .in(GLOBAL)
      .make(callFor("DeleteRolePolicy", id), (account) =>
        account.remove("rolePolicy", GLOBAL, id) ? "deleted" : "nothing",
      );
  },

  find(cloud, id) {
    const thing = cloud.look().get("rolePolicy", GLOBAL, id);
    return thing && { thing, outputs: thing.attributes };
  },
};

function callFor(call: string, name: string) {
  return { service: "IAM", call, kind: "rolePolicy", name } as const;
}

async function putPolicy(cloud: Cloud, inputs: Bag): Promise<string> {
  const [role, name] = [text(inputs["role"]), text(inputs["name"])];
  const id = `${role}:${name}`;
  await cloud.in(GLOBAL).make(callFor("PutRolePolicy", id), (account) => {
    if (account.get("role", GLOBAL, role) === undefined) {
      throw new AwsError("NoSuchEntity", `The role with name ${role} cannot be found.`);
    }
    const existed = account.get("rolePolicy", GLOBAL, id) !== undefined;
    const attributes = { role, name, policy: text(inputs["policy"]) };
    account.put({ kind: "rolePolicy", region: GLOBAL, name: id, attributes, tags: {} });
    return existed ? "overwrote" : "created";
  });
  return id;
}
