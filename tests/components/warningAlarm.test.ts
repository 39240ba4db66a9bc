import assert from "node:assert/strict";
import { needsOf } from "../../components/existing";
import { provision } from "../support/program";
import { churnOf, modelWith } from "../support/stackInput";
import { page } from "./dashboardWidgets";
import { all, census, churn, one } from "./provisioned";

const RATE = "classification-rate-dev-churn";
const NAME = `${RATE}-warning`;
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:chat";
const OTHER = TOPIC.replace("chat", "pager");
const MODEL = {
  ...{ confidence: 95, minimumPredictions: 30, treatMissingData: "ignore", datapoints: "2 of 4" },
  ...{ notifyRecovery: true, enabled: false, tags: { team: "ml" }, period: "15m" },
};

/** The topics that an alarm tells, by the end of their names. */
function told(inputs: Readonly<Record<string, unknown>>): string[] {
  return (inputs["alarmActions"] as string[]).map((arn) => arn.split(":").at(-1) ?? arn);
}

describe("warning alarm", () => {
  it("is the rate alarm once more, at its own threshold", async () => {
    const resources = await churn({ ...MODEL, warning: { threshold: "95" } });
    const rate = one(resources, "alarm", RATE);
    const { alarmDescription, ...warning } = one(resources, "alarm", NAME);
    assert.equal(typeof alarmDescription, "string");
    assert.deepEqual(
      { ...warning, alarmDescription: rate["alarmDescription"] },
      { ...rate, name: NAME, threshold: 95 },
    );
  });

  it("has its own data points and tells its own people, each address through one topic", async () => {
    const { resources } = await provision({
      models: {
        churn: modelWith({
          email: ["a@example.com", "b@example.com"],
          warning: { threshold: 95, datapoints: 1, email: ["B@example.com", "c@example.com"] },
        }),
        fraud: modelWith({ email: "a@example.com", warning: { threshold: 95, topics: TOPIC } }),
      },
    });
    const warning = one(resources, "alarm", NAME);
    assert.deepEqual([warning["datapointsToAlarm"], warning["evaluationPeriods"]], [1, 1]);
    assert.deepEqual(
      told(warning).map((name) => name.replace(/-example.*/, "")),
      ["classification-rate-dev-b", "classification-rate-dev-c"],
    );
    assert.deepEqual(told(one(resources, "alarm", "classification-rate-dev-fraud-warning")), [
      "chat",
    ]);
    const addresses = all(resources, "subscription").map(({ endpoint }) => endpoint);
    assert.deepEqual(addresses.sort(), ["a@example.com", "b@example.com", "c@example.com"]);
    assert.equal(census(resources).topic, 3);
  });

  it("has a preview look for its topics, too", () => {
    const settings = churnOf({ topics: TOPIC, warning: { threshold: 95, topics: [OTHER, TOPIC] } });
    assert.deepEqual(needsOf(settings, (value) => value).topics, [TOPIC, OTHER]);
  });

  it("leaves every other resource as it is, but for what the dashboard shows", async () => {
    const before = await churn({ silence: "1h" });
    const after = await churn({ silence: "1h", warning: { threshold: 95 } });
    const added = after.filter(({ urn }) => before.every((other) => other.urn !== urn));
    assert.deepEqual(
      added.map(({ inputs }) => inputs["name"]),
      [NAME],
    );
    for (const { urn, type, inputs } of before) {
      if (type.startsWith("classification-rate:") || type.endsWith(":Dashboard")) continue;
      assert.deepEqual(after.find((other) => other.urn === urn)?.inputs, inputs, urn);
    }
  });

  it("is on the dashboard, with its state and a line of its own", async () => {
    const warning = { threshold: 95, datapoints: "1 of 2" };
    const { graphs, alarms } = page(one(await churn({ warning }), "dashboard"));
    assert.deepEqual(graphs[0]?.properties.annotations?.horizontal, [
      { label: "threshold 90 %: alarm at 3 of 5", value: 90, color: "#d62728" },
      { label: "threshold 95 %: warning at 1 of 2", value: 95, color: "#ff7f0e" },
    ]);
    const [states] = alarms;
    assert.deepEqual(
      states?.properties.alarms.map((arn) => arn.split(":").at(-1)),
      [RATE, NAME],
    );
  });
});
