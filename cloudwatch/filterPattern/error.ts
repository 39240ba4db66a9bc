/**
 * Why a filter pattern was refused:
 * - `syntax`: CloudWatch Logs would not understand it either;
 * - `limit`: it is well formed but over one of the documented quotas;
 * - `unsupported`: CloudWatch Logs takes it, this local model does not.
 */
export type FilterPatternErrorReason = "syntax" | "limit" | "unsupported";

/** A filter pattern that cannot be used, with the place in it that is to blame. */
export class FilterPatternError extends Error {
  override readonly name = "FilterPatternError";

  /**
   * @param pattern - The whole pattern as it was given.
   * @param position - The offending place: a 0-based index into `pattern`, its length for "at the end".
   * @param expected - What should have stood there, for the line under the caret.
   * @param problem - The sentence for `message`, without the place.
   * @param reason - Whose rule is broken.
   */
  constructor(
    readonly pattern: string,
    readonly position: number,
    readonly expected: string,
    problem: string,
    readonly reason: FilterPatternErrorReason = "syntax",
  ) {
    super(`filter pattern: ${problem} (at character ${String(position + 1)})`);
  }

  /** Two lines: the pattern, and below it a `^` under the place followed by what was expected. */
  get caret(): string {
    // A line break inside the pattern would part the caret from the text it points at.
    const oneLine = this.pattern.replace(/\s/g, " ");
    const column = Array.from(this.pattern.slice(0, this.position)).length;
    return `${oneLine}\n${" ".repeat(column)}^ ${this.expected}`;
  }
}
