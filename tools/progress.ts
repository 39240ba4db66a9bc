import { SingleBar } from "cli-progress";

/** Milliseconds before a bar appears: what takes less needs none. */
const PATIENCE = 1000;

const WHOLE = 1000;

/** Shows on a terminal how far something has come; shows nothing where there is no terminal. */
export class Progress {
  readonly #start = Date.now();
  #bar: SingleBar | undefined;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /**
   * @param done from 0 to 1
   * @param what what is being done
   */
  update(done: number, what: string): void {
    if (!this.stream.isTTY || Date.now() - this.#start < PATIENCE) return;
    this.#bar ??= this.#newBar(what);
    this.#bar.update(Math.round(Math.min(1, done) * WHOLE), { what });
  }

  /** Takes the bar away. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #newBar(what: string): SingleBar {
    const bar = new SingleBar({
      format: "{what} [{bar}] {percentage} %",
      stream: this.stream,
      barsize: 30,
      clearOnComplete: true,
      hideCursor: true,
    });
    bar.start(WHOLE, 0, { what });
    return bar;
  }
}

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
