import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { inFolder } from "../support/folders";

const ROOT = join(__dirname, "../..");

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

describe("the workflows of this repository", () => {
  it("run what the gate runs", () => {
    const gate = read(".ci/run");
    for (const file of readdirSync(join(ROOT, ".github/workflows"))) {
      const { jobs } = parse(read(`.github/workflows/${file}`)) as {
        jobs: Record<string, { steps: Step[] }>;
      };
      const commands = Object.values(jobs).flatMap(({ steps }) =>
        steps.flatMap(({ run = [] }) => run),
      );
      assert.ok(commands.length > 0);
      for (const command of commands) {
        assert.ok(command === ".ci/run" || gate.includes(`\nstep ${command}\n`), command);
      }
    }
  });
});

describe("the action for other repositories", () => {
  const { runs } = parse(read("action.yml")) as { runs: { steps: Step[] } };
  const [build, check, verify] = runs.steps;

  /** Runs a step's commands as the runner does, in a project whose action is this repository, not built. */
  const step = (
    files: Readonly<Record<string, string>>,
    { run = "" }: Step = {},
    STRICT = "false",
  ) =>
    inFolder(files, (cwd) => {
      const action = mkdtempSync(join(tmpdir(), "classification-rate-action-"));
      symlinkSync(ROOT, join(action, "dist"));
      const env = { ...process.env, GITHUB_ACTION_PATH: action, GITHUB_WORKSPACE: cwd, STRICT };
      const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", run];
      const { status, stdout, stderr } = spawnSync("bash", args, { cwd, env, encoding: "utf8" });
      rmSync(action, { recursive: true });
      return Promise.resolve({ status, stdout, stderr });
    });

  const stack = (threshold: number) => ({
    "Pulumi.yaml": "name: fraud-team\nruntime: python\n",
    "Pulumi.dev.yaml": `config:
  aws:region: eu-west-1
  classification-rate:models:
    churn: { logGroup: /churn, threshold: ${threshold}, email: ml-team@our.company }
`,
  });

  it("builds with the commands that the gate runs", () => {
    const [install = "", compile] = build?.run?.split(" && ") ?? [];
    assert.ok(read(".ci/run").includes(`\nstep ${install}\n`), install);
    assert.equal(compile, "npm run build");
  });

  it("marks what is wrong at its line", async () => {
    const wrong = await step(stack(900), check);
    assert.equal(wrong.status, 1, wrong.stderr);
    assert.match(wrong.stdout, /^::error file=Pulumi\.dev\.yaml,line=4,col=\d+::/);
    const { status, stdout } = await step(stack(90), check);
    assert.deepEqual({ status, stdout }, { status: 0, stdout: "" });
    const [loose, strict] = [await step(stack(0.9), check), await step(stack(0.9), check, "true")];
    assert.deepEqual([loose.status, strict.status], [0, 1]);
  });

  it("runs the alarm tests by the same program", () => {
    assert.equal(
      verify?.run,
      check?.run
        ?.trim()
        .split("\n")
        .at(-1)
        ?.replace(/check .*/, "verify"),
    );
  });
});

describe("npm run audit", () => {
  /** Runs it with an npm that prints this. */
  const audit = (answer: object) =>
    inFolder(
      { npm: "#!/bin/sh\ncat answer.json\n", "answer.json": JSON.stringify(answer) },
      (cwd) => {
        chmodSync("npm", 0o755);
        const env = { ...process.env, PATH: `${cwd}:${process.env["PATH"] ?? ""}` };
        const args = [join(ROOT, ".ci/audit.mjs")];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, {
          ...{ cwd, env, encoding: "utf8" },
        });
        return Promise.resolve({ status, stdout, stderr });
      },
    );
  const metadata = { dependencies: { prod: 51 } };

  it("tells a clean answer from none", async () => {
    assert.deepEqual(await audit({ auditReportVersion: 2, vulnerabilities: {}, metadata }), {
      ...{ status: 0, stderr: "" },
      stdout: "No known vulnerabilities in 51 production packages.\n",
    });
    const message = "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security";
    const { status, stdout, stderr } = await audit({ message, statusCode: 405, body: "" });
    assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    assert.match(stderr, /^Blind: .*405 Method Not Allowed.*\nNothing is known of vuln/);
  });

  it("names what is known, and whether there is a remedy", async () => {
    const yaml = { name: "yaml", severity: "high", range: "<99.0.0", fixAvailable: true };
    assert.deepEqual(await audit({ vulnerabilities: { yaml }, metadata }), {
      ...{ status: 1, stderr: "" },
      stdout:
        "yaml <99.0.0: high, `npm audit fix` has a remedy\n1 known vulnerabilities in 51 production packages.\n",
    });
  });
});
