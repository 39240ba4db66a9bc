import { viewOf } from "./bytes";
import { readEventTime } from "./eventTime";
import { isEventTime } from "../time";
import { FamiliarStart } from "./familiarStart";
import { fieldTree, type JsonObject } from "./fieldTree";
import { HitFinder } from "./hitFinder";
import { ISO_LENGTH, IsoBytes } from "./isoBytes";
import { JsonScanner, NO_FIELDS, UNSURE } from "./jsonScanner";
import type { FastSink, LogSink, MessageText } from "./logSink";

const TIMESTAMP = "timestamp";
const MESSAGE = "message";
const ENVELOPE = fieldTree([
  [{ kind: "member", name: TIMESTAMP }],
  [{ kind: "member", name: MESSAGE }],
]);

/**
 * How near something of interest must be for a message to be looked into at once. Of no consequence for
 * the result: a nearer guess only spares looking twice.
 */
const NEAR_BYTES = 256;

/** Reads events such as `{"timestamp":1772409700765,"message":"..."}` without decoding them. */
export class EnvelopeScanner implements MessageText {
  readonly #fast: FastSink;
  readonly #hits: HitFinder;
  readonly #outer: JsonScanner;
  readonly #inner = new JsonScanner("escaped");
  readonly #iso = new IsoBytes();
  readonly #familiar = new FamiliarStart();
  #bytes: Buffer = Buffer.alloc(1);
  #view = viewOf(this.#bytes);
  /** Whether the event that is being scanned has a time, and a message. */
  #dated = false;
  #said = false;
  /** Where the time begins that was the property just before, of thirteen digits; else -1. */
  #timeStart = -1;
  /** Whether the last event was of interest: then the next probably is. */
  #dense = true;
  /** Of the event that was scanned last. */
  timestamp = Number.NaN;
  #messageStart = 0;
  #messageEnd = 0;
  #event: JsonObject | undefined;
  /** Could a name be spelled with escapes in the message, so that searching does not find it? */
  #hidden = false;

  /** @param spelling - `pages` lets an event have line breaks between its parts. */
  constructor(fast: FastSink, spelling: "line" | "pages") {
    this.#fast = fast;
    this.#hits = new HitFinder(fast.interest);
    this.#outer = new JsonScanner(spelling);
  }

  /** Sets the bytes that positions are about. Behind `end` must stand what JSON never has there. */
  use(bytes: Buffer, start: number, end: number): void {
    if (bytes !== this.#bytes) this.#view = viewOf(bytes);
    this.#bytes = bytes;
    this.#outer.use(bytes);
    this.#inner.use(bytes);
    this.#hits.use(bytes, start, end);
  }

  /** Line breaks within the event that was scanned last. */
  get lineBreaks(): number {
    return this.#outer.lineBreaks;
  }

  /** Looks at the object at `at`. Returns where it ends, -1 if it must be decoded. */
  scan(at: number): number {
    const outer = this.#outer;
    const familiar = this.#familiar;
    outer.lineBreaks = 0;
    this.#dated = this.#said = familiar.recognise(this.#view, at) && isEventTime(familiar.time);
    if (this.#said) {
      outer.lineBreaks = familiar.lineBreaks;
      this.timestamp = familiar.time;
      if (!this.#readMessage(familiar.messageStart)) return -1;
    } else {
      if (this.#bytes[at] !== 0x7b) return -1;
      this.#timeStart = -1;
      outer.at = at + 1;
      if (!this.#property(at)) return -1;
    }
    for (;;) {
      const byte = outer.space();
      outer.at += 1;
      if (byte === 0x7d) return this.#dated && this.#said ? outer.at : -1;
      if (byte !== 0x2c || !this.#property(at)) return -1;
    }
  }

  /** Passes a property of the event at `at`. False if unsure. */
  #property(at: number): boolean {
    const outer = this.#outer;
    const property = outer.key(outer.space(), ENVELOPE);
    if (property === UNSURE) return false;
    const byte = outer.space();
    if (property === undefined) {
      this.#timeStart = -1;
      return outer.skip(byte);
    }
    if (property.name === TIMESTAMP) {
      if (this.#dated || !this.#readTime(byte)) return false;
      this.#dated = true;
      return true;
    }
    if (this.#said || byte !== 0x22) return false;
    this.#said = true;
    const start = outer.at + 1;
    if (this.#timeStart >= 0) {
      this.#familiar.learn(this.#bytes, at, this.#timeStart, start, outer.lineBreaks);
    }
    return this.#readMessage(start);
  }

  /** Passes the blanks at `at`; returns where a line break follows them, or -1. */
  lineEnd(at: number): number {
    this.#outer.at = at;
    return this.#outer.space() === 0x0a ? this.#outer.at : -1;
  }

  /** Gives the event that was scanned last to the sink. */
  deliver(sink: LogSink): void {
    const event = this.#event;
    // An event with a wanted property is of interest anyway; that spares looking for names.
    this.#dense = event !== undefined && event !== NO_FIELDS;
    if (event !== undefined && this.#dense) {
      this.#fast.addScanned(this.timestamp, event, this);
    } else if (
      !this.#hidden &&
      this.#hits.next(this.#messageStart, this.#messageEnd) >= this.#messageEnd
    ) {
      this.#fast.addUninteresting(this.timestamp);
    } else if (event === undefined) sink.add(this.timestamp, this.text());
    else this.#fast.addScanned(this.timestamp, event, this);
  }

  /** The message of the event that was scanned last. */
  text(): string {
    const quoted = this.#bytes.toString("utf8", this.#messageStart - 1, this.#messageEnd + 1);
    const message: unknown = JSON.parse(quoted);
    return typeof message === "string" ? message : "";
  }

  #readTime(first: number): boolean {
    const outer = this.#outer;
    const bytes = this.#bytes;
    const start = outer.at;
    if (!outer.skip(first)) return false;
    const length = outer.at - start;
    if (first === 0x22) {
      this.timestamp = length === ISO_LENGTH + 2 ? this.#iso.read(bytes, start + 1) : Number.NaN;
      return isEventTime(this.timestamp);
    }
    // Thirteen digits are milliseconds; whatever else it is, is rare enough to be converted.
    this.timestamp = length === 13 ? digits(bytes, start, outer.at) : Number.NaN;
    if (isEventTime(this.timestamp)) {
      this.#timeStart = start;
      return true;
    }
    this.timestamp = readEventTime(Number(bytes.toString("latin1", start, outer.at)));
    return isEventTime(this.timestamp);
  }

  #readMessage(start: number): boolean {
    const bytes = this.#bytes;
    const inner = this.#inner;
    this.#messageStart = start;
    this.#event = undefined;
    this.#hidden = false;
    const { fields } = this.#fast;
    if (bytes[start] === 0x7b && fields !== undefined && this.#isNear(start)) {
      inner.at = start;
      const event = inner.object(fields);
      if (event !== undefined && inner.space() === 0x22) {
        this.#event = event;
        this.#messageEnd = inner.at;
        this.#outer.at = inner.at + 1;
        return true;
      }
    }
    this.#outer.at = start;
    this.#outer.unicode = false;
    if (!this.#outer.string()) return false;
    this.#hidden = this.#outer.unicode;
    this.#messageEnd = this.#outer.at - 1;
    return true;
  }

  #isNear(start: number): boolean {
    return this.#dense || this.#hits.next(start, start + NEAR_BYTES) < start + NEAR_BYTES;
  }
}

/** The number of these digits; NaN if there is anything else among them. */
function digits(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
