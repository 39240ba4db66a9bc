import assert from "node:assert/strict";
import { excerpt } from "../../../tools/rehearse/textReport";

describe("the excerpt of a long list", () => {
  const items = (length: number): number[] => Array.from({ length }, (_, index) => index);

  it("is the list itself as long as that is short", () => {
    assert.deepEqual(excerpt(items(60), String, "elsewhere"), items(60).map(String));
  });

  it("is its beginning and its end, and says how much is left out and where to find it", () => {
    assert.deepEqual(excerpt(items(2060), String, "elsewhere"), [
      ...items(30).map(String),
      "  ... 2,000 more (elsewhere) ...",
      ...items(2060).slice(-30).map(String),
    ]);
  });
});
