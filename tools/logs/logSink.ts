import type { FieldTree, JsonObject } from "./fieldTree";

/** Takes the events of a log, in the log's order. */
export interface LogSink {
  /**
   * An event.
   * @param timestamp - Milliseconds since 1970, within the range of `isEventTime`.
   * @param message - The message, as it was logged.
   */
  add(timestamp: number, message: string): void;
  /**
   * How many events of a minute match each of some filter patterns; there may have been others. An event may match
   * several, but the highest count is that of all of them. Default: a log of counts is refused.
   * @param timestamp - When the minute begins, in milliseconds since 1970.
   * @param counts - By pattern.
   */
  addCounts?(timestamp: number, counts: ReadonlyMap<string, number>): void;
  /** What lets a reader spare decoding. Default: every event comes through {@link LogSink.add}. */
  readonly fast?: FastSink;
}

/**
 * A sink's other ways in. Whichever way an event comes, the sink must come to the same result: they only
 * spare work. A reader may always use {@link LogSink.add} instead.
 */
export interface FastSink {
  /**
   * The source of a regular expression, for use without regard to case. An event matters only if it is
   * found in the message, or in a JSON message's names and texts when their `\u` escapes are undone.
   * undefined: every event matters.
   */
  readonly interest: string | undefined;
  /** The properties that matter of a JSON message; undefined if names cannot say. */
  readonly fields: FieldTree | undefined;
  /** An event that does not matter, but was logged at this moment. */
  addUninteresting(timestamp: number): void;
  /**
   * An event whose message is a JSON object.
   * @param event - The object, though only with the properties of {@link FastSink.fields} that it has.
   * @param message - The message itself, if it should be needed; only during this call.
   */
  addScanned(timestamp: number, event: JsonObject, message: MessageText): void;
}

/** A message that is decoded when it is asked for. */
export interface MessageText {
  text(): string;
}
