/** A table by byte: 1 for the characters given. */
export function byteSet(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const byte of Buffer.from(characters, "latin1")) set[byte] = 1;
  return set;
}

/** Do the wanted bytes stand at `start`? */
export function sameBytes(wanted: Buffer, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (wanted[index] !== bytes[start + index]) return false;
  }
  return true;
}

/** Bytes behind the end of a text that {@link plainEnd} may look at, whatever they are. */
export const SLACK_BYTES = 4;

/** A view of the same memory, for {@link plainEnd}. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Where the plain part of a JSON string ends that begins at `at`: at the first quote, backslash or control
 * character. There must be one.
 */
export function plainEnd(view: DataView, at: number): number {
  let end = at;
  for (;;) {
    // Four bytes at once (Hacker's Delight, "Find first 0-byte"): the sign bit of a byte is set if there is
    // a byte below 0x20, a 0x22 or a 0x5c at or before it.
    const word = view.getInt32(end, true);
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const found =
      (((word - 0x20202020) & ~word) |
        ((quote - 0x01010101) & ~quote) |
        ((backslash - 0x01010101) & ~backslash)) &
      0x80808080;
    if (found !== 0) return end + ((31 - Math.clz32(found & -found)) >> 3);
    end += 4;
  }
}
