import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jsonPage } from "../../docs/jsonForms";

describe("the page on what commands print as JSON", () => {
  it("follows from the types of what they print: run npm run generate", () => {
    const page = readFileSync(join(__dirname, "../../docs/json.md"), "utf8");
    assert.equal(page, jsonPage());
  });
});
