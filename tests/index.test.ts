import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { insightsUrl } from "../components/cloudwatch/consoleLinks";
import { invalidPredictionsQuery } from "../components/cloudwatch/queries";
import { census, one, TYPES } from "./components/provisioned";
import { engineConfig, provision, refusal, runProgram, stackConfig } from "./support/program";
import { churnWith, modelWith } from "./support/stackInput";

const CONSOLE = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1";
const ALARM_ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm";

function modelOutputs(alarmName: string, logGroup: string): Record<string, string> {
  return {
    alarmName,
    alarmArn: `${ALARM_ARN}:${alarmName}`,
    alarmUrl: `${CONSOLE}#alarmsV2:alarm/${alarmName}`,
    logsUrl: `${CONSOLE}#logsV2:log-groups/log-group/${logGroup.replaceAll("/", "$252F")}`,
    invalidPredictionsUrl: insightsUrl(
      "eu-west-1",
      logGroup,
      invalidPredictionsQuery({ field: ["prediction_valid"], where: [] }),
    ),
  };
}

describe("the program with the shipped stack files", () => {
  it("gives the dev stack's links and the address that has yet to confirm", async () => {
    const { result } = await runProgram("dev", stackConfig("dev"));
    const { models, dashboardUrls, confirmations } = result;
    assert.deepEqual(models, {
      churn: modelOutputs("classification-rate-dev-churn", "/aws/lambda/churn-classifier"),
      digits: modelOutputs("classification-rate-dev-digits", "/aws/lambda/digits-classifier"),
    });
    assert.deepEqual(dashboardUrls, [`${CONSOLE}#dashboards/dashboard/classification-rate-dev`]);
    assert.deepEqual(confirmations.pending, ["ml-team@example.com"]);
    assert.match(confirmations.whatToDo, /click the link/);
  });

  it("says that there is nothing to do once all addresses have confirmed", async () => {
    const confirmed = ["ml-team@example.com"];
    const { result } = await runProgram("dev", stackConfig("dev"), { confirmed });
    assert.deepEqual(result.confirmations.pending, []);
    assert.match(result.confirmations.whatToDo, /^Nothing/);
  });

  it("tells which of the prod stack's addresses are still to confirm", async () => {
    const confirmed = ["on-call@example.com"];
    const { result } = await runProgram("prod", stackConfig("prod"), { confirmed });
    assert.deepEqual(Object.keys(result.models), ["churn", "digits", "fraud"]);
    assert.deepEqual(result.confirmations.pending, ["fraud@example.com", "ml-team@example.com"]);
  });

  it("provisions for both what the files ask for, and nothing that is not ours", async () => {
    const topics = (count: number): Record<string, number> => ({
      ...{ topic: count, topicPolicy: count, subscription: count },
      dashboard: 1,
    });
    const expected = {
      dev: { filter: 4, alarm: 2, query: 1, ...topics(1) },
      prod: { filter: 6, alarm: 6, query: 1, ...topics(3) },
    };
    for (const [stack, counts] of Object.entries(expected)) {
      const { resources } = await runProgram(stack, stackConfig(stack));
      assert.deepEqual(census(resources), counts);
      const known = new Set<string>(Object.values(TYPES));
      const others = resources.filter(({ type }) => !known.has(type));
      assert.ok(others.every(({ type }) => type.startsWith("classification-rate:index:")));
    }
  });
});

describe("the program's config", () => {
  it("is read as the engine hands it over: top-level values as text", async () => {
    const config = engineConfig(`
config:
  aws:region: eu-west-1
  classification-rate:dashboard: false
  classification-rate:encryptTopics: true
  classification-rate:namespace: ml
  classification-rate:models:
    churn: { logGroup: /churn, threshold: 90, email: a@example.com }
`);
    assert.equal(config["classification-rate:dashboard"], "false");
    const { resources } = await runProgram("dev", config);
    const { dashboard, key } = census(resources);
    assert.deepEqual([dashboard, key], [undefined, 1]);
  });

  it("may hold numbers as text, which is how `pulumi config set --path` stores decimals", async () => {
    const numbers = {
      ...{ threshold: 97.5, period: 900, datapoints: 4, minimumPredictions: 30 },
      ...{ confidence: 99.5, silence: 3600 },
    };
    const texts = Object.fromEntries(
      Object.entries(numbers).map(([key, value]) => [key, String(value)]),
    );
    const [written, stored] = [
      await provision(churnWith(numbers)),
      await provision(churnWith(texts)),
    ];
    assert.deepEqual(
      stored.resources.map(({ inputs }) => inputs),
      written.resources.map(({ inputs }) => inputs),
    );
    const alarm = one(stored.resources, "alarm", "classification-rate-dev-churn");
    assert.equal(alarm["threshold"], 97.5);
  });

  it("does not mind a model with a name that JavaScript knows", async () => {
    const names = ["1", "__pulumiOutput", "constructor", "then", "toString", "urn"];
    const models = Object.fromEntries(
      names.map((name) => [name, modelWith({ logGroup: `/${name}` })]),
    );
    const { result } = await provision({ models });
    assert.deepEqual(Object.keys(result.models).sort(), names);
    assert.equal(result.models["then"]?.alarmName, "classification-rate-dev-then");
  });
});

describe("the program with a wrong config", () => {
  async function refused(keys: Readonly<Record<string, unknown>>): Promise<string[]> {
    const { result, resources, calls } = await refusal(keys);
    assert(pulumi.InputPropertiesError.isInstance(result), String(result));
    assert(pulumi.RunError.isInstance(result), "or the engine would show a stack trace");
    assert.deepEqual([resources, calls], [[], []], "nothing is registered, nothing is asked");
    const lines = result.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    const [headline = "", ...told] = result.message.split("\n");
    const inFull = lines.map((line) => `classification-rate:${line}`);
    assert.deepEqual(told, inFull);
    return [headline, ...lines];
  }

  it("shows all problems without a stack trace, and touches nothing", async () => {
    const lines = await refused({
      dashboard: "maybe",
      models: {
        churn: { logGroup: "/churn", threshhold: 90, email: "a@example.com" },
        fraud: modelWith({ threshold: 900, period: "90s" }),
      },
    });
    assert.deepEqual(lines.slice(0, 2), [
      "The config of stack dev has 5 problems; nothing was changed. `npm run check` shows the lines.",
      'dashboard: expected true or false, found "maybe"',
    ]);
    assert.deepEqual(
      lines.slice(1).map((line) => /^([\w.]+): expected /.exec(line)?.[1]),
      [
        "dashboard",
        "models.churn.threshold",
        "models.churn.threshhold",
        "models.fraud.threshold",
        "models.fraud.period",
      ],
    );
  });

  it("shows a single one in the singular", async () => {
    assert.deepEqual(await refused(churnWith({ threshold: 900 })), [
      "The config of stack dev has a problem; nothing was changed. `npm run check` shows the lines.",
      "models.churn.threshold: expected a percentage above 0 and at most 100, found 900",
    ]);
  });

  it("refuses a stack without models, and models that are not a map", async () => {
    for (const keys of [{}, { models: null }, { models: [] }, { models: "churn" }, { models: 5 }]) {
      const [, line, ...more] = await refused(keys);
      assert.deepEqual(more, []);
      assert.match(line ?? "", /^models: expected a map of model name /);
    }
  });

  it("does not take a topic of another region than the stack's", async () => {
    const topics = ["arn:aws:sns:us-east-1:123456789012:alarms"];
    const [, line] = await refused(churnWith({ topics }));
    assert.match(
      line ?? "",
      /models\.churn\.topics: expected topics in the stack's region eu-west-1/,
    );
  });

  it("says where settings under the project's name belong", async () => {
    const models = JSON.stringify({ churn: modelWith() });
    const { result, resources } = await refusal(
      {},
      { project: "other", config: { "other:models": models } },
    );
    assert(pulumi.RunError.isInstance(result), String(result));
    assert.match(result.message, /expected classification-rate:models, found other:models$/);
    assert.deepEqual(resources, []);
  });
});

describe("the program in a project of another name", () => {
  it("reads the same config, and starts its names with the project's", async () => {
    const { resources } = await runProgram("dev", stackConfig("dev"), { project: "ml" });
    assert.ok(one(resources, "alarm", "ml-dev-churn"));
  });
});
