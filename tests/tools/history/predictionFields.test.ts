import assert from "node:assert/strict";
import fc from "fast-check";
import { type Condition, predictionPatterns } from "../../../components/cloudwatch/patterns";
import { predictionFieldsOf } from "../../../tools/history/modelCounts";

const TOTAL = "{ $.a IS TRUE || $.a IS FALSE }";

describe("what two filter patterns count", () => {
  it("is what they were written from", () => {
    const name = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
      fc.stringMatching(/^[^'"`\\[\]\u0000-\u001f]{1,8}$/),
    );
    const path = fc
      .tuple(name, fc.array(fc.oneof(name, fc.nat(9999)), { maxLength: 3 }))
      .map(([first, rest]) => [first, ...rest]);
    const text = fc.stringMatching(/^[^%*\\\u0000-\u001f][^*\\\u0000-\u001f]{0,12}$/);
    const number = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0));
    const value = fc.oneof(text, number, fc.integer(), fc.boolean());
    const comparison = fc.record(
      { operator: fc.constantFrom("<", "<=", ">", ">="), bound: number },
      { noNullPrototype: true },
    );
    const valid = fc.oneof(
      fc.constant({}),
      fc.oneof(text, number, comparison).map((one) => ({ valid: one })),
    );
    const where: fc.Arbitrary<Condition[]> = fc.array(
      fc.record({ path, value }, { noNullPrototype: true }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(path, valid, where, (field, valids, conditions) => {
        const fields = { field, where: conditions, ...valids };
        const patterns = predictionPatterns(fields);
        // AWS takes no longer ones, and they are not read.
        fc.pre(Math.max(patterns.valid.length, patterns.total.length) <= 1024);
        const found = predictionFieldsOf(patterns);
        // Which of two equal conditions is the field's does not matter.
        assert.deepEqual(found && predictionPatterns(found), patterns);
        if (conditions.length === 0) assert.deepEqual(found, fields);
      }),
      { numRuns: 250 },
    );
  });

  it("is what expressions for lines of text were written from", () => {
    for (const more of [{}, { valid: "ok" }, { valid: "1" }]) {
      const fields = { field: ["valid-1"], where: [], ...more, logFormat: "text" } as const;
      assert.deepEqual(predictionFieldsOf(predictionPatterns(fields)), fields);
    }
  });

  it("does not depend on blanks, needless parentheses and the order of conditions", () => {
    assert.deepEqual(
      predictionFieldsOf({
        valid: "{$.a IS TRUE&&$.model=churn}",
        total: '{ ($.a IS FALSE || ($.a IS TRUE)) && ($.model = "churn") }',
      }),
      { field: ["a"], where: [{ path: ["model"], value: "churn" }] },
    );
  });

  it("is unknown of patterns that say something else", () => {
    const others: readonly (readonly [valid: string, total: string])[] = [
      ["", ""],
      ["ERROR", TOTAL],
      ["{ $.a IS TRUE", TOTAL],
      ["{ $.a IS FALSE }", TOTAL],
      ["{ $.a = 1 }", "{ $.a = 1 || $.a = 0 }"],
      ["{ $.a > 1 }", "{ $.a > 1 || $.a < 1 }"],
      ['{ $.a = "x*" }', "{ $.a = * }"],
      ["%a\\W+[Tt]rue%", "%a\\W+[Tt]rue|b\\W+[Ff]alse%"],
      ["{ $.* IS TRUE }", "{ $.* IS TRUE || $.* IS FALSE }"],
      ["{ $.a IS TRUE }", "{ $.b IS TRUE || $.b IS FALSE }"],
      ["{ $.a IS TRUE && $.m = 1 }", TOTAL],
      ["{ $.a IS TRUE }", "{ ($.a IS TRUE || $.a IS FALSE) && $.m = 1 }"],
      ...['$.m = "c*"', "$.m != 1", "$.m > 1", "$.m = %c%", "$.m IS NULL", "$.m NOT EXISTS"].map(
        (more) =>
          [`{ $.a IS TRUE && ${more} }`, `{ ($.a IS TRUE || $.a IS FALSE) && ${more} }`] as const,
      ),
    ];
    for (const [valid, total] of others) {
      assert.equal(predictionFieldsOf({ valid, total }), undefined, `${valid} ${total}`);
    }
  });
});
