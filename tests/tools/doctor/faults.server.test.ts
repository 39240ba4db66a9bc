import assert from "node:assert/strict";
import { topicKeyPolicy, topicPolicy } from "../../../components/cloudwatch/policies";
import type { Check, Status } from "../../../tools/doctor/check";
import type { Declared } from "../../../tools/program/declared";
import { actionItem } from "../aws/fake/alarmCalls";
import { DELETED, type FakeAccount, PENDING } from "../aws/fakeAccount";
import { bad, declaredWith, examined } from "./examined";

const PREFIX = "classification-rate-prod";
const MODELS = {
  churn: {
    ...{ logGroup: "/aws/lambda/churn", threshold: 90, silence: "6h" },
    email: ["team@example.com", "oncall@example.com"],
  },
  fraud: { logGroup: "/aws/lambda/fraud", threshold: 85, email: "fraud@example.com" },
  spam: { logGroup: "/aws/lambda/spam", threshold: 80, email: "spam@example.com" },
};

/** An account with a stack of three models that is well, to be spoilt. */
interface Ground {
  readonly account: FakeAccount;
  /** The ARN of the topic of an address. */
  readonly topicOf: (address: string) => string;
}

/** What doctor has to say about a fault: kind, status, subject, and part of what was found. */
type Finding = readonly [what: string, status: Status, subject: string, found: RegExp];

/** Something that goes wrong between `pulumi up` and the first mail. */
type Fault = readonly [name: string, plant: (ground: Ground) => void, finding: Finding];

/** Each on something of its own, so that all can be planted at once. */
const FAULTS: readonly Fault[] = [
  [
    "an address that is not confirmed",
    (ground) => {
      subscribed(ground, "team@example.com", PENDING);
    },
    ["subscription", "failure", "team@example.com", /^pending/],
  ],
  [
    "an address that was unsubscribed",
    ({ account, topicOf }) => void account.subscriptions.set(topicOf("oncall@example.com"), []),
    ["subscription", "failure", "oncall@example.com", /^not subscribed/],
  ],
  [
    "an alarm whose actions are switched off",
    ({ account }) => {
      alarm(account, `${PREFIX}-fraud`, { ActionsEnabled: false });
    },
    ["alarm actions", "failure", `${PREFIX}-fraud`, /^disabled/],
  ],
  [
    "an alarm whose threshold was changed by hand",
    ({ account }) => {
      alarm(account, `${PREFIX}-churn`, { Threshold: 70 });
    },
    ["alarm", "failure", `${PREFIX}-churn`, /^threshold is 70, declared 90$/],
  ],
  [
    "an alarm that was deleted",
    ({ account }) => void account.alarms.delete(`${PREFIX}-churn-silence`),
    ["alarm", "failure", `${PREFIX}-churn-silence`, /no such alarm/],
  ],
  [
    "a metric filter with another pattern",
    ({ account }) => {
      account.filters = account.filters.map((filter) =>
        filter.filterName === `${PREFIX}-churn.valid_predictions`
          ? { ...filter, filterPattern: "{ $.prediction_valid = 1 }" }
          : filter,
      );
    },
    [
      ...(["metric filter", "failure", `${PREFIX}-churn.valid_predictions`] as const),
      /^pattern is .* = 1 }, declared/,
    ],
  ],
  [
    "a metric filter that is missing",
    ({ account }) => {
      const gone = `${PREFIX}-fraud.total_predictions`;
      account.filters = account.filters.filter(({ filterName }) => filterName !== gone);
    },
    ["metric filter", "failure", `${PREFIX}-fraud.total_predictions`, /missing/],
  ],
  [
    "a topic whose policy does not let CloudWatch in",
    ({ account, topicOf }) => {
      const arn = topicOf("fraud@example.com");
      const elsewhere = { region: account.region, accountId: "999999999999" };
      topic(account, arn).policy = JSON.stringify(topicPolicy(arn, elsewhere));
    },
    ["topic policy", "failure", "fraud@example.com", /does not let CloudWatch/],
  ],
  [
    "log lines that never match: their JSON is inside a string",
    ({ account }) => {
      const message = JSON.stringify({ message: JSON.stringify({ prediction_valid: true }) });
      const timestamp = account.now.getTime();
      const lines = Array.from({ length: 60 }, () => ({ timestamp, message }));
      account.events.get("/aws/lambda/spam")?.push(...lines);
    },
    ["log events", "failure", "/aws/lambda/spam", /never match/],
  ],
  [
    "an alarm whose last action failed",
    ({ account, topicOf }) => {
      const arn = topicOf("spam@example.com");
      const refusal = `Resource: ${arn} is not authorized to perform: SNS:Publish`;
      const AlarmName = `${PREFIX}-spam`;
      account.history.push(actionItem({ AlarmName }, account.ago(3_600_000), arn, refusal));
    },
    ["alarm history", "failure", `${PREFIX}-spam`, /failed .*SNS:Publish/],
  ],
];

/** More that goes wrong, on the same things as the first ten. */
const MORE_FAULTS: readonly Fault[] = [
  [
    "a log group that is missing",
    ({ account }) => void account.logGroups.delete("/aws/lambda/churn"),
    ["log group", "failure", "/aws/lambda/churn", /does not exist/],
  ],
  [
    "a log group of a class without metric filters",
    ({ account }) => {
      const group = account.logGroups.get("/aws/lambda/churn");
      assert(group !== undefined);
      group.class = "INFREQUENT_ACCESS";
    },
    ["log group", "failure", "/aws/lambda/churn", /INFREQUENT_ACCESS/],
  ],
  [
    "a metric filter made by hand that counts on top",
    ({ account }) => {
      const total = account.filters.find(
        ({ filterName }) => filterName === `${PREFIX}-churn.total_predictions`,
      );
      account.filters.push({ ...total, filterName: "by-hand" });
    },
    ["metric filter", "failure", "by-hand", /not declared/],
  ],
  [
    "a key that CloudWatch may not use",
    ({ account }) => {
      const { Statement, Version } = topicKeyPolicy(account);
      key(account).policy = JSON.stringify({ Version, Statement: Statement.slice(0, 1) });
    },
    ["key policy", "failure", "KEY", /does not let CloudWatch/],
  ],
  [
    "a key that is disabled",
    ({ account }) => {
      key(account).state = "Disabled";
    },
    ["key", "failure", "KEY", /Disabled/],
  ],
  [
    "a topic that is encrypted with AWS's own key",
    ({ account, topicOf }) => {
      topic(account, topicOf("fraud@example.com")).key = "alias/aws/sns";
    },
    ["topic encryption", "failure", "fraud@example.com", /alias\/aws\/sns/],
  ],
  [
    "a topic that was deleted",
    ({ account, topicOf }) => void account.topics.delete(topicOf("fraud@example.com")),
    ["topic", "failure", "fraud@example.com", /no such topic/],
  ],
  [
    "an address that was unsubscribed a moment ago",
    (ground) => {
      subscribed(ground, "oncall@example.com", DELETED);
    },
    ["subscription", "failure", "oncall@example.com", /unsubscribed/],
  ],
  [
    "an alarm that has fired",
    ({ account }) => {
      alarm(account, `${PREFIX}-churn`, { StateValue: "ALARM" });
    },
    ["alarm state", "warning", `${PREFIX}-churn`, /^ALARM since/],
  ],
];

function alarm(account: FakeAccount, name: string, change: object): void {
  const found = account.alarms.get(name);
  assert(found !== undefined);
  Object.assign(found, change);
}

function topic(account: FakeAccount, arn: string) {
  const found = account.topics.get(arn);
  assert(found !== undefined);
  return found;
}

/** The stack's own. */
function key(account: FakeAccount) {
  const found = [...account.keys.values()].find(({ manager }) => manager === "CUSTOMER");
  assert(found !== undefined);
  return found;
}

function subscribed({ account, topicOf }: Ground, address: string, word: string): void {
  const [subscription] = account.subscriptions.get(topicOf(address)) ?? [];
  assert(subscription !== undefined);
  subscription.arn = word;
}

describe("doctor's findings about planted faults", () => {
  let program: Promise<Declared>;
  let topicOf: Ground["topicOf"];
  before(async () => {
    program = declaredWith(MODELS);
    const { subscriptions } = await program;
    topicOf = (address) =>
      subscriptions.find(({ endpoint }) => endpoint === address)?.topicArn ?? address;
  });

  async function found(faults: readonly Fault[], model?: string): Promise<readonly Check[]> {
    const plant = (account: FakeAccount): void => {
      for (const [, spoil] of faults) spoil({ account, topicOf });
    };
    return (await examined(plant, { model }, {}, program)).checks;
  }

  /** These findings and no others, each with what to do about it. */
  async function assertFound(checks: readonly Check[], faults: readonly Fault[]): Promise<void> {
    const [topicKey] = (await program).topics.map((one) => one.key);
    const wanted = faults.map(([, , [what, status, subject]]) => {
      if (subject === "KEY") return `${what} ${status} ${topicKey ?? ""}`;
      const name = what.startsWith("topic") ? topicOf(subject).split(":").at(-1) : subject;
      return `${what} ${status} ${name ?? ""}`;
    });
    const texts = bad(checks).map(({ what, status, subject }) => `${what} ${status} ${subject}`);
    assert.deepEqual(texts.sort(), wanted.sort());
    for (const [, , [what, , , words]] of faults) {
      const matching = bad(checks).filter((one) => one.what === what && words.test(one.found));
      assert.ok(matching.length > 0, String(words));
      assert.ok(matching.every(({ advice }) => advice !== undefined));
    }
  }

  for (const fault of [...FAULTS, ...MORE_FAULTS]) {
    it(`are of ${fault[0]}, and nothing else`, async () => {
      await assertFound(await found([fault]), [fault]);
    });
  }

  it("are of the first ten at once, and nothing else", async () => {
    assert.equal(FAULTS.length, 10);
    await assertFound(await found(FAULTS), FAULTS);
  });

  it("are those of one model only where it is asked for", async () => {
    await assertFound(await found(FAULTS, "spam"), FAULTS.slice(8));
  });
});
