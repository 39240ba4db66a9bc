import { Account } from "../account";
import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { bag, Bag, text } from "../json";
import { attributesOf, autoName, Kind, REGION } from "../kind";
import { Shape } from "../shape";

const METRIC_NAME = { type: "string", required: true, max: 255, pattern: /^[^:*$]*$/ } as const;

const INPUTS: Shape = {
  applyOnTransformedLogs: { type: "boolean", computed: true },
  logGroupName: {
    type: "string",
    required: true,
    forceNew: true,
    max: 512,
    pattern: /^[.\-_/#A-Za-z0-9]+$/,
  },
  metricTransformation: {
    type: "object",
    required: true,
    fields: {
      // A text in the provider's schema, although AWS takes a number.
      defaultValue: { type: "string", pattern: /^-?\d+(\.\d+)?$/ },
      dimensions: { type: "map", of: { type: "string" } },
      name: METRIC_NAME,
      namespace: METRIC_NAME,
      unit: { type: "string", default: "None" },
      value: { type: "string", required: true, max: 100 },
    },
  },
  name: { type: "string", forceNew: true, max: 512, pattern: /^[^:*]*$/ },
  pattern: { type: "string", required: true, max: 1024 },
  region: REGION,
};

const MOST_FILTERS = 100;
const MOST_DIMENSIONS = 3;

/** PutMetricFilter is an upsert by log group and filter name; tags and ARN it has none. */
export const logMetricFilter: Kind = {
  type: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  label: "CloudWatch Logs Metric Filter",
  inputs: INPUTS,
  computed: [],
  autoName,

  async create(cloud, inputs, made) {
    await putFilter(cloud, inputs);
    made(text(inputs["name"]));
  },

  async update(cloud, { inputs }) {
    await putFilter(cloud, inputs);
  },

  async delete(cloud, name, state) {
    const key = filterKey(text(state["logGroupName"]), name);
    const call = callFor("DeleteMetricFilter", key);
    await cloud.make(call, (account) =>
      account.remove("filter", cloud.region, key) ? "deleted" : "nothing",
    );
  },

  find(cloud, id, state) {
    // An import names the filter as <log group>:<filter>.
    const [group = "", name = id] = id.includes(":") ? id.split(":") : [state["logGroupName"], id];
    const thing = cloud.look().get("filter", cloud.region, filterKey(text(group), name));
    return thing && { thing, id: name, outputs: { ...thing.attributes, name } };
  },
};

/** How the account and the journal name a filter. */
function filterKey(logGroup: string, name: string): string {
  return `${logGroup}:${name}`;
}

function callFor(call: string, name: string) {
  return { service: "CloudWatch Logs", call, kind: "filter", name } as const;
}

async function putFilter(cloud: Cloud, inputs: Bag): Promise<void> {
  const group = text(inputs["logGroupName"]);
  const key = filterKey(group, text(inputs["name"]));
  await cloud.make(callFor("PutMetricFilter", key), (account) => {
    const attributes = attributesOf(INPUTS, inputs);
    attributes["pattern"] = text(attributes["pattern"]).trim();
    const existing = account.get("filter", cloud.region, key);
    requireRoom(account, cloud.region, group, existing !== undefined);
    requireValidTransformation(bag(attributes["metricTransformation"]));
    account.put({ kind: "filter", region: cloud.region, name: key, attributes, tags: {} });
    return existing === undefined ? "created" : "overwrote";
  });
}

/** The log group must exist, be of the Standard class and hold fewer than 100 filters. */
function requireRoom(account: Account, region: string, group: string, exists: boolean): void {
  const logGroup = account.get("logGroup", region, group);
  if (logGroup === undefined) {
    throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
  }
  if (![undefined, "STANDARD"].includes(text(logGroup.attributes["logGroupClass"]) || undefined)) {
    throw new AwsError("InvalidOperationException", "The log group's class has no metric filters.");
  }
  const filters = account
    .all("filter")
    .filter(
      ({ region: place, attributes }) => place === region && attributes["logGroupName"] === group,
    );
  if (!exists && filters.length >= MOST_FILTERS) {
    throw new AwsError("LimitExceededException", "Resource limit exceeded.");
  }
}

/** The provider lets a default value beside dimensions through; AWS does not. */
function requireValidTransformation(transformation: Bag): void {
  const dimensions = Object.keys(bag(transformation["dimensions"])).length;
  if (dimensions > 0 && transformation["defaultValue"] !== undefined) {
    throw new AwsError(
      "InvalidParameterException",
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
    );
  }
  if (dimensions > MOST_DIMENSIONS) {
    throw new AwsError("InvalidParameterException", "A metric filter has at most 3 dimensions.");
  }
}
