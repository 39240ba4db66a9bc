import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { strings, text } from "../json";
import { autoName, Kind, REGION, TAGS } from "../kind";

/** The days CloudWatch Logs can keep events; 0 and absence mean for ever. */
const RETENTION = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

/** Unlike alarms and filters a log group is not taken over: creating an existing one fails. */
export const logGroup: Kind = {
  type: "aws:cloudwatch/logGroup:LogGroup",
  label: "CloudWatch Logs Log Group",
  inputs: {
    logGroupClass: { type: "string", forceNew: true, computed: true },
    name: { type: "string", forceNew: true, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ },
    region: REGION,
    retentionInDays: { type: "number", oneOf: RETENTION },
    tags: TAGS,
  },
  computed: ["arn"],
  taggable: true,
  autoName,

  async create(cloud, inputs, made) {
    const name = text(inputs["name"]);
    const attributes = { logGroupClass: inputs["logGroupClass"] ?? "STANDARD" };
    await cloud.make(callFor("CreateLogGroup", name), (account) => {
      if (account.get("logGroup", cloud.region, name) !== undefined) {
        throw new AwsError(
          "ResourceAlreadyExistsException",
          "The specified log group already exists",
        );
      }
      const tags = strings(inputs["tags"]);
      account.put({ kind: "logGroup", region: cloud.region, name, attributes, tags });
      return "created";
    });
    made(name);
    const days = Number(inputs["retentionInDays"] ?? 0);
    if (days > 0) await keepFor(cloud, name, days);
  },

  async update(cloud, { id, inputs, changed }) {
    if (changed.has("retentionInDays")) {
      await keepFor(cloud, id, Number(inputs["retentionInDays"] ?? 0));
    }
  },

  /** Deleting a log group takes its metric filters along. */
  async delete(cloud, name) {
    await cloud.make(callFor("DeleteLogGroup", name), (account) => {
      if (!account.remove("logGroup", cloud.region, name)) return "nothing";
      for (const filter of account.all("filter")) {
        if (filter.region !== cloud.region || filter.attributes["logGroupName"] !== name) continue;
        account.remove("filter", cloud.region, filter.name);
      }
      return "deleted";
    });
  },

  find(cloud, name) {
    const thing = cloud.look().get("logGroup", cloud.region, name);
    const arn = cloud.arn("logs", `log-group:${name}`);
    return thing && { thing, outputs: { ...thing.attributes, name, arn } };
  },
};

function callFor(call: string, name: string) {
  return { service: "CloudWatch Logs", call, kind: "logGroup", name } as const;
}

/** Sets how long events are kept; 0 days: for ever. */
async function keepFor(cloud: Cloud, name: string, days: number): Promise<void> {
  const call = days > 0 ? "PutRetentionPolicy" : "DeleteRetentionPolicy";
  await cloud.make(callFor(call, name), (account) => {
    const thing = account.get("logGroup", cloud.region, name);
    if (thing === undefined) {
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    }
    const { retentionInDays: _, ...others } = thing.attributes;
    thing.attributes = days > 0 ? { ...others, retentionInDays: days } : others;
    return "changed";
  });
}
