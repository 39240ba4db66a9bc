import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { ReadingTask, ReadingUnit, UnitResult } from "./readingUnit";

/** What a thread is told: what to read next, or to end. */
export type Order = ReadingUnit | "end";

/** What a thread answers to a unit. */
export type Answer = { readonly result: UnitResult | undefined } | { readonly failure: string };

/** Memory for new strings and objects: little is kept of a log, so more would only be used, not needed. */
const YOUNG_MEGABYTES = 4;

/** Another thread that reads units, one at a time. It has to be closed. */
export class ReadingThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #reading = false;

  constructor(tasks: readonly ReadingTask[]) {
    this.#worker = new Worker(join(__dirname, "thread.cjs"), {
      workerData: tasks,
      // What was preloaded into this thread, such as a loader for tests, is not needed there.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    // A thread that breaks down ends, which is all that matters.
    this.#worker.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        resolve();
      });
    });
  }

  /**
   * Has a unit read.
   * @throws Error if that failed, for whatever reason
   */
  async read(unit: ReadingUnit): Promise<UnitResult | undefined> {
    const answer = new Promise<Answer>((resolve) => {
      this.#worker.once("message", resolve);
    });
    this.#reading = true;
    this.#tell(unit);
    const given = await Promise.race([answer, this.#ended]);
    this.#reading = false;
    if (given === undefined) throw new Error("the thread has ended");
    if ("failure" in given) throw new Error(given.failure);
    return given.result;
  }

  /** Ends the thread, even if it is reading. */
  async close(): Promise<void> {
    // If it can, it should end by itself: then it keeps what makes its next start quick.
    if (this.#reading) void this.#worker.terminate();
    else this.#tell("end");
    await this.#ended;
  }

  #tell(order: Order): void {
    this.#worker.postMessage(order);
  }
}
