import assert from "node:assert/strict";
import { Engine } from "./engine";
import { alarm, ALARM_TYPE, filter, openTiny, tiny } from "./tiny";

describe("the stand-in for AWS under the real engine: the life of a stack", () => {
  let engine: Engine;

  before(() => {
    engine = openTiny([alarm({ threshold: 90 }), filter()]);
    engine.account.addLogGroup("/models/churn");
  });

  after(() => {
    engine.close();
  });

  it("previews without touching the account, and knows names but no ARNs", async () => {
    const { changes, exitCode, stdout } = await engine.preview("dev", { args: ["--diff"] });
    assert.equal(exitCode, 0);
    assert.equal(changes.length, 3);
    assert.match(stdout, /name +: "alarm"/);
    assert.deepEqual(engine.account.journal(), []);
  });

  it("creates everything and gives outputs back", async () => {
    const { errors, changes, exitCode } = await engine.up("dev");
    assert.deepEqual([errors, exitCode, changes.length], ["", 0, 3]);
    assert.deepEqual(await engine.stackOutput("dev"), {
      alarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:alarm",
    });
    assert.deepEqual(engine.account.find("alarm", "alarm")?.tags, { team: "ml", model: "churn" });
    assert.deepEqual(engine.account.journal("PutMetricAlarm").length, 1);
  });

  it("finds nothing to do in a second preview and update", async () => {
    engine.account.clearJournal();
    assert.deepEqual((await engine.preview("dev")).changes, []);
    assert.deepEqual((await engine.up("dev")).changes, []);
    assert.deepEqual(engine.account.journal(), []);
  });

  it("updates in place, with one call and only what differs", async () => {
    engine.write("index.ts", tiny([alarm({ threshold: 80 }), filter()]));
    const { changes, steps } = await engine.up("dev");
    assert.deepEqual(changes, [`update ${ALARM_TYPE} alarm`]);
    assert.deepEqual(steps.find(({ op }) => op === "update")?.diffs, ["threshold"]);
    assert.deepEqual(
      engine.account.journal().map(({ call, outcome }) => `${call} ${outcome}`),
      ["PutMetricAlarm overwrote"],
    );
  });

  it("creates before it deletes where a name changes", async () => {
    engine.account.clearJournal();
    engine.write("index.ts", tiny([alarm({ name: "renamed" }), filter()]));
    const { changes } = await engine.up("dev");
    assert.deepEqual(
      changes.map((change) => change.split(" ")[0]),
      ["create-replacement", "delete-replaced", "replace"],
    );
    assert.deepEqual(
      engine.account.journal().map(({ call, name }) => `${call} ${name}`),
      ["PutMetricAlarm renamed", "DeleteAlarms alarm"],
    );
  });

  it("sees in a refresh what was changed and deleted by hand, and repairs it", async () => {
    engine.account.edit("alarm", "renamed", { threshold: 10 });
    engine.account.remove("filter", "/models/churn:valid");
    const refreshed = await engine.refresh("dev");
    assert.deepEqual(refreshed.changes, [
      "delete aws:cloudwatch/logMetricFilter:LogMetricFilter valid",
      `update ${ALARM_TYPE} alarm`,
    ]);
    const { changes } = await engine.up("dev");
    assert.deepEqual(changes, [
      "create aws:cloudwatch/logMetricFilter:LogMetricFilter valid",
      `update ${ALARM_TYPE} alarm`,
    ]);
    assert.equal(engine.account.find("alarm", "renamed")?.attributes["threshold"], 90);
  });

  it("deletes the live alarm of a resource that only got another URN", async () => {
    engine.write("index.ts", tiny([alarm({ resource: "moved", name: "renamed" }), filter()]));
    const { exitCode } = await engine.up("dev");
    assert.equal(exitCode, 0);
    assert.equal(engine.account.find("alarm", "renamed"), undefined);
  });

  it("leaves nothing of its own behind", async () => {
    const { errors, exitCode } = await engine.destroy("dev");
    assert.deepEqual([errors, exitCode], ["", 0]);
    assert.deepEqual(engine.account.inventory(), ["logGroup /models/churn"]);
  });
});
