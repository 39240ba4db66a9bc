import { type Diagnostic, diagnosticText } from "../components/settings/diagnostic";

/**
 * A mistake in what a user gave: options, files, settings, credentials. A command shows its message, and
 * no stack trace, and ends with exit code 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  /** Everything that is wrong, where it has places; else empty. */
  readonly diagnostics: readonly Diagnostic[];

  /** @param what what was expected and what was found: a text, or the places in files that are wrong */
  constructor(what: string | readonly Diagnostic[], options?: ErrorOptions) {
    const places = typeof what === "string" ? [] : what;
    super(typeof what === "string" ? what : what.map(diagnosticText).join("\n"), options);
    this.diagnostics = places;
  }
}
