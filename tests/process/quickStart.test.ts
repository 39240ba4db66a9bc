import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inFolder } from "../support/folders";

const ROOT = join(__dirname, "../..");
const KEPT = "node_modules/.cache/classification-rate/greet.json";

/** Does in no time what little the files here need of TypeScript; all commands are loaded with the real one. */
const COMPILER = `exports.ModuleKind = exports.ScriptTarget = {};
exports.transpileModule = (source) => ({
  outputText: source
    .replace(/import { (\\w+) } from ("[^"]+");/g, "const { $1 } = require($2);")
    .replace(/: (string|Promise<.*?>) =/g, " =")
    .replace(/export const (\\w+)/g, "const $1 = exports.$1"),
});
`;

/** A project of its own with a command that is loaded by the same program as those of this one. */
const FILES = {
  "tools/cli/start.cjs": `require("./quickStart.cjs").quickStart("greet"); require("./greet.ts");`,
  "tools/cli/greet.ts": `import { name } from "./name";
const later: Promise<string> = import("./word.mjs").then((module) => module.word);
void later.then((word) => process.stdout.write(word + name));
`,
  "tools/cli/name.ts": `export const name: string = "Ann";`,
  "tools/cli/word.mjs": `export const word = "hello ";`,
  "node_modules/typescript/package.json": `{ "main": "index.js" }`,
  "node_modules/typescript/index.js": COMPILER,
};

describe("a command's quick start", () => {
  it("keeps what the next start needs, notices changed files, and can do without", () =>
    inProject((folder) => {
      const kept = join(folder, KEPT);
      assert.equal(greeting(folder), "hello Ann");
      writeFileSync(kept, readFileSync(kept, "utf8").replaceAll("Ann", "Eve"));
      assert.equal(greeting(folder), "hello Eve");

      // Of the same length.
      writeFileSync(join(folder, "tools/cli/name.ts"), `export const name: string = "Bob";`);
      assert.equal(greeting(folder), "hello Bob");

      writeFileSync(kept, "{");
      assert.equal(greeting(folder), "hello Bob");
      rmSync(dirname(kept), { recursive: true });
      writeFileSync(dirname(kept), "a file where a folder should be");
      assert.equal(greeting(folder), "hello Bob");
    }));

  it("writes the rehearsal's page, for which other code is loaded than in the tests of one process", async () => {
    await inFolder({}, (folder) => {
      const page = join(folder, "report.html");
      const args = [join(ROOT, "tools/cli/run.cjs"), "start", "--html", page];
      const run = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
      assert.deepEqual([run.status, run.stderr], [0, `Wrote ${page}\n`]);
      assert.ok(readFileSync(page, "utf8").includes("uPlot"));
      return Promise.resolve();
    });
  });
});

function greeting(folder: string): string {
  const command = [join(folder, "tools/cli/start.cjs")];
  const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return stdout + stderr;
}

function inProject(run: (folder: string) => void): Promise<void> {
  return inFolder(FILES, (folder) => {
    copyFileSync(join(ROOT, "tools/cli/quickStart.cjs"), join(folder, "tools/cli/quickStart.cjs"));
    run(folder);
    return Promise.resolve();
  });
}
