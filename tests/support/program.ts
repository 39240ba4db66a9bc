import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import type { ModelOutputs } from "../../components";
import { promiseOf, withMocks, type Registered } from "./mocks";

const ROOT = join(__dirname, "../..");
const load = createRequire(__filename);

type Program = typeof import("../../index");

/** The outputs of index.ts, resolved. */
export interface Outputs {
  readonly models: Record<string, ModelOutputs>;
  readonly dashboardUrls: string[];
  readonly confirmations: { readonly pending: readonly string[]; readonly whatToDo: string };
}

/** The content of a shipped stack file, as the engine hands it to a program. */
export function stackConfig(stack: string): Record<string, string> {
  return engineConfig(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
}

/** A stack file's content, as the engine hands it to a program: text, structured values as JSON. */
export function engineConfig(stackFile: string): Record<string, string> {
  const { config } = parse(stackFile) as { config: Record<string, unknown> };
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
): Promise<{ result: Outputs; resources: Registered[] }> {
  return withMocks({ stack, config }, async () => {
    const path = load.resolve("../../index");
    Reflect.deleteProperty(load.cache, path);
    const program = load(path) as Program;
    return {
      models: await promiseOf(program.models),
      dashboardUrls: await promiseOf(program.dashboardUrls),
      confirmations: await promiseOf(program.confirmations),
    };
  });
}
