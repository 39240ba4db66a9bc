import assert from "node:assert/strict";
import fc from "fast-check";
import { type PredictionFields, predictionPatterns } from "../../../components/cloudwatch/patterns";
import { INSIGHTS_QUERY_LENGTH, predictionCountsQuery } from "../../../tools/history/countsQuery";
import { EventMessage } from "../../../tools/simulator/filterPattern";
import { MetricFilterSeries } from "../../../tools/simulator/metricFilter";
import { MINUTE } from "../../../tools/time";
import { MinuteNumbers } from "../../../tools/simulator/minuteSeries";
import { pointsOf } from "../../support/points";
import { type InsightsEvent, insightsRows } from "../../support/insightsEngine";

const START = Date.parse("2026-03-01T12:00:00Z");

/** Minute, valid and total predictions, as the query counts them and as the model's metric filters do. */
function counted(fields: PredictionFields, events: readonly InsightsEvent[]) {
  const rows = insightsRows(predictionCountsQuery(fields), events);
  const byQuery = rows.map((row) => [
    Date.parse(`${row["minute"] ?? ""}Z`) / MINUTE,
    Number(row["valid_predictions"]),
    Number(row["total_predictions"]),
  ]);
  const { valid, total } = predictionPatterns(fields);
  const [validPoints, totalPoints] = [valid, total].map((pattern) => {
    const identity = { name: "f", logGroupName: "g", metricName: "m", metricNamespace: "n" };
    const series = new MetricFilterSeries({ ...identity, pattern, metricValue: "1" });
    const minutes = new MinuteNumbers("counts");
    for (const { timestamp, message } of events) {
      series.add(timestamp, new EventMessage(message));
      minutes.add(Math.floor(timestamp / MINUTE), 1);
    }
    return pointsOf(series.metric(minutes));
  });
  const byFilters = (totalPoints ?? []).map(({ minute, sum }) => [
    minute,
    validPoints?.find((point) => point.minute === minute)?.sum ?? 0,
    sum,
  ]);
  return { byQuery, byFilters };
}

describe("the Logs Insights query that counts predictions", () => {
  it("is as short as it can be for a model with its own log group", () => {
    assert.equal(
      predictionCountsQuery({ field: ["prediction_valid"], where: [] }),
      String.raw`filter @message like /^\s*\{[\s\S]*\}\s*$/
| filter @message like /"prediction_valid"\s*:\s*(true|false)/
| filter prediction_valid = 1 or prediction_valid = 0
| stats sum(prediction_valid) as valid_predictions, count(*) as total_predictions by bin(1m) as minute
| sort minute asc
| limit 10000`,
    );
  });

  it("knows nested fields, elements, unusual names and further conditions", () => {
    const query = predictionCountsQuery({
      field: ["outputs", 0, "is/gültig"],
      where: [
        { path: ["model"], value: 'ch"urn' },
        { path: ["meta", "live"], value: true },
        { path: ["v-1"], value: 3.5 },
      ],
    });
    const lines = query.split("\n| ");
    assert.deepEqual(lines.slice(1, 7), [
      String.raw`filter @message like /"is\x2fg(ü|\\u00[fF][cC])ltig"\s*:\s*(true|false)/`,
      "filter `outputs.0.is/gültig` = 1 or `outputs.0.is/gültig` = 0",
      String.raw`filter model = "ch\"urn"`,
      "filter meta.live = 1",
      "filter `v-1` = 3.5",
      "stats sum(`outputs.0.is/gültig`) as valid_predictions, count(*) as total_predictions by bin(1m) as minute",
    ]);
    assert.equal(
      predictionCountsQuery({ field: ["flags", 2], where: [] }).split("\n| ")[1],
      String.raw`filter @message like /"flags"\s*:\s*\[[\s\S]*(true|false)/`,
    );
  });

  it("counts what the metric filters match", () => {
    const valid = fc.constantFrom("true", "false", "true", "false", "1", "0", '"true"', "null");
    const line = fc
      .tuple(valid, fc.constantFrom('"churn"', '"fraud"', "1"), fc.nat(12))
      .map(
        ([value, model, form]) =>
          [
            `{"model":${model},"out":{"gültig":${value}}}`,
            `{"model":${model},"out":{"g\\u00FCltig" : ${value}}}`,
            ` {"model":${model},\n "out":{\n"gültig":\t${value}\n}}\n`,
            `[INFO] {"model":${model},"out":{"gültig":${value}}}`,
            `{"model":${model},"out":{"gültig":[${value}]}}`,
            `{"model":${model},"gültig":${value}}`,
            `{"model":${model},"out":{"Gültig":${value}}}`,
            `{"model":${model},"message":"{\\"out\\":{\\"gültig\\":${value === '"true"' ? "1" : value}}}"}`,
            `{"out":{"gültig":${value}}}`,
            `{"model":${model},"out":{"gültig":${value}}`,
            `[{"model":${model},"out":{"gültig":${value}}}]`,
            "START RequestId: 1",
            "",
          ][form] ?? "",
      );
    const event = fc.record({ at: fc.nat(300), message: line });
    const fields = { field: ["out", "gültig"], where: [{ path: ["model"], value: "churn" }] };
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (list) => {
        const events = list.map(({ at, message }) => ({ timestamp: START + at * 1000, message }));
        const { byQuery, byFilters } = counted(fields, events);
        assert.deepEqual(byQuery, byFilters);
      }),
      { numRuns: 300 },
    );
  });

  it("counts what the metric filters match under other settings", () => {
    const settings: readonly Omit<PredictionFields, "where">[] = [
      { field: ["p"], valid: { operator: ">=", bound: 0.8 } },
      { field: ["p"], valid: { operator: "<", bound: 1 } },
      { field: ["p"], valid: 1 },
      { field: ["p"], valid: "True" },
      { field: ["scores", 0], valid: { operator: ">", bound: 0.5 } },
      { field: ["p"], logFormat: "text" },
      { field: ["p"], logFormat: "text", valid: "ok" },
    ];
    const value = fc.constantFrom(
      ...["0.83", "0.8", "-2e-1", "1", "0", "true", "false", "null", '"True"', '"0.9"', '"ok"'],
      ...["[0.9]", "{}", "True", "ok", "1.0"],
    );
    const line = fc
      .tuple(value, fc.nat(6))
      .map(
        ([one, form]) =>
          [
            `{"p":${one}}`,
            ` {"a":1, "p" : ${one}}\n`,
            `INFO {"p": ${one}}`,
            `p=${one} in 3 ms`,
            `{'p': ${one}}`,
            `{"scores":[${one},0.1]}`,
            `{"q":${one}}`,
          ][form] ?? "",
      );
    const event = fc.record({ at: fc.nat(300), message: line });
    fc.assert(
      fc.property(fc.constantFrom(...settings), fc.array(event), (fields, list) => {
        const events = list.map(({ at, message }) => ({ timestamp: START + at * 1000, message }));
        const { byQuery, byFilters } = counted({ where: [], ...fields }, events);
        assert.deepEqual(byQuery, byFilters);
      }),
      { numRuns: 300 },
    );
  });

  it("asks for numbers, texts and lines of text as the filters do", () => {
    const ofScore = predictionCountsQuery({
      field: ["p"],
      where: [],
      valid: { operator: ">=", bound: 0.8 },
    }).split("\n| ");
    assert.deepEqual(ofScore.slice(1, 4), [
      String.raw`filter @message like /"p"\s*:\s*-?[0-9]/`,
      "filter p >= 0.8 or p < 0.8",
      "stats sum(p >= 0.8) as valid_predictions, count(*) as total_predictions by bin(1m) as minute",
    ]);
    const ofText = predictionCountsQuery({ field: ["p"], where: [], logFormat: "text" });
    assert.deepEqual(ofText.split("\n| ").slice(0, 2), [
      String.raw`filter @message like /p\W+[Tt]rue|p\W+[Ff]alse/`,
      String.raw`stats sum(@message like /p\W+[Tt]rue/) as valid_predictions, count(*) as total_predictions by bin(1m) as minute`,
    ]);
  });

  it("differs from the metric filters where docs/history.md says so", () => {
    const fields = { field: ["valid"], where: [] };
    const minute = START / MINUTE;
    const of = (message: string) => counted(fields, [{ timestamp: START, message }]);
    assert.deepEqual(of('{"valid":1,"other":{"valid":true}}'), {
      byQuery: [[minute, 1, 1]],
      byFilters: [],
    });
    assert.deepEqual(of('{"valid":true} took 3 ms {}'), {
      byQuery: [[minute, 1, 1]],
      byFilters: [],
    });
    assert.deepEqual(of('{"v\\u0061lid":true}'), { byQuery: [], byFilters: [[minute, 1, 1]] });
  });

  it("keeps to the length that AWS takes, for the longest patterns that AWS takes", () => {
    const where = Array.from({ length: 70 }, (_, index) => ({
      path: [`k${index}`],
      value: true,
    }));
    const names = ["x".repeat(480), "/".repeat(480), "ü".repeat(480), "😀".repeat(480)];
    for (const fields of [
      { field: ["valid"], where },
      ...names.map((name) => ({ field: [name], where: [] })),
    ]) {
      assert.ok(predictionPatterns(fields).total.length > 950);
      assert.ok(predictionCountsQuery(fields).length <= INSIGHTS_QUERY_LENGTH);
      const events = ["true", "false", "1"].map((value, at) => ({
        timestamp: START + at,
        message: `{"${String(fields.field[0])}":${value}}`,
      }));
      if (fields.where === where) continue;
      assert.deepEqual(
        insightsRows(predictionCountsQuery(fields), events).map((row) => row["total_predictions"]),
        ["2"],
      );
    }
  });
});
