import { setTimeout as wait } from "node:timers/promises";

/** The time, and waiting for it to pass; tests have their own. */
export interface Clock {
  now(): Date;
  /**
   * @param milliseconds how long
   * @param signal ends the wait early; that is no error
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};
