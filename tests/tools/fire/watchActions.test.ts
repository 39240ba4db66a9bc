import assert from "node:assert/strict";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { systemClock } from "../../../tools/aws/clock";
import { watchActions } from "../../../tools/fire/fireAlarm";
import { OTHER_TOPIC, TestClock, TOPIC } from "./memoryAws";

const SENT: AlarmHistoryItem = { HistorySummary: `Successfully executed action ${TOPIC}` };

describe("waiting for an alarm's actions", () => {
  it("ends with the last of them", async () => {
    const clock = new TestClock();
    const other = { HistorySummary: `Failed to execute action ${OTHER_TOPIC}` };
    const looks = [[], [SENT], [SENT], [other, SENT]];
    const read = (): Promise<AlarmHistoryItem[]> => Promise.resolve(looks.shift() ?? []);
    const results = await watchActions([TOPIC, OTHER_TOPIC], read, { wait: 60, clock });
    assert.deepEqual(
      results.map(({ result }) => result),
      ["sent", "failed"],
    );
    assert.deepEqual(clock.slept, [1000, 1250, 1562.5]);
  });

  it("looks less and less often, and once more at the very end", async () => {
    const clock = new TestClock();
    let looks = 0;
    const read = (): Promise<AlarmHistoryItem[]> => {
      looks += 1;
      return Promise.resolve([]);
    };
    await watchActions([TOPIC], read, { wait: 60, clock });
    assert.equal(looks, clock.slept.length + 1);
    assert.equal(Math.max(...clock.slept), 5000);
    assert.ok(looks < 20, String(looks));
  });

  it("looks once where there is no time or nothing to wait for", async () => {
    const clock = new TestClock();
    const read = (): Promise<AlarmHistoryItem[]> => Promise.resolve([]);
    assert.equal((await watchActions([TOPIC], read, { wait: 0, clock }))[0]?.result, "unknown");
    assert.deepEqual(await watchActions([], read, { wait: 60, clock }), []);
    assert.deepEqual(clock.slept, []);
  });

  it("is woken by a signal", async () => {
    const stop = new AbortController();
    const read = (): Promise<AlarmHistoryItem[]> => {
      setImmediate(() => {
        stop.abort();
      });
      return Promise.resolve([]);
    };
    const patience = { wait: 60, clock: systemClock, signal: stop.signal };
    // Without, the test would time out.
    const [result] = await watchActions([TOPIC], read, patience);
    assert.equal(result?.result, "unknown");
  });
});
