import assert from "node:assert/strict";
import fc from "fast-check";
import { problemText } from "../../../components/settings/diagnostic";
import { readStack } from "../../../components/settings/read";
import { MODEL_KEYS, STACK_KEYS } from "../../../components/settings/schema";
import { CONTEXT } from "../../support/stackInput";

/** Anything at all, with keys that often mean something. */
const HOSTILE = ["__proto__", "constructor", "toString", "", "a.b", "retentionDays"];
const key = fc.constantFrom(...MODEL_KEYS, ...STACK_KEYS, ...HOSTILE, "churn", "Churn");
const scalar = fc.oneof(
  fc.constantFrom("1h", "3 of 5", "a@example.com", "/a", "90", "true", "", "x\ny", "secure"),
  fc.constantFrom<unknown>(90, 1, 0, -1, 1e300, true, false, null, [], {}),
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.jsonValue(),
    fc.array(tie("anything"), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie("anything")), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

describe("config: any JSON at all", () => {
  it("gives either settings or problems, each of them one line", () => {
    const stack = fc.record(
      { models: fc.dictionary(fc.oneof(key, fc.string()), anything), defaults: anything },
      { requiredKeys: [] },
    );
    const raw = fc.oneof(
      stack,
      fc
        .array(fc.tuple(key, anything), { maxLength: 6 })
        .map((entries) => Object.fromEntries(entries)),
    );
    fc.assert(
      fc.property(raw, (input) => {
        const { settings, problems } = readStack(input, CONTEXT);
        assert.equal(settings === undefined, problems.length > 0);
        for (const problem of problems) {
          const text = problemText("classification-rate:", problem);
          assert.match(text, /^classification-rate:.+: expected .+, found .+$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not change its input and gives the same answer twice", () => {
    fc.assert(
      fc.property(fc.dictionary(key, anything), (input) => {
        const before = JSON.stringify(input);
        assert.deepEqual(readStack(input, CONTEXT), readStack(input, CONTEXT));
        assert.equal(JSON.stringify(input), before);
      }),
      { numRuns: 50 },
    );
  });
});
