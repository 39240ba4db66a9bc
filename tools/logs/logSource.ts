import { statSync } from "node:fs";
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
  /** The file that these bytes are, so that several threads can read it. Default: only `open` can. */
  readonly path?: string;
  /** To be told of bytes that were read of the file otherwise than through `open`. */
  readonly onRead?: (bytes: number) => void;
}

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  /** Behind the last byte; undefined: the file's end, wherever that is when it is reached. */
  readonly end: number | undefined;
}

/** Bytes read from a file at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A file; `.gz` or not shows in its bytes, not in its name. */
export function fileSource(path: string): LogSource {
  return { name: path, path, open: () => readFile(path) };
}

/** A part of a file that can be read from any place. */
export function partOfFile(path: string, range: ByteRange): LogSource {
  return { name: path, open: () => readFile(path, range) };
}

/** Standard input, or another stream of bytes. It can be read once. */
export function stdinSource(stream: AsyncIterable<Uint8Array> = process.stdin): LogSource {
  return { name: "standard input", open: () => stream };
}

/** Chunks of files that were read: the memory of new ones would pile up, as it is freed late. */
const freeChunks: Buffer[] = [];

async function* readFile(path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  let at = range?.start ?? 0;
  const readChunk = async (chunk: Buffer): Promise<number> => {
    const length = Math.min(chunk.length, (range?.end ?? Infinity) - at);
    // Without a position, a pipe can be read as well.
    const read = await readBytes(file, chunk.subarray(0, length), path, range && at);
    at += read;
    return read;
  };
  let current = freeChunks.pop() ?? Buffer.allocUnsafe(CHUNK_BYTES);
  let next = freeChunks.pop() ?? Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    let length = await readChunk(current);
    while (length > 0) {
      // The disk works on the next chunk while this one is looked at.
      const reading = readChunk(next);
      reading.catch(() => undefined);
      yield current.subarray(0, length);
      length = await reading;
      [current, next] = [next, current];
    }
  } finally {
    // Closing waits for a read that is still under way.
    await file.close();
    freeChunks.push(current, next);
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

async function readBytes(
  file: FileHandle,
  chunk: Uint8Array,
  path: string,
  position: number | undefined,
): Promise<number> {
  try {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position ?? null);
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

/**
 * Sources that tell, while they are read, which part of all their bytes has been.
 * @param tell given a number from 0 to 1; not called where no size is known, as of standard input
 */
export function countedSources(
  sources: readonly LogSource[],
  tell: (done: number) => void,
): LogSource[] {
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

/** What is not there, or cannot be read, says so when it is opened. */
function sizeOf(name: string): number {
  return statSync(name, { throwIfNoEntry: false })?.size ?? 0;
}
