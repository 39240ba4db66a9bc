import assert from "node:assert/strict";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { all, churn, one } from "./provisioned";

const VALID = "classification-rate-dev-churn.valid_predictions";
const TOTAL = "classification-rate-dev-churn.total_predictions";

/** The patterns of the filters of the model `churn` with these settings. */
async function patterns(settings: Readonly<Record<string, unknown>>): Promise<unknown[]> {
  const resources = await churn(settings);
  return [one(resources, "filter", VALID)["pattern"], one(resources, "filter", TOTAL)["pattern"]];
}

describe("metric filters", () => {
  it("count one for each prediction, and zero as text where there is none", async () => {
    const [total, valid, ...more] = all(await churn(), "filter");
    assert.deepEqual(more, []);
    assert.deepEqual(valid, {
      name: VALID,
      logGroupName: "/churn",
      pattern: "{ $.prediction_valid IS TRUE }",
      metricTransformation: {
        name: VALID,
        namespace: "classification_rate",
        value: "1",
        defaultValue: "0",
      },
    });
    assert.deepEqual(total, {
      name: TOTAL,
      logGroupName: "/churn",
      pattern: "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }",
      metricTransformation: {
        name: TOTAL,
        namespace: "classification_rate",
        value: "1",
        defaultValue: "0",
      },
    });
  });

  it("count what `valid` and `logFormat` say", async () => {
    assert.deepEqual(await patterns({ field: "probability", valid: ">= 0.8" }), [
      "{ $.probability >= 0.8 }",
      "{ $.probability >= 0.8 || $.probability < 0.8 }",
    ]);
    assert.deepEqual(await patterns({ valid: "True" }), [
      '{ $.prediction_valid = "True" }',
      "{ $.prediction_valid = * }",
    ]);
    assert.deepEqual(await patterns({ logFormat: "text" }), [
      String.raw`%prediction_valid\W+[Tt]rue%`,
      String.raw`%prediction_valid\W+[Tt]rue|prediction_valid\W+[Ff]alse%`,
    ]);
  });

  it("look at the property that `field` names", async () => {
    assert.deepEqual(await patterns({ field: "result.valid" }), [
      "{ $.result.valid IS TRUE }",
      "{ $.result.valid IS TRUE || $.result.valid IS FALSE }",
    ]);
    assert.deepEqual(await patterns({ field: "outputs[0]['is.valid']" }), [
      "{ $.outputs[0].['is.valid'] IS TRUE }",
      "{ $.outputs[0].['is.valid'] IS TRUE || $.outputs[0].['is.valid'] IS FALSE }",
    ]);
  });

  it("count only the events that `where` asks for, every condition and both outcomes", async () => {
    const where = { "model.name": "churn", shadow: false, version: 3 };
    const conditions = '$.model.name = "churn" && $.shadow IS FALSE && $.version = 3';
    assert.deepEqual(await patterns({ where }), [
      `{ $.prediction_valid IS TRUE && ${conditions} }`,
      `{ ($.prediction_valid IS TRUE || $.prediction_valid IS FALSE) && ${conditions} }`,
    ]);
  });

  it("keep models in one log group apart", async () => {
    const { resources } = await provision({
      models: {
        churn: modelWith({ logGroup: "/shared", where: { model: "churn" } }),
        fraud: modelWith({ logGroup: "/shared", where: { model: "fraud" } }),
      },
    });
    const filters = all(resources, "filter");
    for (const key of ["name", "pattern"]) {
      assert.equal(new Set(filters.map((filter) => filter[key])).size, 4, key);
    }
    assert.deepEqual([...new Set(filters.map((filter) => filter["logGroupName"]))], ["/shared"]);
  });

  it("publish to the stack's namespace, which is where alarm and dashboard look", async () => {
    const resources = await churn({ silence: "1h" }, { namespace: "ml/quality" });
    const text = JSON.stringify(resources);
    assert.doesNotMatch(text, /"namespace":"classification_rate"/);
    for (const { metricTransformation } of all(resources, "filter")) {
      assert.match(JSON.stringify(metricTransformation), /"namespace":"ml\/quality"/);
    }
    for (const alarm of all(resources, "alarm")) {
      assert.match(JSON.stringify(alarm["metricQueries"]), /"namespace":"ml\/quality"/);
    }
    assert.match(String(one(resources, "dashboard")["dashboardBody"]), /\["ml\/quality","/);
  });
});

describe("saved Logs Insights query", () => {
  it("lists the newest invalid predictions of all models", async () => {
    const models = {
      churn: modelWith(),
      fraud: modelWith({ logGroup: "/fraud", field: "result.valid", where: { model: "fraud" } }),
    };
    assert.deepEqual(one((await provision({ models })).resources, "query"), {
      name: "classification-rate-dev.invalid_predictions",
      logGroupNames: ["/churn", "/fraud"],
      queryString:
        "fields @timestamp, @log, @message\n| filter prediction_valid = 0 or result.valid = 0\n| sort @timestamp desc\n| limit 100",
    });
  });
});
