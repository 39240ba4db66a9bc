import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LogError } from "./logError";

/**
 * The paths that patterns name, for shells that do not expand them and for patterns behind a `=`.
 *
 * `*` stands for any characters of a file's or folder's name and `?` for one, in any part of the path; as
 * in a shell they leave out names that begin with a period. There are no brackets, braces or `**`. A path
 * that exists is taken as it is, whatever its characters, and a path without `*` and `?` too: that
 * it is missing shows when it is read.
 *
 * @returns Each path once, in the patterns' order, those of one pattern sorted.
 * @throws LogError for a pattern that fits nothing.
 */
export function expandLogs(patterns: readonly string[]): string[] {
  return [...new Set(patterns.flatMap(expand))];
}

function expand(pattern: string): string[] {
  if (!/[*?]/.test(pattern) || existsSync(pattern)) return [pattern];
  const [first = "", ...rest] = pattern.split("/");
  const found = rest.reduce(into, first === "" ? ["/"] : into([""], first));
  if (found.length === 0) throw new LogError("missing", pattern, "no file fits this pattern");
  return found.sort();
}

/** One part of the path further in. */
function into(folders: readonly string[], part: string): string[] {
  if (part === "") return [...folders];
  if (!/[*?]/.test(part)) {
    return folders.map((folder) => join(folder, part)).filter((path) => existsSync(path));
  }
  const wanted = nameTest(part);
  return folders.flatMap((folder) =>
    names(folder)
      .filter((name) => wanted.test(name) && (part.startsWith(".") || !name.startsWith(".")))
      .map((name) => join(folder, name)),
  );
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder === "" ? "." : folder);
  } catch {
    // A file, or a folder that may not be looked into, holds nothing that fits.
    return [];
  }
}

function nameTest(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "su");
}
