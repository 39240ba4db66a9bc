import assert from "node:assert/strict";
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
      "3 of the last 5 periods of 1 hour",
      `Dashboard: ${DASHBOARD}`,
      "saved query classification-rate-dev-churn.invalid_predictions",
      `Runbook: ${RUNBOOK}`,
    ]) {
      assert.ok(text.includes(part), `${part}\nis missing in\n${text}`);
    }
  });

  it("put M of N into words that fit", async () => {
    assert.match(
      await description(RATE, { datapoints: "2 of 3", period: "15m", threshold: 97.5 }),
      /at most 97\.5 % of its predictions were valid in 2 of the last 3 periods of 15 minutes\./,
    );
    assert.match(
      await description(RATE, { datapoints: 1, period: "1d" }),
      /were valid in the last day\./,
    );
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
    assert.match(text, /^Model churn \(dev\) has logged no prediction for 90 minutes\./);
    for (const place of [DASHBOARD, `${RATE}.invalid_predictions`, RUNBOOK]) {
      assert.ok(text.includes(place), text);
    }
  });

  it("have no link to a dashboard that the stack does not have", async () => {
    assert.doesNotMatch(await description(RATE, {}, { dashboard: false }), /dashboard/i);
  });

  it("stay within what CloudWatch takes, with everything that makes them long", async () => {
    const settings = {
      ...{ silence: "7d", confidence: 99.9, minimumPredictions: 1e9, threshold: 99.999999 },
      runbook: `https://wiki.example.com/${"x".repeat(300)}`,
    };
    for (const alarm of [RATE, SILENCE]) {
      const text = await description(alarm, settings);
      assert.ok(text.length <= 1024, `${alarm}: ${text.length}`);
      assert.ok(text.endsWith(settings.runbook));
    }
  });
});
