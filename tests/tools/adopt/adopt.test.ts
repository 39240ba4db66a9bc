import assert from "node:assert/strict";
import { type Account, adopt } from "../../../tools/adopt/adopt";
import { account, alarm, filter, FILTERS, queries, TOPIC } from "./scene";

/** The settings of the only model that is adopted. */
function settings(found: Account) {
  const { models, leftAlone } = adopt(found);
  assert.equal(models.length, 1, JSON.stringify(leftAlone));
  return models[0]?.settings;
}

/** Why the first alarm is not adopted, and whether that is a finding. */
function refusal(found: Account): [why: string, isFinding: boolean] {
  const { models, leftAlone } = adopt(found);
  assert.equal(models.length, 0, JSON.stringify(models));
  return [leftAlone[0]?.why ?? "", leftAlone[0]?.isFinding ?? false];
}

/** An alarm on how many predictions there are. */
const VOLUME = {
  ...{ Namespace: "classification_rate", MetricName: "total_predictions" },
  ...{ Statistic: "Sum", Period: 3600, EvaluationPeriods: 6, DatapointsToAlarm: 6 },
  ...{ ComparisonOperator: "LessThanThreshold", TreatMissingData: "breaching" },
};

describe("adopting what was made by hand", () => {
  it("takes the article's set-up", () => {
    const { models, leftAlone, unused } = adopt(account());
    assert.deepEqual(models[0]?.settings, {
      logGroup: "/aws/lambda/churn",
      threshold: 90,
      period: "1h",
      datapoints: "3 of 5",
      topics: [TOPIC],
      treatMissingData: "missing",
    });
    assert.equal(models[0].name, "churn");
    assert.deepEqual(leftAlone, []);
    assert.deepEqual(
      unused.map(({ name }) => name),
      ["valid", "total"],
    );
  });

  it("reads the ratio in whatever form it is worked out", () => {
    const forms: readonly (readonly [expression: string, changes: object])[] = [
      ["100*m1/m2", {}],
      ["m1 * 100 / m2", {}],
      ["(m1/m2)*100", {}],
      ["IF(m2 > 0, 100 * m1 / m2)", {}],
      ["m1/m2", { Threshold: 0.9 }],
      [
        "100 - 100 * m1 / m2",
        { Threshold: 10, ComparisonOperator: "GreaterThanOrEqualToThreshold" },
      ],
      ["(m2 - m1) / m2", { Threshold: 0.1, ComparisonOperator: "GreaterThanOrEqualToThreshold" }],
    ];
    for (const [expression, changes] of forms) {
      const found = account([alarm("churn", { Metrics: queries(expression), ...changes })]);
      assert.equal(settings(found)?.["threshold"], 90, expression);
      assert.deepEqual(adopt(found).models[0]?.notes, [
        `who is told by ${TOPIC} was not looked at`,
      ]);
    }
  });

  it("does not take the least that an expression asks for as any number of predictions", () => {
    const found = account([alarm("churn", { Metrics: queries("IF(m2 >= 50, 100*m1/m2, 100)") })]);
    assert.equal(settings(found)?.["minimumPredictions"], 50);
    assert.match(
      adopt(found).models[0]?.notes.join() ?? "",
      /with fewer than 50 predictions was a good one/,
    );
  });

  it("takes another property, conditions, and the number of data points that AWS fills in", () => {
    const found = account(
      [alarm("churn", { DatapointsToAlarm: undefined, TreatMissingData: undefined })],
      [
        filter("valid_predictions", '{$.out.ok IS TRUE && $.model="churn"}'),
        filter("total_predictions", '{($.out.ok IS TRUE || $.out.ok IS FALSE) && $.model="churn"}'),
      ],
    );
    const { field, where, datapoints, treatMissingData } = settings(found) ?? {};
    assert.deepEqual(
      [field, where, datapoints, treatMissingData],
      ["out.ok", { model: "churn" }, "5 of 5", "missing"],
    );
  });

  it("takes scores, texts and lines of text", () => {
    const forms: readonly (readonly [valid: string, total: string, settings: object])[] = [
      [
        "{ $.score >= 0.8 }",
        "{ $.score >= 0.8 || $.score < 0.8 }",
        { field: "score", valid: ">= 0.8" },
      ],
      ["{ $.ok = 1 }", "{ $.ok = * }", { field: "ok", valid: 1 }],
      ['{ $.ok = "yes" }', "{ $.ok = * }", { field: "ok", valid: "yes" }],
      [
        String.raw`%ok\W+[Tt]rue%`,
        String.raw`%ok\W+[Tt]rue|ok\W+[Ff]alse%`,
        { field: "ok", logFormat: "text" },
      ],
    ];
    for (const [valid, total, expected] of forms) {
      const filters = [filter("valid_predictions", valid), filter("total_predictions", total)];
      const found = settings(account([alarm()], filters));
      assert.deepEqual({ ...found, ...expected }, found);
    }
  });

  it("keeps topics that somebody has confirmed, and else takes the addresses", () => {
    const told = (...states: ("confirmed" | "pending" | "deleted")[]): unknown[] => {
      const list = states.map((state, index) => ({
        protocol: "email",
        endpoint: `${index}@example.com`,
        state,
      }));
      const found = settings({ ...account(), subscriptions: new Map([[TOPIC, list]]) });
      return [found?.["topics"], found?.["email"]];
    };
    assert.deepEqual(told("confirmed", "pending"), [[TOPIC], undefined]);
    assert.deepEqual(told("pending", "deleted"), [undefined, ["0@example.com"]]);
    assert.deepEqual(told(), [[TOPIC], undefined]);
  });

  it("takes recovery mails, switched-off actions and the alarm on silence along", () => {
    const silence = { ...alarm("churn silent", { Metrics: undefined, Threshold: 1 }), ...VOLUME };
    const rate = alarm("churn", { OKActions: [TOPIC], ActionsEnabled: false });
    const found = account([silence, rate]);
    const { notifyRecovery, enabled, silence: length } = settings(found) ?? {};
    assert.deepEqual([notifyRecovery, enabled, length], [true, false, "6h"]);
    assert.deepEqual(adopt(found).models[0]?.alarms, ["churn", "churn silent"]);
    assert.match(refusal(account([silence]))[0], /fires on silence/);
  });

  it("says why it leaves an alarm alone, and whether that is a finding", () => {
    const [valid = {}, total = {}] = FILTERS;
    const cases: readonly (readonly [RegExp, boolean, Account])[] = [
      [/one sum, in percent/, true, account([alarm("a", { Metrics: queries("m1 - m2") })])],
      [
        /one sum, in percent/,
        true,
        account([alarm("a", { Metrics: queries("m1/m2", "Average") })]),
      ],
      [
        /one sum, in percent/,
        true,
        account([
          alarm("a", {
            Metrics: [...queries("m1/m2", "Average").slice(0, 2), ...queries("").slice(2)],
          }),
        ]),
      ],
      [
        /one sum, in percent/,
        true,
        account([{ ...alarm("a", { Metrics: undefined, Threshold: 10 }), ...VOLUME }]),
      ],
      [
        /fires when the rate is high/,
        true,
        account([alarm("a", { ComparisonOperator: "GreaterThanThreshold" })]),
      ],
      [/no metric filter that was read/, true, account([alarm()], [valid])],
      [/several metric filters/, true, account([alarm()], [valid, total, total])],
      [
        /adds \$\.n for each event/,
        true,
        account([alarm()], [valid, filter("total_predictions", "x", { metricValue: "$.n" })]),
      ],
      [
        /found \{ \$\.prediction_valid IS TRUE \} and ERROR/,
        true,
        account([alarm()], [valid, filter("total_predictions", "ERROR")]),
      ],
      [/email: expected an e-mail address/, true, account([alarm("a", { AlarmActions: [] })])],
      [/threshold: expected a percentage/, true, account([alarm("a", { Threshold: 0 })])],
      [
        /a stack of this program/,
        false,
        account([
          alarm("a", {
            Metrics: queries("m1/m2").map(
              (query) =>
                JSON.parse(JSON.stringify(query).replace("total_", "p-s-a.total_")) as object,
            ),
          }),
        ]),
      ],
    ];
    for (const [why, isFinding, found] of cases) {
      const [text, finding] = refusal(found);
      assert.match(text, why);
      assert.equal(finding, isFinding, text);
    }
  });

  it("keeps a filter that another alarm reads, and names composite alarms in the way", () => {
    const other = { ...alarm("volume", { Metrics: undefined, Threshold: 10 }), ...VOLUME };
    const found = account([alarm("churn"), other]);
    const rules = [{ name: "all", rule: 'ALARM("churn") OR OK("churn 2")' }];
    const { unused, inTheWay, leftAlone } = adopt({ ...found, otherAlarms: rules });
    assert.deepEqual(
      unused.map(({ name }) => name),
      ["valid"],
    );
    assert.deepEqual(inTheWay, [
      "alarm volume reads what metric filter total of /aws/lambda/churn counts, too: keep the filter",
      "composite alarm all follows churn: change its rule before that is deleted",
    ]);
    assert.deepEqual(
      leftAlone.map(({ what }) => what),
      ["alarm all", "alarm volume"],
    );
  });

  it("takes the second alarm on a rate, at a higher threshold, for its warning", () => {
    const early = "arn:aws:sns:eu-west-1:123456789012:early";
    const changes = { Threshold: 95, DatapointsToAlarm: 1, AlarmActions: [early] };
    const found = account([alarm("churn early", changes), alarm("churn")]);
    const { threshold, warning } = settings(found) ?? {};
    assert.equal(threshold, 90);
    assert.deepEqual(warning, { threshold: 95, datapoints: "1 of 5", topics: [early] });
    assert.deepEqual(adopt(found).models[0]?.alarms, ["churn", "churn early"]);
  });

  it("takes the upper limit of the rate's interval, under any z, for its confidence", () => {
    const n = "m2";
    const limit = (z: number, r: string): string =>
      `(${r} + ${50 * z * z} / ${n} + ${z} * ((${r} * (100 - ${r}) / ${n} + ${2500 * z * z} / (${n} * ${n})) ^ 0.5)) / (1 + ${z * z} / ${n})`;
    for (const [z, confidence] of [
      [1.96, 95],
      [2.5758293, 99],
    ] as const) {
      const written = queries(`IF(m2 >= 40, ${limit(z, "(100 * m1 / m2)")})`);
      const found = settings(account([alarm("churn", { Metrics: written })]));
      assert.deepEqual([found?.["confidence"], found?.["minimumPredictions"]], [confidence, 40]);
    }
  });

  it("takes mute rules, and says where one mutes less, has bounds or no such form", () => {
    const rule = {
      ...{ name: "nights", region: "eu-west-1", alarmNames: ["churn", "silent"] },
      ...{ expression: "cron(0 22 * * *)", duration: 28_800, timezone: "UTC" },
    };
    const silence = { ...alarm("silent", { Metrics: undefined, Threshold: 1 }), ...VOLUME };
    const both = account([alarm("churn"), silence]);
    const muted = (...muteRules: (typeof rule & { start?: number })[]) => {
      const { models, unusedRules } = adopt({ ...both, muteRules });
      const notes = models[0]?.notes.filter((note) => note.includes("mute rule"));
      return [models[0]?.settings["mute"], notes, unusedRules.length];
    };
    const window = [{ cron: "0 22 * * *", duration: "8h" }];
    assert.deepEqual(muted(rule), [window, [], 1]);
    const [, notes, unused] = muted({ ...rule, alarmNames: ["churn", "cpu"] });
    assert.deepEqual(
      [notes, unused],
      [["mute rule nights muted churn alone; now all alarms of the model"], 0],
    );
    for (const [odd, why] of [
      [{ start: 5 }, "it begins or ends some day"],
      [{ expression: "cron(*/5 22 * * *)" }, "no window of mute says its schedule"],
    ] as const) {
      const expected = [undefined, [`mute rule nights is not adopted: ${why}`], 1];
      assert.deepEqual(muted({ ...rule, ...odd }), expected);
    }
  });

  it("gives two alarms on one log group two names", () => {
    const hourly = queries("100*(m1/m2)");
    const daily = JSON.parse(JSON.stringify(hourly).replaceAll("3600", "86400")) as object[];
    const found = account([alarm("Churn alarm"), alarm("churn", { Metrics: daily })]);
    assert.deepEqual(
      adopt(found).models.map(({ name }) => name),
      ["Churn", "churn-2"],
    );
  });
});
