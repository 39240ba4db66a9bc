import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** Loads the SDK as a rehearsal does, and uses of it what a rehearsal does not. */
const SCRIPT = `
  require("./tools/program/quickSdk.ts");
  const pulumi = require("@pulumi/pulumi");
  const loaded = (name) => require.resolve(name) in require.cache;
  const before = [loaded("typescript"), loaded("@npmcli/arborist")];
  pulumi.runtime.serializeFunction(() => 6 * 7).then(({ text }) => {
    const { version } = require("typescript");
    console.log(JSON.stringify({ before, after: loaded("typescript"), text, version }));
  });
`;

describe("Pulumi's SDK without what it needs for functions only", () => {
  it("loads that when it is asked for, and nobody else gets stand-ins", () => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--no-warnings", "--require", "tsx/cjs", "-e", SCRIPT],
      {
        cwd: ROOT,
        encoding: "utf8",
      },
    );
    assert.equal(stderr, "");
    const found = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([found["before"], found["after"]], [[false, false], true]);
    assert.match(String(found["text"]), /6 \* 7/);
    assert.match(String(found["version"]), /^\d/);
  });
});
