import { Command, CommanderError } from "commander";
import { commandText } from "../../components/commandText";
import { InputError } from "../inputError";
import { printable } from "../text";

/** Exit code for wrong usage or input, of every command. */
export const USAGE = 2;

/** A command by its name, whose help shows it as the reader types it. */
export function newCommand(name: string): Command {
  return new Command(commandText(name, "").trimEnd());
}

/**
 * Parses a command's arguments and runs it.
 * @returns the exit code: what `action` returns, or 2 for wrong usage, which is explained on stderr
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  action: () => number | Promise<number>,
): Promise<number> {
  try {
    command.exitOverride().showHelpAfterError("(--help shows all options)");
    command.parse(args, { from: "user" });
    expectAllOptions(command);
    return await action();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${printable(error.message)}\n`);
    return USAGE;
  }
}

/**
 * Without the `--` between, npm takes a script's options for its own. @throws InputError for those that it cannot mean
 */
function expectAllOptions(command: Command): void {
  const names = ["stack", "model", "logs", "state"];
  const kept = names.find(
    (name) =>
      process.env[`npm_config_${name}`] !== undefined &&
      command.options.some(({ long }) => long === `--${name}`),
  );
  if (kept === undefined) return;
  const value = process.env[`npm_config_${kept}`] ?? "";
  throw new InputError(
    `npm kept --${kept} for itself: expected a -- before the command's options, as in ${command.name()} --${kept} ${value === "true" ? "..." : value}`,
  );
}
