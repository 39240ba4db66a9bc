import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { ClassificationRate, type ClassificationRateArgs, Monitor } from "../../components";
import { ACCOUNT, promiseOf, REGION, withMocks } from "../support/mocks";
import { provision } from "../support/program";
import { churnWith, modelWith } from "../support/stackInput";
import { all, census, one } from "./provisioned";

const CHAT = `arn:aws:sns:${REGION}:${ACCOUNT}:chat`;
const FULL = {
  ...{ silence: "1h", writerRole: "writer", createLogGroup: { retentionDays: 30 } },
  ...{ where: { model: "churn" }, tags: { team: "ml" }, notifyRecovery: true, confidence: 95 },
  email: ["a@example.com", "b@example.com"],
  topics: [CHAT],
};
const EVERYTHING = {
  models: { churn: { ...FULL, logGroup: "/churn", threshold: 90 } },
  encryptTopics: true,
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
      ["b-total-predictions", "b-valid-predictions", "b-rate", "b"],
    );
    const others = resources.filter(({ urn, name }) => urns.has(urn) && name !== "dashboard-1");
    assert.deepEqual(
      others.map(({ urn, inputs }) => [urn, inputs]),
      before.filter(({ name }) => name !== "dashboard-1").map(({ urn, inputs }) => [urn, inputs]),
    );
  });

  it("is declared under the mocks of Pulumi's guide to unit tests, which know nothing of AWS", async () => {
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ name, inputs }) => ({
        id: `${name}_id`,
        state: inputs as Record<string, unknown>,
      }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    };
    await pulumi.runtime.setMocks(mocks, "shop", "prod");
    const { models, dashboardUrls } = new ClassificationRate("mine", {
      encryptTopics: true,
      defaults: { email: ["a@example.com"], threshold: 90, silence: "6h" },
      models: { churn: { logGroup: "/churn", topics: [CHAT], writerRole: "writer" } },
    });
    assert.equal((await promiseOf(models))["churn"]?.alarmName, "shop-prod-mine.churn");
    assert.equal((await promiseOf(dashboardUrls)).length, 1);
    await pulumi.runtime.disconnect();
  });

  it("asks AWS each question once, however many models there are", async () => {
    const models = Object.fromEntries(
      Array.from({ length: 4 }, (_, at) => [`m${at}`, modelWith({ writerRole: "w" })]),
    );
    const { calls } = await provision({ models });
    assert.deepEqual(calls.map(({ token }) => token.split(":").at(-1)).sort(), [
      "getCallerIdentity",
      "getLogGroups",
      "getRegion",
      "getRole",
    ]);
  });

  it("hands an explicit provider down to every resource and question", async () => {
    const { resources, calls } = await withMocks({}, () => {
      const provider = new Provider("elsewhere", { region: "eu-north-1" });
      new ClassificationRate("classification-rate", EVERYTHING, { providers: [provider] });
    });
    const ours = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.equal(ours.length, 16);
    for (const { provider, urn } of ours) assert.match(provider, /::elsewhere::/, urn);
    for (const { provider, token } of calls) assert.match(provider, /::elsewhere::/, token);
  });

  it("is placed in a region as a whole, if told", async () => {
    const topics = [`arn:aws:sns:eu-north-1:${ACCOUNT}:chat`];
    const churn = { ...EVERYTHING.models["churn"], logGroup: "/churn", topics };
    const args = { ...EVERYTHING, models: { churn }, region: "eu-north-1" };
    const { resources, result } = await withMocks({}, async () => {
      const rate = new ClassificationRate("classification-rate", args);
      return { models: await promiseOf(rate.models), urls: await promiseOf(rate.dashboardUrls) };
    });
    const ours = resources.filter(({ type }) => /^aws:(?!iam)/.test(type));
    assert.equal(ours.length, 15);
    for (const { inputs, urn } of ours) assert.equal(inputs["region"], "eu-north-1", urn);
    assert.match(result.urls[0] ?? "", /^https:\/\/eu-north-1\./);
    assert.match(result.models["churn"]?.alarmArn ?? "", /^arn:aws:cloudwatch:eu-north-1:/);
    const body = String(one(resources, "dashboard")["dashboardBody"]);
    assert.ok(body.includes("eu-north-1") && !body.includes("eu-west-1"));
  });

  it("gives way to its components and their resources", async () => {
    const { result } = await withMocks({}, async () => {
      const { nodes } = new ClassificationRate("classification-rate", EVERYTHING);
      const [churn] = Object.values(nodes.monitors);
      assert.ok(churn instanceof Monitor);
      return {
        monitors: Object.keys(nodes.monitors),
        alarm: await promiseOf(churn.nodes.rateAlarm.name),
        addresses: Object.keys(nodes.topics),
        pages: nodes.dashboards?.dashboards.length,
        query: await promiseOf(nodes.savedQuery?.name ?? pulumi.output("")),
      };
    });
    assert.deepEqual(result, {
      monitors: ["churn"],
      alarm: "classification-rate-dev-churn",
      addresses: ["a@example.com", "b@example.com"],
      pages: 1,
      query: "classification-rate-dev.invalid_predictions",
    });
  });

  it("shares nothing with a second one, which has its name in all of its own", async () => {
    const { resources } = await withMocks({}, () => {
      new ClassificationRate("classification-rate", EVERYTHING);
      new ClassificationRate("fraud", EVERYTHING);
    });
    const alone = await withMocks({}, () => {
      new ClassificationRate("classification-rate", EVERYTHING);
    });
    const identities = resources.map(({ urn }) => urn);
    assert.equal(new Set(identities).size, 2 * alone.resources.length);
    assert.deepEqual(
      alone.resources.map(({ urn }) => urn).filter((urn) => !identities.includes(urn)),
      [],
    );
    for (const kind of ["alarm", "topic", "query", "dashboard", "keyAlias"] as const) {
      const names = all(resources, kind).map(({ name, dashboardName }) => name ?? dashboardName);
      assert.equal(new Set(names).size, names.length, `${kind}: ${names.join(", ")}`);
    }
    assert.ok(one(resources, "alarm", "classification-rate-dev-fraud.churn"));
  });

  it("names every argument that is wrong, before anything is registered", async () => {
    const args = { models: { churn: { logGroup: "/churn", threshold: 900 } } };
    for (const name of ["classification-rate", "fraud"]) {
      const { result, resources } = await withMocks({}, (): unknown => {
        try {
          return new ClassificationRate(name, args);
        } catch (error) {
          return error;
        }
      });
      assert(pulumi.InputPropertiesError.isInstance(result), String(result));
      assert.equal(
        result.message,
        `ClassificationRate ${name} has 2 problems.\n` +
          "models.churn.threshold: expected a percentage above 0 and at most 100, found 900\n" +
          "models.churn.email: expected an e-mail address or a list of them, or else topics, found nothing",
      );
      assert.deepEqual(
        result.errors.map(({ propertyPath }) => propertyPath),
        ["models.churn.threshold", "models.churn.email"],
      );
      assert.deepEqual(resources, []);
    }
  });

  it("takes the forms of a stack's file, too, and what is known only at deployment", async () => {
    const loose: Readonly<Record<string, unknown>> = {
      models: { churn: { logGroup: pulumi.output("/churn"), threshold: "90", period: 3600 } },
      defaults: { email: "a@example.com", topics: [Promise.resolve(CHAT)], silence: undefined },
      dashboard: "false",
    };
    const { resources } = await withMocks({}, () => {
      new ClassificationRate("classification-rate", loose as unknown as ClassificationRateArgs);
    });
    const [alarm] = all(resources, "alarm");
    assert.equal(alarm?.["threshold"], 90);
    assert.deepEqual((alarm["alarmActions"] as string[]).at(-1), CHAT);
    for (const { logGroupName } of all(resources, "filter")) assert.equal(logGroupName, "/churn");
    assert.deepEqual(one(resources, "query")["logGroupNames"], ["/churn"]);
  });

  it("saves one query, however many models there are", async () => {
    const models = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `m${at}`,
          modelWith({ logGroup: `/${at % 60}` }),
        ]),
      );
    const few = one((await provision({ models: models(50) })).resources, "query");
    assert.equal((few["logGroupNames"] as string[]).length, 50);
    const many = one((await provision({ models: models(60) })).resources, "query");
    assert.equal(many["logGroupNames"], undefined, "more than one query may have");
    assert.deepEqual(all((await provision({ models: {} })).resources, "query"), []);
  });

  it("has no key, which AWS bills, where there is no topic to encrypt", async () => {
    const { resources } = await provision({ models: {}, encryptTopics: true });
    assert.deepEqual(all(resources, "key"), []);
  });

  it("changes none of the arguments", async () => {
    await withMocks({}, () => {
      new ClassificationRate("classification-rate", frozen(EVERYTHING), frozen({}));
      const { email, ...model } = FULL;
      const args = frozen({ ...model, logGroup: "/other", threshold: 90, namespace: "n" });
      new Monitor("other", args, frozen({}));
    });
  });
});
