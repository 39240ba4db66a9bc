import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { runProgram } from "../../tools/program/runProgram";
import { jsonReport } from "../../tools/rehearse/jsonReport";
import { rehearseLogs, type RehearsalRun } from "../../tools/rehearse/rehearseLogs";

const ORIGIN = { project: "sample", stack: "dev", region: "eu-west-1", accountId: "123456789012" };

/** As in the sample's own stack. */
const ALARM = {
  threshold: 89,
  period: "2h",
  minimumPredictions: 30,
  notifyRecovery: true,
  silence: "1d",
  email: "ml-team@example.com",
};

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

  async function* written(form: (prediction: Prediction) => string) {
    const lines = events.map(({ timestamp, message }) => {
      const isPrediction = message.startsWith("{");
      const said = isPrediction ? form(JSON.parse(message) as Prediction) : message;
      return `${json({ timestamp, message: said })}\n`;
    });
    yield await Promise.resolve(Buffer.from(lines.join("")));
  }

  /** A model for each form, with its setting, and what its alarms would have done. */
  async function rehearsed() {
    const models = FORMS.map(([, settings], index) => [
      `form-${index}`,
      { ...ALARM, ...settings, logGroup: `/logs/form-${index}` },
    ]);
    const config = { "classification-rate:models": json(Object.fromEntries(models)) };
    const logs = FORMS.map(([, , form], index) => ({
      logGroup: `/logs/form-${index}`,
      sources: [{ name: `form ${index}`, open: () => written(form) }],
    }));
    return rehearseLogs(await runProgram({ ...ORIGIN, config }), logs, {});
  }

  /** The same without what forms differ in: the model's name, and what counts in the alarm's description. */
  function ofForm(run: RehearsalRun, index: number) {
    const name = `form-${index}`;
    const { alarms, emails, logs } = jsonReport(run);
    const plain = (text: string) =>
      text
        .replaceAll(name, "form")
        .replace(/^Invalid predictions: .*$/m, "")
        .replace(/ valid \(.*?\) in /, " valid in ");
    return {
      matched: Object.values(logs[index]?.matched ?? {}),
      states: alarms
        .filter(({ model }) => model === name)
        .map(({ kind, states }) => ({ kind, states })),
      rates: run.rehearsal.alarms.find(({ alarm }) => alarm.model === name)?.newest().values,
      mails: emails
        .filter(({ subject }) => subject.includes(name))
        .map((mail) => ({ ...mail, subject: plain(mail.subject), body: plain(mail.body) })),
    };
  }

  let run: RehearsalRun;
  before(async () => {
    run = await rehearsed();
  });

  it("has an alarm and its end to tell", () => {
    const { states, mails } = ofForm(run, 0);
    assert.ok(states[0]?.states.some(({ to }) => to === "ALARM"));
    assert.ok(mails.length > 1);
    assert.deepEqual(run.blind, []);
  });

  for (const [index, [name]] of FORMS.entries()) {
    it(`gives the same counts, states and mails of ${name}`, () => {
      const found = ofForm(run, index);
      assert.deepEqual(found.matched, [79_677, 87_086]);
      assert.deepEqual(found, ofForm(run, 0));
    });
  }
});
