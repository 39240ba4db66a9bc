import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../schema/generate";

const ROOT = join(__dirname, "..");

describe("npm run generate", () => {
  it("has been run since a schema was changed", () => {
    for (const [file, text] of Object.entries(generated())) {
      const content = readFileSync(join(ROOT, file), "utf8");
      // Prettier sets tables.
      const folded = (page: string) =>
        file.endsWith(".md") ? page.replace(/\s+|-{3,}/g, " ") : page;
      assert.equal(
        folded(content),
        folded(text),
        `${file} is not what \`npm run generate\` writes`,
      );
    }
  });
});
