import assert from "node:assert/strict";
import { invalidPredictionsQuery } from "../../../components/cloudwatch/queries";

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
});
