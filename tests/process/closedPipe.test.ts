import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(__dirname, "../..");

describe("a command whose output nobody reads to its end", () => {
  it("ends without a word, as behind `| head`", async () => {
    const child = spawn(process.execPath, ["tools/cli/run.cjs", "start"], { cwd: ROOT });
    child.stdout.destroy();
    const exit = once(child, "exit");
    assert.equal(await text(child.stderr), "");
    assert.deepEqual(await exit, [0, null]);
  });

  it("ends with one sentence and exit code 2 where the disk is full", function () {
    if (!existsSync("/dev/full")) return this.skip();
    const stdout = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, ["tools/cli/run.cjs", "start"], {
      ...{ cwd: ROOT, stdio: ["ignore", stdout, "pipe"], encoding: "utf8" },
    });
    closeSync(stdout);
    assert.match(stderr, /^standard output cannot be written: ENOSPC.*\n$/);
    assert.equal(status, 2);
  });
});
