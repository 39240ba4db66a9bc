import { viewOf } from "./bytes";

/** Digits of a time in milliseconds, from 2001 to 2286. */
const TIME_DIGITS = 13;
/** Longest beginning that is kept. */
const MAX_LENGTH = 512;
/** So many beginnings learnt in vain, each different from the next, and there is no use in learning. */
const MAX_IN_VAIN = 100;

/** Bytes to compare with, four at a time. */
class Words {
  readonly #view: DataView;
  readonly length: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#view = viewOf(Buffer.from(bytes.subarray(start, end)));
    this.length = end - start;
  }

  standAt(view: DataView, at: number): boolean {
    const own = this.#view;
    const last = this.length - 4;
    for (let index = 0; index < last; index += 4) {
      if (own.getInt32(index, true) !== view.getInt32(at + index, true)) return false;
    }
    // The last four may overlap with those before.
    return own.getInt32(last, true) === view.getInt32(at + last, true);
  }
}

/**
 * How the events of a log begin, `{"timestamp":` then thirteen digits then `,"message":"`: mostly the same
 * from event to event. What is byte for byte the same needs no second look.
 */
export class FamiliarStart {
  #before: Words | undefined;
  #between: Words | undefined;
  #lineBreaks = 0;
  #inVain = 0;
  /** Of the event that was recognised last: its time, where its message begins, and line breaks up to there. */
  time = Number.NaN;
  messageStart = 0;

  get lineBreaks(): number {
    return this.#lineBreaks;
  }

  /** Does the event at `at` begin like the last one that was learnt? */
  recognise(view: DataView, at: number): boolean {
    const before = this.#before;
    const between = this.#between;
    if (before === undefined || between === undefined) return false;
    const digits = at + before.length;
    const behind = digits + TIME_DIGITS;
    if (behind + between.length > view.byteLength) return false;
    if (!before.standAt(view, at) || !between.standAt(view, behind)) return false;
    let time = 0;
    for (let index = digits; index < behind; index += 1) {
      const digit = view.getUint8(index) - 0x30;
      if (digit < 0 || digit > 9) return false;
      time = time * 10 + digit;
    }
    // A number that begins with 0 is none in JSON.
    if (time < 1e12) return false;
    this.#inVain = 0;
    this.time = time;
    this.messageStart = behind + between.length;
    return true;
  }

  /**
   * Remembers how an event begins that was read without doubt.
   * @param time - Where its time begins, a number without sign or fraction.
   * @param message - Where the text of its message begins, behind the quote; nothing between the two but
   * the message's name.
   */
  learn(bytes: Buffer, at: number, time: number, message: number, lineBreaks: number): void {
    this.#inVain += 1;
    if (this.#inVain > MAX_IN_VAIN) return;
    const behind = time + TIME_DIGITS;
    const fits = time - at >= 4 && message - behind >= 4 && message - at <= MAX_LENGTH;
    this.#before = fits ? new Words(bytes, at, time) : undefined;
    this.#between = fits ? new Words(bytes, behind, message) : undefined;
    this.#lineBreaks = lineBreaks;
  }
}
