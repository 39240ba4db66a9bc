import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
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
});
