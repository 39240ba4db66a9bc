import assert from "node:assert/strict";
import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeLogGroupsCommand,
  DescribeMetricFiltersCommand,
  FilterLogEventsCommand,
  paginateFilterLogEvents,
  TestMetricFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { alarmHistory, alarmsNamed, setAlarmState } from "../../../tools/aws/alarmCalls";
import { awsCall } from "../../../tools/aws/awsCall";
import { type AwsSession, whoAmI } from "../../../tools/aws/awsSession";
import { lastSubscribed, subscriptionsOf, topicAttributes } from "../../../tools/aws/topicCalls";
import { declaredFor } from "../rehearse/declaredFor";
import { FakeAccount, PENDING } from "./fakeAccount";
import { withSession } from "./wire/session";
import { WireServer } from "./wire/wireServer";

const now = new Date("2026-03-02T12:00:00Z");
const NAME = "classification-rate-dev-churn";

describe("the fake account", () => {
  let account: FakeAccount;
  let server: WireServer;

  before(async () => {
    const settings = { notifyRecovery: true, email: ["a@example.com", "b@example.com"] };
    const declared = await declaredFor(settings, { "classification-rate:encryptTopics": "true" });
    account = FakeAccount.of(declared, { now });
    server = await WireServer.start(account.handlers());
  });
  after(() => server.stop());

  const call = <T>(use: (session: AwsSession) => Promise<T>) =>
    withSession(server, use, { attempts: 1 });

  it("tells whose it is", async () => {
    assert.deepEqual(await call(whoAmI), {
      accountId: "123456789012",
      arn: "arn:aws:iam::123456789012:user/tester",
    });
  });

  it("has the log group, its filters and 60 predictions, the first page being empty", async () => {
    await call(async ({ logs }) => {
      const groups = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/logs" }));
      assert.deepEqual(
        groups.logGroups?.map(({ logGroupName, logGroupClass }) => [logGroupName, logGroupClass]),
        [["/logs/churn", "STANDARD"]],
      );
      const logGroupName = "/logs/churn";
      const filters = await logs.send(new DescribeMetricFiltersCommand({ logGroupName }));
      assert.deepEqual(
        filters.metricFilters?.map(({ filterName }) => filterName),
        [`${NAME}.valid_predictions`, `${NAME}.total_predictions`],
      );
      const pages: number[] = [];
      account.eventsPerPage = 25;
      for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
        pages.push(page.events?.length ?? 0);
      }
      assert.deepEqual(pages, [0, 25, 25, 10]);
      const one = { logGroupName, filterPattern: '"false"', startTime: now.getTime() - 600_000 };
      const found: string[] = [];
      for await (const page of paginateFilterLogEvents({ client: logs }, one)) {
        for (const { message = "" } of page.events ?? []) found.push(message);
      }
      assert.deepEqual(found, ['{"prediction_valid":false}']);
    });
  });

  it("tests patterns", async () => {
    await call(async ({ logs }) => {
      const logEventMessages = ['{"prediction_valid":true}', "INFO started"];
      const { matches } = await logs.send(
        new TestMetricFilterCommand({
          filterPattern: "{ $.prediction_valid IS TRUE }",
          logEventMessages,
        }),
      );
      assert.deepEqual(
        matches?.map(({ eventNumber }) => eventNumber),
        [1],
      );
    });
  });

  it("names its errors as AWS does", async () => {
    await call(async (session) => {
      const gone = new FilterLogEventsCommand({ logGroupName: "/gone" });
      await assert.rejects(
        awsCall("logs:FilterLogEvents", () => session.logs.send(gone)),
        { kind: "not found", code: "ResourceNotFoundException" },
      );
      const topic = "arn:aws:sns:eu-west-1:123456789012:gone";
      await assert.rejects(topicAttributes(session, topic), { kind: "not found" });
      await assert.rejects(setAlarmState(session, "gone", "OK", "try"), { kind: "not found" });
      const key = new DescribeKeyCommand({ KeyId: "gone" });
      await assert.rejects(
        awsCall("kms:DescribeKey", () => session.kms.send(key)),
        { kind: "not found", code: "NotFoundException" },
      );
      for (const action of ["sns:GetTopicAttributes", "cloudwatch:DescribeAlarms"]) {
        account.denied.add(action);
      }
      await assert.rejects(topicAttributes(session, topic), { kind: "access denied" });
      await assert.rejects(alarmsNamed(session, [NAME]), { kind: "access denied" });
      account.denied.clear();
    });
  });

  it("sums the metrics that its filters made", async () => {
    await call(async ({ cloudWatch }) => {
      const sums = (MetricName: string) => ({
        Id: MetricName.split(".").at(-1) ?? "",
        MetricStat: {
          Metric: { Namespace: "classification_rate", MetricName },
          Period: 3600,
          Stat: "Sum",
        },
      });
      const { MetricDataResults } = await cloudWatch.send(
        new GetMetricDataCommand({
          MetricDataQueries: [sums(`${NAME}.valid_predictions`), sums(`${NAME}.total_predictions`)],
          StartTime: account.ago(3 * 3_600_000),
          EndTime: new Date(now.getTime() + 60_000),
        }),
      );
      assert.deepEqual(
        MetricDataResults?.map(({ Id, Values }) => [Id, Values]),
        [
          ["valid_predictions", [1, 56]],
          ["total_predictions", [1, 59]],
        ],
      );
      assert.deepEqual(MetricDataResults[0]?.Timestamps?.[0], now);
    });
  });

  it("sets an alarm's state and tells the history", async () => {
    await call(async (session) => {
      const before = (await alarmsNamed(session, [NAME, "gone"])).get(NAME);
      assert.equal(before?.StateValue, "OK");
      assert.deepEqual(before.StateUpdatedTimestamp, account.ago(3_600_000));
      account.now = new Date(now.getTime() + 1500);
      const [refusing = ""] = before.AlarmActions ?? [];
      account.refusals.set(refusing, "not authorized to perform: SNS:Publish");
      await setAlarmState(session, NAME, "ALARM", "trying");
      await setAlarmState(session, NAME, "ALARM", "once more");
      assert.equal((await alarmsNamed(session, [NAME])).get(NAME)?.StateReason, "once more");
      const since = now;
      const [update, ...more] = await alarmHistory(session, NAME, { type: "StateUpdate", since });
      assert.deepEqual(
        [update?.HistorySummary, update?.Timestamp, more.length],
        ["Alarm updated from OK to ALARM", account.now, 0],
      );
      const actions = await alarmHistory(session, NAME, { type: "Action" });
      assert.deepEqual(
        actions.map(({ HistorySummary }) => /^\w+ \w+ \w+/.exec(HistorySummary ?? "")?.[0]).sort(),
        ["Failed to execute", "Successfully executed action"],
      );
      account.now = now;
    });
  });

  it("has topics, keys, addresses and when they were subscribed", async () => {
    await call(async (session) => {
      const [topic = ""] = [...account.topics.keys()];
      const { policy, key = "" } = await topicAttributes(session, topic);
      assert.match(policy, /cloudwatch\.amazonaws\.com/);
      const { KeyMetadata } = await session.kms.send(new DescribeKeyCommand({ KeyId: key }));
      assert.equal(KeyMetadata?.KeyState, "Enabled");
      const { Policy = "" } = await session.kms.send(new GetKeyPolicyCommand({ KeyId: key }));
      assert.match(Policy, /kms:GenerateDataKey/);
      const [subscription] = account.subscriptions.get(topic) ?? [];
      assert.ok(subscription);
      const confirmed = { ...subscription };
      account.subscriptionsPerPage = 1;
      account.subscriptions.set(topic, [subscription, { ...confirmed, endpoint: "c@example.com" }]);
      subscription.arn = PENDING;
      assert.deepEqual(
        (await subscriptionsOf(session, topic)).map(({ endpoint, state }) => [endpoint, state]),
        [
          [confirmed.endpoint, "pending"],
          ["c@example.com", "confirmed"],
        ],
      );
      const times = await lastSubscribed(session, account.ago(20 * 86_400_000));
      assert.deepEqual(times.get(topic), account.ago(10 * 86_400_000));
    });
  });
});
