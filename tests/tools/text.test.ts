import assert from "node:assert/strict";
import { visibleText } from "../../tools/text";

describe("visibleText", () => {
  it("shows what would hide or disguise, and cuts what is long", () => {
    assert.equal(
      visibleText("a\tb\r\n\u0000\u009b\u202e\ud83d😀é"),
      "a\\tb\\r\\n\\u0000\\u009b\\u202e\\ud83d😀é",
    );
    assert.equal(visibleText("x".repeat(201)), `${"x".repeat(200)}…`);
  });
});
