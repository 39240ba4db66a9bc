import { readFileSync } from "node:fs";

/** This file is TypeScript in the repository, whose commands are scripts of its package.json, and compiled elsewhere. */
const IS_REPOSITORY = __filename.endsWith(".ts");

/**
 * A command as its reader types it: `npm run check -- --stack dev` in the repository and wherever the package.json of
 * the npm script that is running has such a script, else `npx classification-rate check --stack dev`.
 * @param args what follows the command; with none, nothing has to be passed on
 */
export function commandText(command: string, args?: string): string {
  const start = isScript(command) ? `npm run ${command}` : `npx classification-rate ${command}`;
  if (args === undefined) return start;
  return isScript(command) ? `${start} -- ${args}` : `${start} ${args}`;
}

function isScript(command: string): boolean {
  if (IS_REPOSITORY) return true;
  const { npm_lifecycle_event: script = "npx", npm_package_json: file } = process.env;
  return (
    script !== "npx" &&
    file !== undefined &&
    scriptsOf(file)[command]?.includes(`classification-rate ${command}`) === true
  );
}

function scriptsOf(file: string): Partial<Record<string, string>> {
  try {
    const { scripts = {} } = JSON.parse(readFileSync(file, "utf8")) as {
      scripts?: Record<string, string>;
    };
    return scripts;
  } catch {
    return {};
  }
}
