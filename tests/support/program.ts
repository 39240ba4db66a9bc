import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import type { ModelOutputs } from "../../components";
import { type MockedRun, type MockedStack, promiseOf, withMocks } from "./mocks";

/** A project like the shipped one; no test reads the files that users change. */
export const STACKS = join(__dirname, "stacks");
const PROJECT = "classification-rate";
const load = createRequire(__filename);

type Program = typeof import("../../index");

/** The outputs of index.ts, resolved. */
export interface Outputs {
  readonly models: Record<string, ModelOutputs>;
  readonly dashboardUrls: string[];
  readonly confirmations: { readonly pending: readonly string[]; readonly whatToDo: string };
}

/** The content of a stack file of stacks/, as the engine hands it to a program. Users change those of the project itself. */
export function stackConfig(stack: string): Record<string, string> {
  return engineConfig(readFileSync(join(STACKS, `Pulumi.${stack}.yaml`), "utf8"));
}

/** A stack file's content, as the engine hands it to a program: text, structured values as JSON. */
export function engineConfig(stackFile: string): Record<string, string> {
  const { config } = parse(stackFile) as { config: Record<string, unknown> };
  return asText(config);
}

function asText(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Runs index.ts as a whole against a mocked engine. */
export async function runProgram(
  stack: string,
  config: Record<string, string>,
  mocked: MockedStack = {},
): Promise<MockedRun<Outputs>> {
  return withMocks({ ...mocked, stack, config }, async () => {
    const program = loadProgram();
    return {
      models: await promiseOf(program.models),
      dashboardUrls: await promiseOf(program.dashboardUrls),
      confirmations: await promiseOf(program.confirmations),
    };
  });
}

/** Runs index.ts with a dev stack of these keys (`models`, `defaults`, `namespace` ...). */
export async function provision(
  keys: Readonly<Record<string, unknown>>,
  mocked: MockedStack = {},
): Promise<MockedRun<Outputs>> {
  return runProgram("dev", projectKeys(keys), mocked);
}

/** Runs index.ts with keys that it refuses; the result is what it threw. */
export async function refusal(
  keys: Readonly<Record<string, unknown>>,
  mocked: MockedStack = {},
): Promise<MockedRun<unknown>> {
  return withMocks({ ...mocked, config: { ...projectKeys(keys), ...mocked.config } }, () => {
    try {
      loadProgram();
    } catch (error) {
      return error;
    }
    return undefined;
  });
}

function projectKeys(keys: Readonly<Record<string, unknown>>): Record<string, string> {
  return asText(
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${PROJECT}:${key}`, value])),
  );
}

/** Each run executes the program anew. */
function loadProgram(): Program {
  const path = load.resolve("../../index.ts");
  Reflect.deleteProperty(load.cache, path);
  return load(path) as Program;
}
