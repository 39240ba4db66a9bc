import assert from "node:assert/strict";
import { newestData } from "../../../tools/aws/metricCalls";
import { countedMetric } from "../../../tools/program/model";
import type { Check } from "../../../tools/doctor/check";
import type { FilteredModel } from "../../../tools/doctor/filterChecks";
import { judgeMetric, type MetricEvidence } from "../../../tools/doctor/metricChecks";
import { withSession } from "../aws/wire/session";
import { type WireHandler, WireServer } from "../aws/wire/wireServer";
import { before, CHURN, NOW } from "./watchedChurn";

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const NOTHING = { point: undefined, positive: undefined };

function judge(evidence: Partial<MetricEvidence>, model: FilteredModel = CHURN): Check {
  const none = { data: NOTHING, predictions: undefined, filters: undefined };
  return judgeMetric(model, { ...none, ...evidence }, NOW);
}

/** Data whose newest prediction was counted so many seconds ago. */
function counted(seconds: number, period = MINUTE): Pick<MetricEvidence, "data"> {
  const moment = { at: before(seconds), period };
  return { data: { point: moment, positive: moment } };
}

/** A prediction in the log group, so many seconds ago. */
function logged(seconds: number): Pick<MetricEvidence, "predictions"> {
  return { predictions: [before(seconds)] };
}

/** The filter of all predictions, made so many seconds ago. */
function filtered(seconds: number): Pick<MetricEvidence, "filters"> {
  const filter = { ...CHURN.total, createdAt: before(seconds), fieldSelectionCriteria: undefined };
  return { filters: [filter] };
}

describe("doctor's metric", () => {
  it("is well where a prediction was counted within the alarm's window", () => {
    assert.deepEqual(judge(counted(3 * MINUTE)), {
      model: "churn",
      what: "metric",
      subject: `classification_rate ${CHURN.total.metricName}`,
      status: "ok",
      found: "newest prediction counted 3 min ago",
    });
    assert.equal(judge({ ...counted(3 * MINUTE), ...logged(5 * MINUTE) }).status, "ok");
    assert.equal(judge(counted(5 * HOUR + 2 * MINUTE, 300)).status, "ok");
  });

  it("warns where the alarm has nothing to evaluate, and says what it does then", () => {
    const states = {
      notBreaching: "stays OK",
      breaching: "is in ALARM",
      ignore: "keeps the state that it has",
      missing: "has the state INSUFFICIENT_DATA",
    };
    for (const [treatMissingData, state] of Object.entries(states)) {
      const rate = { ...CHURN.rateAlarm, treatMissingData };
      const watched = { ...CHURN, byKind: new Map([["rate" as const, rate]]) };
      const check = judge(counted(3 * DAY, 300), watched);
      assert.equal(check.status, "warning");
      assert.equal(
        check.found,
        "newest prediction counted 3 d ago; the alarm looks at the last 5 hours",
      );
      assert(check.advice?.startsWith(`Until predictions come, the rate alarm ${state}, whatever`));
    }
  });

  it("recommends an alarm for silence only where there is none", () => {
    const hint = "`silence` in the stack file";
    assert(judge({}).advice?.includes(hint));
    const { advice = "" } = judge(
      {},
      {
        ...CHURN,
        byKind: new Map([...CHURN.byKind, ["silence", CHURN.rateAlarm]]),
      },
    );
    assert.match(advice, /look at whether it runs/);
    assert(!advice.includes(hint));
  });

  it("warns where nothing was ever counted and nothing is known to match", () => {
    assert.equal(
      judge({}).found,
      "no prediction was ever counted; the alarm looks at the last 5 hours",
    );
    assert.equal(judge({}).status, "warning");
    const point = { at: before(2 * MINUTE), period: MINUTE };
    assert.equal(
      judge({ data: { point, positive: undefined } }).found,
      "no prediction was ever counted (newest data point: 0, 2 min ago); the alarm looks at the last 5 hours",
    );
  });

  it("fails where predictions are logged and not counted", () => {
    const never = judge({ ...logged(HOUR), ...filtered(DAY) });
    assert.equal(never.status, "failure");
    assert.equal(
      never.found,
      "no prediction was ever counted, though the log group has a prediction from 1 h ago",
    );
    assert.match(never.advice ?? "", /logged but not counted.*churn\.total_predictions in the con/);
    const noMore = judge({ ...counted(DAY, 300), ...logged(HOUR) });
    assert.equal(noMore.status, "failure");
    assert.equal(
      noMore.found,
      "newest prediction counted 24 h ago, though the log group has a prediction from 1 h ago",
    );
  });

  it("allows for the length of data points and for the time that publishing takes", () => {
    assert.equal(judge({ ...counted(3 * DAY, HOUR), ...logged(3 * DAY - HOUR) }).status, "warning");
    const check = judge(logged(MINUTE));
    assert.equal(check.status, "warning");
    assert.match(check.advice ?? "", /^There are predictions.*Run this again in five minutes/);
    const old = judge({ ...counted(DAY), ...logged(DAY) });
    assert.match(old.advice ?? "", /^Until predictions come/);
  });

  it("only warns where the filter is younger than the prediction", () => {
    const check = judge({ ...logged(HOUR), ...filtered(20 * MINUTE) });
    assert.equal(check.status, "warning");
    assert.equal(
      check.found,
      "no prediction was ever counted; the log group has a prediction from 1 h ago, but the metric filter was created only 20 min ago",
    );
    assert.match(check.advice ?? "", /Wait for the next prediction/);
  });
});

const GET = "cloudwatch:GetMetricData";

/** Data points as CloudWatch answers: seconds before now, and sums. */
function points(...all: readonly (readonly [seconds: number, sum: number])[]) {
  const Timestamps = all.map(([seconds]) => before(seconds) / 1000);
  return { Id: "m1", Timestamps, Values: all.map(([, sum]) => sum) };
}

/** The newest data that is found so, and what was called for it. */
async function looked(handler: WireHandler) {
  const server = await WireServer.start({ [GET]: handler });
  try {
    const data = await withSession(server, (session) =>
      newestData(session, countedMetric(CHURN.total), NOW),
    );
    return { data, server };
  } finally {
    await server.stop();
  }
}

describe("doctor's look at a metric", () => {
  it("reads page by page until there is a prediction", async () => {
    const { data, server } = await looked(({ NextToken }) =>
      NextToken === undefined
        ? { MetricDataResults: [points([60, 0], [120, 0])], NextToken: "more" }
        : { MetricDataResults: [points([180, 0], [240, 2])], NextToken: "even more" },
    );
    assert.deepEqual(data, {
      point: { at: before(60), period: MINUTE },
      positive: { at: before(240), period: MINUTE },
    });
    assert.equal(server.count(GET), 2);
    const [call] = server.calls;
    assert.deepEqual(call?.input["MetricDataQueries"], [
      {
        Id: "m1",
        MetricStat: {
          Metric: {
            Namespace: "classification_rate",
            MetricName: CHURN.total.metricName,
            Dimensions: [],
          },
          Period: 60,
          Stat: "Sum",
        },
      },
    ]);
    assert.equal(call.input["ScanBy"], "TimestampDescending");
  });

  it("looks back as far as CloudWatch keeps data, with ever longer periods", async () => {
    const { data, server } = await looked(({ StartTime }) => {
      const back = NOW.getTime() / 1000 - Number(StartTime);
      return { MetricDataResults: [back > 20 * DAY ? points([100 * DAY, 1]) : points()] };
    });
    assert.deepEqual(data.positive, { at: before(100 * DAY), period: HOUR });
    const looks = server.calls.map(
      ({ input }) => NOW.getTime() / 1000 - Number(input["StartTime"]),
    );
    assert.deepEqual(looks, [3 * HOUR, 15 * DAY, 455 * DAY]);
  });
});
