import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { nearest } from "../../components/settings/diagnostic";
import { commandText } from "../../components/commandText";
import { packagePath } from "../files";
import { table } from "../text";
import { USAGE } from "./runCommand";

const load = createRequire(__filename);

/** What each command does; each is a file of this folder. */
export const COMMANDS = {
  check: "checks stack files",
  rehearse: "replays log files through alarms: what would they have done, and mailed?",
  verify: "runs alarm tests",
  tune: "tries thresholds on past logs and suggests one",
  doctor: "examines a live stack, from its log lines to the inboxes",
  fire: "makes an alarm fire, to see its mail arrive",
  history: "fetches past counts through CloudWatch Logs Insights, for rehearse and tune",
  adopt: "prints the stack-file lines that replace alarms made by hand",
};

/**
 * Runs a command by its name.
 * @returns its exit code
 */
export async function main(name: string | undefined, args: readonly string[]): Promise<number> {
  if (name !== undefined && isCommand(name)) {
    const command = load(`./${name}`) as { main: (args: readonly string[]) => Promise<number> };
    return command.main(args);
  }
  switch (name) {
    case "--version":
    case "-V":
      process.stdout.write(`${version()}\n`);
      return 0;
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(help());
      return 0;
  }
  const names = Object.keys(COMMANDS);
  const meant = name === undefined ? undefined : nearest(name, names);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  process.stderr.write(
    `expected one of the commands ${names.join(", ")}, found ${name ?? "none"}${hint}\n\n${help()}`,
  );
  return USAGE;
}

/** `start` replays the sample, which is not part of the package. */
function isCommand(name: string): boolean {
  return (
    Object.hasOwn(COMMANDS, name) || (name === "start" && existsSync(join(__dirname, "start.ts")))
  );
}

function version(): string {
  return (JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as { version: string })
    .version;
}

function help(): string {
  const rows = Object.entries(COMMANDS).map(([name, text]) => [`  ${name}`, text]);
  return `Usage: ${commandText("<command>", "[options]")}

Rehearses CloudWatch alarms on metric filters over log files, down to the mails, and looks after them when they are live.

${table(rows).join("\n")}

${commandText("<command>", "--help")} explains one. In a folder with a Pulumi.yaml they work on what its program declares; rehearse, verify and tune also take what others would deploy.
`;
}
