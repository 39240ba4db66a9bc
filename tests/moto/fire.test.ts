import assert from "node:assert/strict";
import { DeleteAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { alarmsNamed } from "../../tools/aws/alarmCalls";
import { main } from "../../tools/cli/fire";
import type { FireJson } from "../../tools/fire/report";
import type { Run } from "../support/folders";
import { PENDING } from "../tools/aws/fakeAccount";
import { type Ground, groundForEach } from "./ground";

const CHURN = "classification-rate-dev-churn";

function json({ stdout }: Run): FireJson {
  return JSON.parse(stdout) as FireJson;
}

describe("npm run fire against moto", () => {
  const newGround = groundForEach();
  let ground: Ground;
  beforeEach(() => {
    ground = newGround();
  });

  async function alarm(name: string): Promise<MetricAlarm | undefined> {
    return (await alarmsNamed(ground.session, [name])).get(name);
  }

  it("sets the alarm's state, and that alone, and tells that the notifications were sent", async () => {
    const run = await ground.run(main, "--model", "churn", "--yes");
    assert.equal(run.code, 0, run.stderr);
    const { from, to, reason, actions, recipients } = json(run);
    assert.deepEqual([from, to], ["OK", "ALARM"]);
    assert.deepEqual(
      actions.map(({ arn, result }) => [arn, result]),
      ["team@example.com", "oncall@example.com"].map((address) => [
        ground.topicOf(address),
        "sent",
      ]),
    );
    assert.deepEqual(
      recipients.map(({ address, state }) => [address, state]),
      [
        ["team@example.com", "confirmed"],
        ["oncall@example.com", "confirmed"],
      ],
    );
    const fired = await alarm(CHURN);
    assert.deepEqual([fired?.StateValue, fired?.StateReason], ["ALARM", reason]);
    for (const other of ground.declared.alarms.filter(({ name }) => name !== CHURN)) {
      assert.equal((await alarm(other.name))?.StateValue, "OK", other.name);
    }
  });

  it("sets it back", async () => {
    await ground.run(main, "--model", "spam", "--yes");
    const run = await ground.run(main, "--model", "spam", "--state", "OK", "--yes");
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual([json(run).from, json(run).to], ["ALARM", "OK"]);
    assert.equal((await alarm("classification-rate-dev-spam"))?.StateValue, "OK");
  });

  it("fires the alarm on silence", async () => {
    const run = await ground.run(main, "--model", "churn", "--silence", "--yes");
    assert.equal(run.code, 0, run.stderr);
    assert.equal((await alarm(`${CHURN}-silence`))?.StateValue, "ALARM");
    assert.equal((await alarm(CHURN))?.StateValue, "OK");
  });

  it("names addresses that have not confirmed", async () => {
    ground.words.set("fraud@example.com", PENDING);
    const run = await ground.run(main, "--model", "fraud", "--yes");
    assert.equal(run.code, 1);
    assert.match(run.stderr, /fraud@example\.com/);
    assert.deepEqual(
      json(run).recipients.map(({ state }) => state),
      ["pending"],
    );
  });

  it("reports a notification that failed", async () => {
    const topic = ground.topicOf("fraud@example.com");
    ground.account.refusals.set(topic, "not authorized to perform: SNS:Publish");
    const run = await ground.run(main, "--model", "fraud", "--yes");
    assert.equal(run.code, 1);
    const [action] = json(run).actions;
    assert.deepEqual([action?.arn, action?.result], [topic, "failed"]);
    assert.match(action?.detail ?? "", /SNS:Publish/);
    assert.equal((await alarm("classification-rate-dev-fraud"))?.StateValue, "ALARM");
  });

  it("changes nothing where the alarm is not deployed, or nobody said yes", async () => {
    await ground.session.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [CHURN] }));
    const run = await ground.run(main, "--model", "churn", "--yes");
    assert.equal(run.code, 1);
    assert.match(json(run).findings.join("\n"), /there is no alarm classification-rate-dev-churn/);
    assert.equal((await ground.run(main, "--model", "fraud")).code, 2);
    const set = ground.calls.filter(({ action }) => action === "cloudwatch:SetAlarmState");
    assert.deepEqual(set, []);
  });
});
