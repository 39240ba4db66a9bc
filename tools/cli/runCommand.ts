import { type Command, CommanderError } from "commander";
import { InputError } from "../inputError";
import { printable } from "../text";

/** Exit code for wrong usage or input, of every command. */
export const USAGE = 2;

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
    return await action();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${printable(error.message)}\n`);
    return USAGE;
  }
}
