import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Run } from "../support/folders";

const ROOT = join(__dirname, "../..");

/** A new folder for what a test installs. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "classification-rate-package-"));
}

/** Builds and packs this package. @returns the packed file */
export function packInto(folder: string): string {
  const packed = run(ROOT, "npm", ["pack", "--json", "--pack-destination", folder]);
  assert.equal(packed.code, 0, packed.stderr);
  // What the build prints comes before.
  const [{ filename = "" } = {}] = JSON.parse(
    packed.stdout.slice(packed.stdout.indexOf("[\n")),
  ) as { filename?: string }[];
  return join(folder, filename);
}

/** Installs packages into a folder, as a user does. @param specs `name@version`, or a packed file */
export function install(folder: string, specs: readonly string[]): void {
  write(folder, { "package.json": `{ "name": "user", "private": true }\n` });
  const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { code, stderr } = run(folder, "npm", ["install", "--save-exact", ...options, ...specs]);
  assert.equal(code, 0, stderr);
}

/** Writes files, by their path. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Runs a program in a folder, without what npm tells the test's own process. */
export function run(folder: string, program: string, args: readonly string[]): Run {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")),
  );
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...{ cwd: folder, env, encoding: "utf8" },
    maxBuffer: 1 << 28,
  });
  return { code: status ?? -1, stdout, stderr };
}

/** The version of a package that this repository is developed with. */
export function developedWith(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies[name];
  assert(version !== undefined, name);
  return version;
}
