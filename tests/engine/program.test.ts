import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { emailSlug } from "../../components/settings/names";
import { fileSource } from "../../tools/logs/logSource";
import { stackState } from "../../tools/program/stackState";
import type { RehearsedMail } from "../../tools/rehearse/rehearse";
import { rehearseLogs } from "../../tools/rehearse/rehearseLogs";
import { bag, list, text } from "./aws/json";
import type { Engine } from "./engine";
import { type Models, openProgram, shipped, stackFile } from "./stacks";
import { REPOSITORY } from "./workspace";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const DASHBOARD = "update aws:cloudwatch/dashboard:Dashboard dashboard-1";

describe("the program on the real engine: the shipped dev stack", () => {
  let engine: Engine;

  before(() => {
    engine = openProgram({ dev: shipped("Pulumi.dev.yaml") });
  });

  after(() => {
    engine.close();
  });

  it("comes up at once, with the URNs and physical names it has always had", async () => {
    const { errors, exitCode } = await engine.up("dev");
    assert.deepEqual([errors, exitCode], ["", 0]);
    const { deployment } = await engine.stackExport("dev");
    const urns = list(bag(deployment)["resources"])
      .map((resource) => text(bag(resource)["urn"]))
      .filter((urn) => !urn.includes("pulumi:providers"))
      .sort();
    const names = engine.account
      .inventory()
      .map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}$/, "<assigned by AWS>"));
    const golden = path.join(__dirname, "golden", "dev.txt");
    assert.equal(
      [...urns, "", ...names, ""].join("\n"),
      fs.readFileSync(golden, "utf8"),
      `a changed name or URN deletes a live alarm; if that is meant, edit ${golden}`,
    );
  });

  it("gives links and the addresses that have yet to confirm", async () => {
    const { models, dashboardUrls, confirmations } = await engine.stackOutput("dev");
    assert.deepEqual(Object.keys(bag(models)), ["churn", "digits"]);
    const digits = bag(bag(models)["digits"]);
    assert.equal(digits["alarmName"], "classification-rate-dev-digits");
    assert.equal(
      digits["alarmArn"],
      "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:classification-rate-dev-digits",
    );
    assert.match(text(list(dashboardUrls)[0]), /dashboard\/classification-rate-dev$/);
    assert.deepEqual(bag(confirmations)["pending"], ["ml-team@example.com"]);
  });

  it("has nothing left to do in a second preview", async () => {
    assert.deepEqual((await engine.preview("dev")).changes, []);
  });

  it("updates one alarm, and the line on the dashboard, where a threshold changes", async () => {
    engine.account.clearJournal();
    const key = "classification-rate:models.churn.threshold";
    await engine.configSet("dev", key, "87.5", true);
    assert.match(engine.readStack("dev"), /threshold: ["']87.5["']/, "text, not a number");
    const { changes, steps } = await engine.up("dev");
    assert.deepEqual(changes, [DASHBOARD, `update ${ALARM} churn-rate`]);
    const diffs = steps.find(({ name }) => name === "churn-rate")?.diffs;
    assert.deepEqual([...(diffs ?? [])].sort(), ["alarmDescription", "threshold"]);
    assert.deepEqual(engine.account.journal("PutMetricAlarm").length, 1);
    const alarm = engine.account.find("alarm", "classification-rate-dev-churn");
    assert.equal(alarm?.attributes["threshold"], 87.5);
  });

  it("can be rehearsed as deployed: nobody is mailed who has not confirmed", async () => {
    const { mails, notes } = await rehearsed(engine);
    assert.deepEqual(mails, []);
    assert.ok(
      notes.includes("ml-team@example.com gets no mail: its subscription is not confirmed"),
    );
  });

  it("shows after an update with refresh that an address has confirmed", async () => {
    engine.account.confirm("ml-team@example.com");
    const { exitCode } = await engine.up("dev", { args: ["--refresh"] });
    assert.equal(exitCode, 0);
    const { confirmations } = await engine.stackOutput("dev");
    assert.deepEqual(bag(confirmations)["pending"], []);
  });

  it("can be rehearsed as deployed, down to the mail", async () => {
    const { mails } = await rehearsed(engine);
    assert.deepEqual(
      mails.map(({ to, subject }) => `${to} ${subject}`),
      ["OK", "ALARM", "OK"].map(
        (state) => `ml-team@example.com ${state}: "classification-rate-dev-digits" in EU (Ireland)`,
      ),
    );
    assert.match(mails[1]?.body ?? "", /AWS Account: +123456789012/);
  });

  it("changes nothing where the config is wrong, and says all that is", async () => {
    engine.account.clearJournal();
    engine.writeStack(
      "dev",
      stackFile({
        churn: { logGroup: "/aws/lambda/churn-classifier", threshhold: 90, period: 90 },
      }),
    );
    const { exitCode, errors, changes, stdout } = await engine.up("dev");
    assert.notEqual(exitCode, 0);
    assert.deepEqual(changes, []);
    assert.deepEqual(engine.account.journal(), []);
    for (const part of [
      "The config of stack dev has 4 problems; nothing was changed.",
      "classification-rate:models.churn.threshhold: expected a known setting",
      "(did you mean threshold?)",
      "classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100, found nothing",
      "classification-rate:models.churn.period: expected a period such as",
      "classification-rate:models.churn.email: expected",
    ]) {
      assert.ok(errors.includes(part), `${part}\nis missing in\n${errors}`);
    }
    assert.doesNotMatch(stdout, /at .*\.ts:\d+|unhandled/, "no stack trace");
  });

  it("leaves the account as it was before", async () => {
    const { errors, exitCode } = await engine.destroy("dev");
    assert.deepEqual([errors, exitCode], ["", 0]);
    assert.deepEqual(engine.account.inventory(), [
      "logGroup /aws/lambda/churn-classifier",
      "logGroup /aws/lambda/digits-classifier",
    ]);
  });
});

/** What is deployed, replayed over the bundled sample. */
async function rehearsed(
  engine: Engine,
): Promise<{ mails: readonly RehearsedMail[]; notes: readonly string[] }> {
  const state = stackState(JSON.stringify(await engine.stackExport("dev")), "export");
  const sample = fileSource(path.join(REPOSITORY, "samples", "digits.jsonl.gz"));
  const logs = [{ logGroup: "/aws/lambda/digits-classifier", sources: [sample] }];
  const { rehearsal, notes } = await rehearseLogs(state, logs, {});
  return { mails: rehearsal.mails, notes };
}

describe("the program on the real engine: models come and go", () => {
  const churn = { logGroup: "/logs/churn", threshold: 90, email: "a@example.com", silence: "1h" };
  const fraud = { logGroup: "/logs/fraud", threshold: 97, email: "team@example.com" };
  const spam = { logGroup: "/logs/fraud", threshold: 80, email: "team@example.com" };
  const file = (models: Models): string => stackFile(models, { dashboard: false });
  let engine: Engine;

  before(async () => {
    engine = openProgram({ dev: file({ churn, fraud }) });
    assert.equal((await engine.up("dev")).exitCode, 0);
  });

  after(() => {
    engine.close();
  });

  it("adds exactly one more model's resources", async () => {
    engine.writeStack("dev", file({ churn, fraud, spam }));
    const { changes } = await engine.up("dev");
    assert.deepEqual(changes, [
      `create ${FILTER} spam-total-predictions`,
      `create ${FILTER} spam-valid-predictions`,
      `create ${ALARM} spam-rate`,
      "create classification-rate:index:Monitor spam",
    ]);
  });

  it("removes exactly those when the model goes", async () => {
    engine.writeStack("dev", file({ churn, fraud }));
    const { changes } = await engine.up("dev");
    assert.deepEqual(changes, [
      `delete ${FILTER} spam-total-predictions`,
      `delete ${FILTER} spam-valid-predictions`,
      `delete ${ALARM} spam-rate`,
      "delete classification-rate:index:Monitor spam",
    ]);
    assert.ok(engine.account.find("alarm", "classification-rate-dev-fraud"));
  });

  it("replaces only a changed address's topic and updates the alarms that mailed it", async () => {
    engine.writeStack("dev", file({ churn: { ...churn, email: "b@example.com" }, fraud }));
    const { changes } = await engine.up("dev");
    const { a, b } = { a: emailSlug("a@example.com"), b: emailSlug("b@example.com") };
    assert.deepEqual(changes, [
      `create aws:sns/topic:Topic ${b}-topic`,
      `create aws:sns/topicPolicy:TopicPolicy ${b}-policy`,
      `create aws:sns/topicSubscription:TopicSubscription ${b}-subscription`,
      `create classification-rate:index:EmailTopic ${b}`,
      `delete aws:sns/topic:Topic ${a}-topic`,
      `delete aws:sns/topicPolicy:TopicPolicy ${a}-policy`,
      `delete aws:sns/topicSubscription:TopicSubscription ${a}-subscription`,
      `delete classification-rate:index:EmailTopic ${a}`,
      `update ${ALARM} churn-rate`,
      `update ${ALARM} churn-silence`,
    ]);
    const mailed = engine.account.things("subscription").map(({ attributes }) => attributes);
    assert.deepEqual(mailed.map(({ endpoint }) => endpoint).sort(), [
      "b@example.com",
      "team@example.com",
    ]);
  });
});
