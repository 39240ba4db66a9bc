import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inFolder } from "../support/folders";

const ROOT = join(__dirname, "../..");

describe("a command whose output nobody reads to its end", () => {
  it("ends without a word, as behind `| head`", async () => {
    const child = spawn(process.execPath, ["tools/cli/run.cjs", "start"], { cwd: ROOT });
    child.stdout.destroy();
    const exit = once(child, "exit");
    assert.equal(await text(child.stderr), "");
    assert.deepEqual(await exit, [0, null]);
  });

  it("ends with one sentence and exit code 2 where the disk is full", async () => {
    await inFolder({}, (folder) => {
      // A limit of 4 KiB a file stops a write in its middle, as a full disk does.
      const output = join(folder, "output.txt");
      const command = `ulimit -f 4 && exec "${process.execPath}" tools/cli/run.cjs start > "${output}"`;
      const options = { cwd: ROOT, encoding: "utf8" } as const;
      const { status, stderr } = spawnSync("bash", ["-c", command], options);
      assert.match(stderr, /^standard output cannot be written: E(FBIG|NOSPC).*\n$/);
      assert.equal(status, 2);
      return Promise.resolve();
    });
  });
});
