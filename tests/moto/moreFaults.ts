import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteLogGroupCommand, PutMetricFilterCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DisableKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { DeleteTopicCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { topicKeyPolicy } from "../../components/cloudwatch/policies";
import { DELETED } from "../tools/aws/fakeAccount";
import { done, failure, type Fault, NAME, nameOf } from "./faults";
import type { Ground } from "./ground";

/** More that goes wrong, on the same things as the first ten, so that they cannot all be planted at once. */
export const MORE_FAULTS: readonly Fault[] = [
  {
    name: "a log group that is missing",
    plant: ({ session }) =>
      done(session.logs.send(new DeleteLogGroupCommand({ logGroupName: "/aws/lambda/churn" }))),
    finding: () => failure("log group", "/aws/lambda/churn", /does not exist/),
  },
  {
    name: "a log group of a class without metric filters",
    plant: ({ account }) => {
      const group = account.logGroups.get("/aws/lambda/churn");
      if (group !== undefined) group.class = "INFREQUENT_ACCESS";
    },
    finding: () => failure("log group", "/aws/lambda/churn", /INFREQUENT_ACCESS/),
  },
  {
    name: "a metric filter made by hand that counts on top",
    plant: ({ session, declared }) => {
      const { metricName, metricNamespace } = filterOf(declared, "churn.total_predictions");
      return done(
        session.logs.send(
          new PutMetricFilterCommand({
            ...{ logGroupName: "/aws/lambda/churn", filterName: "by-hand" },
            filterPattern: "{ $.prediction_valid IS TRUE }",
            metricTransformations: [{ metricName, metricNamespace, metricValue: "1" }],
          }),
        ),
      );
    },
    finding: () => failure("metric filter", "by-hand", /not declared/),
  },
  {
    name: "a key that CloudWatch may not use",
    plant: ({ session, declared, deployed }) => {
      const { Statement, Version } = topicKeyPolicy(declared);
      const Policy = JSON.stringify({ Version, Statement: Statement.slice(0, 1) });
      return done(
        session.kms.send(
          new PutKeyPolicyCommand({ KeyId: deployed.key, PolicyName: "default", Policy }),
        ),
      );
    },
    finding: ({ deployed }) => failure("key policy", deployed.key ?? "", /does not let CloudWatch/),
  },
  {
    name: "a key that is disabled",
    plant: ({ session, deployed }) =>
      // moto's DisableKey takes no ARN.
      done(session.kms.send(new DisableKeyCommand({ KeyId: deployed.key?.split("/").at(-1) }))),
    finding: ({ deployed }) => failure("key", deployed.key ?? "", /Disabled/),
  },
  {
    name: "a topic that is encrypted with AWS's own key",
    plant: (ground) => encryptWith(ground, "fraud@example.com", "alias/aws/sns"),
    finding: ({ topicOf }) =>
      failure("topic encryption", nameOf(topicOf("fraud@example.com")), /alias\/aws\/sns/),
  },
  {
    name: "a topic that was deleted",
    plant: ({ session, topicOf }) =>
      done(session.sns.send(new DeleteTopicCommand({ TopicArn: topicOf("fraud@example.com") }))),
    finding: ({ topicOf }) =>
      failure("topic", nameOf(topicOf("fraud@example.com")), /no such topic/),
  },
  {
    name: "an address that was unsubscribed a moment ago",
    plant: ({ words }) => void words.set("oncall@example.com", DELETED),
    finding: () => failure("subscription", "oncall@example.com", /unsubscribed/),
  },
  {
    name: "an alarm that has fired",
    plant: ({ session }) =>
      done(
        session.cloudWatch.send(
          new SetAlarmStateCommand({
            ...{ AlarmName: `${NAME}-churn`, StateValue: "ALARM" },
            StateReason: "Threshold Crossed",
          }),
        ),
      ),
    finding: () => ({
      ...{ what: "alarm state", subject: `${NAME}-churn`, status: "warning" },
      found: /^ALARM since/,
    }),
  },
];

function filterOf({ filters }: Ground["declared"], end: string) {
  const filter = filters.find(({ name }) => name.endsWith(end));
  if (filter === undefined) throw new Error(`no filter ${end}`);
  return filter;
}

async function encryptWith(
  { session, topicOf }: Ground,
  address: string,
  key: string,
): Promise<void> {
  const attribute = { AttributeName: "KmsMasterKeyId", AttributeValue: key };
  const TopicArn = topicOf(address);
  await session.sns.send(new SetTopicAttributesCommand({ TopicArn, ...attribute }));
}
