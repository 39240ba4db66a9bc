import assert from "node:assert/strict";
import { topicPolicy } from "../../../components/cloudwatch/policies";
import { AwsCallError } from "../../../tools/aws/awsCall";
import { policyCheck, topicChecks, type TopicFindings } from "../../../tools/doctor/topicChecks";
import { withSession } from "../aws/wire/session";
import { WireFault, type WireHandler, WireServer } from "../aws/wire/wireServer";
import { ACCOUNT, DECLARED, FOREIGN, inShort, OWN, topicOf } from "./notified";

const WHERE = { accountId: ACCOUNT, region: "eu-west-1" };
const POLICY = JSON.stringify(topicPolicy(OWN, WHERE));
const DEPLOY = "pulumi up --refresh --stack prod";

async function looked(handler: WireHandler, topic = topicOf(OWN)): Promise<TopicFindings> {
  const server = await WireServer.start({ "sns:GetTopicAttributes": handler });
  try {
    return await withSession(server, (session) => topicChecks(session, topic, DECLARED), {
      attempts: 1,
    });
  } finally {
    await server.stop();
  }
}

function fails(code: string): WireHandler {
  return () => {
    throw new WireFault(code, "no", 403);
  };
}

describe("doctor's checks of a topic", () => {
  it("are well where it is there, open to CloudWatch and not encrypted", async () => {
    const { checks, isReadable, key } = await looked(() => ({ Attributes: { Policy: POLICY } }));
    assert.deepEqual(inShort(checks), [
      "topic ok: exists",
      'topic policy ok: lets CloudWatch publish: statement "AlarmsOfThisAccountMayPublish" allows it',
      "topic encryption ok: none",
    ]);
    assert.deepEqual([isReadable, key], [true, undefined]);
    assert.deepEqual(
      new Set(checks.map(({ model, subject }) => `${model ?? ""} ${subject}`)),
      new Set(["churn team"]),
    );
  });

  it("hand on the key only where it could serve", async () => {
    const encrypted = (KmsMasterKeyId: string) => (): object => ({
      Attributes: { Policy: POLICY, KmsMasterKeyId },
    });
    const own = topicOf(OWN, { arn: OWN, key: "arn:key" });
    assert.equal((await looked(encrypted("arn:key"), own)).key, "arn:key");
    const deaf = await looked(encrypted("alias/aws/sns"), own);
    assert.equal(deaf.key, undefined);
    assert.equal(deaf.checks.at(-1)?.status, "failure");
  });

  it("find that it is missing, and who has to act", async () => {
    const { checks, isReadable } = await looked(fails("NotFound"));
    assert.deepEqual(inShort(checks), ["topic failure: there is no such topic"]);
    assert.deepEqual([isReadable, checks[0]?.command], [false, DEPLOY]);
    const foreign = await looked(fails("NotFound"), topicOf(FOREIGN));
    assert.match(foreign.checks[0]?.advice ?? "", /^Correct `topics`/);
    assert.equal(foreign.checks[0]?.command, undefined);
  });

  it("warn of another account's topic that cannot be read, and fail for an own one", async () => {
    const { checks, isReadable } = await looked(fails("AuthorizationError"), topicOf(FOREIGN));
    assert.deepEqual(inShort(checks), [
      "topic warning: it is in account 999999999999, which does not let you read it (sns:GetTopicAttributes)",
    ]);
    assert.equal(isReadable, false);
    const own = await looked(fails("AuthorizationError"));
    assert.deepEqual(inShort(own.checks), [
      "topic failure: could not be checked: the IAM action sns:GetTopicAttributes is not allowed",
    ]);
    assert.equal(own.isReadable, true);
    await assert.rejects(looked(fails("ExpiredToken"), topicOf(FOREIGN)), AwsCallError);
  });

  it("find one of another region without asking for it", async () => {
    const elsewhere = topicOf(FOREIGN.replace("eu-west-1", "us-east-1"));
    const { checks, isReadable } = await looked(fails("Never"), elsewhere);
    assert.deepEqual(inShort(checks), [
      "topic failure: it is in us-east-1, the alarms are in eu-west-1: CloudWatch does not publish to another region",
    ]);
    assert.equal(isReadable, false);
  });
});

describe("doctor's check of a topic's policy", () => {
  it("finds one that does not let CloudWatch publish, and has the stack's own put back", () => {
    assert.deepEqual(policyCheck('{"Statement":[]}', topicOf(OWN), DECLARED), {
      model: "churn",
      what: "topic policy",
      subject: "team",
      status: "failure",
      found:
        "does not let CloudWatch publish: no statement allows sns:Publish to cloudwatch.amazonaws.com",
      advice: "Have the declared policy put back: deploy the stack.",
      command: DEPLOY,
    });
  });

  it("shows the statement that another's policy needs", () => {
    const {
      status,
      advice = "",
      command,
    } = policyCheck('{"Statement":[]}', topicOf(FOREIGN), DECLARED);
    assert.deepEqual([status, command], ["failure", undefined]);
    const statement: unknown = JSON.parse(advice.slice(advice.indexOf("{")));
    assert.deepEqual(statement, topicPolicy(FOREIGN, WHERE).Statement[0]);
  });

  it("warns of one that cannot be judged", () => {
    const { status, found } = policyCheck("no JSON", topicOf(FOREIGN), DECLARED);
    assert.equal(status, "warning");
    assert.equal(
      found,
      "may not let CloudWatch publish: the policy is not a JSON document with statements",
    );
  });

  it("asks for every alarm: one that is kept out is enough", () => {
    const [one = ""] = topicOf(OWN).alarms;
    const Statement = {
      Effect: "Allow",
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { ArnEquals: { "aws:SourceArn": one } },
    };
    const policy = JSON.stringify({ Statement });
    const topic = topicOf(OWN);
    assert.equal(policyCheck(policy, topic, DECLARED).status, "ok");
    const shared = { ...topic, alarms: [one, `${one}-silence`] };
    assert.equal(policyCheck(policy, shared, DECLARED).status, "failure");
  });
});
