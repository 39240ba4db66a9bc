import assert from "node:assert/strict";
import {
  churnWith,
  CONTEXT,
  modelWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const NAME = "a model name of 1 to 64 letters, digits, - and _ (and not __proto__)";

function named(name: string, model: unknown = modelWith()): Record<string, unknown> {
  return Object.fromEntries([[name, model]]);
}

describe("config: models by name", () => {
  it("takes letters, digits, hyphens and underscores, up to 64", () => {
    for (const name of ["churn", "A-1_b", "7", "-", "constructor", "toString", "x".repeat(64)]) {
      assert.deepEqual(
        settingsOf({ models: named(name) }).models.map((model) => model.name),
        [name],
      );
    }
  });

  it("refuses other names", () => {
    for (const [name, key, found] of [
      ["", '[""]', "empty text"],
      ["my model", '["my model"]', '"my model"'],
      ["churn.v2", '["churn.v2"]', '"churn.v2"'],
      ["größe", '["größe"]', '"größe"'],
      ["a\nb", '["a\ufffdb"]', '"a\ufffdb"'],
      ['a"b', '["a\\"b"]', '"a"b"'],
      ["__proto__", ".__proto__", '"__proto__"'],
      ["x".repeat(65), `.${"x".repeat(65)}`, `"${"x".repeat(65)}"`],
    ] as const) {
      assert.deepEqual(problemsOf({ models: named(name) }), [
        `classification-rate:models${key}: expected ${NAME}, found ${found}`,
      ]);
    }
  });

  it("reports a name that is far too long once", () => {
    assert.equal(problemsOf({ models: named("x".repeat(600)) }).length, 1);
  });

  it("gives models in the order of their names, whatever the file's", () => {
    const models = {
      b: modelWith(),
      a: modelWith(),
      B: modelWith({ logGroup: "/b" }),
      10: modelWith(),
    };
    const names = problemsOf({ models }).length;
    assert.equal(names, 1);
    const others = { b: modelWith(), a: modelWith(), 10: modelWith(), C: modelWith() };
    assert.deepEqual(
      settingsOf({ models: others }).models.map(({ name }) => name),
      ["10", "C", "a", "b"],
    );
  });

  it("takes a stack without models, but not one without the key", () => {
    assert.deepEqual(settingsOf({ models: {} }).models, []);
    for (const [models, found] of [
      [undefined, "nothing"],
      ...NEITHER_TEXT_NOR_NUMBER.slice(0, 4),
      ["churn", '"churn"'],
    ] as const) {
      assert.deepEqual(problemsOf({ models }), [
        `classification-rate:models: expected a map of model name to settings (\`{}\` for no model), found ${found}`,
      ]);
    }
  });

  it("refuses a model that is no map", () => {
    for (const [model, found] of [
      ...NEITHER_TEXT_NOR_NUMBER.slice(0, 4),
      ["/aws/lambda/churn", '"/aws/lambda/churn"'],
      [90, "90"],
    ] as const) {
      assert.deepEqual(problemsOf({ models: { churn: model } }), [
        `classification-rate:models.churn: expected a map with at least logGroup and threshold, found ${found}`,
      ]);
    }
  });

  it("refuses two names that differ in case only, also where a model is wrong itself", () => {
    const expected = "expected a model name that no other model has, whatever its case";
    for (const model of [modelWith(), modelWith({ silence: "1h" })]) {
      assert.deepEqual(problemsOf({ models: { churn: model, Churn: model } }), [
        `classification-rate:models.churn: ${expected}, found "churn" beside "Churn"`,
      ]);
    }
    const problems = problemsOf({ models: { a: modelWith(), A: modelWith({ threshold: 0 }) } });
    assert.equal(problems.length, 2);
  });

  it("refuses a model named like another alarm of another", () => {
    for (const [name, kind] of [
      ["churn-silence", "silence"],
      ["Churn-Silence", "silence"],
      ["Churn-warning", "warning"],
    ] as const) {
      const settings = { silence: "1h", warning: { threshold: 95 } };
      const models = { churn: modelWith(settings), [name]: modelWith() };
      assert.deepEqual(problemsOf({ models }), [
        `classification-rate:models.${name}: expected another model name, found one whose alarm classification-rate-dev-churn-${kind} is the ${kind} alarm of "churn"`,
      ]);
    }
    const quiet = { ...churnWith(), defaults: {} };
    assert.deepEqual(problemsOf(quiet), []);
    const models = { churn: modelWith(), "churn-silence": modelWith({ silence: "1h" }) };
    assert.equal(settingsOf({ models }).models.length, 2);
    const shared = {
      defaults: { silence: "1h" },
      models: { a: modelWith(), "a-silence": modelWith() },
    };
    assert.equal(problemsOf(shared).length, 1);
  });

  it("takes ten thousand models, each with a log group of its own", () => {
    const many = (more: object) =>
      Object.fromEntries(
        Array.from({ length: 10_000 }, (_, at) => {
          const number = String(at);
          return [`m${number}`, modelWith({ logGroup: `/${number}`, ...more })];
        }),
      );
    assert.equal(settingsOf({ models: many({}) }).models.length, 10_000);
    const problems = problemsOf({ models: many({ threshold: 900 }) });
    assert.equal(problems.length, 10_000);
    const key = `${CONTEXT.project}:models.m9999.threshold`;
    assert(problems.includes(`${key}: expected a percentage above 0 and at most 100, found 900`));
  });
});
