import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Declared, DeclaredAlarm } from "../../../tools/program/declared";
import { previewed } from "../../../tools/program/preview";
import { templated } from "../../../tools/program/template";
import { terraformPlan } from "../../../tools/program/terraformPlan";
import { type MetricQuery, queriesOf } from "../../../tools/simulator/metricAlarm";
import { awsChanges, foreignRates } from "../../../tools/tune/foreign";
import type { Setting } from "../../../tools/tune/grid";
import { declaredFor } from "../rehearse/declaredFor";

function plan(name: string): string {
  return readFileSync(join(__dirname, "../program/plans", name), "utf8");
}

/** What a program declares of an alarm over metrics m1 and m2, which count score >= 0.8 and every score. */
function declaredWith(expression: string, changes: Partial<DeclaredAlarm> = {}): Declared {
  const filter = (metricName: string, pattern: string) => ({
    ...{ name: metricName, logGroupName: "/models/churn", pattern, metricName },
    ...{ metricNamespace: "Models", metricValue: "1" },
  });
  const sum = (id: string, metricName: string) => ({
    ...{ id, returnData: false },
    metric: { namespace: "Models", metricName, period: 900, stat: "Sum" },
  });
  return {
    ...{ stack: "models", region: "eu-west-1", accountId: "123456789012" },
    filters: [
      filter("Good", "{ $.score >= 0.8 }"),
      filter("All", "{ $.score >= 0.8 || $.score < 0.8 }"),
    ],
    alarms: [
      {
        ...{ name: "churn", model: "churn", threshold: 90, evaluationPeriods: 3 },
        comparisonOperator: "LessThanOrEqualToThreshold",
        metricQueries: [
          { id: "e1", expression, returnData: true },
          ...[sum("m1", "Good"), sum("m2", "All")],
        ],
        ...changes,
      },
    ],
    ...{ topics: [], subscriptions: [], muteRules: [], refused: [], notes: [] },
  };
}

/** The only rate that is recognised. */
function rateIn(declared: Declared) {
  const { rates } = foreignRates(declared);
  const [only, ...others] = rates;
  assert.ok(only);
  assert.deepEqual(others, []);
  return only;
}

describe("tune: alarms that other programs declare", () => {
  it("are recognised in a preview, a CDK template and a Terraform plan, and all others named", () => {
    for (const [declared, rates, blind] of [
      [previewed(plan("preview.json"), "p"), [["churn", 90, 3600]], []],
      [
        templated(plan("Models.template.json"), "Models.template.json"),
        [["Models-Rate365CA505", 90, 300]],
        [/^alarm Models-errors: it does not compare one sum/],
      ],
      [
        terraformPlan(plan("terraform.json"), "t"),
        [["churn.v2-rate", 90, 60]],
        [
          /^alarm errors-churn: it does not compare/,
          /^alarm errors-fraud: it does not compare/,
          /^composite alarm both is not rehearsed/,
          /^alarm errors-everywhere: it does not compare/,
          /^whom alarm errors-everywhere tells is not known/,
        ],
      ],
    ] as const) {
      const found = foreignRates(declared);
      assert.deepEqual(
        found.rates.map(({ alarm, model }) => [alarm.model, model.threshold, model.period]),
        rates,
      );
      const causes = found.blind.flatMap((spot) => spot.causes).sort();
      assert.equal(causes.length, blind.length, causes.join("\n"));
      for (const pattern of blind)
        assert.ok(
          causes.some((cause) => pattern.test(cause)),
          causes.join("\n"),
        );
      // Who asks about one alarm has an answer.
      const [[name = ""] = []] = rates;
      assert.deepEqual(
        foreignRates(declared, name).blind.flatMap(({ causes: own }) =>
          own.filter((cause) => /^(alarm|composite|whom)/.test(cause)),
        ),
        [],
      );
    }
  });

  it("leave warnings and alarms on silence as they are", async () => {
    const declared = await declaredFor({ silence: "6h", warning: { threshold: 95 } });
    const { rates, leftAlone, blind } = foreignRates(declared);
    assert.equal(rates.length, 1);
    assert.deepEqual(blind, []);
    assert.deepEqual(
      leftAlone.map(({ what, why }) => `${what}: ${why}`),
      [
        "alarm classification-rate-dev-churn-warning: it is an earlier warning of classification-rate-dev-churn, and stays at 95 %",
        "alarm classification-rate-dev-churn-silence: it fires on silence",
      ],
    );
  });

  it("are tuned from the settings that they have, and keep the form that they have", () => {
    const fraction = rateIn(
      declaredWith("m1 / m2", { threshold: 0.9, comparisonOperator: "LessThanThreshold" }),
    );
    const { model, rate } = fraction;
    assert.deepEqual(
      [model.threshold, model.period, model.datapoints, model.valid],
      [90, 900, { toAlarm: 3, of: 3 }, { operator: ">=", bound: 0.8 }],
    );
    assert.deepEqual(rate.differences, [
      "a rate of exactly the threshold did not fire; here it does",
    ]);
    assert.deepEqual(awsChanges(fraction, model), { changes: {}, lines: [] });
    const other = { ...model, threshold: 92.3, datapoints: { toAlarm: 2, of: 3 } };
    assert.deepEqual(awsChanges(fraction, other).changes, {
      Threshold: 0.923,
      ComparisonOperator: "LessThanOrEqualToThreshold",
      DatapointsToAlarm: 2,
    });
    assert.deepEqual(awsChanges(fraction, { ...model, valid: { operator: ">=", bound: 0.7 } }), {
      changes: {
        ComparisonOperator: "LessThanOrEqualToThreshold",
        FilterPattern: "{ $.score >= 0.7 }",
      },
      lines: [
        "ComparisonOperator: LessThanOrEqualToThreshold (now LessThanThreshold)",
        "FilterPattern of Good: { $.score >= 0.7 }",
      ],
    });
  });

  it("are what was suggested once the changes are made", () => {
    const forms: readonly Declared[] = [
      declaredWith("100 * m1 / m2"),
      declaredWith("m1 / m2", { threshold: 0.9, comparisonOperator: "LessThanThreshold" }),
      declaredWith("1 - m1 / m2", { threshold: 0.1, comparisonOperator: "GreaterThanThreshold" }),
      declaredWith("IF(m2 >= 50, 100 * m1 / m2, 100)"),
    ];
    const settings: readonly Omit<Setting, "valid">[] = [
      { threshold: 85.5, period: 900, datapoints: { toAlarm: 2, of: 5 } },
      { threshold: 85.5, period: 3600, datapoints: { toAlarm: 1, of: 25 }, confidence: 95 },
      { threshold: 90, period: 900, datapoints: { toAlarm: 3, of: 3 }, minimumPredictions: 20 },
    ].map((setting) => ({ confidence: undefined, minimumPredictions: undefined, ...setting }));
    for (const declared of forms) {
      const foreign = rateIn(declared);
      for (const setting of settings) {
        const wanted = { ...foreign.model, ...setting };
        const { changes } = awsChanges(foreign, wanted);
        const again = rateIn({
          ...declared,
          alarms: declared.alarms.map((one) => changed(one, changes)),
        });
        const { valid, period, datapoints, threshold, confidence, minimumPredictions } =
          again.model;
        assert.deepEqual(
          { valid, period, datapoints, threshold, confidence, minimumPredictions },
          { valid: foreign.model.valid, ...setting },
        );
        assert.deepEqual(again.rate.differences, []);
      }
    }
  });

  it("are expected, with a reason for each alarm that is none", () => {
    const none = declaredWith("m1 - m2");
    assert.throws(
      () => foreignRates(none),
      /expected an alarm on a classification rate: .*\n {2}alarm churn: it does not compare one sum/,
    );
    assert.throws(
      () => foreignRates(none, "fraud"),
      /expected one of the models churn, found --model fraud/,
    );
    assert.throws(() => foreignRates(none, "churn"), /found --model churn\n {2}alarm churn: /);
  });
});

/** An alarm in which CloudWatch's names are set anew. */
function changed(
  alarm: DeclaredAlarm,
  changes: ReturnType<typeof awsChanges>["changes"],
): DeclaredAlarm {
  const { Threshold, ComparisonOperator, Period, EvaluationPeriods, DatapointsToAlarm, Metrics } =
    changes as {
      readonly Threshold?: number;
      readonly ComparisonOperator?: string;
      readonly Period?: number;
      readonly EvaluationPeriods?: number;
      readonly DatapointsToAlarm?: number;
      readonly Metrics?: readonly {
        readonly Id: string;
        readonly Expression: string;
        readonly ReturnData: boolean;
      }[];
    };
  const queries = queriesOf(alarm);
  const metrics = queries.flatMap(({ id, metric }): MetricQuery[] =>
    metric
      ? [{ id, returnData: false, metric: { ...metric, period: Period ?? metric.period } }]
      : [],
  );
  const expressions = Metrics?.map(({ Id, Expression, ReturnData }) => ({
    ...{ id: Id, expression: Expression, returnData: ReturnData },
  }));
  return {
    ...alarm,
    threshold: Threshold ?? alarm.threshold,
    comparisonOperator: ComparisonOperator ?? alarm.comparisonOperator,
    evaluationPeriods: EvaluationPeriods ?? alarm.evaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm ?? alarm.datapointsToAlarm,
    metricQueries: [...metrics, ...(expressions ?? queries.filter(({ expression }) => expression))],
  };
}
