import assert from "node:assert/strict";
import { churn, type Inputs, one } from "./provisioned";

const NAME = "classification-rate-dev-churn";

/** The rate alarm of the model `churn` with these settings. */
async function alarm(
  settings: Readonly<Record<string, unknown>> = {},
  stackSettings: Readonly<Record<string, unknown>> = {},
): Promise<Inputs> {
  return one(await churn(settings, stackSettings), "alarm", NAME);
}

interface Query {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly returnData?: boolean;
  readonly metric?: { readonly period: number; readonly stat: string };
}

function queries({ metricQueries }: Inputs): Query[] {
  return metricQueries as Query[];
}

/** The expression that is compared with the threshold. */
function compared(inputs: Inputs): Query {
  const [query, ...others] = queries(inputs).filter(({ returnData }) => returnData);
  assert.deepEqual(others, [], "CloudWatch takes exactly one");
  assert(query !== undefined);
  return query;
}

describe("rate alarm", () => {
  it("compares the percentage of valid predictions with the threshold", async () => {
    const { alarmDescription, alarmActions, ...inputs } = await alarm();
    assert.equal(typeof alarmDescription, "string");
    assert.equal((alarmActions as unknown[]).length, 1);
    // Nothing else: metricName, namespace, period, statistic and dimensions conflict with queries.
    assert.deepEqual(inputs, {
      name: NAME,
      comparisonOperator: "LessThanOrEqualToThreshold",
      threshold: 90,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
      actionsEnabled: true,
      okActions: [],
      tags: {},
      metricQueries: [
        {
          id: "valid",
          returnData: false,
          metric: {
            namespace: "classification_rate",
            metricName: `${NAME}.valid_predictions`,
            period: 3600,
            stat: "Sum",
          },
        },
        {
          id: "total",
          returnData: false,
          metric: {
            namespace: "classification_rate",
            metricName: `${NAME}.total_predictions`,
            period: 3600,
            stat: "Sum",
          },
        },
        {
          id: "rate",
          expression: "100 * (valid / total)",
          label: "classification_rate",
          returnData: true,
        },
      ],
    });
  });

  it("takes threshold and data points from the config, numbers also where they came as text", async () => {
    for (const [threshold, datapoints, expected] of [
      [97.5, "2 of 4", [97.5, 2, 4]],
      ["97.5", 3, [97.5, 3, 3]],
      ["100", "1/1", [100, 1, 1]],
    ] as const) {
      const inputs = await alarm({ threshold, datapoints });
      assert.deepEqual(
        [inputs["threshold"], inputs["datapointsToAlarm"], inputs["evaluationPeriods"]],
        expected,
      );
    }
  });

  it("has one period in all of its metrics", async () => {
    for (const [period, seconds] of [
      ["15m", 900],
      ["900", 900],
      ["1d", 86_400],
    ] as const) {
      const periods = queries(await alarm({ period })).flatMap(
        ({ metric }) => metric?.period ?? [],
      );
      assert.deepEqual(periods, [seconds, seconds], period);
    }
  });

  it("treats missing data as asked", async () => {
    for (const treatMissingData of ["missing", "ignore", "breaching"]) {
      assert.equal((await alarm({ treatMissingData }))["treatMissingData"], treatMissingData);
    }
  });

  it("gives no data point below `minimumPredictions`, rather than a breaching or a good one", async () => {
    for (const minimumPredictions of [30, "30"]) {
      assert.deepEqual(compared(await alarm({ minimumPredictions })), {
        id: "rate",
        expression: "IF(total >= 30, 100 * valid / total)",
        label: "classification_rate",
        returnData: true,
      });
    }
  });

  it("compares the upper limit of the confidence interval, and still has the rate itself", async () => {
    const inputs = await alarm({ confidence: 95 });
    const limit = compared(inputs);
    assert.equal(limit.id, "upper_limit");
    assert.match(String(limit.label), /upper limit of the 95 % confidence interval/);
    assert.ok(String(limit.expression).length <= 1024);
    assert.doesNotMatch(String(limit.expression), /SEARCH|IF/);
    const rate = queries(inputs).find(({ id }) => id === "rate");
    assert.deepEqual(rate, {
      id: "rate",
      expression: "100 * (valid / total)",
      label: "classification_rate",
      returnData: false,
    });
    assert.equal(inputs["threshold"], 90);
  });

  it("keeps the minimum with a confidence, also on the compared expression", async () => {
    const inputs = await alarm({ confidence: 99.9, minimumPredictions: 50 });
    assert.match(String(compared(inputs).expression), /^IF\(total >= 50, [^,]+\)$/);
    assert.ok(String(compared(inputs).expression).length <= 1024);
  });

  it("has query ids, and ids in expressions, that CloudWatch takes", async () => {
    for (const settings of [{}, { confidence: 50 }, { confidence: 95, minimumPredictions: 1 }]) {
      const all = queries(await alarm(settings));
      const ids = new Set(all.map(({ id }) => id));
      assert.equal(ids.size, all.length);
      assert.ok(all.length <= 10);
      for (const id of ids) assert.match(id, /^[a-z]\w*$/);
      for (const { expression = "" } of all) {
        for (const [word] of expression.matchAll(/[a-z]\w*/g)) assert.ok(ids.has(word), word);
      }
    }
  });

  it("carries the model's tags, and no others", async () => {
    const tags = { team: "ml", "cost-centre": 4711, critical: true };
    assert.deepEqual((await alarm({ tags }))["tags"], {
      team: "ml",
      "cost-centre": "4711",
      critical: "true",
    });
  });
});
