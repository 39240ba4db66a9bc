import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider";
import { ClassificationRate, Dashboards, Monitor, TopicKey } from "../../components";
import { ACCOUNT, promiseOf, REGION, withMocks } from "../support/mocks";
import { provision } from "../support/program";
import { churnWith, CONTEXT, modelWith, settingsOf } from "../support/stackInput";
import { all, census } from "./provisioned";

const FULL = {
  ...{ silence: "1h", writerRole: "writer", createLogGroup: { retentionDays: 30 } },
  ...{ where: { model: "churn" }, tags: { team: "ml" }, notifyRecovery: true, confidence: 95 },
  email: ["a@example.com", "b@example.com"],
  topics: [`arn:aws:sns:${REGION}:${ACCOUNT}:chat`],
};

/** Freezes a plain value through and through: whoever writes to it throws. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

describe("classification rate", () => {
  it("provisions this and nothing else", async () => {
    const plain = { filter: 2, alarm: 1, query: 1, topic: 1, topicPolicy: 1, subscription: 1 };
    assert.deepEqual(census((await provision(churnWith())).resources), { ...plain, dashboard: 1 });
    const { resources } = await provision({ ...churnWith(FULL), encryptTopics: "true" });
    assert.deepEqual(census(resources), {
      ...{ filter: 2, alarm: 2, query: 1, dashboard: 1, logGroup: 1, rolePolicy: 1 },
      ...{ topic: 2, topicPolicy: 2, subscription: 2, key: 1, keyAlias: 1 },
    });
  });

  it("adds exactly a model's own resources for one more model", async () => {
    const a = modelWith();
    const before = (await provision({ models: { a } })).resources;
    const { resources } = await provision({ models: { a, b: modelWith() } });
    const urns = new Set(before.map(({ urn }) => urn));
    const added = resources.filter(({ urn }) => !urns.has(urn));
    assert.deepEqual(
      added.map(({ name }) => name),
      ["b-total-predictions", "b-valid-predictions", "b-rate", "b-invalid-predictions", "b"],
    );
    const others = resources.filter(({ urn, name }) => urns.has(urn) && name !== "dashboard-1");
    assert.deepEqual(
      others.map(({ urn, inputs }) => [urn, inputs]),
      before.filter(({ name }) => name !== "dashboard-1").map(({ urn, inputs }) => [urn, inputs]),
    );
  });

  it("asks AWS for account and region once, however many models there are", async () => {
    const models = Object.fromEntries(
      Array.from({ length: 4 }, (_, at) => [`m${at}`, modelWith({ writerRole: "w" })]),
    );
    const { calls } = await provision({ models });
    assert.deepEqual(calls.map(({ token }) => token.split(":").at(-1)).sort(), [
      "getCallerIdentity",
      "getRegion",
    ]);
  });

  it("hands an explicit provider down to every resource and question", async () => {
    const settings = settingsOf({ ...churnWith(FULL), encryptTopics: true });
    const { resources, calls } = await withMocks({}, () => {
      const provider = new Provider("elsewhere", { region: "eu-north-1" });
      new ClassificationRate("classification-rate", { settings }, { providers: [provider] });
    });
    const ours = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.equal(ours.length, 16);
    for (const { provider, urn } of ours) assert.match(provider, /::elsewhere::/, urn);
    for (const { provider, token } of calls) assert.match(provider, /::elsewhere::/, token);
  });

  it("gives way to its components", async () => {
    const settings = settingsOf({ ...churnWith(FULL), encryptTopics: true });
    const { result } = await withMocks({}, async () => {
      const rate = new ClassificationRate("classification-rate", { settings });
      assert.ok(rate.monitors.every((monitor) => monitor instanceof Monitor));
      const alarms = rate.monitors.map(({ alarmName }) => promiseOf(alarmName));
      return {
        alarms: await Promise.all(alarms),
        addresses: rate.topics.map(({ address }) => address),
        pages: rate.dashboards?.dashboards.length,
      };
    });
    assert.deepEqual(result, {
      alarms: ["classification-rate-dev-churn"],
      addresses: ["a@example.com", "b@example.com"],
      pages: 1,
    });
  });

  it("refuses settings of another stack, whose names would match nothing here", async () => {
    const settings = settingsOf(churnWith(), { ...CONTEXT, stack: "dev-eu" });
    const { resources } = await withMocks({ stack: "dev" }, () => {
      assert.throws(
        () => new ClassificationRate("eu", { settings }),
        /^Error: expected settings of project .*, stack dev, found those of .*, dev-eu$/,
      );
    });
    assert.deepEqual(resources, []);
  });

  it("has no key, which AWS bills, where there is no topic to encrypt", async () => {
    const { resources } = await provision({ models: {}, encryptTopics: true });
    assert.deepEqual(all(resources, "key"), []);
  });

  it("changes none of the arguments", async () => {
    const settings = frozen(settingsOf({ ...churnWith(FULL), encryptTopics: true }));
    const where = { accountId: ACCOUNT, region: REGION };
    await withMocks({}, () => {
      new ClassificationRate("classification-rate", frozen({ settings }), frozen({}));
      new Dashboards("other", frozen({ settings, ...where }), frozen({}));
      new TopicKey("other", frozen({ alias: "alias/other", ...where }), frozen({}));
      const { email, ...model } = FULL;
      const args = frozen({ ...model, logGroup: "/other", threshold: 90, namespace: "n" });
      new Monitor("other", args, frozen({}));
    });
  });
});
