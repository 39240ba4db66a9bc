/** Bytes searched at once: so few that the text of them is soon gone from memory again. */
const BLOCK_BYTES = 64 * 1024;

/** Finds where in a log's bytes something of interest stands next. */
export class HitFinder {
  readonly #pattern: RegExp | undefined;
  /** Longest thing that the pattern finds, in bytes. */
  readonly #longest: number;
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  /** The part from `blockStart` to `blockEnd`, and somewhat more, as text. */
  #block = "";
  #blockStart = 0;
  #blockEnd = 0;
  /** The place found last; before `clear` there is no other. */
  #hit = -1;
  #clear = 0;

  /** @param source - Of a regular expression for ASCII text. Default: everything is of interest. */
  constructor(source: string | undefined) {
    this.#pattern = source === undefined ? undefined : new RegExp(source, "gi");
    this.#longest = source?.length ?? 0;
  }

  /** Sets the bytes that positions are about. */
  use(bytes: Buffer, start: number, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#blockEnd = start;
    this.#clear = start;
    this.#hit = -1;
  }

  /**
   * The first place of interest at or behind `at`, which must not be before that of the last call.
   * @param to - How far that matters; of what lies further nothing need be said.
   * @returns Infinity: there is none; -Infinity: it is all of interest.
   */
  next(at: number, to: number): number {
    if (this.#pattern === undefined) return -Infinity;
    if (this.#hit < at && this.#clear < to) {
      this.#search(this.#pattern, Math.max(at, this.#clear), to);
    }
    return this.#hit < at ? Infinity : this.#hit;
  }

  #search(pattern: RegExp, from: number, to: number): void {
    const end = Math.min(to, this.#end);
    for (let at = from; at < end; at = this.#clear) {
      if (at >= this.#blockEnd) this.#load(at);
      pattern.lastIndex = at - this.#blockStart;
      const match = pattern.exec(this.#block);
      if (match !== null) {
        this.#hit = match.index + this.#blockStart;
        return;
      }
      this.#clear = this.#blockEnd;
    }
  }

  #load(start: number): void {
    this.#blockStart = start;
    this.#blockEnd = Math.min(start + BLOCK_BYTES, this.#end);
    // What begins in the block may end behind it.
    const end = Math.min(this.#blockEnd + this.#longest, this.#end);
    // One native search over a block is far cheaper than one per line; Latin-1 leaves bytes as they are.
    this.#block = this.#bytes.toString("latin1", start, end);
  }
}
