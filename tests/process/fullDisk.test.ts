import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inFolder } from "../support/folders";

const RUN = join(__dirname, "../../tools/cli/run.cjs");

const STACK = `${"# A line of a file that is longer than what may be written.\n".repeat(100)}config:
  aws:region: eu-west-1
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 60, email: a@example.com }
`;

/** Three days, 100 predictions an hour at 95 %. */
const LOG = Array.from({ length: 7200 }, (_, index) => {
  const message = JSON.stringify({ prediction_valid: (index * 7) % 20 !== 0 });
  return `${JSON.stringify({ timestamp: Date.UTC(2026, 10, 22) + index * 36_000, message })}\n`;
}).join("");

describe("npm run tune --write on a disk that gets full", () => {
  it("leaves the stack file as it was, prints what it worked out, and fails", async () => {
    const files = {
      "Pulumi.yaml": "name: p\nruntime: nodejs\n",
      "Pulumi.dev.yaml": STACK,
      "log.jsonl": LOG,
    };
    await inFolder(files, (folder) => {
      // A limit of 4 KiB a file stops a write in its middle, as a full disk does.
      const command = `ulimit -f 4 && exec node "${RUN}" tune --model churn --write log.jsonl`;
      const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, /Pulumi\.dev\.yaml: cannot be written, /);
      assert.match(stdout, /Suggestion: \d\d/);
      assert.doesNotMatch(stdout, /Wrote/);
      assert.equal(readFileSync("Pulumi.dev.yaml", "utf8"), STACK);
      assert.deepEqual(readdirSync(".").sort(), Object.keys(files).sort());
      return Promise.resolve();
    });
  });
});
