import assert from "node:assert/strict";
import { logGroupNamed } from "../../../tools/aws/logCalls";
import { judgeLogGroup } from "../../../tools/doctor/filterChecks";
import { withSession } from "../aws/wire/session";
import { WireServer } from "../aws/wire/wireServer";
import { CHURN } from "./watchedChurn";

const GROUP = { logGroupClass: "STANDARD", retentionDays: undefined };

describe("doctor's log group", () => {
  it("is well where it is of the Standard class", () => {
    assert.deepEqual(judgeLogGroup(CHURN, GROUP), {
      model: "churn",
      what: "log group",
      subject: "/logs/churn",
      status: "ok",
      found: "of the Standard class, keeps events for ever",
    });
    const day = judgeLogGroup(CHURN, { ...GROUP, retentionDays: 1 });
    assert.equal(day.found, "of the Standard class, keeps events for 1 day");
    const month = judgeLogGroup(CHURN, { ...GROUP, retentionDays: 30 });
    assert.equal(month.found, "of the Standard class, keeps events for 30 days");
  });

  it("fails where it does not exist", () => {
    const check = judgeLogGroup(CHURN, undefined);
    assert.equal(check.status, "failure");
    assert.equal(check.found, "does not exist in eu-west-1");
    assert.match(check.advice ?? "", /createLogGroup: true/);
    assert.equal(
      check.command,
      "aws logs create-log-group --region eu-west-1 --log-group-name /logs/churn",
    );
  });

  it("fails where its class has no metric filters", () => {
    for (const logGroupClass of ["INFREQUENT_ACCESS", "DELIVERY"]) {
      const check = judgeLogGroup(CHURN, { ...GROUP, logGroupClass });
      assert.equal(check.status, "failure");
      assert.equal(check.found, `is of the class ${logGroupClass}, which has no metric filters`);
      assert.match(check.advice ?? "", /Have the model log to a new group/);
    }
  });

  it("is found by its exact name, on whichever page", async () => {
    const server = await WireServer.start({
      "logs:DescribeLogGroups": ({ logGroupNamePrefix, nextToken }) => {
        assert.equal(logGroupNamePrefix, "/logs/churn");
        if (nextToken === undefined) {
          const other = { logGroupName: "/logs/churn-old", logGroupClass: "DELIVERY" };
          return { logGroups: [other], nextToken: "more" };
        }
        return { logGroups: [{ logGroupName: "/logs/churn", retentionInDays: 7 }] };
      },
    });
    try {
      const live = await withSession(server, (session) => logGroupNamed(session, "/logs/churn"));
      assert.equal(live?.retentionDays, 7);
      assert.equal(server.count("logs:DescribeLogGroups"), 2);
    } finally {
      await server.stop();
    }
  });
});
