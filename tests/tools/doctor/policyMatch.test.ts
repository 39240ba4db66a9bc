import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesGlob } from "../../../tools/doctor/policyVerdict";

describe("IAM's wildcards", () => {
  it("match as the regular expressions do that they stand for", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        const source = glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
        assert.equal(matchesGlob(glob, value), new RegExp(`^${source}$`).test(value));
      }),
      { numRuns: 300 },
    );
  });

  it("take no time to speak of, whatever the pattern", () => {
    assert.equal(matchesGlob("*a".repeat(200), "a".repeat(5000) + "b"), false);
  });
});
