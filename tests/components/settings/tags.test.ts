import assert from "node:assert/strict";
import { assertRefused, churnOf, churnProblems } from "../../support/stackInput";

const KEY = "classification-rate:models.churn.tags";

function tagsNumbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, "x"]));
}

describe("config: tags", () => {
  it("reads tags as text", () => {
    assert.deepEqual(churnOf({}).tags, {});
    assert.deepEqual(churnOf({ tags: {} }).tags, {});
    assert.deepEqual(
      churnOf({
        tags: { team: "ml", cost_center: 4711, critical: true, "a/b:c": "", Größe: "ü 1" },
      }).tags,
      { team: "ml", cost_center: "4711", critical: "true", "a/b:c": "", Größe: "ü 1" },
    );
  });

  it("keeps to AWS's limits", () => {
    assert.equal(Object.keys(churnOf({ tags: tagsNumbered(50) }).tags).length, 50);
    assert.equal(churnProblems({ tags: tagsNumbered(51) }).length, 1);
    const longest = { ["k".repeat(128)]: "v".repeat(256) };
    assert.deepEqual(churnOf({ tags: longest }).tags, longest);
    const tooLong = churnProblems({ tags: { ["k".repeat(129)]: "v", v: "v".repeat(257) } });
    assert.equal(tooLong.length, 2);
  });

  it("refuses the keys that AWS refuses", () => {
    assert.deepEqual(churnProblems({ tags: { "aws:x": "1", "AWS:y": "1", "": "1", "a#b": "1" } }), [
      `${KEY}["aws:x"]: expected a tag of 1 to 128 letters, digits, blanks and _ . : / = + - @, not starting with aws:, found "aws:x"`,
      `${KEY}["AWS:y"]: expected a tag of 1 to 128 letters, digits, blanks and _ . : / = + - @, not starting with aws:, found "AWS:y"`,
      `${KEY}[""]: expected a tag of 1 to 128 letters, digits, blanks and _ . : / = + - @, not starting with aws:, found empty text`,
      `${KEY}["a#b"]: expected a tag of 1 to 128 letters, digits, blanks and _ . : / = + - @, not starting with aws:, found "a#b"`,
    ]);
  });

  it("refuses the values that AWS refuses", () => {
    const expected = "expected text of at most 256 letters, digits and _ . : / = + - @";
    assert.deepEqual(churnProblems({ tags: { a: null, b: ["x"], c: {}, d: "x;y", e: "a\nb" } }), [
      `${KEY}.a: ${expected}, found null (an empty value)`,
      `${KEY}.b: ${expected}, found a list of 1`,
      `${KEY}.c: ${expected}, found an empty map`,
      `${KEY}.d: ${expected}, found "x;y"`,
      `${KEY}.e: ${expected}, found "a\ufffdb"`,
    ]);
    assertRefused("tags", "a map of tag to text", [
      [null, "null (an empty value)"],
      [["team"], "a list of 1"],
      ["team=ml", '"team=ml"'],
      [5, "5"],
    ]);
  });
});
