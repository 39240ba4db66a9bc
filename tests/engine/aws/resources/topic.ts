import { ACCOUNT_ID } from "../account";
import { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { Json, strings, text } from "../json";
import { Kind, REGION, TAGS } from "../kind";
import { Failure, normalise, Shape } from "../shape";

const INPUTS: Shape = {
  contentBasedDeduplication: { type: "boolean" },
  deliveryPolicy: { type: "json" },
  displayName: { type: "string", max: 100 },
  fifoTopic: { type: "boolean", forceNew: true },
  kmsMasterKeyId: { type: "string" },
  name: { type: "string", forceNew: true },
  policy: { type: "json", computed: true },
  region: REGION,
  signatureVersion: { type: "number", computed: true },
  tags: TAGS,
  tracingConfig: { type: "string", computed: true, oneOf: ["Active", "PassThrough"] },
};

/** What SetTopicAttributes can set, one attribute a call. */
const ATTRIBUTES = [
  "contentBasedDeduplication",
  "deliveryPolicy",
  "displayName",
  "kmsMasterKeyId",
  "policy",
  "signatureVersion",
  "tracingConfig",
];

/**
 * CreateTopic gives back the existing topic of that name, which the resource then owns: what
 * differs is set attribute by attribute. Any kmsMasterKeyId is taken, also alias/aws/sns, with
 * which alarms are silently not delivered.
 */
export const topic: Kind = {
  type: "aws:sns/topic:Topic",
  label: "SNS Topic",
  inputs: INPUTS,
  computed: ["arn", "owner"],
  taggable: true,
  autoName: (base, inputs) => ({ name: inputs["fifoTopic"] === true ? `${base}.fifo` : base }),

  check(inputs): Failure[] {
    const name = inputs["name"];
    const form = inputs["fifoTopic"] === true ? /^[\w-]{1,251}\.fifo$/ : /^[\w-]{1,256}$/;
    if (typeof name !== "string" || form.test(name)) return [];
    return [{ property: "name", reason: `invalid topic name: ${name}` }];
  },

  async create(cloud, inputs, made) {
    const name = text(inputs["name"]);
    const arn = cloud.arn("sns", name);
    await cloud.make(callFor("CreateTopic", arn), (account) => {
      const existing = account.get("topic", cloud.region, arn);
      if (existing !== undefined) return "nothing";
      account.put({
        kind: "topic",
        region: cloud.region,
        name: arn,
        attributes: {
          name,
          policy: defaultPolicy(arn),
          ...(inputs["fifoTopic"] === true && { fifoTopic: true }),
        },
        tags: strings(inputs["tags"]),
      });
      return "created";
    });
    made(arn);
    const given = normalise(INPUTS, inputs);
    for (const name of ATTRIBUTES) {
      const value = given[name];
      if (value !== undefined) await setTopicAttribute(cloud, arn, name, value);
    }
  },

  async update(cloud, { id, inputs, changed }) {
    const given = normalise(INPUTS, inputs);
    for (const name of ATTRIBUTES) {
      if (changed.has(name)) await setTopicAttribute(cloud, id, name, given[name]);
    }
  },

  /** A topic's subscriptions go with it, confirmed or not. */
  async delete(cloud, arn) {
    await cloud.make(callFor("DeleteTopic", arn), (account) => {
      if (!account.remove("topic", cloud.region, arn)) return "nothing";
      for (const { region, name, attributes } of account.all("subscription")) {
        if (attributes["topic"] === arn) account.remove("subscription", region, name);
      }
      return "deleted";
    });
  },

  find(cloud, arn) {
    const thing = cloud.look().get("topic", cloud.region, arn);
    return thing && { thing, outputs: { ...thing.attributes, arn, owner: ACCOUNT_ID } };
  },
};

function callFor(call: string, name: string) {
  return { service: "SNS", call, kind: "topic", name } as const;
}

/** SetTopicAttributes; a value that is not given goes back to AWS's default. */
export async function setTopicAttribute(
  cloud: Cloud,
  arn: string,
  name: string,
  value: Json | undefined,
): Promise<void> {
  await cloud.make(callFor("SetTopicAttributes", arn), (account) => {
    const thing = account.get("topic", cloud.region, arn);
    if (thing === undefined) throw new AwsError("NotFound", "Topic does not exist");
    const { [name]: _, ...others } = thing.attributes;
    const fallback = name === "policy" ? defaultPolicy(arn) : undefined;
    const next = value ?? fallback;
    thing.attributes = next === undefined ? others : { ...others, [name]: next };
    return "changed";
  });
}

/** The policy of a topic nobody gave one: its own account may do everything. */
export function defaultPolicy(arn: string): string {
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "DeleteTopic",
    "Subscribe",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT_ID } },
      },
    ],
  });
}
