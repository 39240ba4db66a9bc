import assert from "node:assert/strict";
import {
  assertRefused,
  churnOf,
  churnProblems,
  modelWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
} from "../../support/stackInput";

const KEY = "classification-rate:models.churn";
const VALUE =
  "a number, a boolean, or text of at least one character without * \\, tabs and line breaks, no leading %";

describe("config: which log events count", () => {
  it("reads the field, prediction_valid by default", () => {
    assert.deepEqual(churnOf({}).field, ["prediction_valid"]);
    for (const [given, path] of [
      ["valid", ["valid"]],
      ["result.valid", ["result", "valid"]],
      ["outputs[0].valid", ["outputs", 0, "valid"]],
      ["['a.b'].valid", ["a.b", "valid"]],
      ["constructor", ["constructor"]],
    ] as const) {
      assert.deepEqual(churnOf({ field: given }).field, path);
    }
  });

  it("refuses what is not a property path", () => {
    assertRefused("field", "a JSON property path such as `prediction_valid` or `result.valid`", [
      ...NEITHER_TEXT_NOR_NUMBER,
      [5, "5"],
      ["", "empty text"],
      ["$.prediction_valid", '"$.prediction_valid"'],
      ["result..valid", '"result..valid"'],
      ["result.", '"result."'],
      ["prediction valid", '"prediction valid"'],
      ["results[*].valid", '"results[*].valid"'],
      ["a\nb", '"a\ufffdb"'],
    ]);
  });

  it("refuses names with line breaks or control characters, which no pattern can hold", () => {
    const [problem = "nothing"] = churnProblems({ field: "['a\nb']" });
    assert.match(problem, /models\.churn\.field: expected a JSON property path/);
  });

  it("reads conditions: text, numbers and booleans by property path", () => {
    assert.deepEqual(churnOf({}).where, []);
    assert.deepEqual(
      churnOf({ where: { model: "churn", "meta.version": 3, live: true, share: -0.5 } }).where,
      [
        { path: ["live"], value: true },
        { path: ["meta", "version"], value: 3 },
        { path: ["model"], value: "churn" },
        { path: ["share"], value: -0.5 },
      ],
    );
    for (const text of ["3", "true", 'say "hi"', "50%", " ", "naïve 😀", "{ $.x = 1 }", "a || b"]) {
      assert.deepEqual(churnOf({ where: { text } }).where, [{ path: ["text"], value: text }]);
    }
    assert.deepEqual(churnOf({ where: {} }).where, []);
  });

  it("has conditions in an order of their own, whatever that of the file or of the engine", () => {
    const [one, other] = [
      { model: "churn", env: "prod" },
      { env: "prod", model: "churn" },
    ];
    assert.deepEqual(churnOf({ where: one }).where, churnOf({ where: other }).where);
  });

  it("refuses conditions that no prediction meets", () => {
    const expected = "expected conditions on other properties than the field";
    for (const [field, path] of [
      ["prediction_valid", "prediction_valid"],
      ["result.valid", "result"],
      ["result", "result.valid"],
      ["['result'].valid", "result.valid"],
    ] as const) {
      const [problem = "", ...others] = churnProblems({ field, where: { [path]: true } });
      assert.ok(problem.startsWith(`${KEY}.where: ${expected} `), problem);
      assert.deepEqual(others, []);
    }
    assert.deepEqual(churnProblems({ where: { model: "churn", "model.name": "churn" } }), [
      `${KEY}.where: expected conditions that one event can meet, found one on model.name and one on what holds it`,
    ]);
    assert.deepEqual(churnProblems({ field: "out[0].valid", where: { "out.model": "churn" } }), [
      `${KEY}.where: expected conditions that one event can meet, found out[0].valid beside one that takes what holds it for an object`,
    ]);
    assert.deepEqual(churnProblems({ field: "out[0].valid", where: { "out[1].model": "a" } }), []);
  });

  it("refuses numbers and dates that are no longer what the file says", () => {
    const number =
      "a number that is exact as it stands, or the same in quotes for a property that is text";
    for (const value of [9007199254740993, 2 ** 53, 1e300, 1e-7]) {
      assert.deepEqual(churnProblems({ where: { tenant: value } }), [
        `${KEY}.where.tenant: expected ${number}, found ${value}`,
      ]);
    }
    for (const value of [2 ** 53 - 1, -3, 0.1, 1e-6, "9007199254740993", "2026-03-01"]) {
      assert.deepEqual(churnProblems({ where: { tenant: value } }), []);
    }
    // Without quotes, the engine makes this of 2026-03-01.
    const [problem = ""] = churnProblems({ where: { version: "2026-03-01T00:00:00Z" } });
    assert.match(problem, /where\.version: expected a date in quotes, such as "2026-03-01"/);
  });

  it("refuses values that a filter pattern cannot compare with, each by its key", () => {
    const refused: Record<string, readonly [unknown, string]> = {
      nothing: [null, "null (an empty value)"],
      empty: ["", "empty text"],
      star: ["churn-*", '"churn-*"'],
      regex: ["%a%", '"%a%"'],
      backslash: ["a\\b", '"a\\b"'],
      newline: ["a\nb", '"a\ufffdb"'],
      list: [["a"], "a list of 1"],
      map: [{ name: "a" }, "a map of name"],
      infinite: [Number.POSITIVE_INFINITY, "Infinity"],
    };
    const where = Object.fromEntries(Object.entries(refused).map(([key, [value]]) => [key, value]));
    assert.deepEqual(
      churnProblems({ where }),
      Object.entries(refused).map(
        ([key, [, found]]) => `${KEY}.where.${key}: expected ${VALUE}, found ${found}`,
      ),
    );
  });

  it("refuses keys that are not paths", () => {
    assert.deepEqual(churnProblems({ where: { "$.model": "a", "": "b" } }), [
      `${KEY}.where["$.model"]: expected a JSON property path such as \`model\` or \`model.name\`, found "$.model"`,
      `${KEY}.where[""]: expected a JSON property path such as \`model\` or \`model.name\`, found empty text`,
    ]);
    assertRefused("where", "a map of property path to text, number or boolean", [
      [null, "null (an empty value)"],
      [["model"], "a list of 1"],
      ["model=churn", '"model=churn"'],
    ]);
  });

  it("refuses two conditions on one property, however its path is written", () => {
    assert.equal(churnProblems({ where: { model: "a", "['model']": "b" } }).length, 1);
  });

  it("takes conditions up to the longest filter pattern there is, counted in bytes", () => {
    // { ($.v IS TRUE || $.v IS FALSE) && $.m = "..." }
    const [rest, limit] = ['{ ($.v IS TRUE || $.v IS FALSE) && $.m = "" }'.length, 1024];
    const model = (length: number, letter = "x") => ({
      field: "v",
      where: { m: letter.repeat(length) },
    });
    assert.equal(churnOf(model(limit - rest)).where.length, 1);
    assert.deepEqual(churnProblems(model(limit - rest + 1)), [
      `${KEY}.where: expected a field and conditions whose filter pattern has at most 1024 bytes, found 1025`,
    ]);
    assert.equal(churnProblems(model(Math.floor((limit - rest) / 2), "é")).length, 0);
    assert.equal(churnProblems(model(Math.floor((limit - rest) / 2) + 1, "é")).length, 1);
    assert.deepEqual(churnProblems({ field: "v".repeat(600) }), [
      `${KEY}.field: expected a field and conditions whose filter pattern has at most 1024 bytes, found 1229`,
    ]);
  });

  it("reports a default that is too long for any model once", () => {
    const where = { m: "x".repeat(1024) };
    const problems = problemsOf({
      defaults: { where },
      models: { a: modelWith(), b: modelWith() },
    });
    assert.deepEqual(
      problems.map((problem) => problem.split(": ")[0]),
      ["classification-rate:defaults.where"],
    );
  });
});

describe("config: what makes a prediction valid", () => {
  it("reads true, numbers, texts and comparisons; true is the default", () => {
    assert.equal(churnOf({}).valid, true);
    for (const valid of [true, 1, 0, -2.5, "True", "np.True_", "true", "1", "yes, sir"]) {
      assert.equal(churnOf({ valid }).valid, valid);
    }
    for (const [written, operator, bound] of [
      [">= 0.8", ">=", 0.8],
      [">0", ">", 0],
      [" <=-1.5 ", "<=", -1.5],
      ["< 100", "<", 100],
    ] as const) {
      assert.deepEqual(churnOf({ valid: written }).valid, { operator, bound });
    }
  });

  it("refuses anything else, and what only looks like a comparison", () => {
    const expected =
      'true, a number, a text, or a comparison such as ">= 0.8" (with <, <=, > or >= and a number)';
    assertRefused("valid", expected, [
      [false, "false"],
      [null, "null (an empty value)"],
      [["True"], "a list of 1"],
      [{ min: 0.8 }, "a map of min"],
      ["", "empty text"],
      [">= high", '">= high"'],
      ["= 1", '"= 1"'],
      ["!= 1", '"!= 1"'],
      ["=> 0.8", '"=> 0.8"'],
      [">= 80%", '">= 80%"'],
      ["Tr*", '"Tr*"'],
    ]);
    assert.equal(churnProblems({ valid: 2 ** 53 }).length, 1);
  });
});

describe("config: predictions in text", () => {
  it("is off by default, and takes a plain field and a word", () => {
    assert.equal(churnOf({}).logFormat, "json");
    assert.equal(churnOf({ logFormat: "text" }).logFormat, "text");
    const named = { logFormat: "text", field: "is-valid", valid: "yes" };
    assert.equal(churnOf(named).valid, "yes");
    assertRefused("logFormat", "json or text", [
      ["Text", '"Text"'],
      [true, "true"],
      [null, "null (an empty value)"],
    ]);
  });

  it("refuses what a regular expression cannot tell apart", () => {
    const text = (more: Readonly<Record<string, unknown>>) =>
      churnProblems({ logFormat: "text", ...more });
    assert.deepEqual(text({ where: { model: "churn" } }), [
      `${KEY}.where: expected no conditions where logFormat is text, for a regular expression stands alone, found one on model`,
    ]);
    for (const field of ["result.valid", "outputs[0]", "['is valid']"]) {
      const [problem = "", ...others] = text({ field });
      assert.ok(
        problem.startsWith(`${KEY}.field: expected a plain name where logFormat is text,`),
        problem,
      );
      assert.deepEqual(others, []);
    }
    for (const valid of [1, ">= 0.8", "np.True_", "1", "a b"]) {
      const [problem = "", ...others] = text({ valid });
      assert.ok(problem.startsWith(`${KEY}.valid: expected true, or a word`), problem);
      assert.deepEqual(others, []);
    }
  });

  it("is for two models on one log group at most: AWS takes five filters with an expression", () => {
    const models = (count: number, more = {}) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [
          `m${at}`,
          modelWith({ logFormat: "text", field: `f${at}`, ...more }),
        ]),
      );
    assert.deepEqual(problemsOf({ models: models(2) }), []);
    assert.deepEqual(problemsOf({ models: models(3) }), [
      'classification-rate:models.m2.logFormat: expected text for at most 2 models on one log group, which takes 5 metric filters with a regular expression, found 3 on "/churn"',
    ]);
    assert.deepEqual(problemsOf({ models: models(3, { logFormat: "json" }) }), []);
  });
});
