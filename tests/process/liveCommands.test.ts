import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { declaredByProgram } from "../../tools/cli/project";
import { inFolder } from "../support/folders";
import { FakeAccount } from "../tools/aws/fakeAccount";
import { TEST_CREDENTIALS } from "../tools/aws/wire/session";
import { WireServer } from "../tools/aws/wire/wireServer";

const PROGRAM = join(__dirname, "../../tools/cli/run.cjs");

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.prod.yaml": `config:
  aws:region: eu-west-1
  classification-rate:models:
    churn: { logGroup: /logs/churn, threshold: 90, email: team@example.com }
`,
};

describe("a command on a live stack, as a program of its own", () => {
  it("has its report on stdout, and nothing else anywhere", () =>
    inFolder(FILES, async (cwd) => {
      const declared = await declaredByProgram("prod");
      const account = FakeAccount.of(declared, { now: new Date() });
      for (const alarm of account.alarms.values()) alarm.ActionsEnabled = false;
      const server = await WireServer.start(account.handlers());
      try {
        const args = ["--stack", "prod", "--json", "--endpoint-url", server.endpoint];
        const child = spawn(process.execPath, [PROGRAM, "doctor", ...args], {
          ...{ cwd, stdio: ["ignore", "pipe", "pipe"] },
          env: { ...process.env, ...TEST_CREDENTIALS },
        });
        const exit = once(child, "exit");
        const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
        assert.equal(stderr, "");
        assert.deepEqual(await exit, [1, null]);
        const { failures } = JSON.parse(stdout) as { failures: number };
        assert.equal(failures, 1);
      } finally {
        await server.stop();
      }
    }));
});
