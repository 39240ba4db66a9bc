import { SLACK_BYTES } from "./bytes";

/**
 * The part of a log that is in memory: what was read and not yet used up. Chunks are copied in, so
 * that whoever reads the log sees one stretch of bytes, wherever the chunks were cut.
 */
export class ByteWindow {
  /** The bytes; those from {@link start} up to {@link end} count, and one beyond may be written to. */
  bytes = Buffer.allocUnsafe(256 * 1024);
  start = 0;
  end = 0;

  /** How many bytes are waiting. */
  get length(): number {
    return this.end - this.start;
  }

  /** Adds a chunk at the end. What was used up is forgotten, so positions change. */
  append(chunk: Uint8Array): void {
    const length = this.length;
    const needed = length + chunk.length + 1 + SLACK_BYTES;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
      this.bytes.copy(larger, 0, this.start, this.end);
      this.bytes = larger;
    } else if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.start = 0;
    this.bytes.set(chunk, length);
    this.end = length + chunk.length;
  }
}
