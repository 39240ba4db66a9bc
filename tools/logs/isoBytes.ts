import { isEventTime, readIsoTime } from "../time";

/** Bytes of the form that AWS writes, `2026-11-22T06:52:24.000Z`. */
export const ISO_LENGTH = 24;

const MILLISECONDS_OF = { hour: 3_600_000, minute: 60_000, second: 1000 } as const;

/** Reads times of the form `2026-11-22T06:52:24.000Z` straight from a log's bytes. */
export class IsoBytes {
  readonly #date = Buffer.alloc(10);
  #midnight = Number.NaN;

  /**
   * The time at `at`, which may be followed by anything.
   * @returns Milliseconds since 1970; NaN if it is no time of exactly that form, or out of range.
   */
  read(bytes: Buffer, at: number): number {
    if (bytes[at + 10] !== 0x54 || bytes[at + 23] !== 0x5a) return Number.NaN;
    // Almost every line has its predecessor's date, so that is read once a day.
    for (let index = 0; index < 10; index += 1) {
      if (bytes[at + index] !== this.#date[index]) {
        if (!this.#readDate(bytes, at)) return Number.NaN;
        break;
      }
    }
    if (bytes[at + 13] !== 0x3a || bytes[at + 16] !== 0x3a || bytes[at + 19] !== 0x2e) {
      return Number.NaN;
    }
    const hour = twoDigits(bytes, at + 11);
    const minute = twoDigits(bytes, at + 14);
    const second = twoDigits(bytes, at + 17);
    const fraction = digit(bytes, at + 20) * 100 + twoDigits(bytes, at + 21);
    if (!(hour < 24 && minute < 60 && second < 60 && fraction < 1000)) return Number.NaN;
    return (
      this.#midnight +
      hour * MILLISECONDS_OF.hour +
      minute * MILLISECONDS_OF.minute +
      second * MILLISECONDS_OF.second +
      fraction
    );
  }

  #readDate(bytes: Buffer, at: number): boolean {
    const date = bytes.toString("latin1", at, at + 10);
    const midnight = readIsoTime(`${date}T00:00:00.000Z`);
    if (!isEventTime(midnight)) return false;
    bytes.copy(this.#date, 0, at, at + 10);
    this.#midnight = midnight;
    return true;
  }
}

function digit(bytes: Buffer, at: number): number {
  const value = (bytes[at] ?? 0) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function twoDigits(bytes: Buffer, at: number): number {
  return digit(bytes, at) * 10 + digit(bytes, at + 1);
}
