import { writeFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { UsageError } from "./runCommand";

/** Forms of option values that several commands share. Commander adds the option's name to a refusal. */

const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * An ISO 8601 time, in UTC unless it says otherwise.
 * @returns milliseconds since 1970
 */
export function parseTime(text: string): number {
  const iso = TIME.exec(text);
  const hasZone = iso?.[1] === undefined || iso[4] !== undefined;
  const time = iso === null ? NaN : Date.parse(`${text.replace(" ", "T")}${hasZone ? "" : "Z"}`);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError("expected a time such as 2026-03-09T14:00Z or 2026-03-09.");
}

/** An option that may be given several times. */
export function collected(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number from 0. */
export function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number from 0.");
}

/**
 * Writes a file that was asked for and says so on stderr, where it does not mix with results.
 * @throws UsageError where it cannot be written
 */
export function writeReport(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}: cannot be written, ${reason}`);
  }
  process.stderr.write(`Wrote ${file}\n`);
}
