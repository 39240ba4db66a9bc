import assert from "node:assert/strict";
import { topicUses } from "../../../tools/doctor/topicChecks";
import { ACCOUNT, alarmFor, DECLARED, FOREIGN, OWN } from "./notified";

describe("the topics that alarms act on", () => {
  it("are each there once, with the alarms and the only model, own ones by their name", () => {
    const alarms = [alarmFor("churn", [OWN, FOREIGN]), alarmFor("fraud", [FOREIGN])];
    const uses = topicUses(alarms, { ...DECLARED, alarms });
    const alarm = (name: string): string =>
      `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:classification-rate-prod-${name}`;
    assert.deepEqual(uses, [
      {
        arn: OWN,
        shownAs: "team",
        own: { arn: OWN, key: undefined },
        region: "eu-west-1",
        accountId: ACCOUNT,
        alarms: [alarm("churn")],
        model: "churn",
      },
      {
        arn: FOREIGN,
        shownAs: FOREIGN,
        own: undefined,
        region: "eu-west-1",
        accountId: "999999999999",
        alarms: [alarm("churn"), alarm("fraud")],
        model: undefined,
      },
    ]);
  });

  it("leave out other actions", () => {
    const arn = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    assert.deepEqual(topicUses([alarmFor("churn", [arn])], DECLARED), []);
  });
});
