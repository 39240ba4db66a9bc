import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * The Python of a virtual environment with the packages that a requirements file lists. It is made once per machine
 * and content of that file, in a cache outside the checkout.
 * @param name - What it is for, such as `loggers`.
 * @throws Error that says what is missing and how to get it
 */
export function pythonWith(name: string, requirementsFile: string): string {
  const requirements = readFileSync(requirementsFile, "utf8");
  const version = createHash("sha256").update(requirements).digest("hex").slice(0, 12);
  const folder = resolve(cacheFolder(), `${name}-${version}`);
  // The link to the Python it was made with, which may have been removed since.
  if (!existsSync(pythonIn(folder))) install(name, requirementsFile, folder);
  return pythonIn(folder);
}

function cacheFolder(): string {
  const { CLASSIFICATION_RATE_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? undefined : XDG_CACHE_HOME;
  return (
    CLASSIFICATION_RATE_CACHE ?? join(caches ?? join(homedir(), ".cache"), "classification-rate")
  );
}

function pythonIn(folder: string): string {
  return join(folder, "bin", "python");
}

/**
 * Installs beside the target and renames when all is done: a folder with the final name is therefore complete,
 * whatever was interrupted or ran at once. Python is run by its path, because scripts in a virtual environment do not
 * survive being moved.
 */
function install(name: string, requirementsFile: string, target: string): void {
  process.stderr.write(`Python packages for ${name} are installed once, into ${target}\n`);
  mkdirSync(resolve(target, ".."), { recursive: true });
  const folder = mkdtempSync(`${target}.installing-`);
  try {
    run(name, process.env["PYTHON"] ?? "python3", ["-m", "venv", folder]);
    const pip = ["-m", "pip", "install", "--quiet", "--requirement", requirementsFile];
    run(name, pythonIn(folder), pip);
    // What is there lost its Python.
    if (!existsSync(pythonIn(target))) rmSync(target, { recursive: true, force: true });
    try {
      renameSync(folder, target);
    } catch (error) {
      // Another run was faster: what it installed is the same.
      if (!existsSync(pythonIn(target))) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(name: string, command: string, args: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error === undefined && status === 0) return;
  const found = error?.message ?? `${stdout}${stderr}`.trim();
  throw new Error(
    `The tests with ${name} need Python 3.11 or newer with venv and pip (Debian: apt-get install python3-venv). ` +
      `\`${[command, ...args].join(" ")}\` failed: ${found}`,
  );
}
