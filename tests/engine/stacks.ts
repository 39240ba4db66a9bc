import fs from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { Engine, type EngineOptions } from "./engine";
import { STACKS } from "../support/program";

/** Settings of models by name, as a stack file has them. */
export type Models = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A file of the stacks that tests have, like those that are shipped. */
export function shipped(name: string): string {
  return fs.readFileSync(path.join(STACKS, name), "utf8");
}

/** The text of a stack file. */
export function stackFile(models: Models, more: Readonly<Record<string, unknown>> = {}): string {
  return stringify({
    config: {
      "aws:region": "eu-west-1",
      ...Object.fromEntries(
        Object.entries({ models, ...more }).map(([key, value]) => [
          `classification-rate:${key}`,
          value,
        ]),
      ),
    },
  });
}

/** The real engine on the repository's own program, with the log groups that models write to. */
export function openProgram(
  stacks: Readonly<Record<string, string>>,
  options: Partial<EngineOptions> = {},
): Engine {
  const project = shipped("Pulumi.yaml");
  const engine = Engine.open({ program: "repository", project, stacks, ...options });
  for (const logGroup of Object.values(stacks).flatMap(logGroupsIn)) {
    engine.account.addLogGroup(logGroup);
  }
  return engine;
}

function logGroupsIn(yaml: string): string[] {
  return [...yaml.matchAll(/logGroup: (\S+)/g)].map(([, name = ""]) => name);
}
