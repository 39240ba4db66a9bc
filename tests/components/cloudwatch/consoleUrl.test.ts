import assert from "node:assert/strict";
import {
  alarmUrl,
  dashboardUrl,
  logGroupUrl,
  partitionOf,
} from "../../../components/cloudwatch/consoleLinks";

describe("links into the console", () => {
  it("lead to alarms, dashboards and log groups", () => {
    const home = "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#";
    assert.equal(
      alarmUrl("eu-west-1", "classification-rate-dev-churn"),
      `${home}alarmsV2:alarm/classification-rate-dev-churn`,
    );
    assert.equal(dashboardUrl("eu-west-1", "ml-dev-2"), `${home}dashboards/dashboard/ml-dev-2`);
    assert.equal(
      logGroupUrl("eu-west-1", "/aws/lambda/churn_1.x#2"),
      `${home}logsV2:log-groups/log-group/$252Faws$252Flambda$252Fchurn_1.x$25232`,
    );
  });

  it("go to the console of the region's partition", () => {
    for (const [region, host, partition] of [
      ["us-east-1", "us-east-1.console.aws.amazon.com", "aws"],
      ["cn-north-1", "cn-north-1.console.amazonaws.cn", "aws-cn"],
      ["cn-northwest-1", "cn-northwest-1.console.amazonaws.cn", "aws-cn"],
      ["us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com", "aws-us-gov"],
    ] as const) {
      const start = `https://${host}/cloudwatch/home?region=${region}#`;
      for (const url of [
        alarmUrl(region, "a"),
        dashboardUrl(region, "a"),
        logGroupUrl(region, "a"),
      ]) {
        assert(url.startsWith(start), url);
        assert.equal(new URL(url).host, host);
      }
      assert.equal(partitionOf(region), partition);
    }
  });

  it("hold names with other characters", () => {
    for (const name of ["a b", "50%", "a/b?c#d&e", "größe"]) {
      for (const url of [alarmUrl("eu-west-1", name), dashboardUrl("eu-west-1", name)]) {
        assert.equal(decodeURIComponent(new URL(url).hash.split("/").at(-1) ?? ""), name);
      }
    }
  });
});
