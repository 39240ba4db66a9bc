/** Finds where a JSON object or array ends, counting brackets outside strings; it may come in pieces. */
export class ObjectEnd {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /**
   * Looks at the bytes from `from` up to `to`, which go on where those of the last call ended. The first
   * of all must be the opening bracket.
   * @returns Where it ends (behind the bracket), -1 if that comes later.
   */
  find(bytes: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) this.#inString = false;
      } else if (byte === 0x22) this.#inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.#depth += 1;
      else if (byte === 0x7d || byte === 0x5d) {
        this.#depth -= 1;
        if (this.#depth === 0) return at + 1;
      }
    }
    return -1;
  }
}
