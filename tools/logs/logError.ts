import { InputError } from "../inputError";

/** Why a log could not be read. */
export type LogErrorReason =
  | "missing"
  | "directory"
  | "unreadable"
  | "empty"
  | "unknown format"
  | "cut off"
  | "damaged"
  | "time field";

/** A log that cannot be read, or not to its end. The message names the log and says what to do. */
export class LogError extends InputError {
  /**
   * @param reason - Which of the known reasons, for programs.
   * @param log - The name of the source: a path, or "standard input".
   * @param explanation - For people; begins in lower case and has no full stop at its end.
   */
  constructor(
    readonly reason: LogErrorReason,
    readonly log: string,
    explanation: string,
    options?: ErrorOptions,
  ) {
    super(`${log}: ${explanation}`, options);
  }
}
