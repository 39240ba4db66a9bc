#!/usr/bin/env node
/**
 * Finds or builds the real Pulumi engine for the tests in this folder; with the argument `languages`, what
 * programs in YAML and Python need beside it.
 *
 * Prints what it does on stderr and, as the last line of stdout, what to put in front of PATH.
 * An installed Pulumi CLI is used as it is. Without one, the engine and the language hosts are built
 * from their Go modules, because the npm package of that name holds no binary. The result
 * goes to a cache outside the checkout, so that it is built once per machine and version.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const ENGINE_VERSION = "3.259.0";
/** The newest hosts for Node.js and Python that the Go module proxy offers; they run today's SDKs. */
const LANGUAGE_HOST_VERSION = "3.68.0";
const YAML_VERSION = "1.30.0";
/** `go get -tool` came with this release. */
const OLDEST_GO = [1, 24];

/** Go programs: the module each comes from, at a version, and how it is linked. */
const ENGINE = [
  {
    binary: "pulumi",
    source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: ENGINE_VERSION,
    flags: [
      "-tags=osusergo grpcnotrace",
      // Without a version the engine takes itself for a development build and warns at every start.
      `-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${ENGINE_VERSION}`,
    ],
  },
  {
    binary: "pulumi-language-nodejs",
    source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    version: LANGUAGE_HOST_VERSION,
    flags: ["-ldflags=-s -w"],
  },
];
const LANGUAGES = [
  {
    binary: "pulumi-language-yaml",
    source: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    version: YAML_VERSION,
    flags: ["-ldflags=-s -w"],
  },
  {
    binary: "pulumi-language-python",
    source: "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
    version: LANGUAGE_HOST_VERSION,
    flags: ["-ldflags=-s -w"],
    // What it starts programs with.
    script: "../pulumi-language-python-exec",
  },
  {
    // What a current host for Python writes SDKs with; this one cannot yet.
    binary: "generate-python-sdk",
    source: "github.com/pulumi/pulumi/pkg/v3/codegen/python",
    version: ENGINE_VERSION,
    flags: ["-ldflags=-s -w"],
    main: path.join(import.meta.dirname, "hosts", "generatePythonSdk.go"),
  },
];
const PROGRAMS = process.argv[2] === "languages" ? LANGUAGES : ENGINE;
const BINARIES = PROGRAMS.map(({ binary }) => binary);

/** The folder of PATH that holds the program, if any. */
function folderOnPath(program) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return folders.find((folder) => isExecutable(path.join(folder, program)));
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function cacheFolder() {
  const cache =
    process.env.CLASSIFICATION_RATE_CACHE ??
    path.join(
      process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"),
      "classification-rate",
    );
  const versions = new Set(PROGRAMS.map(({ version }) => version));
  return path.resolve(cache, [PROGRAMS === ENGINE ? "engine" : "languages", ...versions].join("-"));
}

/** Ends the script with one message a person can act on. */
function giveUp(message) {
  console.error(message);
  process.exit(1);
}

function requireGo() {
  const result = spawnSync("go", ["version"], { encoding: "utf8" });
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(result.stdout ?? "") ?? [];
  const [oldestMajor, oldestMinor] = OLDEST_GO;
  const recent =
    Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor);
  if (recent) return;
  giveUp(
    `The engine tests need Pulumi, and it is not installed. Either install the Pulumi CLI ` +
      `(${BINARIES.join(", ")} on PATH), or install Go ${OLDEST_GO.join(".")} or newer, from which ` +
      `Pulumi ${ENGINE_VERSION} is then built. ` +
      (result.error ? "No `go` was found on PATH." : `Found: ${result.stdout.trim()}.`),
  );
}

function go(folder, ...args) {
  const result = spawnSync("go", args, { cwd: folder, stdio: ["ignore", "pipe", 2] });
  if (result.status !== 0) throw new Error(`go ${args.join(" ")} failed`);
  return String(result.stdout).trim();
}

function buildProgram({ binary, source, version, flags, script, main }, workshop, bin) {
  console.error(`building ${binary} ${version} ...`);
  const module = path.join(workshop, binary);
  fs.mkdirSync(module);
  go(module, "mod", "init", "engine");
  // `go install program@version` refuses modules whose go.mod has replace lines, as Pulumi's has;
  // a module of our own that requires them as a tool may ignore those lines.
  if (main !== undefined) {
    fs.copyFileSync(main, path.join(module, "main.go"));
    go(module, "get", `${source}@v${version}`);
    go(module, "mod", "tidy");
  } else go(module, "get", "-tool", `${source}@v${version}`);
  go(module, "build", ...flags, "-o", path.join(bin, binary), main === undefined ? source : ".");
  if (script === undefined) return;
  const file = path.join(go(module, "list", "-f", "{{.Dir}}", source), script);
  const copy = path.join(bin, path.basename(script));
  fs.copyFileSync(file, copy);
  fs.chmodSync(copy, 0o755);
}

/**
 * Builds in a folder of its own beside the target and renames it there when all is done: a folder
 * with the final name is therefore always complete, whatever was interrupted or ran at once.
 */
function buildInto(target) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const workshop = fs.mkdtempSync(`${target}.building-`);
  try {
    const finished = path.join(workshop, "finished");
    fs.mkdirSync(finished);
    for (const program of PROGRAMS) buildProgram(program, workshop, finished);
    try {
      fs.renameSync(finished, target);
    } catch (error) {
      // Another run was faster: what it built is the same.
      if (!isComplete(target)) throw error;
    }
  } finally {
    fs.rmSync(workshop, { recursive: true, force: true });
  }
}

function isComplete(folder) {
  return BINARIES.every((binary) => isExecutable(path.join(folder, binary)));
}

function find() {
  const installed = BINARIES.map(folderOnPath);
  if (installed.every(Boolean)) return [...new Set(installed)].join(path.delimiter);
  const folder = cacheFolder();
  if (!isComplete(folder)) {
    requireGo();
    console.error(`Pulumi ${ENGINE_VERSION} is built once, into ${folder}; this takes minutes.`);
    try {
      buildInto(folder);
    } catch (error) {
      giveUp(`Pulumi ${ENGINE_VERSION} could not be built: ${error.message}`);
    }
  }
  return folder;
}

console.log(find());
