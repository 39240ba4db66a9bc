import assert from "node:assert/strict";
import { emailSlug } from "../../components/settings/names";
import { ACCOUNT, REGION, type Registered } from "../support/mocks";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { all, churn, one } from "./provisioned";

const CHAT = `arn:aws:sns:${REGION}:${ACCOUNT}:chat`;
const PAGER = `arn:aws:sns:${REGION}:${ACCOUNT}:pager`;

/** The ARN of the topic that the dev stack has for an address. */
function topicOf(address: string): string {
  return `arn:aws:sns:${REGION}:${ACCOUNT}:classification-rate-dev-${emailSlug(address)}`;
}

/** Of each alarm by name: whom it tells of trouble, whom of recovery, and whether it tells at all. */
function actions(resources: readonly Registered[]): Record<string, unknown> {
  return Object.fromEntries(
    all(resources, "alarm").map(({ name, alarmActions, okActions, actionsEnabled }) => [
      String(name).replace("classification-rate-dev-", ""),
      [alarmActions, okActions, actionsEnabled],
    ]),
  );
}

describe("alarm actions", () => {
  it("mail the address when the alarm fires, and not when it is OK again", async () => {
    assert.deepEqual(actions(await churn()), { churn: [[topicOf("a@example.com")], [], true] });
  });

  it("mail on recovery if asked", async () => {
    const mails = [topicOf("a@example.com")];
    assert.deepEqual(actions(await churn({ notifyRecovery: true })), {
      churn: [mails, mails, true],
    });
  });

  it("are the same on the silence alarm", async () => {
    const mails = [topicOf("a@example.com"), PAGER];
    const settings = { silence: "1h", topics: [PAGER] };
    assert.deepEqual(actions(await churn(settings)), {
      churn: [mails, [], true],
      "churn-silence": [mails, [], true],
    });
    assert.deepEqual(actions(await churn({ ...settings, notifyRecovery: true, enabled: false })), {
      churn: [mails, mails, false],
      "churn-silence": [mails, mails, false],
    });
  });

  it("are off where the model is not enabled; all else stays in place", async () => {
    const inputsWithoutSwitch = (resources: readonly Registered[]): unknown[] =>
      resources.map(({ urn, inputs: { actionsEnabled, ...inputs } }) => [urn, inputs]);
    const on = await churn();
    const off = await churn({ enabled: false });
    assert.deepEqual(inputsWithoutSwitch(off), inputsWithoutSwitch(on));
    assert.equal(one(off, "alarm")["actionsEnabled"], false);
  });

  it("tell existing topics, beside addresses or alone", async () => {
    const both = await churn({ email: ["a@example.com", "b@example.com"], topics: [CHAT, PAGER] });
    const expected = [topicOf("a@example.com"), topicOf("b@example.com"), CHAT, PAGER];
    assert.deepEqual(actions(both), { churn: [expected, [], true] });

    const { resources } = await provision({
      models: { churn: { logGroup: "/churn", threshold: 90, topics: [CHAT] } },
    });
    assert.deepEqual(actions(resources), { churn: [[CHAT], [], true] });
    assert.deepEqual(all(resources, "topic"), []);
    assert.deepEqual(all(resources, "subscription"), []);
  });

  it("give every model its own addresses, and an address one topic for all of its models", async () => {
    const { resources, result } = await provision({
      defaults: { email: "team@example.com" },
      models: {
        churn: { logGroup: "/churn", threshold: 90 },
        fraud: modelWith({ email: ["TEAM@example.com", "fraud@example.com"] }),
        spam: modelWith({ email: "fraud@example.com" }),
      },
    });
    const [team, fraud] = [topicOf("team@example.com"), topicOf("fraud@example.com")];
    assert.deepEqual(actions(resources), {
      churn: [[team], [], true],
      fraud: [[team, fraud], [], true],
      spam: [[fraud], [], true],
    });
    const endpoints = all(resources, "subscription").map(({ endpoint }) => endpoint);
    assert.deepEqual(endpoints.sort(), ["fraud@example.com", "team@example.com"]);
    assert.equal(all(resources, "topic").length, 2);
    assert.deepEqual(result.confirmations.pending, ["fraud@example.com", "team@example.com"]);
  });

  it("are at most five", async () => {
    const email = ["a", "b", "c"].map((name) => `${name}@example.com`);
    const [[alarmActions]] = Object.values(
      actions(await churn({ email, topics: [CHAT, PAGER] })),
    ) as [[string[]]];
    assert.equal(alarmActions.length, 5);
  });
});
