import assert from "node:assert/strict";
import fc from "fast-check";
import { silenceAlarmArgs } from "../../components/alarms";
import { longestWindow } from "../../components/cloudwatch/limits";
import { modelNames } from "../../components/settings/names";
import { all, churn, one } from "./provisioned";

const NAME = "classification-rate-dev-churn-silence";

describe("silence alarm", () => {
  it("is there only if asked for", async () => {
    assert.deepEqual(
      all(await churn(), "alarm").map(({ name }) => name),
      ["classification-rate-dev-churn"],
    );
  });

  it("fires when all of its window is without a prediction, missing data included", async () => {
    const inputs = one(await churn({ silence: "6h", tags: { team: "ml" } }), "alarm", NAME);
    const { alarmDescription, alarmActions, ...rest } = inputs;
    assert.equal(typeof alarmDescription, "string");
    assert.equal((alarmActions as unknown[]).length, 1);
    assert.deepEqual(rest, {
      name: NAME,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 40,
      datapointsToAlarm: 40,
      treatMissingData: "breaching",
      actionsEnabled: true,
      okActions: [],
      tags: { team: "ml" },
      metricQueries: [
        {
          id: "total",
          returnData: false,
          metric: {
            namespace: "classification_rate",
            metricName: "classification-rate-dev-churn.total_predictions",
            period: 540,
            stat: "Sum",
          },
        },
        { id: "predictions", expression: "FILL(total, 0)", label: "predictions", returnData: true },
      ],
    });
  });

  it("does not change the rate alarm", async () => {
    const rate = "classification-rate-dev-churn";
    assert.deepEqual(
      one(await churn({ silence: "1h", treatMissingData: "ignore" }), "alarm", rate),
      one(await churn({ treatMissingData: "ignore" }), "alarm", rate),
    );
  });

  it("notices any silence within a tenth of its length, inside CloudWatch's window limits", () => {
    const names = modelNames({ project: "p", stack: "s" }, "m");
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 7 * 24 * 60 }), (minutes) => {
        const silence = minutes * 60;
        const args = silenceAlarmArgs(silence, { names, namespace: "n" });
        const periods = args.evaluationPeriods as number;
        const period = (args.metricQueries as { metric?: { period: number } }[])[0]?.metric?.period;
        assert(period !== undefined);
        assert.equal(period % 60, 0);
        assert.equal(args.datapointsToAlarm, periods);
        assert.ok(period * periods <= longestWindow(period), "window limit");
        assert.ok(period * periods >= silence, "never early");
        assert.ok(period * periods < silence * 1.1, "a tenth late at most");
      }),
      { numRuns: 250 },
    );
  });
});
