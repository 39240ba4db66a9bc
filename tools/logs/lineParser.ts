import type { ByteWindow } from "./byteWindow";
import type { LogParser } from "./logFormat";
import { MAX_LINE_BYTES, type Tally } from "./tally";

/** What a format does with its lines. */
export interface LineHandler {
  /** New bytes: positions given to {@link LineHandler.scan} are about these, up to `end`. */
  use(bytes: Buffer, start: number, end: number): void;
  /**
   * Tries to deal with the line at `at` without decoding it.
   * @returns Where the next line begins, or -1 without having done anything.
   */
  scan(at: number): number;
  /** Deals with a line, its end cut off. */
  line(text: string, number: number): void;
  /** The next line, if there is one, has nothing to do with those before. */
  end(): void;
}

/** Bytes decoded of a line that is too long, for an example. */
const HEAD_BYTES = 1000;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts a log into lines, at LF or CR LF. A line over {@link MAX_LINE_BYTES} is passed over as undated. */
export class LineParser implements LogParser {
  readonly #handler: LineHandler;
  readonly #tally: Tally;
  #number = 1;
  #skipping = false;

  constructor(handler: LineHandler, tally: Tally) {
    this.#handler = handler;
    this.#tally = tally;
  }

  take(window: ByteWindow, last: boolean): void {
    if (last && window.length > 0 && window.bytes[window.end - 1] !== LINE_FEED) {
      window.bytes[window.end++] = LINE_FEED;
    }
    const { bytes, start, end } = window;
    const limit = end > start ? bytes.lastIndexOf(LINE_FEED, end - 1) + 1 : 0;
    if (limit > start) window.start = this.#lines(bytes, start, limit);
    if (window.length > MAX_LINE_BYTES || this.#skipping) {
      if (!this.#skipping) this.#tooLong(bytes, window.start);
      this.#skipping = true;
      window.start = window.end;
    }
    if (last) this.#handler.end();
    this.#tally.lines = this.#number - 1;
  }

  #lines(bytes: Buffer, start: number, limit: number): number {
    let at = start;
    if (this.#skipping) {
      at = bytes.indexOf(LINE_FEED, at) + 1;
      this.#skipping = false;
      this.#number += 1;
    }
    if (at < limit) this.#handler.use(bytes, at, limit);
    while (at < limit) {
      const next = this.#handler.scan(at);
      at = next < 0 ? this.#decode(bytes, at) : next;
      this.#number += 1;
    }
    return limit;
  }

  #decode(bytes: Buffer, start: number): number {
    const lineFeed = bytes.indexOf(LINE_FEED, start);
    if (lineFeed - start > MAX_LINE_BYTES) this.#tooLong(bytes, start);
    else {
      const end = bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
      this.#handler.line(end > start ? bytes.toString("utf8", start, end) : "", this.#number);
    }
    return lineFeed + 1;
  }

  #tooLong(bytes: Buffer, start: number): void {
    this.#handler.end();
    const head = bytes.toString("utf8", start, start + HEAD_BYTES);
    this.#tally.notDated(this.#number, head, "too long");
  }
}
