import { type FileHandle, open } from "node:fs/promises";
import { LogError } from "./logError";

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
}

/** Bytes read from a file at a time. */
export const CHUNK_BYTES = 1024 * 1024;

/** A file; `.gz` or not shows in its bytes, not in its name. */
export function fileSource(path: string): LogSource {
  return { name: path, open: () => readFile(path) };
}

/** Standard input, or another stream of bytes. It can be read once. */
export function stdinSource(stream: AsyncIterable<Uint8Array> = process.stdin): LogSource {
  return { name: "standard input", open: () => stream };
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    let current = Buffer.allocUnsafe(CHUNK_BYTES);
    let next = Buffer.allocUnsafe(CHUNK_BYTES);
    let length = await readChunk(file, current, path);
    while (length > 0) {
      // The disk works on the next chunk while this one is looked at.
      const reading = readChunk(file, next, path);
      reading.catch(() => undefined);
      yield current.subarray(0, length);
      length = await reading;
      [current, next] = [next, current];
    }
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

async function readChunk(file: FileHandle, chunk: Buffer, path: string): Promise<number> {
  try {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    return bytesRead;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): LogError {
  const code =
    cause instanceof Error && "code" in cause ? String(cause.code) : "an unknown failure";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new LogError("missing", path, "there is no such file", { cause });
  }
  return new LogError("unreadable", path, `cannot be read (${code})`, { cause });
}
