import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { LogError } from "./logError";

/** Bytes unpacked at a time. */
const UNPACKED_BYTES = 128 * 1024;

/**
 * The bytes of a log, unpacked if they are gzip's (told by the first two bytes, RFC 1952); files made of
 * several gzip members one after the other are read to the end.
 *
 * @throws LogError if the packed data end early or are damaged.
 */
export async function* unpacked(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    let head = Buffer.alloc(0);
    let done = false;
    while (head.length < 2 && !done) {
      const next = await iterator.next();
      done = next.done === true;
      if (next.done !== true) head = Buffer.concat([head, next.value]);
    }
    const rest = restOf(head, iterator);
    if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(name, rest);
    else yield* rest;
  } finally {
    await iterator.return?.();
  }
}

async function* restOf(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* gunzipped(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let [packedBytes, unpackedBytes] = [0, 0];
  async function* copies() {
    for await (const chunk of chunks) {
      packedBytes += chunk.length;
      // zlib works on it while the source may already write the next chunk to the same memory.
      yield Buffer.from(chunk);
    }
  }
  const gunzip = createGunzip({ chunkSize: UNPACKED_BYTES });
  const feeding = pipeline(Readable.from(copies()), gunzip);
  // Its failure is the iteration's as well, and is dealt with there.
  feeding.catch(() => undefined);
  try {
    const chunksOut: AsyncIterable<Uint8Array> = gunzip;
    for await (const chunk of chunksOut) {
      unpackedBytes += chunk.length;
      yield chunk;
    }
    await feeding;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const far = `after ${count(packedBytes)} packed bytes, ${count(unpackedBytes)} unpacked`;
    if (code === "Z_BUF_ERROR") {
      throw new LogError("cut off", name, `the gzip data end early, ${far}; fetch it again`, {
        cause,
      });
    }
    if (typeof code === "string" && code.startsWith("Z_")) {
      throw new LogError("damaged", name, `the gzip data are damaged, ${far}; fetch it again`, {
        cause,
      });
    }
    throw cause;
  }
}

function count(bytes: number): string {
  return bytes.toLocaleString("en-US");
}
