import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describeValue, type KeyPath, type Problem } from "./diagnostic";
import { isMap } from "./input";
import type * as yamlModule from "./yaml";

const load = createRequire(__filename);

/** The models that files hold, beside those of a stack's config. */
interface FileModels {
  /** By name; of a name that two files have, the first. */
  readonly models: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Adds file and line to a problem of a model that a file holds. */
  readonly placed: (problem: Problem) => Problem;
}

/**
 * Reads the files of `modelsFrom`: each a map of model name to settings, as `models` is. A stack's config
 * reaches the program in one environment variable, which holds 128 KiB; files hold any number of models.
 * @param patterns paths or patterns such as `models/*.yaml`, from the project's folder
 * @param taken names that the config has already
 */
export function readModelFiles(patterns: readonly string[], taken: readonly string[]): FileModels {
  const owners = new Map<string, string | YamlFile>(
    taken.map((name) => [name, "the stack's config"]),
  );
  const models: [string, unknown][] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [at, pattern] of patterns.entries()) {
    const files = filesOf(pattern);
    if (files.length === 0) {
      const expected = "a file, or a pattern of files, with models";
      const found = `no file ${describeValue(pattern)}`;
      problems.push({ path: ["modelsFrom", at], expected, found });
    }
    for (const file of files) {
      // Patterns may have files in common.
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      const read = readFile(file, ["modelsFrom", at]);
      problems.push(...read.problems);
      for (const [name, settings] of Object.entries(read.models)) {
        const owner = owners.get(name);
        if (owner === undefined) {
          owners.set(name, read.yaml);
          models.push([name, settings]);
        } else {
          const also = typeof owner === "string" ? owner : owner.file;
          problems.push({
            ...{ path: ["models", name], atKey: true, file, ...read.yaml.locate([name], true) },
            expected: "each model once",
            found: `${describeValue(name)}, which ${also} has, too`,
          });
        }
      }
    }
  }
  const placed = (problem: Problem): Problem => {
    const [first, name, ...rest] = problem.path;
    const owner = first === "models" ? owners.get(String(name)) : undefined;
    if (problem.file !== undefined || owner === undefined || typeof owner === "string") {
      return problem;
    }
    const position = owner.locate([String(name), ...rest], problem.atKey);
    return { ...problem, file: owner.file, ...position };
  };
  return { models: Object.fromEntries(models), problems, placed };
}

/** The first file of such patterns that holds a model. */
export function fileWith(patterns: readonly string[], model: string): string | undefined {
  const files = patterns.flatMap(filesOf);
  return files.find((file) => Object.hasOwn(readFile(file, []).models, model));
}

type YamlFile = yamlModule.YamlDocument & { readonly file: string };

/** The files that a pattern stands for, in order. A path without a pattern stands for itself. */
function filesOf(pattern: string): string[] {
  // Few stacks have models in files; the others should not wait for what reads them.
  const { globSync } = load("tinyglobby") as typeof import("tinyglobby");
  return globSync(pattern, { expandDirectories: false }).sort();
}

function readFile(
  file: string,
  path: KeyPath,
): { yaml: YamlFile; models: Readonly<Record<string, unknown>>; problems: readonly Problem[] } {
  const { alteredProblem, readYaml } = load("./yaml") as typeof yamlModule;
  const yaml = { ...readYaml(readFileSync(file, "utf8")), file };
  const wrong = (position: object, expected: string, found: string) => ({
    yaml,
    models: {},
    problems: [{ path, file, ...position, expected, found }],
  });
  const { mistake, content, locate } = yaml;
  if (mistake !== undefined) {
    const [, expected = "valid YAML", found = mistake.message] =
      /^expected ([^]*?), found ([^]*)$/.exec(mistake.message) ?? [];
    return wrong(locate([]), expected, found);
  }
  if (!isMap(content)) {
    return wrong(locate([]), "a map of model name to settings", describeValue(content));
  }
  const problems = yaml.altered.flatMap((altered): Problem[] => {
    const problem = alteredProblem(altered, altered.path);
    if (problem === undefined) return [];
    const at = locate(altered.path);
    return [
      { path: ["models", ...altered.path], file, line: at.line, column: at.column, ...problem },
    ];
  });
  return { yaml, models: content, problems };
}
