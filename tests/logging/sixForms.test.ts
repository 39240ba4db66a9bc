import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { predictionPatterns } from "../../components/cloudwatch/patterns";
import { LogGroupIntake } from "../../tools/logs";
import { pointsOf } from "../support/points";
import { churnOf } from "../support/stackInput";

interface Prediction {
  readonly prediction_valid: boolean;
  readonly label: number;
  readonly probability: number;
}

const SAMPLE = join(__dirname, "../../samples/digits.jsonl.gz");

const json = JSON.stringify;

/** The same predictions as different programs log them, and the settings that count them. */
const FORMS: readonly [string, Record<string, unknown>, (prediction: Prediction) => string][] = [
  ["booleans", {}, json],
  [
    "a score",
    { field: "probability", valid: ">= 0.95" },
    ({ label, probability }) => json({ label, probability }),
  ],
  [
    "NumPy's booleans as text",
    { valid: "True" },
    (one) => json({ ...one, prediction_valid: one.prediction_valid ? "True" : "False" }),
  ],
  [
    "Lambda's text log format",
    { logFormat: "text" },
    (one) => `[INFO]\t2026-03-02T09:30:00.123Z\t8f3e41d2\t${json(one)}\n`,
  ],
  [
    "Fluent Bit",
    { logFormat: "text" },
    (one) => json({ log: json(one), stream: "stdout", kubernetes: { pod_name: "digits-7d9c" } }),
  ],
  [
    "TorchServe",
    { logFormat: "text" },
    (one) => `2026-03-02T09:30:00,123 [INFO ] W-9000-model_1.0-stdout MODEL_LOG - ${json(one)}`,
  ],
];

describe("two weeks of predictions in six forms", () => {
  const events = gunzipSync(readFileSync(SAMPLE))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { timestamp: number; message: string });

  /** What the metric filters of a model with these settings count, minute by minute. */
  function counts(settings: Record<string, unknown>, form: (prediction: Prediction) => string) {
    const { valid, total } = predictionPatterns(churnOf(settings));
    const filters = [valid, total].map((pattern, at) => ({
      name: `filter-${at}`,
      logGroupName: "models",
      pattern,
      metricName: `filter-${at}`,
      metricNamespace: "test",
      metricValue: "1",
      defaultValue: 0,
    }));
    const intake = new LogGroupIntake(filters);
    for (const { timestamp, message } of events) {
      const isPrediction = message.startsWith("{");
      intake.add(timestamp, isPrediction ? form(JSON.parse(message) as Prediction) : message);
    }
    return intake.counts().map(({ matched, metric }) => ({ matched, points: pointsOf(metric) }));
  }

  const [[, settings, form]] = FORMS as [(typeof FORMS)[0]];
  const wanted = counts(settings, form);

  for (const [name, more, written] of FORMS) {
    it(`counts the same of ${name}`, () => {
      const found = counts(more, written);
      assert.deepEqual(
        found.map(({ matched }) => matched),
        [79_677, 87_086],
      );
      assert.deepEqual(found, wanted);
    });
  }
});
