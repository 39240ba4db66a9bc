import assert from "node:assert/strict";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { churn, one } from "./provisioned";

const RATE = "classification-rate-dev-churn";
const SILENCE = `${RATE}-silence`;
const DASHBOARD =
  "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/classification-rate-dev";
const RUNBOOK = "https://wiki.example.com/runbooks/churn";

type Settings = Readonly<Record<string, unknown>>;

/** What the mail of an alarm says beside the alarm's name. */
async function description(alarm: string, settings: Settings = {}, stack: Settings = {}) {
  const inputs = one(await churn(settings, stack), "alarm", alarm);
  return String(inputs["alarmDescription"]);
}

describe("alarm descriptions", () => {
  it("say which model where, what happened, and where to look", async () => {
    const text = await description(RATE, { runbook: RUNBOOK });
    for (const part of [
      "model churn (dev)",
      "at most 90 %",
      "3 of 5 periods of 1 hour",
      `Dashboard: ${DASHBOARD}\n`,
      "\nInvalid predictions: https://",
      `\nRunbook: ${RUNBOOK}\n`,
    ]) {
      assert.ok(text.includes(part), `${part}\nis missing in\n${text}`);
    }
  });

  it("put M of N into words that fit", async () => {
    assert.match(
      await description(RATE, { datapoints: "2 of 3", period: "15m", threshold: 97.5 }),
      /at most 97\.5 % of the predictions of model churn \(dev\) are valid in 2 of 3 periods of 15 minutes:/,
    );
    assert.match(
      await description(RATE, { datapoints: 1, period: "1d" }),
      /are valid in a period of 1 day:/,
    );
  });

  it("say what valid means where it is not what the model logs in so many words", async () => {
    assert.match(
      await description(RATE, { field: "probability", valid: ">= 0.8" }),
      /are valid \(probability >= 0\.8\) in 3 of 5/,
    );
    assert.match(await description(RATE, { valid: "True" }), /\(prediction_valid = "True"\)/);
  });

  it("mention what else decides", async () => {
    const plain = await description(RATE);
    assert.doesNotMatch(plain, /confidence|fewer than|Runbook/);
    const text = await description(RATE, { confidence: 95, minimumPredictions: 30 });
    assert.match(text, /95 % confidence interval/);
    assert.match(text, /fewer than 30 predictions/);
  });

  it("of a silence alarm say for how long there was no prediction", async () => {
    const text = await description(SILENCE, { silence: "90m", runbook: RUNBOOK });
    assert.match(text, /\nFires when model churn \(dev\) logs no prediction for 90 minutes:/);
    for (const place of [DASHBOARD, "#logsV2:log-groups/log-group/$252Fchurn", RUNBOOK]) {
      assert.ok(text.includes(place), text);
    }
  });

  it("of a warning say that it comes early, and when the alarm follows", async () => {
    const text = await description(`${RATE}-warning`, {
      ...{ runbook: RUNBOOK, confidence: 95, period: "30m", datapoints: 3 },
      warning: { threshold: 95, datapoints: 1 },
    });
    for (const part of [
      "\nFires when at most 95 % of the predictions of model churn (dev) are valid in a period of 30 minutes: an earlier warning; the alarm follows at 90 % in 3 of 3 periods of 30 minutes.\n",
      "95 % confidence interval",
      `Dashboard: ${DASHBOARD}\n`,
      "\nInvalid predictions: https://",
      `\nRunbook: ${RUNBOOK}\n`,
    ]) {
      assert.ok(text.includes(part), `${part}\nis missing in\n${text}`);
    }
  });

  it("have no link to a dashboard that the stack does not have", async () => {
    assert.doesNotMatch(await description(RATE, {}, { dashboard: false }), /dashboard/i);
  });

  it("stay within what CloudWatch takes, with everything that makes them long", async () => {
    const settings = {
      ...{ silence: "7d", confidence: 99.9, minimumPredictions: 1e9, threshold: 99.99999 },
      ...{ warning: { threshold: 99.999999 }, datapoints: "100 of 100" },
      runbook: `https://wiki.example.com/${"x".repeat(300)}`,
    };
    for (const alarm of [RATE, SILENCE, `${RATE}-warning`]) {
      const text = await description(alarm, settings);
      assert.ok(Buffer.byteLength(text) <= 1024, `${alarm}: ${text.length}`);
      assert.ok(text.includes(`\nRunbook: ${settings.runbook}\n`));
    }
  });

  it("are as true in the mail that all is well again, and in the first one of a new alarm", async () => {
    for (const alarm of [RATE, SILENCE]) {
      const text = await description(alarm, { silence: "1h", confidence: 95 });
      assert.match(text, /^Fires when /m);
      assert.doesNotMatch(text, /\b(fell|has logged|were)\b/);
    }
  });

  it("lead to the page of the dashboard that has the model", async () => {
    const models = Object.fromEntries(
      Array.from({ length: 250 }, (_, at) => [
        `m${String(at).padStart(3, "0")}`,
        modelWith({ logGroup: `/${at}` }),
      ]),
    );
    const { resources } = await provision({ models });
    for (const [model, page] of [
      ["m000", DASHBOARD],
      ["m249", `${DASHBOARD}-2`],
    ] as const) {
      const alarm = one(resources, "alarm", `classification-rate-dev-${model}`);
      assert.ok(String(alarm["alarmDescription"]).startsWith(`Dashboard: ${page}\n`));
    }
  });

  it("give up the query for the log group where conditions make it too long", async () => {
    const where = Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`property${at}`, "a value of this model"]),
    );
    const text = await description(RATE, { where });
    assert.ok(Buffer.byteLength(text) <= 1024);
    assert.match(text, /^Logs: https:\S+\/log-group\/\$252Fchurn$/m);
  });
});
