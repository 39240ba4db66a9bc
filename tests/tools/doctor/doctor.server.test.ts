import assert from "node:assert/strict";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { modelsOf } from "../../../tools/program/model";
import type { Declared } from "../../../tools/program/declared";
import { DELETED, FakeAccount, PENDING } from "../aws/fakeAccount";
import { WireFault, type WireHandlers } from "../aws/wire/wireServer";
import { bad, declaredStack, declaredWith, examined, NOW as now, PLACE, TEAMS } from "./examined";
import { inShort } from "./notified";

const NAME = "classification-rate-prod-churn";

describe("doctor", () => {
  let declared: Declared;
  before(async () => {
    declared = await declaredStack();
  });

  function topicFor(address: string): string {
    return declared.subscriptions.find(({ endpoint }) => endpoint === address)?.topicArn ?? "";
  }

  it("gives commands that reach the stack's account", async () => {
    const change = (account: FakeAccount): void => {
      for (const alarm of account.alarms.values()) alarm.ActionsEnabled = false;
    };
    const { checks } = await examined(change, { profile: "production" });
    const [command] = checks.flatMap((check) => check.command ?? []);
    assert.match(command ?? "", /^aws --profile production cloudwatch enable-alarm-actions /);
  });

  it("finds nothing in an account in which all is well, in an order that stays", async () => {
    const { checks, server } = await examined();
    assert.deepEqual(bad(checks), []);
    const alarm = ["alarm", "alarm actions", "alarm state", "alarm history"];
    const logs = ["log group", "metric filter", "metric filter", "log events", "metric"];
    const topic = ["topic", "topic policy", "topic encryption", "subscription"];
    assert.deepEqual(
      checks.map(({ what }) => what),
      [
        ...["account", "region", "quotas", "mute rules"],
        ...[...logs, ...alarm, ...alarm],
        ...[...logs, ...alarm],
        ...[...topic, ...topic, ...topic, "key", "key policy"],
      ],
    );
    assert.deepEqual(
      new Set(checks.map(({ model }) => model)),
      new Set([undefined, "churn", "fraud"]),
    );
    assert.equal(server.count("cloudtrail:LookupEvents"), 0);
    assert.equal(server.count("kms:DescribeKey"), 1);
    const reading = /:(Describe|Get|List|Filter|Test|Lookup)/;
    assert.deepEqual(
      server.calls.filter(({ action }) => !reading.test(action)),
      [],
    );
    assert.deepEqual((await examined()).checks, checks);
  });

  it("finds what is wrong with each part, and nothing else", async () => {
    const { checks, server } = await examined((account) => {
      const alarm = account.alarms.get(NAME);
      assert(alarm !== undefined);
      alarm.Threshold = 85;
      alarm.ActionsEnabled = false;
      account.alarms.delete(`${NAME}-silence`);
      const topic = account.topics.get(topicFor("team@example.com"));
      assert(topic !== undefined);
      topic.policy = '{"Statement":[]}';
      for (const key of account.keys.values()) key.state = "Disabled";
      const team = account.subscriptions.get(topicFor("team@example.com"))?.[0];
      const fraud = account.subscriptions.get(topicFor("fraud@example.com"))?.[0];
      assert(team !== undefined && fraud !== undefined);
      team.arn = PENDING;
      fraud.arn = DELETED;
      account.subscribeEvents.push({
        topicArn: topicFor("team@example.com"),
        at: account.ago(3_600_000),
      });
      account.history.push({
        AlarmName: "classification-rate-prod-fraud",
        HistoryItemType: "Action",
        Timestamp: account.ago(60_000),
        HistorySummary: `Failed to execute action ${topicFor("fraud@example.com")}. Received error: "no"`,
      });
    });
    const found = bad(checks).map((one) => `${one.model ?? "-"} ${one.what}: ${one.found}`);
    const expected = [
      "churn alarm: threshold is 85, declared 90",
      "churn alarm actions: disabled, though",
      "churn alarm: there is no such alarm",
      "fraud alarm history: the last action on arn:aws:sns:",
      "fraud subscription: unsubscribed",
      "churn topic policy: does not let CloudWatch publish",
      "churn subscription: pending",
      "- key: its state is Disabled",
    ];
    assert.deepEqual(
      found.map((text, index) => text.slice(0, expected[index]?.length)),
      expected,
    );
    assert.match(
      bad(checks).find(({ found }) => /^pending/.test(found))?.found ?? "",
      /expires in 47 h$/,
    );
    assert.equal(server.count("cloudtrail:LookupEvents"), 1);
    assert.deepEqual(
      bad(checks).filter(({ advice }) => advice === undefined),
      [],
    );
  });

  it("warns of alarms that are muted at this moment", async () => {
    const { checks } = await examined((account) => {
      account.muteRules.push({ name: "nightly", alarms: [NAME] });
    });
    assert.deepEqual(inShort(bad(checks)), [
      "alarm mute warning: muted now by the mute rule nightly: no mail is sent before its window ends",
    ]);
    assert.equal(bad(checks)[0]?.subject, NAME);
    const others = await examined((account) => {
      account.muteRules.push({ name: "nightly", alarms: ["other"] });
    });
    assert.deepEqual(bad(others.checks), []);
  });

  it("says whether declared mute rules are there, as declared", async () => {
    const mute = [{ cron: "0 2 * * SUN", duration: "4h", timezone: "Europe/Berlin" }];
    const model = { logGroup: "/logs/a", threshold: 90, mute };
    const program = declaredWith({ a: model, b: model, c: { ...model, mute: [] } });
    const rules = async (
      change: (account: FakeAccount) => void,
      options: { readonly model?: string } = {},
    ): Promise<string[]> => {
      const { checks } = await examined(change, options, {}, program);
      const found = checks.filter(({ what }) => what === "mute rule");
      return found.map((check) => `${check.status}: ${check.found}`);
    };
    const window = "cron(0 2 * * SUN) for 4 hours, Europe/Berlin";
    assert.deepEqual(await rules(() => undefined), [`ok: as declared: ${window}`]);
    assert.deepEqual(
      await rules((account) => {
        account.declaredMuteRules = [];
      }),
      [`failure: there is no such mute rule: mails come also during ${window}`],
    );
    const changed = (account: FakeAccount): void => {
      account.declaredMuteRules = account.declaredMuteRules.map((rule) => ({
        ...rule,
        ...{ duration: 7200, timezone: "UTC", alarmNames: ["classification-rate-prod-a"] },
      }));
    };
    const time = "duration is 2 hours, declared 4 hours; time zone is UTC, declared Europe/Berlin";
    assert.deepEqual(await rules(changed), [
      `failure: ${time}; it does not mute classification-rate-prod-b`,
    ]);
    assert.deepEqual(await rules(changed, { model: "a" }), [`failure: ${time}`]);
    assert.deepEqual(await rules(changed, { model: "c" }), []);
  });

  it("warns of quotas that are nearly used up", async () => {
    const { checks } = await examined((account) => {
      account.savedQueries = 900;
    });
    assert.deepEqual(inShort(bad(checks)), [
      "quotas warning: nearly used up: 900 saved queries of 1000",
    ]);
    const full = await examined((account) => {
      const [filter] = account.filters.filter(({ logGroupName }) => logGroupName === "/logs/fraud");
      const others = Array.from({ length: 90 }, (_, index) => ({
        ...filter,
        filterName: `other-${index}`,
        metricTransformations: [{ metricName: "m", metricNamespace: "n", metricValue: "1" }],
      }));
      account.filters.push(...others);
    });
    assert.deepEqual(inShort(bad(full.checks)), [
      "metric filter warning: 92 metric filters of 100 that a log group may have",
    ]);
  });

  it("asks CloudTrail once for all that is pending, and not knowing since when is no finding of its own", async () => {
    const pending = (account: FakeAccount): void => {
      for (const [one] of account.subscriptions.values()) if (one) one.arn = PENDING;
    };
    const { checks, server } = await examined((account) => {
      pending(account);
      account.denied.add("cloudtrail:LookupEvents");
    });
    assert.deepEqual(
      bad(checks).map(({ what, status }) => `${what} ${status}`),
      ["subscription failure", "subscription failure", "subscription warning"],
    );
    assert.match(
      bad(checks)[0]?.found ?? "",
      /not known \(the IAM action cloudtrail:LookupEvents is/,
    );
    assert.equal(server.count("cloudtrail:LookupEvents"), 1);
    const broken = await examined(
      pending,
      {},
      {
        "cloudtrail:LookupEvents": () => {
          throw new WireFault("InvalidMaxResultsException", "out of order");
        },
      },
    );
    assert.match(
      bad(broken.checks)[0]?.found ?? "",
      /not known \(cloudtrail:LookupEvents: InvalidMaxResultsException\)$/,
    );
  });

  it("names each permission that is missing, and does the other checks", async () => {
    const denied = [
      "logs:DescribeMetricFilters",
      "cloudwatch:DescribeAlarmHistory",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
    ];
    for (const action of denied) {
      const { checks } = await examined((account) => account.denied.add(action), {
        model: "fraud",
      });
      const unchecked = bad(checks);
      assert.ok(unchecked.length > 0, action);
      for (const { status, found, advice } of unchecked) {
        assert.equal(status, "failure");
        assert.equal(found, `could not be checked: the IAM action ${action} is not allowed`);
        assert.match(advice ?? "", /docs\/operations\.md .* AWS says: User: /);
      }
      assert.ok(checks.some(({ what, status }) => what === "alarm" && status === "ok"));
    }
    const { checks } = await examined((account) => account.denied.add("cloudwatch:DescribeAlarms"));
    assert.deepEqual(
      bad(checks).map(({ what, found }) => `${what} ${found}`),
      ["quotas", "alarm"].map(
        (what) =>
          `${what} could not be checked: the IAM action cloudwatch:DescribeAlarms is not allowed`,
      ),
    );
    assert.ok(checks.some(({ what }) => what === "subscription"));
  });

  it("warns of what another account does not show", async () => {
    const closed = (input: Readonly<Record<string, unknown>>): never => {
      assert.equal(input["TopicArn"], TEAMS);
      throw new WireFault("AuthorizationError", "no", 403);
    };
    const list = FakeAccount.of(declared, { now }).handlers()["sns:ListSubscriptionsByTopic"];
    const { checks } = await examined(
      undefined,
      {},
      {
        "sns:ListSubscriptionsByTopic": (input) =>
          input["TopicArn"] === TEAMS ? closed(input) : (list?.(input) ?? {}),
      },
    );
    assert.deepEqual(inShort(bad(checks)), [
      "subscription warning: account 999999999999 does not let you see who is subscribed (sns:ListSubscriptionsByTopic)",
    ]);
  });

  it("reports what AWS says where a call fails otherwise", async () => {
    const { checks } = await examined(
      undefined,
      {},
      {
        "kms:GetKeyPolicy": () => {
          throw new WireFault("KMSInternalException", "out of order", 500);
        },
      },
    );
    assert.deepEqual(inShort(bad(checks)), [
      "key failure: could not be checked: kms:GetKeyPolicy: AWS refuses (KMSInternalException: out of order)",
    ]);
  });

  it("ends with credentials that expire meanwhile", async () => {
    const expired: WireHandlers = {
      "sns:GetTopicAttributes": () => {
        throw new WireFault(
          "ExpiredToken",
          "The security token included in the request is expired",
        );
      },
    };
    await assert.rejects(
      examined(undefined, {}, expired),
      (error) => error instanceof AwsCallError && error.kind === "credentials",
    );
  });

  it("looks at nothing else in the wrong account", async () => {
    const place = { ...PLACE, allowedAccounts: ["111111111111"] };
    const { checks, server } = await examined(undefined, { place });
    assert.deepEqual(
      checks.map(({ what, status }) => `${what} ${status}`),
      ["account failure", "region ok"],
    );
    assert.deepEqual(server.calls, []);
  });

  it("looks at one model and whom it notifies", async () => {
    assert.deepEqual(
      modelsOf(declared).map(({ name }) => name),
      ["churn", "fraud"],
    );
    const { checks } = await examined(undefined, { model: "churn" });
    assert.deepEqual(
      checks.filter(({ model }) => model !== "churn").map(({ what }) => what),
      ["account", "region", "quotas", "mute rules"],
    );
    assert.deepEqual(
      checks.filter(({ what }) => what === "subscription").map(({ subject }) => subject),
      ["team@example.com", TEAMS],
    );
  });
});
