import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { InputError } from "../inputError";

/** Where questions are asked and answered. */
interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

/**
 * Asks a question that is answered with yes or no, on stderr, so that results on stdout stay by themselves. Only a yes
 * is one: Enter, Ctrl-C and Ctrl-D mean no.
 * @throws InputError where nobody can be asked
 */
export async function confirm(
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (input.isTTY !== true) {
    throw new InputError(
      "expected --yes: nobody can be asked, because standard input is no terminal",
    );
  }
  const asking = createInterface({ input, output });
  const left = new AbortController();
  asking.once("close", () => {
    left.abort();
  });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: left.signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch (error) {
    if (!left.signal.aborted) throw error;
    return false;
  } finally {
    asking.close();
  }
}

/** Exit code of a command that Ctrl-C ended, as shells count it: 128 and the signal's number. */
export const INTERRUPTED = 130;

/** Milliseconds in which further signals are taken for the same Ctrl-C. */
const SAME_SIGNAL = 1000;

/**
 * Does something that takes long and lets Ctrl-C end it in good order. Another Ctrl-C, after a second, ends the
 * program at once; not before, because npm passes on the signal that the terminal gave already.
 * @param run ends early once the signal is aborted
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  let since = NaN;
  const interrupt = (): void => {
    if (performance.now() - since > SAME_SIGNAL) process.exit(INTERRUPTED);
    if (!Number.isNaN(since)) return;
    since = performance.now();
    // The terminal has written ^C without ending the line.
    process.stderr.write("\n");
    interrupted.abort();
  };
  process.on("SIGINT", interrupt);
  try {
    return await run(interrupted.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}
