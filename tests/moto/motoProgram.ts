import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const REQUIREMENTS = join(__dirname, "requirements.txt");

/** A program with its first arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The moto server: the one that MOTO_SERVER names, else one in a Python virtual environment that is made once per
 * machine and version, in a cache outside the checkout.
 * @throws Error that says what is missing and how to get it
 */
export function motoProgram(): Program {
  const given = process.env["MOTO_SERVER"];
  if (given !== undefined && given !== "") return { command: given, args: [] };
  const folder = cacheFolder();
  if (!isComplete(folder)) install(folder);
  return { command: python(folder), args: ["-m", "moto.server"] };
}

function cacheFolder(): string {
  const { CLASSIFICATION_RATE_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? undefined : XDG_CACHE_HOME;
  const cache =
    CLASSIFICATION_RATE_CACHE ?? join(caches ?? join(homedir(), ".cache"), "classification-rate");
  return resolve(cache, `moto-${version()}`);
}

function version(): string {
  const [, found] = /^moto\[server\]==(\S+)$/m.exec(readFileSync(REQUIREMENTS, "utf8")) ?? [];
  if (found === undefined)
    throw new Error(`${REQUIREMENTS}: expected a line moto[server]==VERSION`);
  return found;
}

/** The link that a virtual environment has to the Python it was made with; it may have been removed since. */
function python(folder: string): string {
  return join(folder, "bin", "python");
}

function isComplete(folder: string): boolean {
  return existsSync(python(folder));
}

/**
 * Installs beside the target and renames when all is done: a folder with the final name is therefore complete,
 * whatever was interrupted or ran at once. Python is run by its path, because scripts in a virtual environment do not
 * survive being moved.
 */
function install(target: string): void {
  process.stderr.write(`moto is installed once, into ${target}\n`);
  mkdirSync(resolve(target, ".."), { recursive: true });
  const folder = mkdtempSync(`${target}.installing-`);
  try {
    run(process.env["PYTHON"] ?? "python3", ["-m", "venv", folder]);
    run(python(folder), ["-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]);
    // What is there lost its Python.
    if (!isComplete(target)) rmSync(target, { recursive: true, force: true });
    try {
      renameSync(folder, target);
    } catch (error) {
      // Another run was faster: what it installed is the same.
      if (!isComplete(target)) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error === undefined && status === 0) return;
  const found = error?.message ?? `${stdout}${stderr}`.trim();
  throw new Error(
    `The tests against moto need Python 3.10 or newer with venv and pip (Debian: apt-get install python3-venv), ` +
      `or MOTO_SERVER with the path of a moto_server. \`${[command, ...args].join(" ")}\` failed: ${found}`,
  );
}
