import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Engine } from "./engine";
import { alarm, filter, openTiny, subscription, tiny } from "./tiny";

describe("the stand-in for AWS under the real engine: when AWS fails", () => {
  let engine: Engine;

  beforeEach(() => {
    engine = openTiny([alarm({}), filter(), subscription("mail", "a@example.com")]);
    engine.account.addLogGroup("/models/churn");
  });

  afterEach(() => {
    engine.close();
  });

  it("converges after a call that failed once", async () => {
    engine.account.plan({
      call: "PutMetricAlarm",
      error: "InternalServiceFault",
      message: "sorry",
    });
    const first = await engine.up("dev");
    assert.notEqual(first.exitCode, 0);
    assert.match(first.errors, /creating CloudWatch Metric Alarm \(alarm\).*InternalServiceFault/);
    assert.ok(first.steps.some(({ name, failed }) => name === "alarm" && failed));
    const second = await engine.up("dev");
    assert.deepEqual(
      [second.errors, second.changes],
      ["", ["create aws:cloudwatch/metricAlarm:MetricAlarm alarm"]],
    );
    assert.deepEqual((await engine.preview("dev")).changes, []);
  });

  it("lets the provider try again when it is throttled", async () => {
    engine.account.plan({ nth: 2, error: "ThrottlingException", times: 3 });
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([errors, exitCode], ["", 0]);
    const attempts = engine.account.journal().filter(({ outcome }) => /Throttl/.test(outcome));
    assert.deepEqual(
      attempts.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
  });

  it("keeps a half-made topic in the state and finishes it next time", async () => {
    engine.write("index.ts", tiny(['new Topic("half", { name: "half", displayName: "Half" });']));
    engine.account.plan({ call: "SetTopicAttributes", error: "InternalError" });
    assert.notEqual((await engine.up("dev")).exitCode, 0);
    const second = await engine.up("dev");
    assert.deepEqual(second.changes, ["update aws:sns/topic:Topic half"]);
    assert.equal(engine.account.find("topic", "half")?.attributes["displayName"], "Half");
  });

  it("repeats a call whose effect happened and whose answer was lost", async () => {
    engine.account.plan({ call: "PutMetricAlarm", error: "RequestTimeout", afterwards: true });
    assert.notEqual((await engine.up("dev")).exitCode, 0);
    assert.ok(engine.account.find("alarm", "alarm"));
    assert.equal((await engine.up("dev")).exitCode, 0);
    assert.deepEqual(
      engine.account.journal("PutMetricAlarm").map(({ outcome }) => outcome),
      ["RequestTimeout", "overwrote"],
    );
  });

  it("lets the engine be killed in the middle of a call", async () => {
    engine.account.plan({ call: "PutMetricFilter", afterwards: true, delay: 60_000 });
    const crash = new AbortController();
    const update = engine.up("dev", { signal: crash.signal });
    while (engine.account.journal("PutMetricFilter").length === 0) await pause(100);
    crash.abort();
    assert.equal((await update).exitCode, -1);
    engine.account.plan();
    await engine.pulumi("dev", ["cancel", "--yes"]);
    const { exitCode } = await engine.up("dev");
    assert.equal(exitCode, 0);
    assert.ok(engine.account.find("filter", "valid"));
  });
});
