import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertRefused,
  churnOf,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
} from "../../support/stackInput";

const NO_NUMBER = [
  ...NEITHER_TEXT_NOR_NUMBER,
  ["", "empty text"],
  ["ninety", '"ninety"'],
  ["90 %", '"90 %"'],
  ["0x5a", '"0x5a"'],
  ["9e1", '"9e1"'],
  ["Infinity", '"Infinity"'],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
] as const;

describe("config: numbers", () => {
  describe("threshold", () => {
    it("takes a percentage, also as the text that `pulumi config set --path` stores", () => {
      for (const [given, read] of [
        [90, 90],
        [97.5, 97.5],
        [100, 100],
        [0.01, 0.01],
        ["97.5", 97.5],
        ["90.", 90],
        [".5", 0.5],
        ["+90", 90],
        [" 90 ", 90],
      ] as const) {
        assert.equal(churnOf({ threshold: given }).threshold, read);
      }
    });

    it("refuses anything else", () => {
      assertRefused("threshold", "a percentage above 0 and at most 100", [
        ...NO_NUMBER,
        [900, "900"],
        [0, "0"],
        [-1, "-1"],
        [100.01, "100.01"],
        ["100.01", '"100.01"'],
      ]);
    });

    it("is required", () => {
      assert.deepEqual(
        problemsOf({ models: { churn: { logGroup: "/churn", email: "a@example.com" } } }),
        [
          "classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100, found nothing",
        ],
      );
    });
  });

  describe("minimumPredictions", () => {
    it("takes whole numbers from one to a thousand million, and is off by default", () => {
      for (const given of [1, 30, 1e9]) {
        assert.equal(churnOf({ minimumPredictions: given }).minimumPredictions, given);
        assert.equal(churnOf({ minimumPredictions: String(given) }).minimumPredictions, given);
      }
      assert.equal(churnOf({}).minimumPredictions, undefined);
    });

    it("refuses anything else", () => {
      assertRefused("minimumPredictions", "a whole number from 1 to 1000000000", [
        ...NO_NUMBER,
        [-30, "-30"],
        [0.5, "0.5"],
        ["30.5", '"30.5"'],
        [1e9 + 1, "1000000001"],
      ]);
    });
  });

  describe("confidence", () => {
    it("takes 50 to 99.9 percent, and is off by default", () => {
      for (const given of [50, 95, 99.9]) {
        assert.equal(churnOf({ confidence: given }).confidence, given);
        assert.equal(churnOf({ confidence: String(given) }).confidence, given);
      }
      assert.equal(churnOf({}).confidence, undefined);
    });

    it("refuses anything else, a share of one included", () => {
      assertRefused("confidence", "a percentage from 50 to 99.9", [
        ...NO_NUMBER,
        [0.95, "0.95"],
        [49.9, "49.9"],
        [99.91, "99.91"],
        [100, "100"],
      ]);
    });
  });

  it("reads a number and its text alike", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 100, noNaN: true }), (number) => {
        fc.pre(!String(number).includes("e"));
        assert.equal(churnOf({ threshold: String(number) }).threshold, number);
        assert.equal(churnOf({ threshold: number }).threshold, number);
      }),
      { numRuns: 100 },
    );
  });
});
