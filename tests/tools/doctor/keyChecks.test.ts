import assert from "node:assert/strict";
import { topicKeyPolicy } from "../../../components/cloudwatch/policies";
import type { Check } from "../../../tools/doctor/check";
import { encryptionCheck, keyChecks, keyPolicyCheck } from "../../../tools/doctor/topicChecks";
import { withSession } from "../aws/wire/session";
import { WireFault, type WireHandlers, WireServer } from "../aws/wire/wireServer";
import { ACCOUNT, DECLARED, FOREIGN, inShort, OWN, topicOf } from "./notified";

const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`;
const POLICY = JSON.stringify(topicKeyPolicy({ accountId: ACCOUNT, region: "eu-west-1" }));
const DEPLOY = "pulumi up --refresh --stack prod";
const USE = { key: KEY, model: undefined, isOwn: true };

interface Key {
  readonly state?: string;
  readonly manager?: string;
}

function handlers({ state = "Enabled", manager = "CUSTOMER" }: Key = {}): WireHandlers {
  return {
    "kms:DescribeKey": () => ({
      KeyMetadata: { KeyId: "1", Arn: KEY, KeyState: state, KeyManager: manager },
    }),
    // Unlike DescribeKey it takes no alias.
    "kms:GetKeyPolicy": ({ KeyId }) => {
      if (KeyId !== KEY) throw new WireFault("InvalidArnException", String(KeyId));
      return { Policy: POLICY };
    },
  };
}

async function looked(answers: WireHandlers, use = USE): Promise<Check[]> {
  const server = await WireServer.start(answers);
  try {
    return await withSession(server, (session) => keyChecks(session, use, DECLARED), {
      attempts: 1,
    });
  } finally {
    await server.stop();
  }
}

function failing(code: string): WireHandlers {
  return {
    "kms:DescribeKey": () => {
      throw new WireFault(code, "no");
    },
  };
}

describe("doctor's check of a topic's encryption", () => {
  const encrypted = topicOf(OWN, { arn: OWN, key: KEY });

  it("is well where it is as declared", () => {
    assert.equal(encryptionCheck(undefined, topicOf(OWN), "prod").found, "none");
    assert.equal(encryptionCheck(KEY, encrypted, "prod").found, `encrypted with ${KEY}`);
    assert.equal(encryptionCheck(KEY, topicOf(FOREIGN), "prod").status, "ok");
  });

  it("finds what is declared otherwise", () => {
    const off = encryptionCheck(undefined, encrypted, "prod");
    assert.deepEqual(inShort([off]), [
      "topic encryption failure: not encrypted, though the stack declares it encrypted",
    ]);
    assert.equal(off.command, DEPLOY);
    const on = encryptionCheck(KEY, topicOf(OWN), "prod");
    assert.match(on.found, /, though the stack declares it not encrypted$/);
    assert.equal(on.status, "failure");
  });

  it("finds AWS's own key, which CloudWatch cannot use, wherever it is", () => {
    for (const topic of [topicOf(FOREIGN), topicOf(OWN, { arn: OWN, key: "alias/aws/sns" })]) {
      const check = encryptionCheck("alias/aws/sns", topic, "prod");
      assert.equal(check.status, "failure");
      assert.match(check.found, /which CloudWatch cannot use: mails are dropped$/);
    }
  });
});

describe("doctor's checks of a key", () => {
  it("are well where it is enabled and open to CloudWatch, also by its alias", async () => {
    const well = ["key ok: enabled", "key policy ok: lets CloudWatch use the key"];
    assert.deepEqual(inShort(await looked(handlers())), well);
    assert.deepEqual(inShort(await looked(handlers(), { ...USE, key: "alias/team" })), well);
  });

  it("find a key that is switched off or about to go, with the command that helps", async () => {
    const [disabled, ...more] = await looked(handlers({ state: "Disabled" }));
    assert.equal(disabled?.status, "failure");
    assert.equal(disabled.command, `aws kms enable-key --region eu-west-1 --key-id ${KEY}`);
    assert.deepEqual(more, []);
    const [pending] = await looked(handlers({ state: "PendingDeletion" }));
    assert.match(pending?.found ?? "", /^its state is PendingDeletion/);
    assert.match(pending?.command ?? "", /^aws kms cancel-key-deletion .* && aws kms enable-key /);
    const [creating] = await looked(handlers({ state: "Creating" }));
    assert.equal(creating?.status, "failure");
  });

  it("find AWS's own key behind an ARN, and a key that is gone", async () => {
    const [aws] = await looked(handlers({ manager: "AWS" }));
    assert.match(aws?.found ?? "", /CloudWatch cannot use/);
    const [gone] = await looked(failing("NotFoundException"));
    assert.deepEqual([gone?.status, gone?.command], ["failure", DEPLOY]);
    const foreign = { ...USE, isOwn: false };
    const [theirs] = await looked(failing("NotFoundException"), foreign);
    assert.deepEqual([theirs?.status, theirs?.command], ["failure", undefined]);
  });

  it("warn of another account's key that cannot be read, and fail for an own one", async () => {
    const theirs = { ...USE, key: KEY.replace(ACCOUNT, "999999999999"), isOwn: false };
    assert.deepEqual(inShort(await looked(failing("AccessDeniedException"), theirs)), [
      "key warning: it is in account 999999999999, which does not let you read it (kms:DescribeKey)",
    ]);
    assert.deepEqual(inShort(await looked(failing("AccessDeniedException"))), [
      "key failure: could not be checked: the IAM action kms:DescribeKey is not allowed",
    ]);
  });
});

describe("doctor's check of a key's policy", () => {
  const allow = {
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  };
  const check = (statement: object, isOwn = true): Check =>
    keyPolicyCheck(JSON.stringify({ Statement: statement }), KEY, { ...USE, isOwn }, "prod");

  it("finds one that leaves out CloudWatch or one of the two actions", () => {
    assert.match(check([]).found, /^does not let CloudWatch call kms:Decrypt: no statement allows/);
    const half = check({ ...allow, Action: "kms:Decrypt" });
    assert.equal(half.status, "failure");
    assert.match(half.found, /CloudWatch call kms:GenerateDataKey: no statement/);
    assert.equal(half.command, DEPLOY);
    assert.equal(check([], false).command, undefined);
  });

  it("warns of conditions on the source, which CloudWatch's calls may not meet", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
    const unclear = check({ ...allow, Condition });
    assert.equal(unclear.status, "warning");
    assert.match(unclear.found, /^may not let CloudWatch call kms:Decrypt: whether statement 1/);
  });
});
