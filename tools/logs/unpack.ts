import type { Transform } from "node:stream";
import { setImmediate } from "node:timers/promises";
import zlib, { createGunzip } from "node:zlib";
import { LogError } from "./logSource";

/** Bytes unpacked at a time. */
const OPTIONS = { chunkSize: 128 * 1024 };

/** zlib's word for what is no member, though one could begin there, and zstd's. */
const HEADERS = ["incorrect header check", "Unknown frame descriptor"];
const ZSTD_HEADER_BYTES = 18;

/** Bytes at the end that are unpacked one by one. */
const TAIL_BYTES = 64;

/** Bytes that tell what a file is. */
const HEAD_BYTES = 262;

/** How many times something may be packed: subscription records that Firehose packs once more are packed twice. */
const MAX_LAYERS = 3;

/**
 * The bytes of a log, unpacked if they are gzip's or, where Node has it, Zstandard's; told by the first bytes, not by
 * the name. Files made of several packed members one after the other are read to the end.
 *
 * @throws LogError if the packed data end early or are damaged, or are an archive of another kind.
 */
export async function* unpacked(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  layer = 0,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    let head = Buffer.alloc(0);
    let done = false;
    while (head.length < HEAD_BYTES && !done) {
      const next = await iterator.next();
      done = next.done === true;
      if (next.done !== true) head = Buffer.concat([head, next.value]);
    }
    const packing = packingOf(head);
    const rest = restOf(head, iterator);
    if (packing === undefined || layer === MAX_LAYERS) yield* rest;
    else yield* unpacked(name, throughStreams(name, packing, rest), layer + 1);
  } finally {
    await iterator.return?.();
  }
}

/** One of zlib's streams. */
type Unpacker = Transform & { readonly bytesWritten: number };

interface Packing {
  readonly name: string;
  /** @default it cannot be unpacked here */
  readonly unpack?: (() => Unpacker) | undefined;
  /** A command that unpacks it to its standard output, without the file's name. */
  readonly command: string;
}

/** Found in Node.js 22.15 and 23.8 on. */
const createZstd = (zlib as { createZstdDecompress?: (options: object) => Unpacker })
  .createZstdDecompress;

/** The packings by the bytes that they begin with (RFC 1952, RFC 8878 and the formats' own descriptions). */
const PACKINGS: readonly (Packing & { readonly magic: string; readonly at?: number })[] = [
  { magic: "\x1f\x8b", name: "gzip", unpack: () => createGunzip(OPTIONS), command: "gunzip -c" },
  {
    magic: "\x28\xb5\x2f\xfd",
    name: "zstd",
    unpack: createZstd && (() => createZstd(OPTIONS)),
    command: "zstd -dc",
  },
  { magic: "PK\x03\x04", name: "a zip archive", command: "unzip -p" },
  { magic: "BZh", name: "packed with bzip2", command: "bunzip2 -c" },
  { magic: "\xfd7zXZ\x00", name: "packed with xz", command: "xz -dc" },
  { magic: "7z\xbc\xaf\x27\x1c", name: "a 7z archive", command: "7z x -so" },
  { magic: "Rar!\x1a\x07", name: "a RAR archive", command: "unrar p -inul" },
  { magic: "\x04\x22\x4d\x18", name: "packed with lz4", command: "lz4 -dc" },
  { magic: "\x1f\x9d", name: "packed with compress", command: "gunzip -c" },
  { magic: "\x5d\x00\x00", name: "packed with lzma", command: "xz -dc" },
  { magic: "\xff\x06\x00\x00sNaPpY", name: "packed with Snappy", command: "snzip -dc" },
  { magic: "\x78\x01", name: "packed with zlib", command: "pigz -dc" },
  { magic: "\x78\x9c", name: "packed with zlib", command: "pigz -dc" },
  { magic: "\x78\xda", name: "packed with zlib", command: "pigz -dc" },
  { magic: "ustar", at: 257, name: "a tar archive", command: "tar -xOf" },
];

function packingOf(head: Buffer): Packing | undefined {
  return PACKINGS.find(
    ({ magic, at = 0 }) => head.toString("latin1", at, at + magic.length) === magic,
  );
}

function refusal(name: string, { name: packing, command }: Packing): LogError {
  const what =
    packing === "zstd"
      ? `packed with zstd, which Node.js ${process.versions.node} does not read (22.15 and newer do)`
      : packing;
  const how = `unpack it first: ${command} FILE > FILE.log (or give it as --logs TARGET=- on standard input)`;
  return new LogError("unreadable", name, `is ${what}; ${how}`);
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

/**
 * What a stream of Node's makes of the data. One for zstd ends with the first frame (nodejs/node#64741), so that the
 * next frame needs another.
 */
async function* throughStreams(
  name: string,
  packing: Packing,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { unpack } = packing;
  if (unpack === undefined) throw refusal(name, packing);
  const iterator = chunks[Symbol.asyncIterator]();
  const read = { packed: 0, unpacked: 0 };
  let left: Uint8Array | undefined = Buffer.alloc(0);
  while (left !== undefined) {
    left = yield* throughStream(name, packing.name, unpack(), restOf(left, iterator), read);
    read.packed -= left?.length ?? 0;
  }
}

/** @returns what the stream left of the data, if it ended early */
async function* throughStream(
  name: string,
  packing: string,
  stream: Unpacker,
  chunks: AsyncIterable<Uint8Array>,
  read: { packed: number; unpacked: number },
): AsyncGenerator<Uint8Array, Uint8Array | undefined> {
  const isZstd = packing === "zstd";
  const fed = { tail: Buffer.alloc(0), toTheTail: false };
  let left: Uint8Array | undefined;
  const isOver = (): boolean => stream.readableEnded || stream.destroyed;
  const over = new Promise((resolve) => stream.once("close", resolve).once("end", resolve));
  const feed = async (): Promise<void> => {
    for await (const chunk of chunks) {
      read.packed += chunk.length;
      const all = Buffer.concat([fed.tail, chunk]);
      fed.tail = all.subarray(Math.max(0, all.length - TAIL_BYTES));
      const [before, given] = [stream.bytesWritten, all.length - fed.tail.length];
      await write(all.subarray(0, given));
      const taken = stream.bytesWritten - before;
      if (isZstd && !stream.destroyed && taken < given) left = all.subarray(taken);
      if (left !== undefined || isOver()) return;
    }
    fed.toTheTail = true;
    // Byte by byte: what stands behind the packed data must not take the last of them with it.
    for (const byte of fed.tail) await write(Buffer.of(byte));
    // A frame that is cut off is no error to Node. Only behind a whole one does it see that this is no other.
    if (isZstd) await write(Buffer.alloc(ZSTD_HEADER_BYTES));
    stream.end();
  };
  const write = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0 || isOver()) return;
    await Promise.race([new Promise((done) => stream.write(bytes, done)), over]);
    while (stream.readableLength > 0 && !isOver()) await setImmediate();
  };
  const feeding = feed();
  // A failure of the source is dealt with at the end of the iteration.
  feeding.catch((cause: unknown) => stream.destroy(cause instanceof Error ? cause : undefined));
  try {
    const chunksOut: AsyncIterable<Uint8Array> = stream;
    for await (const chunk of chunksOut) {
      read.unpacked += chunk.length;
      yield chunk;
    }
    if (!isZstd || left !== undefined) return left;
    throw Object.assign(new Error("a frame is cut off"), { code: "Z_BUF_ERROR" });
  } catch (cause) {
    if (fed.toTheTail && isBehind(cause, fed.tail, read.unpacked)) return undefined;
    const [from, to] = [read.packed, read.unpacked].map((bytes) => bytes.toLocaleString("en-US"));
    const far = `after ${from ?? ""} packed bytes, ${to ?? ""} unpacked`;
    throw packingError(name, packing, cause, far);
  } finally {
    stream.destroy();
  }
}

/**
 * Is the failure only about bytes behind the packed data? gzip leaves them out as well: a line feed, or text. What is
 * NUL, as in padded blocks, zlib leaves out itself.
 */
function isBehind(cause: unknown, tail: Buffer, unpackedBytes: number): boolean {
  if (!(cause instanceof Error)) return false;
  // Only a further member can have a wrong header: the first one's was looked at.
  if (HEADERS.includes(cause.message)) return true;
  const end = tail.toString("latin1").trimEnd().length;
  // A member ends with its length.
  const isWhole = end >= 4 && tail.readUInt32LE(end - 4) === unpackedBytes % 2 ** 32;
  return end < tail.length && isWhole;
}

function packingError(name: string, packing: string, cause: unknown, far: string): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const error = (reason: "cut off" | "damaged", what: string) =>
    new LogError(reason, name, what, { cause });
  if (cause instanceof Error && HEADERS.includes(cause.message)) {
    const leavesOut = packing === "gzip" ? "; gunzip -c FILE > FILE.log leaves them out" : "";
    return error("damaged", `other bytes stand behind the ${packing} data${leavesOut}`);
  }
  if (code === "Z_BUF_ERROR") {
    return error("cut off", `the ${packing} data end early, ${far}; fetch it again`);
  }
  if (/^(?:Z_|ZSTD_|ERR_ZSTD)/.test(code)) {
    return error("damaged", `the ${packing} data are damaged, ${far}; fetch it again`);
  }
  return cause;
}
