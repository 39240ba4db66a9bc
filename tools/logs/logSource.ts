import { existsSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { escapePath, globSync } from "tinyglobby";
import { docsPath } from "../files";
import { InputError } from "../inputError";
import { visibleText } from "../text";

/** Where a log's bytes come from. */
export interface LogSource {
  /** For people: a path, or "standard input". */
  readonly name: string;
  /**
   * The bytes from the beginning. A chunk counts only until the next one is asked for, because a source
   * may use its memory again.
   * @throws LogError while it is read, if there is nothing readable.
   */
  open(): AsyncIterable<Uint8Array>;
  /** The file that these bytes are, so that several threads can read it. @default only `open` can */
  readonly path?: string;
  /** To be told of bytes that were read of the file otherwise than through `open`. */
  readonly onRead?: (bytes: number) => void;
}

/** Why a log could not be read. */
export type LogErrorReason =
  | "missing"
  | "directory"
  | "unreadable"
  | "empty"
  | "unknown format"
  | "cut off"
  | "damaged"
  | "time field";

/** A log that cannot be read, or not to its end. The message names the log and says what to do. */
export class LogError extends InputError {
  /**
   * @param reason - Which of the known reasons, for programs.
   * @param log - The name of the source: a path, or "standard input".
   * @param explanation - For people; begins in lower case and has no full stop at its end.
   */
  constructor(
    readonly reason: LogErrorReason,
    readonly log: string,
    explanation: string,
    options?: ErrorOptions,
  ) {
    super(`${visibleText(log)}: ${explanation}`, options);
  }
}

/** A part of a file, in bytes, its end not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** The file's inode: another file may have its name by now, as where logs are rotated. */
  readonly ino: number;
}

/** Bytes read from a file at a time. */
const CHUNK_BYTES = 256 * 1024;

/** A file, or a part of it. `.gz` or not shows in its bytes, not in its name. */
export function fileSource(path: string, range?: ByteRange): LogSource {
  const open = () => readFile(path, range);
  return range === undefined ? { name: path, path, open } : { name: path, open };
}

/** Standard input, or another stream of bytes. It can be read once. */
export function stdinSource(stream: AsyncIterable<Uint8Array> = process.stdin): LogSource {
  return { name: "standard input", open: () => stream };
}

async function* readFile(path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    const { size, ino } = await file.stat();
    if (range !== undefined && ino !== range.ino) {
      throw new LogError("cut off", path, "was replaced while it was read; run this again");
    }
    const { start, end } = range ?? { start: 0, end: size };
    // A file that grows is read on; without a position, a pipe can be read as well.
    const part = range === undefined ? {} : { start, end: end - 1 };
    const options = { highWaterMark: CHUNK_BYTES, autoClose: false, ...part };
    const chunks: AsyncIterable<Buffer> = file.createReadStream(options);
    let at = start;
    for await (const chunk of chunks) {
      at += chunk.length;
      yield chunk;
    }
    if (at < end) {
      const lost = `${at.toLocaleString("en-US")} of ${end.toLocaleString("en-US")} bytes`;
      const what = `became shorter while it was read: only ${lost} were left; run this again`;
      throw new LogError("cut off", path, what);
    }
  } catch (error) {
    throw error instanceof LogError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!(await file.stat()).isDirectory()) return file;
  await file.close();
  throw new LogError("directory", path, `is a directory; name the files in it, such as ${path}/*`);
}

function unreadable(path: string, cause: unknown): LogError {
  const code =
    cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown failure";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LogError("missing", path, "there is no such file", { cause });
  }
  return new LogError("unreadable", path, `cannot be read (${code})`, { cause });
}

/**
 * Sources that tell, while they are read, which part of all their bytes has been.
 * @param tell given a number from 0 to 1; not called where no size is known, as of standard input
 */
export function countedSources(
  sources: readonly LogSource[],
  tell: (done: number) => void,
): LogSource[] {
  const sizeOf = (name: string) => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  const all = sources.reduce((sum, { name }) => sum + sizeOf(name), 0);
  let read = 0;
  const onRead = (bytes: number): void => {
    read += bytes;
    if (all > 0) tell(read / all);
  };
  return sources.map((source) => ({
    ...source,
    onRead,
    async *open() {
      for await (const chunk of source.open()) {
        onRead(chunk.length);
        yield chunk;
      }
    },
  }));
}

/**
 * The paths that patterns name, for shells that do not expand them and for patterns behind a `=`: `*`, `**`, `?`,
 * `[...]` and `{...}` as in a shell, which leave out names that begin with a period. A path that exists is taken as it
 * is, whatever its characters, and a path without `*` and `?` too: that it is missing shows when it is read.
 *
 * @returns Each path once, in the patterns' order, those of one pattern sorted.
 * @throws LogError for a pattern that fits nothing.
 */
export function expandLogs(patterns: readonly string[]): string[] {
  return [...new Set(patterns.flatMap(expand))];
}

function expand(pattern: string): string[] {
  if (!/[*?]/.test(pattern) || existsSync(pattern)) return [pattern];
  // The part without wildcards is a folder, whatever its characters.
  const [, folder = "", rest = ""] = /^((?:[^*?]*\/)?)(.*)$/s.exec(pattern) ?? [];
  const options = { onlyFiles: false, expandDirectories: false };
  const found = globSync(escapePath(folder) + rest, {
    ...options,
    absolute: folder.startsWith("/"),
  });
  const names = found.map((path) => path.replace(/\/$/, "")).filter((path) => path !== "");
  if (names.length === 0) {
    const what = `no file fits this pattern; ${docsPath("rehearsing.md")} says how to get logs`;
    throw new LogError("missing", pattern, what);
  }
  return names.sort();
}
