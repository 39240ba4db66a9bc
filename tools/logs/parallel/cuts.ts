import type { ByteRange } from "../logSource";
import type { FormatToCut } from "../readLog";

/** Bytes of a file from a place on: so many, or those up to its end. They count until the next call. */
export type ReadAt = (position: number, length: number) => Buffer;

/** Bytes looked at in one go for a line break. */
const SEARCH_BYTES = 16 * 1024;
/** Bytes of a line that tell whether it can begin a part. */
const HEAD_BYTES = 256;
const LINE_FEED = 0x0a;

/**
 * Cuts a log into parts that can be read apart from each other.
 * @param log - Where it begins (behind a byte order mark), and how long it is now. The last part goes on
 * to the end that it has when it is read.
 * @param partBytes - How long a part should be; it is longer by what is left of its last event.
 */
export function cutLog(
  readAt: ReadAt,
  { cutBefore }: Pick<FormatToCut, "cutBefore">,
  log: { readonly start: number; readonly end: number },
  partBytes: number,
): ByteRange[] {
  const parts: ByteRange[] = [];
  let start = log.start;
  for (let from = start + partBytes; from < log.end; from += partBytes) {
    const cut = nextCut(readAt, cutBefore, from, Math.min(from + partBytes, log.end));
    if (cut === undefined) continue;
    parts.push({ start, end: cut });
    start = from = cut;
  }
  return [...parts, { start, end: undefined }];
}

/** The first place from `from` on and before `to` at which a line begins that can begin a part. */
function nextCut(
  readAt: ReadAt,
  cutBefore: (line: string) => boolean,
  from: number,
  to: number,
): number | undefined {
  // The line feed before a line that begins right at `from` counts.
  for (let at = from - 1; at < to - 1; at += SEARCH_BYTES) {
    const bytes = readAt(at, SEARCH_BYTES + HEAD_BYTES);
    const searched = Math.min(SEARCH_BYTES, to - 1 - at);
    let lineFeed = bytes.indexOf(LINE_FEED);
    while (lineFeed >= 0 && lineFeed < searched) {
      if (cutBefore(lineAt(bytes, lineFeed + 1))) return at + lineFeed + 1;
      lineFeed = bytes.indexOf(LINE_FEED, lineFeed + 1);
    }
  }
  return undefined;
}

/** The beginning of a line, without its end. */
function lineAt(bytes: Buffer, start: number): string {
  const head = bytes.subarray(start, start + HEAD_BYTES);
  const end = head.indexOf(LINE_FEED);
  return head.toString("utf8", 0, end < 0 ? head.length : end).replace(/\r$/, "");
}
