import assert from "node:assert/strict";
import { blindSpots, blindText, type LogsRead } from "../../tools/blindSpots";
import type { Model } from "../../tools/program/model";
import type { MetricFilter } from "../../tools/simulator/metricFilter";

function filter(name: string, pattern: string): MetricFilter {
  return {
    name,
    pattern,
    logGroupName: "/logs/all",
    metricName: name,
    metricNamespace: "n",
    metricValue: "1",
  };
}

const TOTAL = filter("total", "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }");
const ERRORS = filter("errors", '{ $.level = "ERROR" }');

type Watched = Pick<Model, "name" | "filters" | "total">;
const churn: Watched = { name: "churn", filters: [TOTAL], total: TOTAL };
const errors: Watched = { name: "errors", filters: [ERRORS], total: undefined };

function read(more: Partial<LogsRead>): LogsRead {
  return {
    logGroup: "/logs/all",
    events: 20_467,
    matched: new Map([
      ["total", 0],
      ["errors", 0],
    ]),
    nearMisses: [],
    undated: 0,
    ...more,
  };
}

function whats(models: readonly Watched[], more: Partial<LogsRead>): string[] {
  return blindSpots(models, [read(more)]).map(({ what }) => what);
}

describe("blind spots", () => {
  it("are none where events count", () => {
    assert.deepEqual(whats([churn], { matched: new Map([["total", 1]]) }), []);
  });

  it("say that no event carries the field, of all models at once, with lines, properties and causes", () => {
    const lines = ["START RequestId: 1", '{"a": {"b": 1}}\u001b[31m', "END", "a fourth"];
    const logs = [read({ lines, properties: ["a.b", "requestId"] })];
    const spots = blindSpots([churn, { ...churn, name: "fraud" }], logs);
    assert.equal(spots.length, 1);
    const text = spots.flatMap(blindText);
    assert.equal(
      text[0],
      "Blind: none of 20,467 events of /logs/all carries prediction_valid; nothing is known of churn, fraud",
    );
    assert.deepEqual(text.slice(1, 6), [
      "  for example:",
      "    START RequestId: 1",
      '    {"a": {"b": 1}}\\u001b[31m',
      "    END",
      "  JSON properties that these events have: a.b, requestId",
    ]);
    assert.match(text.join("\n"), /drops what `extra=` adds.*another log group.*set `field`/s);
  });

  it("say so of near misses, also where a few events count", () => {
    const near = {
      kind: "text-boolean",
      count: 20_000,
      example: "an example",
      advice: "an advice",
    };
    const [none] = blindSpots([churn], [read({ nearMisses: [near] })]);
    assert.match(none?.what ?? "", /^none of .* counts; 20,000 carry prediction_valid in a form/);
    assert.deepEqual([none?.lines, none?.causes], [["an example"], ["an advice"]]);
    const few = { nearMisses: [near], matched: new Map([["total", 10]]) };
    assert.match(whats([churn], few)[0] ?? "", /^only 10 of 20,467 events .* count; 20,000 carry/);
    assert.deepEqual(whats([churn], { ...few, matched: new Map([["total", 20_400]]) }), []);
  });

  it("tell an alarm that finds no errors from a rate that finds no predictions", () => {
    const properties = ["level", "prediction_valid"];
    assert.deepEqual(whats([errors], { properties }), []);
    assert.match(whats([errors], {})[0] ?? "", /carries level$/);
    assert.match(
      whats([churn], { properties })[0] ?? "",
      /matches \{ \$\.prediction_valid IS TRUE/,
    );
  });

  it("say that nothing was read, or nothing with a time", () => {
    assert.deepEqual(whats([churn], { events: 0 }), ["no event of /logs/all was read"]);
    assert.match(whats([churn], { events: 0, undated: 3 })[0] ?? "", /^none of 3 lines .* a time/);
  });
});
