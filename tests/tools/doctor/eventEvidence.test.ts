import assert from "node:assert/strict";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { eventEvidence, predictionsIn } from "../../../tools/doctor/eventChecks";
import {
  compileFilterPattern,
  EventMessage,
  parseFilterPattern,
} from "../../../tools/simulator/filterPattern";
import { withSession } from "../aws/wire/session";
import { WireFault, type WireHandlers, type WireInput, WireServer } from "../aws/wire/wireServer";
import { before, CHURN, NOW } from "./watchedChurn";

interface Event {
  readonly timestamp: number;
  readonly message: string;
}

/** A log group that finds events by a quoted term, newest first, and tests patterns. */
function logGroup(events: readonly Event[], more: WireHandlers = {}): WireHandlers {
  return {
    "logs:FilterLogEvents": (input) => ({ events: foundIn(events, input) }),
    "logs:TestMetricFilter": ({ filterPattern, logEventMessages }) => {
      const { matches } = compileFilterPattern(parseFilterPattern(String(filterPattern)));
      const messages = logEventMessages as string[];
      assert(messages.length >= 1 && messages.length <= 50);
      return {
        matches: messages.flatMap((eventMessage, index) =>
          matches(new EventMessage(eventMessage)) ? [{ eventNumber: index + 1, eventMessage }] : [],
        ),
      };
    },
    ...more,
  };
}

function foundIn(events: readonly Event[], input: WireInput): Event[] {
  const { startTime, endTime = Infinity, filterPattern = '""' } = input;
  const term = String(filterPattern).slice(1, -1);
  return events.filter(
    ({ timestamp, message }) =>
      timestamp >= Number(startTime) && timestamp <= Number(endTime) && message.includes(term),
  );
}

async function gathered(handlers: WireHandlers) {
  const server = await WireServer.start(handlers);
  try {
    const evidence = await withSession(server, (session) => eventEvidence(session, CHURN, NOW));
    return { evidence, server };
  } finally {
    await server.stop();
  }
}

function every(seconds: number, amount: number, message: string): Event[] {
  return Array.from({ length: amount }, (_, index) => ({
    timestamp: before(index * seconds),
    message,
  }));
}

const PREDICTION = '{"prediction_valid":true}\n';

describe("doctor's evidence from log events", () => {
  it("is the newest 50, tested by AWS with both declared patterns", async () => {
    const { evidence, server } = await gathered(logGroup(every(0.5, 60, PREDICTION)));
    assert.equal(evidence.newest.events.length, 50);
    assert.equal(predictionsIn(evidence.newest).length, 50);
    assert.equal(evidence.field, "prediction_valid");
    assert.equal(evidence.mentioning, undefined);
    assert.equal(server.count("logs:FilterLogEvents"), 1);
    const tested = server.calls.filter(({ action }) => action === "logs:TestMetricFilter");
    assert.deepEqual(
      tested.map(({ input }) => input["filterPattern"]),
      [CHURN.total.pattern, CHURN.valid.pattern],
    );
  });

  it("has a rehearsal's near misses", async () => {
    const { evidence } = await gathered(logGroup(every(1, 60, `INFO ${PREDICTION}`)));
    assert.deepEqual(
      evidence.newest.nearMisses.map(({ kind, count }) => [kind, count]),
      [["prefixed", 50]],
    );
    assert.equal(evidence.mentioning, undefined);
  });

  it("looks for lines that mention the field where the newest are others", async () => {
    const rare = { timestamp: before(5 * 86_400), message: PREDICTION };
    const handlers = logGroup([...every(0.1, 80, "REPORT"), rare]);
    const { evidence, server } = await gathered(handlers);
    assert.deepEqual(
      evidence.mentioning?.events.map(({ timestamp }) => timestamp),
      [rare.timestamp],
    );
    assert.equal(evidence.mentioning.span, 14 * 86_400);
    const searches = server.calls.flatMap(({ input }) =>
      input["logGroupName"] ? [input["filterPattern"]] : [],
    );
    assert.deepEqual(searches, [undefined, '"prediction_valid"', '"prediction_valid"']);
  });

  it("does not look again where all events of 14 days are known", async () => {
    const notMine = '{"prediction_valid":1.5}';
    const handlers = logGroup([
      ...every(3600, 5, "REPORT"),
      { timestamp: before(9), message: notMine },
    ]);
    const { evidence, server } = await gathered(handlers);
    assert.equal(evidence.newest.events.length, 6);
    assert.equal(evidence.newest.nearMisses[0]?.kind, "other-type");
    const others = await gathered(logGroup(every(3600, 5, "REPORT prediction")));
    assert.deepEqual(others.evidence.mentioning?.events, []);
    assert.equal(server.count("logs:FilterLogEvents"), 7);
    assert.equal(others.server.count("logs:FilterLogEvents"), 7);
  });

  it("is empty for an empty log group, and fails where there is no log group", async () => {
    const { evidence, server } = await gathered(logGroup([]));
    assert.deepEqual(evidence.newest, {
      events: [],
      span: 14 * 86_400,
      complete: true,
      nearMisses: [],
    });
    assert.equal(server.count("logs:TestMetricFilter"), 0);
    const gone = gathered({
      "logs:FilterLogEvents": () => {
        throw new WireFault("ResourceNotFoundException", "no such log group");
      },
    });
    await assert.rejects(
      gone,
      (error) => error instanceof AwsCallError && error.kind === "not found",
    );
  });

  it("keeps both verdicts where AWS and the local matcher differ", async () => {
    const none = { "logs:TestMetricFilter": () => ({ matches: [] }) };
    const { evidence } = await gathered(logGroup(every(1, 1, PREDICTION), none));
    assert.deepEqual(evidence.newest.events[0]?.total, { aws: false, local: true });
    const all = {
      "logs:TestMetricFilter": ({ logEventMessages }: WireInput) => ({
        matches: (logEventMessages as string[]).map((eventMessage) => ({ eventMessage })),
      }),
    };
    const text = await gathered(logGroup(every(1, 1, '{"prediction_valid":"true"}'), all));
    assert.deepEqual(text.evidence.newest.events[0]?.valid, { aws: true, local: false });
    assert.deepEqual(text.evidence.newest.nearMisses, []);
  });

  it("names the IAM action that is denied", async () => {
    const denied = {
      "logs:TestMetricFilter": () => {
        throw new WireFault("AccessDeniedException", "not authorized");
      },
    };
    await assert.rejects(gathered(logGroup(every(1, 1, PREDICTION), denied)), (error) => {
      assert(error instanceof AwsCallError);
      assert.equal(error.action, "logs:TestMetricFilter");
      return error.kind === "access denied";
    });
  });
});
