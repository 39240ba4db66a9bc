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

  it("says which log group is missing", async () => {
    engine = openProgram({ dev: shipped("Pulumi.dev.yaml") });
    engine.account.remove("logGroup", "/aws/lambda/churn-classifier");
    const { exitCode, errors } = await engine.up("dev");
    assert.notEqual(exitCode, 0);
    assert.match(errors, /log group does not exist/);
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
