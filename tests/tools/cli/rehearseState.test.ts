import assert from "node:assert/strict";
import { join } from "node:path";
import { main } from "../../../tools/cli/rehearse";
import type { JsonReport } from "../../../tools/rehearse/jsonReport";
import { captured, inFolder } from "../../support/folders";

const SAMPLE = join(__dirname, "../../../samples/digits.jsonl.gz");

describe("npm run rehearse -- --state", () => {
  it("rehearses what somebody else's program has deployed", async () => {
    const { stdout } = await inFolder({ "state.json": STATE }, () =>
      captured(() => main(["--state", "state.json", SAMPLE, "--json"])),
    );
    const { alarms, emails, notes } = JSON.parse(stdout) as JsonReport;
    assert.deepEqual(
      alarms.map(({ name, model }) => [name, model]),
      [["any-name", "any-name"]],
    );
    assert.deepEqual(emails, []);
    assert.deepEqual(notes, [
      "composite alarm both is not rehearsed: composite alarms are not; the metric alarms in its rule are",
      "action arn:aws:sns:eu-west-1:123456789012:chat is told, but mails nobody here",
    ]);
  });
});

/** A stack of somebody else's program, as `pulumi stack export` prints it. */
const STATE = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:live::other::pulumi:pulumi:Stack::other-live",
        type: "pulumi:pulumi:Stack",
      },
      resource("aws:cloudwatch/logMetricFilter:LogMetricFilter", "filter", {
        name: "predictions",
        logGroupName: "/logs/any",
        pattern: "{ $.prediction_valid IS FALSE }",
        metricTransformation: {
          name: "Invalid",
          namespace: "Models",
          value: "1",
          defaultValue: "",
        },
      }),
      resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", {
        name: "any-name",
        arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:any-name",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        datapointsToAlarm: 0,
        threshold: 20,
        metricName: "Invalid",
        namespace: "Models",
        period: 3600,
        statistic: "Sum",
        alarmActions: ["arn:aws:sns:eu-west-1:123456789012:chat"],
        actionsEnabled: true,
        treatMissingData: "missing",
        dimensions: {},
        metricQueries: [],
      }),
      resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", "both", { alarmName: "both" }),
    ],
  },
});

function resource(type: string, name: string, outputs: Readonly<Record<string, unknown>>): unknown {
  return { urn: `urn:pulumi:live::other::${type}::${name}`, type, outputs };
}
