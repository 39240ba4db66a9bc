import { Progress } from "../rehearsal/report/progress";

/** Milliseconds. */
const REFRESH = 1000;

/**
 * Shows on a terminal how far something has come that may take minutes until the first part of it is done.
 * @param what is being done
 * @param run tells which part is done, from 0 to 1
 */
export async function withProgress<T>(
  what: string,
  run: (progress: (done: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new Progress();
  let part = 0;
  const show = (): void => {
    bar.update(part, what);
  };
  const showing = setInterval(show, REFRESH);
  try {
    return await run((done) => {
      part = done;
      show();
    });
  } finally {
    clearInterval(showing);
    bar.stop();
  }
}
