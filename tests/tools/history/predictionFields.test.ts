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
    const where: fc.Arbitrary<Condition[]> = fc.array(
      fc.record({ path, value }, { noNullPrototype: true }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(path, where, (field, conditions) => {
        const patterns = predictionPatterns({ field, where: conditions });
        // AWS takes no longer ones, and they are not read.
        fc.pre(Math.max(patterns.valid.length, patterns.total.length) <= 1024);
        assert.deepEqual(predictionFieldsOf(patterns), { field, where: conditions });
      }),
      { numRuns: 250 },
    );
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
