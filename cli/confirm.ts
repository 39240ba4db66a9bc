import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { UsageError } from "./runCommand";

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
}

/**
 * Asks a question that is answered with yes or no, on stderr, so that results on stdout stay by themselves. Only a yes
 * is one: Enter, Ctrl-C and Ctrl-D mean no.
 * @throws UsageError where nobody can be asked
 */
export async function confirm(
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  if (input.isTTY !== true) {
    throw new UsageError(
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
