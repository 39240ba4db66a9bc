import { FilterPatternError, type FilterPatternErrorReason } from "./error";

const BLANKS = /\s+/y;
const SHOWN_CHARACTERS = 16;

/**
 * Reads a pattern from left to right.
 *
 * There is no token list: the same character means different things in a selector, in a value and
 * between them (`*`, `-`, `.`, `[`), so the parser says which form it wants next.
 */
export class Lexer {
  #position = 0;

  constructor(
    readonly text: string,
    start = 0,
  ) {
    this.#position = start;
  }

  /** The 0-based index of the next unread character. */
  get position(): number {
    return this.#position;
  }

  /** The next unread character, `""` at the end. */
  peek(): string {
    return this.text.charAt(this.#position);
  }

  /** Skips white space, line breaks included. */
  skipBlanks(): void {
    this.match(BLANKS);
  }

  /** Reads `literal` if it comes next. */
  take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.#position)) return false;
    this.#position += literal.length;
    return true;
  }

  /** Reads what the sticky expression `form` matches here, or nothing. */
  match(form: RegExp): string | undefined {
    form.lastIndex = this.#position;
    const found = form.exec(this.text)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  /** What comes next, for an error message. */
  describeNext(position = this.#position): string {
    const rest = this.text.slice(position).trimEnd();
    if (rest === "") return "the end of the pattern";
    return `\`${rest.length > SHOWN_CHARACTERS ? `${rest.slice(0, SHOWN_CHARACTERS)}...` : rest}\``;
  }

  /** The error for something other than `expected` standing at `position`. */
  unexpected(expected: string, position = this.#position): FilterPatternError {
    return this.error(
      position,
      `expected ${expected}`,
      `expected ${expected}, found ${this.describeNext(position)}`,
    );
  }

  /** An error with its own sentence. */
  error(
    position: number,
    expected: string,
    problem: string,
    reason?: FilterPatternErrorReason,
  ): FilterPatternError {
    return new FilterPatternError(this.text, position, expected, problem, reason);
  }
}
