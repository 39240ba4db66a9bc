import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { run } from "../tests/engine/process";
import { REPOSITORY } from "../tests/engine/workspace";
import { compare, type Ratio } from "./ratios";

/**
 * `check` of a stack file against a Node program that only loads `yaml` and `zod`. Both are whole
 * processes; the first start after a change, which compiles the command, is in the pair that does
 * not count.
 */
export async function checkRatio(models: number, aim: number, runs: number): Promise<Ratio> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-check-"));
  fs.writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    "name: classification-rate\nruntime: nodejs\n",
  );
  fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), stackFileOf(models));
  const modules = ["yaml", "zod"].map((name) => path.join(REPOSITORY, "node_modules", name));
  const empty = path.join(folder, "empty.cjs");
  fs.writeFileSync(empty, modules.map((name) => `require(${JSON.stringify(name)});\n`).join(""));
  const node = async (...args: string[]): Promise<number> => {
    const options = { cwd: folder, env: process.env, timeout: 60_000 };
    const { exitCode, stderr, seconds } = await run(process.execPath, args, options);
    if (exitCode !== 0) throw new Error(stderr);
    return seconds;
  };
  try {
    const what = `check of ${models} models, by an empty program's that loads yaml and zod`;
    const command = path.join(REPOSITORY, "tools", "cli", "run.cjs");
    return await compare(
      { what, aim, runs },
      () => node(command, "check"),
      () => node(empty),
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function stackFileOf(models: number): string {
  const entries = Array.from(
    { length: models },
    (_, number) =>
      `    model-${number}:\n      logGroup: /aws/lambda/model-${number}\n      threshold: ${String(80 + (number % 19))}\n`,
  );
  return `config:\n  aws:region: eu-west-1\n  classification-rate:defaults:\n    email: team@example.com\n  classification-rate:models:\n${entries.join("")}`;
}
