import { randomUUID } from "node:crypto";
import { Cloud } from "../cloud";
import { Bag, text } from "../json";
import { attributesOf, autoName, Kind, REGION } from "../kind";
import { Shape } from "../shape";

const INPUTS: Shape = {
  logGroupNames: { type: "list", of: { type: "string" }, max: 50 },
  name: { type: "string", max: 255 },
  queryString: { type: "string", required: true, max: 10_000 },
  region: REGION,
};

/** A saved query goes by an id AWS gives it: two of one name live side by side. */
export const queryDefinition: Kind = {
  type: "aws:cloudwatch/queryDefinition:QueryDefinition",
  label: "CloudWatch Logs Query Definition",
  inputs: INPUTS,
  computed: ["arn", "queryDefinitionId"],
  autoName,

  async create(cloud, inputs, made) {
    const id = randomUUID();
    await putQuery(cloud, id, inputs);
    made(id);
  },

  async update(cloud, { id, inputs }) {
    await putQuery(cloud, id, inputs);
  },

  async delete(cloud, id) {
    await cloud.make(callFor("DeleteQueryDefinition", id), (account) =>
      account.remove("queryDefinition", cloud.region, id) ? "deleted" : "nothing",
    );
  },

  find(cloud, id) {
    const thing = cloud.look().get("queryDefinition", cloud.region, id);
    const arn = cloud.arn("logs", `query-definition:${id}`);
    return thing && { thing, outputs: { ...thing.attributes, arn, queryDefinitionId: id } };
  },
};

function callFor(call: string, name: string) {
  return { service: "CloudWatch Logs", call, kind: "queryDefinition", name } as const;
}

async function putQuery(cloud: Cloud, id: string, inputs: Bag): Promise<void> {
  await cloud.make(callFor("PutQueryDefinition", id), (account) => {
    const existed = account.get("queryDefinition", cloud.region, id) !== undefined;
    const attributes = { ...attributesOf(INPUTS, inputs), name: text(inputs["name"]) };
    const region = cloud.region;
    account.put({ kind: "queryDefinition", region, name: id, attributes, tags: {} });
    return existed ? "changed" : "created";
  });
}
