/** How a check came out. */
export type Status = "ok" | "warning" | "failure";

/** One thing that was looked at, and what was found: one line of doctor's report. */
export interface Check {
  /** The model that it is about; undefined for what a stack's models share. */
  readonly model?: string | undefined;
  /** What kind of thing: `log group`, `metric filter`, `subscription` ... */
  readonly what: string;
  /** Which one: its name, ARN or address. */
  readonly subject: string;
  readonly status: Status;
  /** What was found, in one line. */
  readonly found: string;
  /** What to do about it; with every warning and failure, and only with them. */
  readonly advice?: string | undefined;
  /** A command that does it, where one does. */
  readonly command?: string | undefined;
}
