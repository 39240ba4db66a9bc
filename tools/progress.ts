import { SingleBar } from "cli-progress";

/** Milliseconds before a bar appears, since what takes less needs none, and between two times that it is drawn anew. */
const PATIENCE = 1000;

const WHOLE = 1000;

/**
 * Shows on a terminal how far something has come; shows nothing where there is no terminal.
 * @param run is given what it has to tell which part is done, from 0 to 1, and what is being done
 */
export async function withProgress<T>(
  run: (show: (done: number, what: string) => void) => Promise<T>,
): Promise<T> {
  const begin = Date.now();
  let [done, what] = [0, ""];
  let bar: SingleBar | undefined;
  const draw = (): void => {
    if (!process.stderr.isTTY || what === "" || Date.now() - begin < PATIENCE) return;
    bar ??= newBar(what);
    bar.update(Math.round(Math.min(1, done) * WHOLE), { what });
  };
  // Minutes may pass until the first part is done.
  const drawing = setInterval(draw, PATIENCE);
  try {
    return await run((...now) => {
      [done, what] = now;
      draw();
    });
  } finally {
    clearInterval(drawing);
    bar?.stop();
  }
}

function newBar(what: string): SingleBar {
  const bar = new SingleBar({
    format: "{what} [{bar}] {percentage} %",
    stream: process.stderr,
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(WHOLE, 0, { what });
  return bar;
}
