import assert from "node:assert/strict";
import type { LiveSubscription } from "../../../tools/aws/topicCalls";
import type { Check } from "../../../tools/doctor/check";
import { type Subscribed, subscriptionChecks } from "../../../tools/doctor/subscriptionChecks";
import { FOREIGN, OWN, topicOf } from "./notified";
import { before, NOW } from "./watchedChurn";

const DECLARED = [
  { topicArn: OWN, protocol: "email", endpoint: "Team@example.com", pending: false },
];
const AGAIN = {
  advice:
    "Subscribe it again: deploy the stack. AWS then sends a new mail, whose link its owner has to click within two days.",
  command: "pulumi up --refresh --stack prod",
};

function live(state: LiveSubscription["state"], endpoint = "team@example.com"): LiveSubscription {
  return {
    protocol: "email",
    endpoint,
    state,
  };
}

async function only(
  subscriptions: readonly LiveSubscription[],
  subscribed?: Subscribed,
  arn = OWN,
): Promise<Check> {
  const [check, ...more] = await subscriptionChecks(subscriptions, DECLARED, topicOf(arn), {
    ...{ stack: "prod", now: NOW },
    subscribed: () =>
      subscribed === undefined ? assert.fail("asked in vain") : Promise.resolve(subscribed),
  });
  assert(check !== undefined);
  assert.deepEqual(more, []);
  return check;
}

function hours(ago: number): Date {
  return new Date(before(ago * 3600));
}

describe("doctor's check of an address", () => {
  it("is well once it is confirmed, whatever its case and what else there is of it", async () => {
    const all = [live("deleted"), live("confirmed", "TEAM@example.com"), live("pending")];
    assert.deepEqual(await only(all), {
      model: "churn",
      what: "subscription",
      subject: "Team@example.com",
      status: "ok",
      found: "confirmed",
    });
  });

  it("finds a pending one, since when, and until when it can be confirmed", async () => {
    const { status, found, advice, command } = await only([live("pending")], hours(17));
    assert.equal(status, "failure");
    assert.equal(
      found,
      "pending: gets no mail until its owner clicks the link in AWS's mail; asked at 2026-11-19 19:00 UTC (17 h ago), expires in 31 h",
    );
    assert.equal(
      advice,
      "Look for the mail from no-reply@sns.amazonaws.com, also among the spam, and click its link; then have Pulumi take note.",
    );
    assert.equal(command, "pulumi up --refresh --stack prod");
  });

  it("finds one whose link has expired, which has to be subscribed again", async () => {
    const { status, found, ...remedy } = await only([live("pending")], hours(48));
    assert.equal(status, "failure");
    assert.match(found, /\(2 d ago\), the link has expired$/);
    assert.deepEqual([remedy.advice, remedy.command], [AGAIN.advice, AGAIN.command]);
  });

  it("says why it is not known since when, and is the same failure", async () => {
    const why = "the IAM action cloudtrail:LookupEvents is not allowed";
    const { status, found, command } = await only([live("pending")], why);
    assert.equal(status, "failure");
    assert.match(
      found,
      /; since when is not known \(the IAM action cloudtrail:LookupEvents is not allowed\)$/,
    );
    assert.equal(command, "pulumi up --refresh --stack prod");
  });

  it("finds one that is gone", async () => {
    const { found, status, advice, command } = await only([live("deleted")]);
    assert.deepEqual([status, found], ["failure", "unsubscribed: gets no mail"]);
    assert.deepEqual({ advice, command }, AGAIN);
    const others = [
      live("confirmed", "other@example.com"),
      { ...live("confirmed"), protocol: "https" },
    ];
    const missing = await only(others);
    assert.equal(missing.status, "failure");
    assert.match(missing.found, /^not subscribed \(any more\)/);
    assert.equal(missing.command, AGAIN.command);
  });
});

describe("doctor's check of a topic's listeners that the stack only names", () => {
  it("counts those who have confirmed", async () => {
    const chat = { ...live("confirmed"), protocol: "https" };
    const check = await only([live("confirmed"), chat, live("pending")], undefined, FOREIGN);
    assert.deepEqual([check.subject, check.status], [FOREIGN, "ok"]);
    assert.equal(check.found, "2 confirmed (email, https)");
  });

  it("warns where there is none", async () => {
    const check = await only([live("pending")], undefined, FOREIGN);
    assert.equal(check.status, "warning");
    assert.match(check.found, /reaches nobody$/);
  });
});
