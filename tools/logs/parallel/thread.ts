import { parentPort, workerData } from "node:worker_threads";
import type { Answer, Order } from "./readingThread";
import { type ReadingTask, type ReadingUnit, readUnit } from "./readingUnit";

/** Reads what it is told to, until it is told to end. */
export function serve(): void {
  const tasks = workerData as readonly ReadingTask[];
  parentPort?.on("message", (order: Order) => {
    if (order === "end") parentPort?.close();
    else {
      void answer(tasks, order).then((message) => {
        parentPort?.postMessage(message);
      });
    }
  });
}

async function answer(tasks: readonly ReadingTask[], unit: ReadingUnit): Promise<Answer> {
  try {
    const task = tasks[unit.task];
    return task === undefined ? { failure: "no task" } : { result: await readUnit(unit, task) };
  } catch (error) {
    // The main thread reads it again, in its turn, and comes to the same error.
    return { failure: String(error) };
  }
}
