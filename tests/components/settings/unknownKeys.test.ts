import assert from "node:assert/strict";
import { nearest } from "../../../components/settings/diagnostic";
import { DEFAULT_KEYS, MODEL_KEYS, STACK_KEYS } from "../../../components/settings/schema";
import { churnProblems, churnWith, modelWith, problemsOf } from "../../support/stackInput";

const KEY = "classification-rate:models.churn";

describe("config: unknown keys", () => {
  it("name the setting that was meant", () => {
    for (const [written, meant] of [
      ["treshold", "threshold"],
      ["Threshold", "threshold"],
      ["loggroup", "logGroup"],
      ["log_group", "logGroup"],
      ["log-groups", "logGroup"],
      ["emails", "email"],
      ["e-mail", "email"],
      ["topic", "topics"],
      ["datapoint", "datapoints"],
      ["data_points", "datapoints"],
      ["minPredictions", "minimumPredictions"],
      ["treatMissing", "treatMissingData"],
      ["notify_recovery", "notifyRecovery"],
      ["tag", "tags"],
      ["role", undefined],
      ["alarm", undefined],
      ["description", undefined],
    ] as const) {
      assert.equal(nearest(written, MODEL_KEYS), meant, written);
    }
  });

  it("are a problem of the key, with a hint where one setting is near", () => {
    assert.deepEqual(churnProblems({ tresholds: 90 }), [
      `${KEY}.tresholds: expected a known setting, found the unknown setting "tresholds" (did you mean threshold?)`,
    ]);
    assert.deepEqual(churnProblems({ alarm: 90 }), [
      `${KEY}.alarm: expected one of the settings ${MODEL_KEYS.join(", ")}, found the unknown setting "alarm"`,
    ]);
  });

  it("are found in a stack's own keys and in defaults too", () => {
    assert.deepEqual(problemsOf({ ...churnWith(), model: {} }), [
      'classification-rate:model: expected a known setting, found the unknown setting "model" (did you mean models?)',
    ]);
    assert.deepEqual(problemsOf({ ...churnWith(), "models.churn.threshold": 90 }), [
      `classification-rate:["models.churn.threshold"]: expected one of the settings ${STACK_KEYS.join(", ")}, found the unknown setting "models.churn.threshold"`,
    ]);
    const [problem] = problemsOf({ ...churnWith(), defaults: { xyz: 1 } });
    const expected = `classification-rate:defaults.xyz: expected one of the settings ${DEFAULT_KEYS.join(", ")}, found the unknown setting "xyz"`;
    assert.equal(problem, expected);
  });

  it("whatever they are called", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]) {
      const raw = JSON.parse(`{"${key}": 1}`) as Record<string, unknown>;
      const model = Object.assign(Object.create(null) as object, modelWith());
      Object.defineProperty(model, key, { value: 1, enumerable: true });
      const found = `found the unknown setting "${key}"`;
      for (const problems of [
        problemsOf({ models: { churn: model } }),
        problemsOf({ ...churnWith(), defaults: raw }),
        problemsOf(Object.defineProperty(churnWith(), key, { value: 1, enumerable: true })),
      ]) {
        assert.equal(problems.length, 1, key);
        assert(problems[0]?.includes(found), problems[0]);
      }
    }
  });

  it("are all reported, with everything else that is wrong", () => {
    const problems = problemsOf({
      models: { churn: modelWith({ threshhold: 90, threshold: 0 }), "bad name": modelWith() },
      defaults: { perod: "1h", silence: "1m" },
      dashbord: true,
      encryptTopics: "on",
    });
    assert.deepEqual(problems.map((problem) => problem.split(": ")[0]).sort(), [
      "classification-rate:dashbord",
      "classification-rate:defaults.perod",
      "classification-rate:defaults.silence",
      "classification-rate:encryptTopics",
      "classification-rate:models.churn.threshhold",
      "classification-rate:models.churn.threshold",
      'classification-rate:models["bad name"]',
    ]);
  });
});
