import { Cloud } from "../cloud";
import { bag, Bag, list, strings, text } from "../json";
import { attributesOf, autoName, Kind, REGION, TAGS } from "../kind";
import { Failure, Field, Shape } from "../shape";
import { requireValidAlarm } from "./metricAlarmRules";

const TEXT: Field = { type: "string" };
const ACTIONS: Field = { type: "set", of: TEXT };
const DIMENSIONS: Field = { type: "map", of: TEXT };

const METRIC: Shape = {
  dimensions: DIMENSIONS,
  metricName: { type: "string", required: true, max: 255 },
  namespace: { type: "string", max: 255, pattern: /^[^:].*/ },
  period: { type: "number", required: true },
  stat: { type: "string", required: true },
  unit: TEXT,
};

const QUERY: Shape = {
  accountId: TEXT,
  expression: { type: "string", max: 1024 },
  id: { type: "string", required: true, max: 255 },
  label: TEXT,
  metric: { type: "object", fields: METRIC },
  period: { type: "number" },
  returnData: { type: "boolean" },
};

const WITH_QUERIES = ["metricQueries"];

const INPUTS: Shape = {
  actionsEnabled: { type: "boolean", default: true },
  alarmActions: ACTIONS,
  alarmDescription: { type: "string", max: 1024 },
  comparisonOperator: {
    type: "string",
    oneOf: [
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "LessThanThreshold",
      "LessThanOrEqualToThreshold",
    ],
  },
  datapointsToAlarm: { type: "number", min: 1 },
  dimensions: { ...DIMENSIONS, conflictsWith: WITH_QUERIES },
  evaluationPeriods: { type: "number", min: 1 },
  insufficientDataActions: { ...ACTIONS, max: 5 },
  metricName: { type: "string", max: 255, conflictsWith: WITH_QUERIES },
  metricQueries: { type: "set", of: { type: "object", fields: QUERY } },
  name: { type: "string", max: 255, forceNew: true },
  namespace: { type: "string", max: 255, pattern: /^[^:].*/, conflictsWith: WITH_QUERIES },
  okActions: { ...ACTIONS, max: 5 },
  period: { type: "number", conflictsWith: WITH_QUERIES },
  region: REGION,
  statistic: { type: "string", conflictsWith: WITH_QUERIES },
  tags: TAGS,
  threshold: { type: "number" },
  treatMissingData: {
    type: "string",
    default: "missing",
    oneOf: ["breaching", "notBreaching", "ignore", "missing"],
  },
  unit: TEXT,
};

/**
 * PutMetricAlarm is an upsert by name, and DeleteAlarms knows nothing but the name: two resources
 * of one name overwrite each other, and the first to be deleted takes the alarm away from both.
 */
export const metricAlarm: Kind = {
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  label: "CloudWatch Metric Alarm",
  inputs: INPUTS,
  computed: ["arn"],
  taggable: true,
  autoName,

  check(inputs: Bag): Failure[] {
    const queries = list(inputs["metricQueries"]).map(bag);
    const periods = queries.map((query) => bag(query["metric"])["period"] ?? query["period"]);
    return [
      ...[inputs["period"], ...periods].flatMap((period) =>
        typeof period !== "number" || isPeriod(period)
          ? []
          : [{ property: "period", reason: `${period} is not 10, 20, 30 or n * 60` }],
      ),
      ...queries
        .filter((query) => query["expression"] !== undefined && query["metric"] !== undefined)
        .map(() => ({
          property: "metricQueries",
          reason: "No metric_query may have both `expression` and a `metric` specified",
        })),
    ];
  },

  async create(cloud, inputs, made) {
    await putAlarm(cloud, inputs);
    made(text(inputs["name"]));
  },

  async update(cloud, { inputs }) {
    await putAlarm(cloud, inputs);
  },

  async delete(cloud, name) {
    const call = { service: "CloudWatch", call: "DeleteAlarms", kind: "alarm", name } as const;
    await cloud.make(call, (account) =>
      account.remove("alarm", cloud.region, name) ? "deleted" : "nothing",
    );
  },

  find(cloud, name) {
    const thing = cloud.look().get("alarm", cloud.region, name);
    const arn = cloud.arn("cloudwatch", `alarm:${name}`);
    return thing && { thing, outputs: { ...thing.attributes, name, arn } };
  },
};

/** An update leaves the alarm's tags alone: PutMetricAlarm ignores tags of an existing alarm. */
async function putAlarm(cloud: Cloud, inputs: Bag): Promise<void> {
  const name = text(inputs["name"]);
  const call = { service: "CloudWatch", call: "PutMetricAlarm", kind: "alarm", name } as const;
  await cloud.make(call, (account) => {
    const attributes = attributesOf(INPUTS, inputs);
    requireValidAlarm(attributes);
    const existing = account.get("alarm", cloud.region, name);
    const tags = existing?.tags ?? strings(inputs["tags"]);
    account.put({ kind: "alarm", region: cloud.region, name, attributes, tags });
    return existing === undefined ? "created" : "overwrote";
  });
}

function isPeriod(seconds: number): boolean {
  return [10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
}
