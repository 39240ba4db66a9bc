import { byteSet } from "./bytes";

const DIGIT = byteSet("0123456789");
const HEX = byteSet("0123456789abcdefABCDEF");
/** What may follow a backslash, other than a quote and `u`. */
const ESCAPABLE = byteSet("\\/bfnrt");

/** Where the escape ends whose backslash stands before `at`; -1 if it is none. */
export function escapeEnd(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === 0x22 || ESCAPABLE[byte] === 1) return at + 1;
  return byte === 0x75 && isHex(bytes, at + 1) ? at + 5 : -1;
}

/** Is it a `\u` escape whose backslash stands before `at`, or what is one in JSON inside the string? */
export function isUnicodeEscape(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x75 || (bytes[at] === 0x5c && bytes[at + 1] === 0x75);
}

/**
 * Where the escape ends of JSON that stands in a JSON string, whose backslash is written as two, the first
 * of them before `at`; or that of a character of the outer string. -1 if unsure.
 */
export function escapedEscapeEnd(bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === 0x75) {
    // An escape of the outer string. Below U+0080 it could stand for a quote or a line break.
    const ascii = bytes[at + 1] === 0x30 && bytes[at + 2] === 0x30 && (bytes[at + 3] ?? 0) < 0x38;
    return !ascii && isHex(bytes, at + 1) ? at + 5 : -1;
  }
  if (byte !== 0x5c) return -1;
  const inner = bytes[at + 1] ?? 0;
  if (inner === 0x75) return isHex(bytes, at + 2) ? at + 6 : -1;
  if (inner === 0x5c) {
    const next = bytes[at + 2];
    return next === 0x22 || next === 0x5c ? at + 3 : -1;
  }
  return ESCAPABLE[inner] === 1 ? at + 2 : -1;
}

/** Where the number ends that begins at `at`, in JSON's form; -1 if there is none. */
export function numberEnd(bytes: Buffer, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  // No leading zeros, and digits on both sides of the period.
  at = bytes[at] === 0x30 ? at + 1 : digitsEnd(bytes, at);
  if (at >= 0 && bytes[at] === 0x2e) at = digitsEnd(bytes, at + 1);
  if (at >= 0 && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    at += 1;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at += 1;
    at = digitsEnd(bytes, at);
  }
  return at;
}

function isHex(bytes: Buffer, at: number): boolean {
  for (let index = at; index < at + 4; index += 1) {
    if (HEX[bytes[index] ?? 0] !== 1) return false;
  }
  return true;
}

/** Where the digits that begin at `at` end; -1 if there are none. */
function digitsEnd(bytes: Buffer, at: number): number {
  let end = at;
  while (DIGIT[bytes[end] ?? 0] === 1) end += 1;
  return end > at ? end : -1;
}
