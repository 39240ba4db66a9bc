import { ACCOUNT_ID } from "../account";
import { text } from "../json";
import { Kind, REGION } from "../kind";
import { setTopicAttribute } from "./topic";

/**
 * The policy of a topic as a resource of its own. It is the same attribute as the topic's input
 * `policy`: a stack that uses both has them overwrite each other. Deleting it brings AWS's default
 * back, unless the topic is already gone.
 */
export const topicPolicy: Kind = {
  type: "aws:sns/topicPolicy:TopicPolicy",
  label: "SNS Topic Policy",
  inputs: {
    arn: { type: "string", required: true, forceNew: true },
    policy: { type: "json", required: true },
    region: REGION,
  },
  computed: ["owner"],

  async create(cloud, inputs, made) {
    const arn = text(inputs["arn"]);
    await setTopicAttribute(cloud, arn, "policy", inputs["policy"]);
    made(arn);
  },

  async update(cloud, { id, inputs }) {
    await setTopicAttribute(cloud, id, "policy", inputs["policy"]);
  },

  async delete(cloud, arn) {
    if (cloud.look().get("topic", cloud.region, arn) === undefined) return;
    await setTopicAttribute(cloud, arn, "policy", undefined);
  },

  find(cloud, arn) {
    const thing = cloud.look().get("topic", cloud.region, arn);
    const policy = thing?.attributes["policy"] ?? "";
    return thing && { thing, outputs: { arn, policy, owner: ACCOUNT_ID } };
  },
};
