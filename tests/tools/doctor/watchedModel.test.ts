import assert from "node:assert/strict";
import { watchedModel } from "../../../tools/doctor/watchedModel";
import { declaredFor } from "../rehearse/declaredFor";

describe("watchedModel", () => {
  it("finds a model's rate alarm, not its silence alarm, and the filters that feed it", async () => {
    const declared = await declaredFor({ silence: "1h", field: "result.ok", period: "15m" });
    const watched = watchedModel(declared, "churn");
    assert.equal(watched?.rateAlarm.name, "classification-rate-dev-churn");
    assert.equal(watched.hasSilenceAlarm, true);
    assert.equal(watched.total.pattern, "{ $.result.ok IS TRUE || $.result.ok IS FALSE }");
    assert.equal(watched.valid.pattern, "{ $.result.ok IS TRUE }");
    assert.equal(watched.totalMetric.metricName, watched.total.metricName);
    assert.equal(watched.totalMetric.period, 900);
    assert.deepEqual([watched.stack, watched.region], ["dev", "eu-west-1"]);
  });

  it("finds nothing where a model or its filters are not declared", async () => {
    const declared = await declaredFor({});
    assert.equal(watchedModel(declared, "churn")?.hasSilenceAlarm, false);
    assert.equal(watchedModel(declared, "fraud"), undefined);
    assert.equal(watchedModel({ ...declared, filters: [] }, "churn"), undefined);
  });
});
