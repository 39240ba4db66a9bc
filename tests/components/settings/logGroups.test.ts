import assert from "node:assert/strict";
import {
  assertRefused,
  churnOf,
  churnProblems,
  modelWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const KEY = "classification-rate:models.churn";

/** Models m00, m01 ... on one log group. */
function manyModels(count: number, more = {}): Record<string, unknown> {
  const names = Array.from({ length: count }, (_, at) => `m${String(at).padStart(2, "0")}`);
  return Object.fromEntries(names.map((name) => [name, modelWith(more)]));
}

describe("config: log groups", () => {
  it("takes AWS's names of log groups", () => {
    for (const name of ["a", "/aws/lambda/churn", "A-z_0.9/#", "x".repeat(512)]) {
      assert.equal(churnOf({ logGroup: name }).logGroup, name);
    }
  });

  it("refuses other names", () => {
    const expected =
      "a log group name of 1 to 512 letters, digits and . - _ / #, not starting with aws/";
    assertRefused("logGroup", expected, [
      ...NEITHER_TEXT_NOR_NUMBER,
      [7, "7"],
      ["", "empty text"],
      ["aws/lambda/churn", '"aws/lambda/churn"'],
      ["/aws/lambda/churn:*", '"/aws/lambda/churn:*"'],
      ["my group", '"my group"'],
      ["/churn\n", '"/churn\ufffd"'],
      ["x".repeat(513), `"${"x".repeat(79)}…"`],
    ]);
    assert.deepEqual(problemsOf({ models: { churn: { threshold: 90, email: "a@example.com" } } }), [
      `${KEY}.logGroup: expected ${expected}, found nothing`,
    ]);
  });

  it("creates the log group if asked, with or without a retention", () => {
    assert.equal(churnOf({}).createLogGroup, undefined);
    assert.equal(churnOf({ createLogGroup: false }).createLogGroup, undefined);
    for (const bare of [true, {}]) {
      assert.deepEqual(churnOf({ createLogGroup: bare }).createLogGroup, {});
    }
    for (const retentionDays of [1, 30, 3653]) {
      const options = { retentionDays };
      assert.deepEqual(churnOf({ createLogGroup: options }).createLogGroup, options);
      const text = { retentionDays: String(retentionDays) };
      assert.deepEqual(churnOf({ createLogGroup: text }).createLogGroup, options);
    }
  });

  it("refuses anything else", () => {
    assertRefused("createLogGroup", "true, false or {retentionDays: ...}", [
      [null, "null (an empty value)"],
      [30, "30"],
      ["yes", '"yes"'],
      [[30], "a list of 1"],
    ]);
    assert.deepEqual(churnProblems({ createLogGroup: { retentionInDays: 30, x: 1 } }), [
      'classification-rate:models.churn.createLogGroup.retentionInDays: expected a known setting, found the unknown setting "retentionInDays" (did you mean retentionDays?)',
      'classification-rate:models.churn.createLogGroup.x: expected one of the settings retentionDays, found the unknown setting "x"',
    ]);
    const days = [31, 0, -1, 30.5, "month", "", null].map(
      (retentionDays) => churnProblems({ createLogGroup: { retentionDays } })[0] ?? "nothing",
    );
    for (const problem of days) {
      assert.match(
        problem,
        /churn\.createLogGroup\.retentionDays: expected a number of days that CloudWatch Logs offers \(1, 3, 5, .*, 3653\), found /,
      );
    }
  });

  it("does not take a retention for a number that it is not: events would be gone for good", () => {
    for (const retentionDays of [true, [30], "0x1e", "1e0"]) {
      const problems = churnProblems({ createLogGroup: { retentionDays } });
      assert.equal(problems.length, 1, JSON.stringify(retentionDays));
    }
  });

  it("takes the name of the role that writes", () => {
    assert.equal(churnOf({}).writerRole, undefined);
    for (const name of ["churn", "a+b=c,d.e@f-g_h", "r".repeat(64)]) {
      assert.equal(churnOf({ writerRole: name }).writerRole, name);
    }
    assertRefused("writerRole", "the name (not the ARN) of an IAM role", [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["", "empty text"],
      ["arn:aws:iam::123456789012:role/churn", '"arn:aws:iam::123456789012:role/churn"'],
      ["r".repeat(65), `"${"r".repeat(65)}"`],
    ]);
  });

  it("puts at most 50 models on one log group, two filters each", () => {
    assert.equal(settingsOf({ models: manyModels(50) }).models.length, 50);
    assert.deepEqual(problemsOf({ models: manyModels(51) }), [
      'classification-rate:models.m50.logGroup: expected at most 50 models on one log group, which takes 100 metric filters, found 51 models on "/churn"',
    ]);
    const elsewhere = { ...manyModels(50), other: modelWith({ logGroup: "/other" }) };
    assert.equal(settingsOf({ models: elsewhere }).models.length, 51);
  });

  it("gives a log group one retention", () => {
    const create = (createLogGroup: unknown) => modelWith({ createLogGroup });
    const agreed = {
      a: create({ retentionDays: 30 }),
      b: create({ retentionDays: "30" }),
      c: create(false),
    };
    assert.equal(settingsOf({ models: agreed }).models.length, 3);
    const models = {
      a: create({ retentionDays: 30 }),
      b: create(true),
      c: create({ retentionDays: 7 }),
    };
    const expected = "expected the retention that model a gives the same log group /churn";
    assert.deepEqual(problemsOf({ models }), [
      `classification-rate:models.b.createLogGroup: ${expected}, found events kept for ever`,
      `classification-rate:models.c.createLogGroup: ${expected}, found 7 days`,
    ]);
  });
});
