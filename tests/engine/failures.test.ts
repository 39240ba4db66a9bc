import assert from "node:assert/strict";
import type { Engine } from "./engine";
import { type Models, openProgram, shipped, stackFile } from "./stacks";

/** `count` models on as many log groups, two addresses between them. */
function manyModels(count: number): Models {
  return Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `model-${String(number).padStart(3, "0")}`,
      {
        logGroup: `/logs/${number}`,
        threshold: 80 + (number % 20),
        email: `team-${String(number % 2)}@example.com`,
      },
    ]),
  );
}

describe("the program on the real engine: when AWS says no", () => {
  let engine: Engine;

  afterEach(() => {
    engine.close();
  });

  it("converges in a second update after a failure in the middle", async () => {
    engine = openProgram({ dev: shipped("Pulumi.dev.yaml") });
    engine.account.plan({ call: "PutMetricAlarm", error: "InternalFailure", message: "try later" });
    const first = await engine.up("dev");
    assert.notEqual(first.exitCode, 0);
    assert.match(first.errors, /try later/);
    const second = await engine.up("dev");
    assert.deepEqual([second.exitCode, second.errors], [0, ""]);
    assert.deepEqual((await engine.preview("dev")).changes, []);
    assert.equal(engine.account.things("alarm").length, 2);
  });

  it("lives through throttling", async () => {
    engine = openProgram({ dev: shipped("Pulumi.dev.yaml") });
    engine.account.plan({ call: "PutMetricFilter", error: "ThrottlingException", times: 2 });
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
  });

  it("says at preview what does not exist, model by model, and creates nothing", async () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:chat";
    const elsewhere = "arn:aws:sns:eu-west-1:210987654321:chat";
    const model = (logGroup: string, more: object = {}) => ({
      ...{ logGroup, threshold: 90, email: "a@example.com", ...more },
    });
    const models = {
      churn: model("/gone"),
      fraud: model("/gone", { where: { model: "fraud" } }),
      made: model("/made", { createLogGroup: true }),
      spam: model("/there", { writerRole: "nobody", topics: [topic, elsewhere] }),
    };
    engine = openProgram({ dev: stackFile(models) });
    for (const name of ["/gone", "/made"]) engine.account.remove("logGroup", name);
    const { exitCode, errors } = await engine.preview("dev");
    assert.notEqual(exitCode, 0);
    assert.deepEqual(
      errors
        .split("\n")
        .map((line) => line.replace(/ Create it.*| Looked for.*/, ""))
        .filter((line) => line !== "")
        .sort(),
      [
        "The models need 4 things that do not exist.",
        "model churn: log group /gone does not exist.",
        "model fraud: log group /gone does not exist.",
        "model spam: IAM role nobody does not exist.",
        `model spam: SNS topic ${topic} does not exist.`,
      ],
    );
    assert.match(errors, /createLogGroup: true, or run: aws logs create-log-group --region/);
    assert.deepEqual(engine.account.inventory(), ["logGroup /there"]);
  });

  it("brings up 100 models, and takes them away again", async () => {
    engine = openProgram({ dev: stackFile(manyModels(100)) });
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    assert.equal(engine.account.things("alarm").length, 100);
    assert.equal(engine.account.things("filter").length, 200);
    assert.equal(engine.account.things("topic").length, 2);
    assert.deepEqual((await engine.preview("dev")).changes, []);
    assert.equal((await engine.refresh("dev")).exitCode, 0);
    assert.equal((await engine.destroy("dev")).exitCode, 0);
    assert.deepEqual([...new Set(engine.account.things().map(({ kind }) => kind))], ["logGroup"]);
  });
});
