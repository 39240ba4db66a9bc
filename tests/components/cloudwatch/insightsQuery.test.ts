import assert from "node:assert/strict";
import type { PredictionFields } from "../../../components/cloudwatch/patterns";
import {
  allInvalidPredictionsQuery,
  invalidPredictionsQuery,
} from "../../../components/cloudwatch/queries";

describe("the saved Logs Insights query", () => {
  it("lists the newest invalid predictions; booleans are 1 and 0 to Logs Insights", () => {
    assert.equal(
      invalidPredictionsQuery({ field: ["prediction_valid"], where: [] }),
      "fields @timestamp, @message\n| filter prediction_valid = 0\n| sort @timestamp desc\n| limit 100",
    );
  });

  it("asks for a model's own events", () => {
    const query = invalidPredictionsQuery({
      field: ["result", "is-valid"],
      where: [
        { path: ["model"], value: 'the "new" one' },
        { path: ["meta", "version"], value: 3.5 },
        { path: ["live"], value: true },
        { path: ["test"], value: false },
        { path: ["build"], value: "7" },
      ],
    });
    assert.equal(
      query.split("\n")[1],
      '| filter `result.is-valid` = 0 and model = "the \\"new\\" one" and meta.version = 3.5 and live = 1 and test = 0 and build = "7"',
    );
  });

  it("asks for what is not valid, in whatever form it is", () => {
    const filterOf = (more: Partial<PredictionFields>) =>
      invalidPredictionsQuery({ field: ["f"], where: [], ...more }).split("\n")[1];
    assert.equal(filterOf({ valid: 1 }), "| filter ispresent(f) and f != 1");
    assert.equal(filterOf({ valid: 'T"' }), '| filter ispresent(f) and f != "T\\""');
    assert.equal(filterOf({ valid: { operator: ">=", bound: 0.8 } }), "| filter f < 0.8");
    assert.equal(
      filterOf({ logFormat: "text" }),
      String.raw`| filter @message like /f\W+[Tt]rue|f\W+[Ff]alse/ and @message not like /f\W+[Tt]rue/`,
    );
  });

  it("asks for the invalid predictions of all models", () => {
    const models: PredictionFields[] = [
      { field: ["f"], where: [] },
      { field: ["p"], where: [], valid: { operator: ">", bound: 0.5 } },
      { field: ["f"], where: [], valid: 1 },
      { field: ["f"], where: [{ path: ["model"], value: "x" }] },
    ];
    assert.equal(
      allInvalidPredictionsQuery(models).split("\n")[1],
      "| filter f = 0 or (ispresent(f) and f != 1) or p <= 0.5",
    );
  });
});
