import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { bag, list, text, toJson } from "./aws/json";

/** The checkout these tests belong to. */
export const REPOSITORY = path.resolve(__dirname, "../..");

/**
 * What the engine runs: the repository's own program, or files by name. Files get the repository's
 * packages, and unless they bring their own, a package.json whose program is index.ts and a
 * tsconfig.json that skips type checks.
 */
export type Program = "repository" | Readonly<Record<string, string>>;

/** Names the workspace writes itself: the project's and the stacks' files. */
const PROJECT_FILES = /^Pulumi(\..+)?\.ya?ml$/;

const DEFAULT_FILES: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ name: "stand-in-test", version: "0.0.0", main: "index.ts" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "node16",
      moduleResolution: "node16",
      strict: true,
      noCheck: true,
    },
  }),
};

/**
 * Fills the folder with the program. The repository's files are linked: Node follows links to the
 * real files, which find the repository's packages from there.
 */
export function fillWorkspace(folder: string, program: Program): void {
  fs.mkdirSync(folder, { recursive: true });
  if (program === "repository") {
    const entries = fs.readdirSync(REPOSITORY).filter((name) => !name.startsWith("."));
    for (const name of entries) if (!PROJECT_FILES.test(name)) link(folder, name);
    return;
  }
  link(folder, "node_modules");
  for (const [name, content] of Object.entries({ ...DEFAULT_FILES, ...program })) {
    fs.writeFileSync(path.join(folder, name), content);
  }
}

/**
 * The runtime options of Pulumi.yaml as environment variables. The language host the tests can
 * build is older than these options and ignores them; a current one does just this with them.
 */
export function runtimeEnvironment(projectYaml: string): Record<string, string> {
  const runtime = bag(toJson(parse(projectYaml)))["runtime"];
  const options = bag(bag(runtime)["options"]);
  if (options["typescript"] === false) {
    throw new Error("the tests' language host always runs TypeScript");
  }
  const tsconfig = text(options["tsconfig"]);
  const given = options["nodeargs"];
  const nodeargs = Array.isArray(given) ? list(given).map(text).join(" ") : text(given);
  return {
    ...(tsconfig !== "" && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
    ...(nodeargs !== "" && { NODE_OPTIONS: nodeargs }),
  };
}

/** What npm needs to install packages as it does outside of the tests' own home folder. */
export function npmEnvironment(): Record<string, string> {
  return {
    npm_config_userconfig: path.join(os.homedir(), ".npmrc"),
    npm_config_cache: path.join(os.homedir(), ".npm"),
    npm_config_prefer_offline: "true",
  };
}

function link(folder: string, name: string): void {
  fs.symlinkSync(path.join(REPOSITORY, name), path.join(folder, name));
}
