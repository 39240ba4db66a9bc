import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { actionResults, type ActionResult } from "./alarmEvents";
import type { Clock } from "../clock";

/** How long to wait for an alarm's actions. */
export interface Patience {
  /** Seconds; 0 looks once. */
  readonly wait: number;
  readonly clock: Clock;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds between looks at the history: growing, so that a long wait does not use up the account's calls. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5_000;
const GROWTH = 1.25;

/**
 * Reads an alarm's history until it tells what came of every action, or patience is at its end.
 * @param read the items since the alarm was fired, newest first
 * @throws what `read` throws
 */
export async function watchActions(
  arns: readonly string[],
  read: () => Promise<readonly AlarmHistoryItem[]>,
  { wait, clock, signal }: Patience,
): Promise<ActionResult[]> {
  const deadline = clock.now().getTime() + wait * 1_000;
  let pause = FIRST_PAUSE;
  for (;;) {
    const results = actionResults(arns, await read());
    if (results.every(({ result }) => result !== "unknown")) return results;
    const left = deadline - clock.now().getTime();
    if (left <= 0 || signal?.aborted === true) return results;
    await clock.sleep(Math.min(pause, left), signal);
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE);
  }
}
