import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "./runCommand";

/**
 * Makes sure that a file can be written later, before what goes into it is worked out.
 * @throws UsageError where it cannot
 */
export function expectWritable(file: string): void {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) throw new Error("it is a folder");
    accessSync(found?.isFile() === false ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/**
 * Writes a file as a whole or not at all: whoever reads it never finds a part. What is no file, such as a pipe, is
 * written to.
 * @throws UsageError where it cannot be written
 */
export function writeWhole(file: string, content: string): void {
  const temporary = `${file}.${String(process.pid)}.tmp`;
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
      writeFileSync(file, content);
      return;
    }
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`${file}: cannot be written, ${reason}`);
}
