import assert from "node:assert/strict";
import { DEFAULT_KEYS, MODEL_KEYS } from "../../../components/settings/schema";
import {
  modelWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call";
const BARE = { logGroup: "/churn" };

/** A value of every setting that differs from the built-in one, and another such value. */
const VALUES: Readonly<Record<string, readonly [unknown, unknown]>> = {
  threshold: [90, 80],
  period: ["30m", "2h"],
  datapoints: ["2 of 4", "1 of 2"],
  email: ["a@example.com", ["b@example.com", "c@example.com"]],
  topics: [TOPIC, [`${TOPIC}-2`]],
  minimumPredictions: [30, 40],
  confidence: [95, 99],
  treatMissingData: ["missing", "ignore"],
  field: ["valid", "result.valid"],
  valid: [1, ">= 0.8"],
  logFormat: ["text", "json"],
  where: [{ model: "a" }, { model: "b" }],
  silence: ["1h", "2h"],
  warning: [{ threshold: 99.1, datapoints: 1 }, { threshold: 99.2 }],
  mute: [[{ cron: "0 2 * * SUN", duration: "4h" }], [{ at: "2099-12-24T00:00", duration: "3d" }]],
  notifyRecovery: [true, false],
  runbook: ["https://a.example.com", "https://b.example.com"],
  createLogGroup: [true, { retentionDays: 30 }],
  writerRole: ["writer", "other"],
  enabled: [false, true],
  tags: [{ team: "a" }, { owner: "b" }],
};

/** What is there and undefined is as good as left out. */
function defined(model: object | undefined): unknown {
  return JSON.parse(JSON.stringify(model ?? {}));
}

describe("config: defaults", () => {
  it("hold for every setting but the log group", () => {
    assert.deepEqual(Object.keys(VALUES), [...DEFAULT_KEYS]);
    assert.deepEqual([...DEFAULT_KEYS, "logGroup"].sort(), [...MODEL_KEYS].sort());
    const base = { threshold: 1, email: "x@example.com" };
    for (const [key, [value]] of Object.entries(VALUES)) {
      const shared = { ...base, [key]: value };
      assert.deepEqual(
        settingsOf({ defaults: shared, models: { a: BARE, b: BARE } }).models,
        settingsOf({ models: { a: { ...BARE, ...shared }, b: { ...BARE, ...shared } } }).models,
        key,
      );
    }
  });

  it("give way to a model's own value, as a whole", () => {
    const base = { threshold: 1, email: "x@example.com" };
    for (const [key, [value, own]] of Object.entries(VALUES)) {
      assert.deepEqual(
        settingsOf({ defaults: { ...base, [key]: value }, models: { a: { ...BARE, [key]: own } } })
          .models,
        settingsOf({ models: { a: { ...BARE, ...base, [key]: own } } }).models,
        key,
      );
    }
  });

  it("can be turned off again by a model, in one form for all", () => {
    const base = { threshold: 1, email: "x@example.com", topics: TOPIC };
    const optional = [
      ...[
        "email",
        "topics",
        "minimumPredictions",
        "confidence",
        "where",
        "silence",
        "warning",
        "runbook",
      ],
      ...["createLogGroup", "writerRole", "tags"],
    ];
    for (const key of optional) {
      const { [key]: _, ...others } = base as Readonly<Record<string, unknown>>;
      const [bare] = settingsOf({ models: { a: { ...BARE, ...others } } }).models;
      const isNumber = key === "minimumPredictions" || key === "confidence";
      for (const off of ["off", false, ...(isNumber ? [0] : [])]) {
        const defaults = { ...others, [key]: VALUES[key]?.[0] };
        const { models } = settingsOf({ defaults, models: { a: { ...BARE, [key]: off } } });
        assert.deepEqual(defined(models[0]), defined(bare), key);
      }
    }
  });

  it("are reported once where they are wrong, at their own key", () => {
    const models = { a: BARE, b: BARE, c: { ...BARE, threshold: 80, email: "c@example.com" } };
    const defaults = { threshold: 900, email: "nobody", period: "90s", datapoints: "5 of 3" };
    assert.deepEqual(
      problemsOf({ defaults, models }).map((problem) => problem.replace(/expected.*found/, "...")),
      [
        "classification-rate:defaults.threshold: ... 900",
        'classification-rate:defaults.email: ... "nobody"',
        'classification-rate:defaults.period: ... "90s"',
        'classification-rate:defaults.datapoints: ... "5 of 3"',
      ],
    );
  });

  it("are checked also where no model uses them", () => {
    assert.deepEqual(problemsOf({ defaults: { enabled: "maybe" }, models: {} }), [
      'classification-rate:defaults.enabled: expected true or false, found "maybe"',
    ]);
    const models = { churn: modelWith({ enabled: false }) };
    assert.equal(problemsOf({ defaults: { enabled: "maybe" }, models }).length, 1);
  });

  it("do not hide what else is wrong with a model", () => {
    const models = { churn: { ...BARE, period: "2d", datapoints: "5" } };
    const problems = problemsOf({ defaults: { threshold: 0, email: "a@example.com" }, models });
    assert.deepEqual(
      problems.map((problem) => problem.split(": ")[0]),
      ["classification-rate:defaults.threshold", "classification-rate:models.churn.datapoints"],
    );
  });

  it("a missing required setting is reported once, for each model that lacks it", () => {
    assert.deepEqual(
      problemsOf({ defaults: {}, models: { a: {}, b: { threshold: 90 } } }).map(
        (problem) => problem.split(": ")[0],
      ),
      [
        "classification-rate:models.a.logGroup",
        "classification-rate:models.a.threshold",
        "classification-rate:models.a.email",
        "classification-rate:models.b.logGroup",
        "classification-rate:models.b.email",
      ],
    );
  });

  it("take no log group, which is each model's own", () => {
    const [problem = "", ...others] = problemsOf({
      defaults: { logGroup: "/all" },
      models: { churn: modelWith() },
    });
    assert.match(problem, /^classification-rate:defaults\.logGroup: expected .*"logGroup"/);
    assert.deepEqual(others, []);
  });

  it("are a map, and may be left out or empty", () => {
    const models = { churn: modelWith() };
    assert.deepEqual(settingsOf({ defaults: {}, models }), settingsOf({ models }));
    for (const [defaults, found] of [
      ...NEITHER_TEXT_NOR_NUMBER.slice(0, 4),
      ["1h", '"1h"'],
    ] as const) {
      assert.deepEqual(problemsOf({ defaults, models }), [
        `classification-rate:defaults: expected a map of settings that hold for all models, found ${found}`,
      ]);
    }
  });

  it("that are no map at all do not make every model look incomplete", () => {
    assert.deepEqual(problemsOf({ defaults: ["threshold: 90"], models: { a: BARE, b: BARE } }), [
      "classification-rate:defaults: expected a map of settings that hold for all models, found a list of 1",
    ]);
  });
});
