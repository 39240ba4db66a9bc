import { z } from "zod";
import { isMap } from "../../config/form";
import { describeValue, keyText, problemMessage, type Problem } from "../../config/problem";
import { readFields } from "../../config/readFields";
import type { AlarmTest, CaseNames } from "./alarmTest";
import { readCase, sharedShape } from "./readCase";
import type { TestProblem } from "./testProblem";
import { readYaml, type YamlDocument } from "../../config/yamlDocument";

const fileSchema = z.strictObject({ ...sharedShape, tests: z.unknown() });

const FILE_KEYS = fileSchema.keyof().options;

/** The cases of a file that could be read, and what is wrong with the others. */
export interface TestFile {
  readonly tests: readonly AlarmTest[];
  /** The stacks and models of all cases, also of those that could not be read. */
  readonly names: readonly CaseNames[];
  /** In the order of the file's lines. */
  readonly problems: readonly TestProblem[];
}

/** Reads an alarm test file. @param text its content */
export function readTests(text: string): TestFile {
  const yaml = readYaml(text);
  if (yaml.mistake !== undefined) return { tests: [], names: [], problems: [yaml.mistake] };
  const { tests, names, problems } = readContent(yaml);
  return {
    tests,
    names,
    problems: problems
      .map((problem) => located(problem, yaml))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  };
}

function located(problem: Problem, yaml: YamlDocument): TestProblem {
  const { path, expected, found } = problem;
  const key = path.length === 0 ? {} : { key: keyText("", path) };
  const position = yaml.locate(path, problem.atKey === true);
  return { ...position, ...key, message: problemMessage(problem), expected, found };
}

interface Content {
  readonly tests: AlarmTest[];
  readonly names: CaseNames[];
  readonly problems: Problem[];
}

function readContent(yaml: YamlDocument): Content {
  const { content: file } = yaml;
  if (!isMap(file)) {
    const expected = "a map with `tests:`";
    const problem = { path: [], expected, found: describeValue(file) };
    return { tests: [], names: [], problems: [problem] };
  }
  const { problems } = readFields(fileSchema.shape, file, [], FILE_KEYS);
  const raw = file["tests"];
  if (!Array.isArray(raw) || raw.length === 0) {
    const expected = "a list of tests, each with a name, a series and what to expect";
    problems.push({ path: ["tests"], expected, found: describeValue(raw) });
    return { tests: [], names: [], problems };
  }
  const inputs: readonly unknown[] = raw;
  const tests: AlarmTest[] = [];
  const names: CaseNames[] = [];
  for (const [index, input] of inputs.entries()) {
    const read = readCase(input, { index, file, yaml });
    problems.push(...read.problems);
    if (read.names !== undefined) names.push(read.names);
    const { test } = read;
    if (test === undefined) continue;
    if (tests.some(({ name }) => name === test.name)) {
      const found = `${describeValue(test.name)} a second time`;
      problems.push({ path: ["tests", index, "name"], expected: "a name of its own", found });
    }
    tests.push(test);
  }
  return { tests, names, problems };
}
