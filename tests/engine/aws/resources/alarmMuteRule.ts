import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { bag, Bag, list, strings, text } from "../json";
import { attributesOf, autoName, Kind, REGION, TAGS } from "../kind";
import { Shape } from "../shape";

const MOST_ALARMS = 100;

const INPUTS: Shape = {
  description: { type: "string", max: 1024 },
  expireDate: { type: "string" },
  muteTargets: {
    type: "object",
    fields: { alarmNames: { type: "list", required: true, of: { type: "string", max: 255 } } },
  },
  name: { type: "string", max: 255, forceNew: true },
  region: REGION,
  rule: {
    type: "object",
    fields: {
      schedule: {
        type: "object",
        required: true,
        fields: {
          duration: { type: "string", required: true, max: 50 },
          expression: { type: "string", required: true, max: 256 },
          timezone: { type: "string", max: 50 },
        },
      },
    },
  },
  startDate: { type: "string" },
  tags: TAGS,
};

/** PutAlarmMuteRule is an upsert by name, as PutMetricAlarm is. */
export const alarmMuteRule: Kind = {
  type: "aws:cloudwatch/alarmMuteRule:AlarmMuteRule",
  label: "CloudWatch Alarm Mute Rule",
  inputs: INPUTS,
  computed: ["arn", "lastUpdatedTimestamp", "muteType", "status"],
  taggable: true,
  autoName,

  async create(cloud, inputs, made) {
    await putRule(cloud, inputs);
    made(text(inputs["name"]));
  },

  async update(cloud, { inputs }) {
    await putRule(cloud, inputs);
  },

  async delete(cloud, name) {
    await cloud.make(callFor("DeleteAlarmMuteRule", name), (account) =>
      account.remove("muteRule", cloud.region, name) ? "deleted" : "nothing",
    );
  },

  find(cloud, name) {
    const thing = cloud.look().get("muteRule", cloud.region, name);
    if (thing === undefined) return undefined;
    const isOnce = text(scheduleOf(thing.attributes)["expression"]).startsWith("at(");
    const filledIn = {
      arn: cloud.arn("cloudwatch", `alarm-mute-rule:${name}`),
      lastUpdatedTimestamp: "2026-01-01T00:00:00Z",
      muteType: isOnce ? "ONE_TIME" : "RECURRING",
      status: "SCHEDULED",
    };
    return { thing, outputs: { ...thing.attributes, name, ...filledIn } };
  },
};

function callFor(call: string, name: string) {
  return { service: "CloudWatch", call, kind: "muteRule", name } as const;
}

function scheduleOf(attributes: Bag): Bag {
  return bag(bag(attributes["rule"])["schedule"]);
}

async function putRule(cloud: Cloud, inputs: Bag): Promise<void> {
  const name = text(inputs["name"]);
  await cloud.make(callFor("PutAlarmMuteRule", name), (account) => {
    const attributes = attributesOf(INPUTS, inputs);
    const alarms = list(bag(attributes["muteTargets"])["alarmNames"]).map(text);
    const absent = alarms.find((alarm) => account.get("alarm", cloud.region, alarm) === undefined);
    const problem =
      scheduleProblem(scheduleOf(attributes)) ??
      (alarms.length > MOST_ALARMS
        ? `Member of AlarmNames must have length less than or equal to ${MOST_ALARMS}`
        : absent && `The alarm ${absent} does not exist`);
    if (problem !== undefined) throw new AwsError("ValidationError", problem);
    const existing = account.get("muteRule", cloud.region, name);
    const tags = existing?.tags ?? strings(inputs["tags"]);
    account.put({ kind: "muteRule", region: cloud.region, name, attributes, tags });
    return existing === undefined ? "created" : "overwrote";
  });
}

function scheduleProblem(schedule: Bag): string | undefined {
  if (!/^(cron\((\S+ ){4}\S+\)|at\([-\d]+T[:\d]+\))$/.test(text(schedule["expression"]))) {
    return "The schedule expression is not valid";
  }
  return /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$/.test(text(schedule["duration"]))
    ? undefined
    : "The duration is not valid";
}
