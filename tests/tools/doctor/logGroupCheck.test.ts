import assert from "node:assert/strict";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { judgeLogGroup, logGroupChecks } from "../../../tools/doctor/filterChecks";
import { withSession } from "../aws/wire/session";
import { WireFault, WireServer } from "../aws/wire/wireServer";
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
      const [check] = await withSession(server, (session) => logGroupChecks(session, CHURN));
      assert.equal(check?.found, "of the Standard class, keeps events for 7 days");
      assert.equal(server.count("logs:DescribeLogGroups"), 2);
    } finally {
      await server.stop();
    }
  });

  it("asks again when AWS fails for a moment, and names the IAM action that is denied", async () => {
    let asked = 0;
    const server = await WireServer.start({
      "logs:DescribeLogGroups": () => {
        asked += 1;
        if (asked === 1) throw new WireFault("InternalFailure", "try again", 500);
        if (asked === 2) return { logGroups: [] };
        throw new WireFault("AccessDeniedException", "not authorized");
      },
    });
    try {
      await withSession(server, async (session) => {
        const [check] = await logGroupChecks(session, CHURN);
        assert.equal(check?.status, "failure");
        await assert.rejects(logGroupChecks(session, CHURN), (error) => {
          assert(error instanceof AwsCallError);
          assert.deepEqual([error.action, error.kind], ["logs:DescribeLogGroups", "access denied"]);
          return true;
        });
      });
      assert.equal(asked, 3);
    } finally {
      await server.stop();
    }
  });
});
