import assert from "node:assert/strict";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import { actionResults, newItems, stateBack } from "../../../tools/fire/fireAlarm";
import { OTHER_TOPIC, TOPIC } from "./memoryAws";

/** A history, newest first; all in one second, as CloudWatch has changes and their actions. */
function history(...summaries: readonly string[]): AlarmHistoryItem[] {
  const Timestamp = new Date("2026-11-22T12:00:00Z");
  return summaries.map((HistorySummary) => ({ HistorySummary, Timestamp }));
}

describe("an alarm's history after it was fired", () => {
  it("tells what was sent and what failed, topic by topic", () => {
    const items = history(
      `Failed to execute action ${OTHER_TOPIC}. Received error: "no such key"`,
      `Successfully executed action ${TOPIC}`,
    );
    assert.deepEqual(actionResults([TOPIC, OTHER_TOPIC, `${TOPIC}-3`], items), [
      { arn: TOPIC, result: "sent", detail: null },
      { arn: OTHER_TOPIC, result: "failed", detail: "no such key" },
      { arn: `${TOPIC}-3`, result: "unknown", detail: null },
    ]);
  });

  it("does not take a topic for one whose name only begins the same", () => {
    const [result] = actionResults([TOPIC], history(`Successfully executed action ${OTHER_TOPIC}`));
    assert.equal(result?.result, "unknown");
    const fifo = history(`Failed to execute action ${TOPIC}.fifo`);
    assert.equal(actionResults([TOPIC], fifo)[0]?.result, "unknown");
  });

  it("counts the first item of a topic: a later one is of the state going back", () => {
    const items = history(
      `Successfully executed action ${TOPIC}`,
      `Failed to execute action ${TOPIC}. Received error: "denied"`,
    );
    assert.equal(actionResults([TOPIC], items)[0]?.result, "failed");
  });

  it("looks for the error in the item's data where the summary has none", () => {
    const [failed] = history(`Failed to execute action ${TOPIC}`);
    const detail = (HistoryData?: string): string | null | undefined =>
      actionResults([TOPIC], [{ ...failed, ...(HistoryData !== undefined && { HistoryData }) }])[0]
        ?.detail;
    assert.equal(detail('{"actionState":"Failed","error":"denied"}'), "denied");
    assert.equal(detail("cut off {"), "AWS does not say why");
    assert.equal(detail(), "AWS does not say why");
  });

  it("leaves out what was in it before", () => {
    const before = history(`Successfully executed action ${TOPIC}`);
    const [after] = history(`Failed to execute action ${TOPIC}`);
    assert(after !== undefined);
    assert.deepEqual(newItems([after, ...before], before), [after]);
  });

  it("tells when CloudWatch set the real state again, and only then", () => {
    const set = "Alarm updated from OK to ALARM";
    const at = new Date("2026-11-22T12:00:00Z");
    assert.deepEqual(stateBack(history("Alarm updated from ALARM to OK", set), "ALARM"), {
      at,
      state: "OK",
    });
    assert.equal(stateBack(history(set), "ALARM"), undefined);
    assert.equal(stateBack([], "ALARM"), undefined);
    const earlier = history(set, "Alarm updated from ALARM to OK");
    assert.equal(stateBack(earlier, "ALARM"), undefined);
  });
});
