import assert from "node:assert/strict";
import { accountCheck, regionCheck } from "../../../tools/doctor/doctor";

const IDENTITY = { accountId: "123456789012", arn: "arn:aws:iam::123456789012:user/ann" };
const PLACE = {
  path: "Pulumi.prod.yaml",
  allowedAccounts: ["123456789012"],
  declaredRegion: "eu-west-1",
};
const WHERE = { stack: "prod", region: "eu-west-1" };

type Place = Parameters<typeof regionCheck>[1];

function accountChecks(place: Place) {
  return [accountCheck(IDENTITY, place), regionCheck(WHERE, place)];
}

describe("doctor's account and region", () => {
  it("are well where the stack pins both", () => {
    assert.deepEqual(accountChecks(PLACE), [
      {
        what: "account",
        subject: "123456789012",
        status: "ok",
        found:
          "signed in as arn:aws:iam::123456789012:user/ann; aws:allowedAccountIds in Pulumi.prod.yaml allows it",
      },
      {
        what: "region",
        subject: "eu-west-1",
        status: "ok",
        found: "aws:region in Pulumi.prod.yaml",
      },
    ]);
  });

  it("say where they come from where the stack pins neither", () => {
    const place = { ...PLACE, allowedAccounts: [], declaredRegion: undefined };
    const [account, region] = accountChecks(place);
    assert.equal(account?.status, "ok");
    assert.match(account.found, /does not pin the account \(aws:allowedAccountIds\)$/);
    assert.equal(region?.status, "ok");
    assert.equal(
      region.found,
      "from AWS_REGION or your profile; Pulumi.prod.yaml does not pin it (`pulumi config set aws:region eu-west-1 --stack prod` does)",
    );
  });

  it("fail for another account than those that the stack allows", () => {
    const place = { ...PLACE, allowedAccounts: ["210987654321", "333333333333"] };
    const [account] = accountChecks(place);
    assert.equal(account?.status, "failure");
    assert.match(account.found, /allows only 210987654321 or 333333333333$/);
    assert.match(
      account.advice ?? "",
      /nothing else was checked\. Sign in to account 210987654321/,
    );
  });
});
