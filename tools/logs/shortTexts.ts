import { sameBytes } from "./bytes";

/** Texts that are kept, and how long they may be in bytes: names of models, levels and the like. */
const MAX_KEPT = 16;
const MAX_BYTES = 64;
/** So many texts in a row that were new, and there is no use in keeping any: times, for example. */
const MAX_IN_VAIN = 100;

/** Decodes the texts of one property, of which the same few mostly come again and again. */
export class ShortTexts {
  readonly #kept: { readonly bytes: Buffer; readonly text: string }[] = [];
  #oldest = 0;
  #inVain = 0;

  /** The UTF-8 text of these bytes. */
  decode(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (this.#inVain > MAX_IN_VAIN) return bytes.toString("utf8", start, end);
    for (const known of this.#kept) {
      if (known.bytes.length === length && sameBytes(known.bytes, bytes, start)) {
        this.#inVain = 0;
        return known.text;
      }
    }
    const text = bytes.toString("utf8", start, end);
    this.#inVain += 1;
    if (length <= MAX_BYTES) {
      this.#kept[this.#oldest] = { bytes: Buffer.from(bytes.subarray(start, end)), text };
      this.#oldest = (this.#oldest + 1) % MAX_KEPT;
    }
    return text;
  }
}
