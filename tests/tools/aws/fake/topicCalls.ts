import type { FakeAccount } from "../fakeAccount";
import { WireFault, type WireHandlers } from "../wire/wireServer";
import { type FakeTopic, PENDING } from "./state";
import { nextToken, pageOf, textOf } from "./wireForm";

/** SNS. */
export function topicCalls(account: FakeAccount): WireHandlers {
  return {
    "sns:GetTopicAttributes": (input) => {
      const TopicArn = textOf(input, "TopicArn") ?? "";
      const { policy, key } = topicOf(account, TopicArn);
      const subscriptions = account.subscriptions.get(TopicArn) ?? [];
      const pending = subscriptions.filter(({ arn }) => arn === PENDING).length;
      return {
        Attributes: {
          TopicArn,
          Owner: account.accountId,
          Policy: policy,
          ...(key !== undefined && { KmsMasterKeyId: key }),
          SubscriptionsPending: pending,
          SubscriptionsConfirmed: subscriptions.filter(({ arn }) => arn.startsWith("arn:")).length,
        },
      };
    },

    "sns:ListSubscriptionsByTopic": (input) => {
      const TopicArn = textOf(input, "TopicArn") ?? "";
      topicOf(account, TopicArn);
      const invalid = new WireFault("InvalidParameter", "Invalid parameter: NextToken");
      const all = account.subscriptions.get(TopicArn) ?? [];
      const page = pageOf(all, account.subscriptionsPerPage, textOf(input, "NextToken"), invalid);
      return {
        Subscriptions: page.items.map(({ protocol, endpoint, arn }) => ({
          TopicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: account.accountId,
          SubscriptionArn: arn,
        })),
        ...nextToken("NextToken", page),
      };
    },
  };
}

function topicOf(account: FakeAccount, arn: string): FakeTopic {
  const topic = account.topics.get(arn);
  if (topic === undefined) throw new WireFault("NotFound", "Topic does not exist", 404);
  return topic;
}
