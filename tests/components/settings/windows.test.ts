import assert from "node:assert/strict";
import {
  assertRefused,
  churnOf,
  churnProblems,
  modelWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
} from "../../support/stackInput";

describe("config: periods and windows", () => {
  it("takes a period in whole minutes, an hour by default", () => {
    for (const [given, seconds] of [
      ["15m", 900],
      ["1h", 3600],
      ["60s", 60],
      ["1d", 86_400],
      [120, 120],
      ["120", 120],
      ["120.0", 120],
    ] as const) {
      assert.equal(churnOf({ period: given, datapoints: 1 }).period, seconds);
    }
    assert.equal(churnOf({}).period, 3600);
  });

  it("refuses anything else as a period", () => {
    assertRefused("period", "a period such as `15m`, `1h` or `1d`, a whole number of minutes", [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["90s", '"90s"'],
      [30, "30"],
      [0, "0"],
      [-3600, "-3600"],
      ["hourly", '"hourly"'],
      ["1.5h", '"1.5h"'],
      ["1 week", '"1 week"'],
    ]);
  });

  it("takes a silence from ten minutes to a week in whole minutes, off by default", () => {
    for (const [given, seconds] of [
      ["10m", 600],
      ["601m", 36_060],
      ["6h", 21_600],
      ["7d", 604_800],
      [600, 600],
      ["600", 600],
    ] as const) {
      assert.equal(churnOf({ silence: given }).silence, seconds);
    }
    assert.equal(churnOf({}).silence, undefined);
  });

  it("refuses anything else as a silence", () => {
    assertRefused("silence", "a duration from `10m` to `7d` in whole minutes", [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["9m", '"9m"'],
      ["599s", '"599s"'],
      ["601s", '"601s"'],
      ["8d", '"8d"'],
      [604_860, "604860"],
      ["never", '"never"'],
    ]);
  });

  it("lets an alarm look back over a day with periods under an hour", () => {
    assert.equal(churnOf({ period: "59m", datapoints: "3 of 24" }).period, 3540);
    assert.equal(churnOf({ period: "1m", datapoints: "3 of 1440" }).period, 60);
    assert.deepEqual(churnProblems({ period: "59m", datapoints: "3 of 25" }), [
      "classification-rate:models.churn.datapoints: expected at most 24 data points of 59 minutes, as an alarm looks back over 1 day at most, found 25 of 59 minutes",
    ]);
    assert.deepEqual(churnProblems({ period: "1m", datapoints: "3 of 1441" }), [
      "classification-rate:models.churn.datapoints: expected at most 1440 data points of 1 minute, as an alarm looks back over 1 day at most, found 1441 of 1 minute",
    ]);
  });

  it("lets an alarm look back over a week with periods from an hour on", () => {
    assert.equal(churnOf({ period: "1h", datapoints: "3 of 168" }).datapoints.of, 168);
    assert.equal(churnOf({ period: "7d", datapoints: 1 }).period, 604_800);
    assert.deepEqual(churnProblems({ period: "1h", datapoints: "3 of 169" }), [
      "classification-rate:models.churn.datapoints: expected at most 168 data points of 1 hour, as an alarm looks back over 7 days at most, found 169 of 1 hour",
    ]);
    assert.deepEqual(churnProblems({ period: "61m", datapoints: "3 of 166" }), [
      "classification-rate:models.churn.datapoints: expected at most 165 data points of 61 minutes, as an alarm looks back over 7 days at most, found 166 of 61 minutes",
    ]);
  });

  it("names the key that the user wrote", () => {
    const [own] = churnProblems({ period: "2d" });
    assert.match(own ?? "", /^classification-rate:models\.churn\.period: expected at most 3 data/);
    const raw = (defaults: unknown, more = {}) => ({
      defaults,
      models: { churn: modelWith(more) },
    });
    const [shared, ...others] = problemsOf({
      defaults: { period: "2d" },
      models: { churn: modelWith(), fraud: modelWith(), spam: modelWith({ period: "1h" }) },
    });
    assert.match(shared ?? "", /^classification-rate:defaults\.period: expected at most 3 data/);
    assert.deepEqual(others, []);
    const [mixed] = problemsOf(raw({ period: "2d" }, { datapoints: 4 }));
    assert.match(mixed ?? "", /^classification-rate:models\.churn\.datapoints: /);
  });

  it("blames the period where not even one data point fits", () => {
    assert.deepEqual(churnProblems({ period: "8d" }), [
      "classification-rate:models.churn.period: expected a period of at most 7 days, found 8 days",
    ]);
    const [problem] = churnProblems({ period: "8d", datapoints: 1 });
    assert.match(problem ?? "", /^classification-rate:models\.churn\.period: /);
  });
});
