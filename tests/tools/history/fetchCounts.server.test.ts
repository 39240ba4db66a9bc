import assert from "node:assert/strict";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { predictionCountsQuery } from "../../../tools/history/countsQuery";
import {
  fetchCounts,
  type FetchedCounts,
  type FetchOptions,
  HistoryCancelledError,
  QueryError,
} from "../../../tools/history/fetchCounts";
import type { TimeSpan } from "../../../tools/time";
import type { InsightsEvent } from "../../support/insightsEngine";
import { withSession } from "../aws/wire/session";
import { WireFault, type WireHandlers, WireServer } from "../aws/wire/wireServer";
import { FakeInsights } from "./fakeInsights";

const MINUTE = 60_000;
const NOON = Date.parse("2026-03-01T12:00:00Z") / MINUTE;
/** Ten hours, in four windows of 150 minutes; an hour and a half is a single one. */
const SPAN = { from: NOON, to: NOON + 600 };
const SHORT = { from: NOON, to: NOON + 90 };
const QUERY = predictionCountsQuery({ field: ["prediction_valid"], where: [] });

/** Two predictions in every minute of the span, a valid one of them at its very end, and one on either side of it. */
const EVENTS: readonly InsightsEvent[] = Array.from({ length: 602 }, (_, index) => {
  const timestamp = (NOON - 1 + index) * MINUTE;
  return [
    { timestamp, message: '{"prediction_valid":false}' },
    { timestamp: timestamp + MINUTE - 1, message: '{"prediction_valid":true}' },
  ];
}).flat();

const ALL = Array.from({ length: 600 }, (_, index) => ({
  minute: NOON + index,
  valid: 1,
  total: 2,
}));

interface Fetching {
  readonly fake: FakeInsights;
  readonly server: WireServer;
  /** How long was waited in turn, in milliseconds. */
  readonly waits: readonly number[];
  readonly run: (options?: FetchOptions, span?: TimeSpan) => Promise<FetchedCounts>;
}

/** Fetches from a server of the test's own, without waiting really. */
async function withFake(
  use: (fetching: Fetching) => Promise<void>,
  handlers: WireHandlers = {},
  events = EVENTS,
): Promise<void> {
  const fake = new FakeInsights("/logs/churn", events);
  const server = await WireServer.start(fake.handlers(handlers));
  const waits: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  try {
    await withSession(
      server,
      (session) =>
        use({
          fake,
          server,
          waits,
          run: (options, span = SPAN) =>
            fetchCounts(
              session,
              { logGroup: "/logs/churn", query: QUERY, span },
              { sleep, ...options },
            ),
        }),
      { attempts: 1 },
    );
  } finally {
    await server.stop();
  }
}

/** The error of a kind that something must end in. */
async function failure<T extends Error>(
  kind: abstract new (...args: never[]) => T,
  run: Promise<unknown>,
): Promise<T> {
  try {
    await run;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

describe("history: fetching counts", () => {
  it("puts the windows together, page by page, and counts each minute once and whole", () =>
    withFake(async ({ fake, run, server }) => {
      const told: number[] = [];
      const { minutes, windows, bytesScanned } = await run({
        progress: (done) => {
          told.push(done);
        },
      });
      assert.deepEqual(minutes, ALL);
      assert.deepEqual({ windows, bytesScanned }, { windows: 4, bytesScanned: 4_000_000 });
      assert.deepEqual(told, [0.25, 0.5, 0.75, 1]);
      assert.deepEqual(
        fake.queries.map(({ start, end }) => [start / 60 - NOON, end / 60 - NOON]).sort(),
        [
          [0, 150],
          [150, 300],
          [300, 450],
          [450, 600],
        ],
      );
      assert.deepEqual(fake.queries.find(({ start }) => start === NOON * 60)?.input, {
        logGroupName: "/logs/churn",
        queryString: QUERY,
        startTime: NOON * 60,
        endTime: (NOON + 150) * 60,
        limit: 10_000,
      });
      // Scheduled, Running, and two pages.
      assert.equal(server.count("logs:GetQueryResults"), 16);
    }));

  it("looks again after waits that grow, and waits while AWS starts no more queries", () =>
    withFake(async ({ fake, run, waits }) => {
      let refusals = 3;
      fake.beforeStart = () => {
        refusals -= 1;
        if (refusals >= 0) throw new WireFault("LimitExceededException", "too many");
      };
      fake.statusOf = (_, look) => (look < 5 ? "Running" : "Complete");
      const { minutes } = await run({}, SHORT);
      assert.deepEqual(minutes, ALL.slice(0, 90));
      assert.deepEqual(waits.slice(0, 8), [1000, 2000, 4000, 500, 750, 1125, 1687.5, 2531.25]);
    }));

  it("halves a window that takes too long, and says so where it is an hour long", () =>
    withFake(async ({ fake, run }) => {
      fake.statusOf = ({ start, end }) => (end - start > 80 * 60 ? "Timeout" : "Complete");
      const { minutes, windows } = await run();
      assert.deepEqual(minutes, ALL);
      assert.equal(windows, 12);
      fake.statusOf = () => "Timeout";
      const { message } = await failure(QueryError, run());
      assert.match(
        message,
        /^CloudWatch Logs could not finish the query over 2026-03-01T\d\d:\d\d:00Z to \S+, as short as it is/,
      );
    }));

  it("halves a window that has too many rows all the same", () =>
    withFake(async ({ fake, run }) => {
      fake.isFull = ({ start, end }) => end - start > 80 * 60;
      const { minutes, windows } = await run();
      assert.deepEqual(minutes, ALL);
      assert.equal(windows, 12);
    }));

  it("stops all queries where one fails", () =>
    withFake(async ({ fake, run }) => {
      fake.statusOf = ({ id }) => (id === "query-1" ? "Failed" : "Running");
      const { message } = await failure(QueryError, run());
      assert.match(message, /^the query over \S+ to \S+ failed in CloudWatch Logs.*query-1/);
      assert.match(message, /stats sum\(prediction_valid\)/);
      assert.equal(fake.running, 0);
      fake.statusOf = () => "Cancelled";
      assert.match((await failure(QueryError, run())).message, /somebody cancelled/);
    }));

  it("gives up a query that never ends", () =>
    withFake(async ({ fake, run }) => {
      fake.statusOf = () => "Running";
      const { message } = await failure(QueryError, run({}, SHORT));
      assert.match(message, /could not finish the query/);
      assert.equal(fake.running, 0);
    }));

  it("shows a query that AWS does not understand", () =>
    withFake(async ({ fake, run }) => {
      fake.beforeStart = () => {
        throw new WireFault("MalformedQueryException", "unexpected symbol");
      };
      const { message } = await failure(QueryError, run());
      assert.match(message, /please report it, with these lines:\nunexpected symbol\nfilter/);
    }));

  it("ends at once without permission, and after many tries where AWS is busy", () =>
    withFake(async ({ fake, run, waits, server }) => {
      fake.beforeStart = () => {
        throw new WireFault("AccessDeniedException", "not yours");
      };
      const error = await failure(AwsCallError, run());
      assert.deepEqual([error.kind, error.action], ["access denied", "logs:StartQuery"]);
      assert.equal(server.count("logs:StartQuery"), 4);
      assert.equal(waits.length, 0);
      fake.beforeStart = () => {
        throw new WireFault("LimitExceededException", "too many queries");
      };
      const { message } = await failure(QueryError, run({}, SHORT));
      assert.match(message, /starts no more queries \(LimitExceededException: too many queries\)/);
      const minutes = waits.reduce((sum, wait) => sum + wait, 0) / MINUTE;
      assert.ok(minutes > 5 && minutes < 15, String(minutes));
    }));

  it("stops all queries when it is cancelled, also one that is about to start", () =>
    withFake(async ({ fake, run, server }) => {
      const cancelled = new AbortController();
      fake.statusOf = () => "Running";
      fake.beforeStart = () => {
        if (fake.queries.length === 3) cancelled.abort();
      };
      const { stopped } = await failure(
        HistoryCancelledError,
        run({ signal: cancelled.signal, sleep: () => new Promise((done) => setTimeout(done, 5)) }),
      );
      assert.equal(stopped, 4);
      assert.equal(server.count("logs:StopQuery"), 4);
      assert.equal(fake.running, 0);
    }));

  it("does not take a result for counts that is none", () =>
    withFake(
      async ({ run }) => {
        const { message } = await failure(QueryError, run());
        assert.match(message, /found \{"minute":"2026-03-01 12:00:00.000"\}; please report this$/);
      },
      {
        "logs:GetQueryResults": () => ({
          status: "Complete",
          results: [[{ field: "minute", value: "2026-03-01 12:00:00.000" }]],
        }),
      },
    ));
});
