import assert from "node:assert/strict";
import { EmailTopic, type EmailTopicArgs } from "../../components";
import { emailSlug } from "../../components/settings/names";
import { ACCOUNT, promiseOf, REGION, withMocks } from "../support/mocks";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { all, census, churn, one } from "./provisioned";

describe("e-mail topics", () => {
  it("have a readable name of their own, one subscription and one policy", async () => {
    const resources = await churn({ email: "ML.Team+alerts@Example.com" });
    const address = "ml.team+alerts@example.com";
    const name = `classification-rate-dev-${emailSlug(address)}`;
    assert.match(name, /^classification-rate-dev-ml-team-alerts-example-com-[0-9a-f]{8}$/);
    assert.deepEqual(one(resources, "topic"), { name });
    const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
    assert.deepEqual(one(resources, "subscription"), {
      topic: arn,
      protocol: "email",
      endpoint: address,
    });
    assert.equal(one(resources, "topicPolicy")["arn"], arn);
  });

  it("differ for addresses that read alike, and keep within SNS's names", async () => {
    const long = `${"x".repeat(60)}@${"y".repeat(60)}.example.com`;
    const email = ["a.b@example.com", "a-b@example.com", "a+b@example.com", `1${long}`, long];
    const names = all(await churn({ email }), "topic").map(({ name }) => String(name));
    assert.equal(new Set(names).size, email.length);
    for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{1,256}$/);
  });

  it("stay the same where models come, go or change their order", async () => {
    const topics = async (...models: string[]): Promise<unknown> => {
      const entries = models.map((model) => [model, modelWith({ email: "team@example.com" })]);
      const { resources } = await provision({ models: Object.fromEntries(entries) });
      return resources
        .filter(({ urn }) => urn.includes("EmailTopic"))
        .map(({ urn, inputs }) => [urn, inputs]);
    };
    const expected = await topics("a", "b");
    assert.deepEqual(await topics("b", "a"), expected);
    assert.deepEqual(await topics("b"), expected);
  });

  it("are placed in a region if told", async () => {
    const args = { address: "me@example.com", topicName: "my-alarms" };
    const { resources } = await withMocks({}, () => {
      new EmailTopic("me", { ...args, region: "eu-north-1" });
    });
    for (const kind of ["topic", "topicPolicy", "subscription"] as const) {
      assert.equal(one(resources, kind)["region"], "eu-north-1");
    }
  });

  it("tell all that is wrong with their arguments, before anything is registered", async () => {
    const wrong = async (args: object): Promise<string> => {
      const { result, resources } = await withMocks({}, () => {
        try {
          new EmailTopic("team", args as EmailTopicArgs);
        } catch (error) {
          return String(error);
        }
        return "";
      });
      assert.deepEqual(resources, []);
      return result;
    };
    assert.match(
      await wrong({ address: "team", topicName: "a b", topicname: "x" }),
      /EmailTopic team has 3 problems\.\naddress: expected an e-mail address, found "team"\ntopicName: expected a topic name .*\ntopicname: .*did you mean topicName\?/,
    );
    assert.match(await wrong({}), /address: .* found nothing\ntopicName: .* found nothing/);
  });

  it("work by themselves", async () => {
    const { result, resources } = await withMocks(
      { project: "shop", confirmed: ["me@example.com"] },
      async () => {
        const topic = new EmailTopic("me", {
          address: "me@example.com",
          topicName: "my-alarms",
        });
        const [arn, pending] = [await promiseOf(topic.topicArn), await promiseOf(topic.pending)];
        return { arn, pending, endpoint: await promiseOf(topic.nodes.subscription.endpoint) };
      },
    );
    assert.deepEqual(result, {
      arn: `arn:aws:sns:${REGION}:${ACCOUNT}:my-alarms`,
      pending: false,
      endpoint: "me@example.com",
    });
    assert.deepEqual(census(resources), { topic: 1, topicPolicy: 1, subscription: 1 });
  });
});

describe("encryptTopics", () => {
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/topics-key`;
  const email = ["a@example.com", "b@example.com"];

  it("encrypts every topic with one key of the stack's own, never with AWS's", async () => {
    const resources = await churn({ email }, { encryptTopics: true });
    const keys = all(resources, "topic").map(({ kmsMasterKeyId }) => kmsMasterKeyId);
    assert.deepEqual(keys, [KEY, KEY]);
    const { description, enableKeyRotation } = one(resources, "key");
    assert.equal(description, "Encrypts the e-mail topics of classification-rate-dev");
    assert.equal(enableKeyRotation, true);
    assert.deepEqual(one(resources, "keyAlias"), {
      name: "alias/classification-rate-dev",
      targetKeyId: "topics-key",
    });
  });

  it("is off by default", async () => {
    const resources = await churn({ email });
    assert.deepEqual([...all(resources, "key"), ...all(resources, "keyAlias")], []);
    for (const topic of all(resources, "topic")) assert.deepEqual(Object.keys(topic), ["name"]);
  });

  it("adds the key and its alias, and changes nothing else but the topics' key", async () => {
    const [plain, encrypted] = [
      await churn({ email }),
      await churn({ email }, { encryptTopics: true }),
    ];
    assert.deepEqual(census(encrypted), { ...census(plain), key: 1, keyAlias: 1 });
    const urns = new Map(encrypted.map(({ urn, inputs }) => [urn, inputs]));
    for (const { urn, inputs } of plain) {
      const { kmsMasterKeyId, ...others } = urns.get(urn) ?? {};
      assert.deepEqual(others, inputs, urn);
    }
  });
});
