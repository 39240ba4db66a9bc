import assert from "node:assert/strict";
import { matchedByAws, newestEvents, type NewestEventsQuery } from "../../../tools/aws/logCalls";
import { withSession } from "./wire/session";
import { WireFault, type WireHandler, WireServer } from "./wire/wireServer";

const NOW = new Date("2026-11-20T12:00:00Z");
const SPANS = [60, 600, 3600];

/** So many seconds before {@link NOW}. */
function at(seconds: number, message = String(seconds)) {
  return { timestamp: NOW.getTime() - seconds * 1000, message };
}

async function newest(answer: WireHandler, more: Partial<NewestEventsQuery> = {}) {
  const server = await WireServer.start({ "logs:FilterLogEvents": answer });
  const query = { logGroup: "/logs/churn", now: NOW, wanted: 3, spans: SPANS, ...more };
  try {
    const found = await withSession(server, (session) => newestEvents(session, query));
    return { ...found, messages: found.events.map(({ message }) => message), server };
  } finally {
    await server.stop();
  }
}

describe("newestEvents", () => {
  it("asks for the newest first, and looks no further than it must", async () => {
    const { messages, span, complete, server } = await newest(() => ({
      events: [at(1), at(2), at(3), at(4)],
      nextToken: "more",
    }));
    assert.deepEqual([messages, span, complete], [["1", "2", "3"], 60, false]);
    assert.deepEqual(
      server.calls.map(({ input }) => input),
      [
        {
          logGroupName: "/logs/churn",
          startTime: NOW.getTime() - 60_000,
          startFromHead: false,
        },
      ],
    );
  });

  it("goes on through empty pages, and asks again when AWS fails for a moment", async () => {
    let calls = 0;
    const { messages, complete } = await newest(({ nextToken }) => {
      calls += 1;
      if (calls === 2) throw new WireFault("InternalFailure", "try again", 500);
      if (nextToken === undefined) return { events: [], nextToken: "1" };
      if (nextToken === "1") return { events: [], nextToken: "2" };
      return { events: [at(1), at(2), at(3)] };
    });
    assert.deepEqual([messages, complete, calls], [["1", "2", "3"], true, 4]);
  });

  it("reads each span once where the one before it had too few", async () => {
    const { messages, span, complete, server } = await newest(
      ({ startTime }) => (Number(startTime) > NOW.getTime() - 600_000 ? { events: [at(5)] } : {}),
      { pattern: '"valid"' },
    );
    assert.deepEqual([messages, span, complete], [["5"], 3600, true]);
    assert.deepEqual(
      server.calls.map(({ input }) => [
        (NOW.getTime() - Number(input["startTime"])) / 1000,
        input["endTime"] === undefined ? undefined : NOW.getTime() - Number(input["endTime"]),
        input["filterPattern"],
      ]),
      [
        [60, undefined, '"valid"'],
        [600, 60_001, '"valid"'],
        [3600, 600_001, '"valid"'],
      ],
    );
  });

  it("finds the newest of a service that answers oldest first", async () => {
    const { messages, complete } = await newest(({ nextToken }) =>
      nextToken === undefined
        ? { events: [at(50), at(40), at(30), at(25)], nextToken: "1" }
        : { events: [at(20), at(10), at(5)] },
    );
    assert.deepEqual([messages, complete], [["5", "10", "20"], true]);
  });

  it("does not read gigabytes of a busy log group, nor ask for ever in a sparse one", async () => {
    const line = "x".repeat(1_000_000);
    let pages = 0;
    const nextToken = (): string => String((pages += 1));
    const busy = await newest(() => ({
      events: [at(50, line), at(40, line)],
      nextToken: nextToken(),
    }));
    assert.equal(busy.server.calls.length, 3);
    assert.equal(busy.complete, false);
    const endless = (): object => ({ events: [], nextToken: nextToken() });
    const sparse = await newest(endless, { spans: [60] });
    assert.equal(sparse.server.calls.length, 60);
    assert.equal(sparse.complete, false);
  });
});

describe("matchedByAws", () => {
  it("tests at most 50 messages and half a million characters at once", async () => {
    const server = await WireServer.start({
      "logs:TestMetricFilter": ({ logEventMessages }) => ({
        matches: (logEventMessages as string[])
          .filter((message) => /[13]/.test(message))
          .map((eventMessage, eventNumber) => ({ eventNumber, eventMessage })),
      }),
    });
    try {
      await withSession(server, async (session) => {
        const matches = async (all: readonly string[]): Promise<boolean[]> => {
          const matched = await matchedByAws(session, "{ $.a = 1 }", all);
          return all.map((message) => matched.has(message.trim()));
        };
        const messages = [...Array.from({ length: 60 }, (_, index) => String(index)), "", " \n"];
        assert.deepEqual(
          await matches(messages),
          messages.map((message) => /[13]/.test(message)),
        );
        assert.deepEqual(
          server.calls.map(({ input }) => (input["logEventMessages"] as string[]).length),
          [50, 10],
        );
        const long = ["1", "2", "3"].map((digit) => digit.repeat(300_000));
        assert.deepEqual(await matches(long), [true, false, true]);
        assert.equal(server.calls.length, 5);
        assert.deepEqual(await matches([]), []);
        assert.equal(server.calls.length, 5);
      });
    } finally {
      await server.stop();
    }
  });
});
