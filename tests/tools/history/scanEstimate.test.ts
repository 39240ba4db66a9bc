import assert from "node:assert/strict";
import { estimateText } from "../../../tools/history/report";
import { scanEstimate, type ScanEstimate } from "../../../tools/history/scanEstimate";
import { withSession } from "../aws/wire/session";
import { WireFault, type WireHandler, type WireInput, WireServer } from "../aws/wire/wireServer";

const HOUR = 60;
const NOON = Date.parse("2026-03-01T12:00:00Z") / 60_000;
const SPAN = { from: NOON + 7, to: NOON + 5 * HOUR + 1 };

/** The estimate that an answer of GetMetricData leads to, and the calls. */
async function estimated(
  answer: WireHandler,
  storedBytes?: number,
): Promise<{ estimate: ScanEstimate; inputs: WireInput[] }> {
  const server = await WireServer.start({ "cloudwatch:GetMetricData": answer });
  try {
    const estimate = await withSession(
      server,
      (session) => scanEstimate(session, "/logs/churn", SPAN, storedBytes),
      { attempts: 1 },
    );
    return { estimate, inputs: server.calls.map(({ input }) => input) };
  } finally {
    await server.stop();
  }
}

const nothing: WireHandler = () => ({ MetricDataResults: [{ Id: "m1", Values: [] }] });

const denied: WireHandler = () => {
  throw new WireFault("AccessDenied", "not yours", 403);
};

describe("history: how much is going to be scanned", () => {
  it("is what came in at that time, hour by hour", async () => {
    const { estimate, inputs } = await estimated(({ NextToken }) => ({
      MetricDataResults: [
        { Id: "m1", Timestamps: [0, 3600], Values: NextToken === "more" ? [3e9] : [1e9, 2e9] },
      ],
      ...(NextToken !== "more" && { NextToken: "more" }),
    }));
    assert.equal(estimate.bytes, 6e9);
    assert.equal(inputs.length, 2);
    assert.deepEqual(inputs[0], {
      MetricDataQueries: [
        {
          Id: "m1",
          MetricStat: {
            Metric: {
              Namespace: "AWS/Logs",
              MetricName: "IncomingBytes",
              Dimensions: [{ Name: "LogGroupName", Value: "/logs/churn" }],
            },
            Period: 3600,
            Stat: "Sum",
          },
        },
      ],
      ScanBy: "TimestampDescending",
      StartTime: NOON * 60,
      EndTime: (NOON + 6 * HOUR) * 60,
    });
    assert.equal(
      estimateText(estimate),
      "About 6.0 GB will be scanned, for about $0.03 (what AWS/Logs IncomingBytes counted then).",
    );
  });

  it("is what is stored where nothing else is known", async () => {
    const { estimate } = await estimated(nothing, 2e11);
    assert.equal(estimate.bytes, 2e11);
    assert.match(estimate.basis, /compressed, .*; AWS\/Logs IncomingBytes has no data/);
    assert.equal((await estimated(nothing, 0)).estimate.bytes, 0);
    assert.equal((await estimated(denied, 5)).estimate.bytes, 5);
  });

  it("is unknown without permission and without what is stored", async () => {
    for (const stored of [undefined, 0]) {
      const { estimate } = await estimated(denied, stored);
      assert.deepEqual(estimate, {
        bytes: undefined,
        basis: "your credentials may not do cloudwatch:GetMetricData",
      });
      assert.match(estimateText(estimate), /^It is not known how much .*about \$0\.005 per GB/);
    }
  });

  it("fails where AWS does", async () => {
    const broken: WireHandler = () => {
      throw new WireFault("InternalFault", "no such period");
    };
    await assert.rejects(estimated(broken, 5), { code: "InternalFault" });
  });
});
