import assert from "node:assert/strict";
import { excerpt } from "../../../tools/rehearse/textReport";

describe("the excerpt of a long list", () => {
  const items = (length: number): number[] => Array.from({ length }, (_, index) => index);

  it("is the list itself as long as that is short", () => {
    assert.deepEqual(excerpt(items(4), String, "elsewhere", 4), ["0", "1", "2", "3"]);
    assert.equal(excerpt(items(60), String, "elsewhere").length, 60);
  });

  it("is its beginning and its end, and says how much is left out and where to find it", () => {
    assert.deepEqual(excerpt(items(2004), String, "elsewhere", 5), [
      ...["0", "1"],
      "  ... 2,000 more (elsewhere) ...",
      ...["2002", "2003"],
    ]);
  });
});
