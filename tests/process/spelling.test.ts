import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import nspell from "nspell";
import { withoutFences } from "../support/pages";

const ROOT = join(__dirname, "../..");

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

describe("the words of the documentation", () => {
  it("are English, or in tests/words.txt", () => {
    const [aff = "", dic] = ["aff", "dic"].map((kind) =>
      read(`node_modules/dictionary-en/index.${kind}`),
    );
    const speller = nspell(aff, dic).personal(read("tests/words.txt"));
    const pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
    const all = [...pages, ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)];
    const unknown = all.flatMap((page) => {
      if (!page.endsWith(".md")) return [];
      const prose = withoutFences(read(page))
        .replace(/`[^`]*`|\]\([^)]*\)|<[^>]*>|https?:\S+|\S+@\S+/g, " ")
        .replace(/[\w-]+\.(md|ts|yaml|json)\b/g, " ");
      // Names in capitals, and with capitals or digits within, are not a dictionary's.
      const words = prose.match(/(?<![\w.-])([A-Za-z][a-z]+(?:['’](?!s\b)[a-z]+)?)(?![\w])/g) ?? [];
      return [...new Set(words)]
        .filter((word) => !speller.correct(word))
        .map((word) => `${page}: ${word}`);
    });
    assert.deepEqual(unknown, []);
  });
});
