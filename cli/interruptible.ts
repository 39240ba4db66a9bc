/** Exit code of a command that Ctrl-C ended, as shells count it: 128 and the signal's number. */
export const INTERRUPTED = 130;

/** Milliseconds. */
const PATIENCE = 1000;

/**
 * Does something that takes long and lets Ctrl-C end it in good order. Another Ctrl-C, after a second, ends the
 * program at once; not before, because npm passes on the signal that the terminal gave already.
 * @param run told by the signal to come to an end
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  let since = NaN;
  const interrupt = (): void => {
    if (performance.now() - since > PATIENCE) process.exit(INTERRUPTED);
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
