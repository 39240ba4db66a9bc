import assert from "node:assert/strict";
import { describeValue, keyText } from "../../../components/settings/diagnostic";
import { MODEL_KEYS } from "../../../components/settings/schema";
import {
  churnOf,
  churnProblems,
  CONTEXT,
  modelWith,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

/** What JavaScript's objects have of their own. */
const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];

/** A map with keys that JavaScript gives a meaning of its own, the way parsers make it. */
function mapOf(keys: readonly string[], value: unknown): Record<string, unknown> {
  const text = keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(", ");
  return JSON.parse(`{${text}}`) as Record<string, unknown>;
}

function assertOneSensibleLine(problem: string, longest = 700): void {
  assert.doesNotMatch(problem, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  assert(problem.length <= longest, `${problem.length} characters`);
}

describe("config: odd input", () => {
  it("keeps models, tags and conditions apart from what JavaScript calls the same", () => {
    const { models } = settingsOf({ models: mapOf(names, modelWith()) });
    assert.deepEqual(models.map(({ name }) => name).sort(), [...names].sort());
    const { where } = churnOf({ where: mapOf(names, "x") });
    assert.deepEqual(
      where.map(({ path }) => path),
      [...names].sort().map((key) => [key]),
    );
  });

  it("refuses keys that would get lost, or that Pulumi's SDK trips over, rather than lose them", () => {
    const key = "classification-rate:models.churn";
    assert.deepEqual(churnProblems({ where: mapOf(["__proto__"], "x") }), [
      `${key}.where.__proto__: expected another key, found "x"`,
    ]);
    const problems = churnProblems({ tags: mapOf([...names, "then"], "x") });
    assert.deepEqual(
      problems.map((problem) => problem.split(": ")[0]),
      [...names, "then"].map((name) => `${key}.tags.${name}`),
    );
    assert.equal(churnProblems({ tags: mapOf(["__proto__"], "x") }).length, 1);
  });

  it("does not read settings that an input inherits", () => {
    const raw = JSON.parse(
      '{"models": {"churn": {"__proto__": {"logGroup": "/a", "threshold": 90}, "email": "a@example.com"}}}',
    ) as Record<string, unknown>;
    const keys = problemsOf(raw).map((problem) => problem.split(": ")[0]);
    const churn = "classification-rate:models.churn";
    assert.deepEqual(keys.sort(), [
      `${churn}.__proto__`,
      `${churn}.logGroup`,
      `${churn}.threshold`,
    ]);
    assert.equal(Object.hasOwn(Object.prototype, "logGroup"), false);
  });

  it("reports an empty value of any setting", () => {
    for (const key of MODEL_KEYS) {
      const [problem = "", ...others] = churnProblems({ [key]: null });
      assert.match(
        problem,
        /^classification-rate:models\.churn\.\w+: expected .+, found null/,
        key,
      );
      assert.deepEqual(others, [], key);
    }
  });

  it("keeps errors to one line of sensible length", () => {
    const nasty = ["a\nb\r\nc", "\u001b[31mred", "\u2028\u2029\u0085", "x ".repeat(1e5), "\ud800"];
    for (const text of nasty) {
      for (const key of MODEL_KEYS) {
        for (const value of [text, [text], { [text]: text }]) {
          churnProblems({ [key]: value }).forEach((problem) => {
            assertOneSensibleLine(problem);
          });
        }
      }
      churnProblems({ [text]: 1 }).forEach((problem) => {
        assertOneSensibleLine(problem);
      });
    }
  });

  it("keeps errors about very long names to a sensible length", () => {
    const name = "x".repeat(1e5);
    for (const problem of problemsOf({ models: { [name]: modelWith() } })) {
      assertOneSensibleLine(problem);
    }
    assertOneSensibleLine(keyText("p:", ["models", "churn", "where", name]));
  });

  it("keeps an error about a region to one line", () => {
    const topics = "arn:aws:sns:us-east-1:123456789012:a";
    const [problem = ""] = churnProblems({ topics }, { ...CONTEXT, region: "eu\nwest" });
    assertOneSensibleLine(problem);
  });

  it("reports each of two bad names that begin alike or differ in control characters", () => {
    for (const [one, other] of [
      [`${"x y".repeat(40)}1`, `${"x y".repeat(40)}2`],
      ["a\u0001", "a\u0002"],
    ] as const) {
      assert.equal(problemsOf({ models: { [one]: modelWith(), [other]: modelWith() } }).length, 2);
    }
  });

  it("answers at once, however long a value is", () => {
    // A form that takes quadratic time would run into mocha's time limit.
    for (const text of [
      "9".repeat(2e5),
      " ".repeat(2e5),
      `${"9".repeat(2e5)}s`,
      "a.".repeat(1e5),
    ]) {
      for (const key of MODEL_KEYS) churnProblems({ [key]: text });
    }
  });

  it("takes depth in its stride", () => {
    let deep: unknown = "x";
    for (let level = 0; level < 5000; level++) deep = level % 2 === 0 ? [deep] : { deep };
    for (const key of MODEL_KEYS) {
      assert(churnProblems({ [key]: deep }).length > 0, key);
    }
    assert.equal(problemsOf({ models: deep }).length, 1);
  });

  it("shows values by kind and size", () => {
    for (const [value, text] of [
      [undefined, "nothing"],
      [null, "null (an empty value)"],
      ["", "empty text"],
      ["90", '"90"'],
      [90, "90"],
      [true, "true"],
      [[], "an empty list"],
      [[1, 2], "a list of 2"],
      [{}, "an empty map"],
      [{ a: 1, b: 2, c: 3 }, "a map of a, b, c"],
      [{ a: 1, b: 2, c: 3, d: 4 }, "a map of a, b, c, ..."],
      ["tab\there", '"tab\ufffdhere"'],
      ["x".repeat(80), `"${"x".repeat(80)}"`],
      ["x".repeat(81), `"${"x".repeat(79)}…"`],
    ] as const) {
      assert.equal(describeValue(value), text);
    }
  });

  it("writes keys as `pulumi config set --path` takes them", () => {
    for (const [path, text] of [
      [["models", "churn", "threshold"], "p:models.churn.threshold"],
      [["models", "churn", "email", 1], "p:models.churn.email[1]"],
      [["models", "my model"], 'p:models["my model"]'],
      [["models", 'a"b', "x"], 'p:models["a\\"b"].x'],
      [["a.b"], 'p:["a.b"]'],
      [[], "p:"],
    ] as const) {
      assert.equal(keyText("p:", path), text);
    }
  });
});
