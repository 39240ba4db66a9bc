import assert from "node:assert/strict";
import fc from "fast-check";
import { topicKeyPolicy, topicPolicy } from "../../../components/cloudwatch/policies";
import {
  type PolicyRequest,
  policyVerdict,
  type PolicyVerdict,
} from "../../../tools/doctor/policyVerdict";

const ACCOUNT = "123456789012";
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:team`;
const ALARM = `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:churn`;
const REQUEST: PolicyRequest = {
  action: "sns:Publish",
  resource: TOPIC,
  sourceArn: ALARM,
  sourceAccount: ACCOUNT,
};

/** A statement that allows it, unless something else is said. */
const ALLOW = {
  Sid: "A",
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action: "sns:Publish",
  Resource: TOPIC,
};

/** The policy that SNS gives a topic which is made without one (SNS Developer Guide, "Default topic policy"). */
const SNS_DEFAULT = {
  Version: "2008-10-17",
  Id: "__default_policy_ID",
  Statement: [
    {
      Sid: "__default_statement_ID",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["SNS:GetTopicAttributes", "SNS:Subscribe", "SNS:Publish"],
      Resource: TOPIC,
      Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
    },
  ],
};

function verdict(Statement: unknown, request: Partial<PolicyRequest> = {}): PolicyVerdict {
  return policyVerdict(JSON.stringify({ Statement }), { ...REQUEST, ...request });
}

/** The verdict on a statement that allows it but for this. */
function allowing(
  changes: Readonly<Record<string, unknown>>,
  request: Partial<PolicyRequest> = {},
): string {
  return verdict({ ...ALLOW, ...changes }, request).verdict;
}

function under(operator: string, key: string, value: unknown): string {
  return allowing({ Condition: { [operator]: { [key]: value } } });
}

describe("the verdict on a policy", () => {
  it("is that our own policies allow what they are for", () => {
    const where = { accountId: ACCOUNT, region: "eu-west-1" };
    assert.deepEqual(policyVerdict(JSON.stringify(topicPolicy(TOPIC, where)), REQUEST), {
      verdict: "allowed",
      reason: 'statement "AlarmsOfThisAccountMayPublish" allows it',
    });
    const keyPolicy = JSON.stringify(topicKeyPolicy(where));
    for (const action of ["kms:Decrypt", "kms:GenerateDataKey"]) {
      const key = { action, resource: "arn:aws:kms:::key/1" };
      assert.equal(policyVerdict(keyPolicy, key).verdict, "allowed", action);
    }
  });

  it("is that SNS's default policy lets the owner's alarms publish, and nobody else's", () => {
    const policy = JSON.stringify(SNS_DEFAULT);
    assert.equal(policyVerdict(policy, REQUEST).verdict, "allowed");
    assert.deepEqual(policyVerdict(policy, { ...REQUEST, sourceAccount: "999999999999" }), {
      verdict: "denied",
      reason: `statement "__default_statement_ID" allows it only where AWS:SourceOwner is ${ACCOUNT}`,
    });
  });

  it("is denied where nothing allows it, such as a key policy for the account alone", () => {
    assert.deepEqual(verdict([]), {
      verdict: "denied",
      reason: "no statement allows sns:Publish to cloudwatch.amazonaws.com",
    });
    const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    assert.equal(allowing({ Principal: root, Action: "*" }), "denied");
    assert.equal(allowing({ Principal: { AWS: ACCOUNT } }), "denied");
    assert.equal(allowing({ Principal: { Federated: "*" } }), "denied");
  });

  it("takes one statement where a list is meant, and numbers those without a Sid", () => {
    const { Sid, ...unnamed } = ALLOW;
    assert.equal(verdict(ALLOW).verdict, "allowed", Sid);
    const other = { ...unnamed, Action: "sns:Subscribe" };
    assert.equal(verdict([other, unnamed]).reason, "statement 2 allows it");
  });

  it("lets a matching Deny win, in whatever order", () => {
    const deny = { ...ALLOW, Sid: "D", Effect: "Deny", Principal: "*", Action: "*" };
    for (const statements of [
      [ALLOW, deny],
      [deny, ALLOW],
    ]) {
      assert.deepEqual(verdict(statements), {
        verdict: "denied",
        reason: 'statement "D" denies it',
      });
    }
    assert.equal(verdict([ALLOW, { ...deny, Action: "sns:Subscribe" }]).verdict, "allowed");
    const elsewhere = { StringNotEquals: { "aws:SourceAccount": ACCOUNT } };
    assert.equal(verdict([ALLOW, { ...deny, Condition: elsewhere }]).verdict, "allowed");
  });

  it("knows everybody and services as principals", () => {
    const is = (Principal: unknown): string => allowing({ Principal });
    assert.equal(is("*"), "allowed");
    assert.equal(is({ AWS: "*" }), "allowed");
    assert.equal(is({ AWS: [ACCOUNT, "*"] }), "allowed");
    assert.equal(is({ Service: ["s3.amazonaws.com", "cloudwatch.amazonaws.com"] }), "allowed");
    assert.equal(is({ Service: "s3.amazonaws.com" }), "denied");
    assert.equal(is({ Service: "cloudwatch*" }), "denied");
  });

  it("knows wildcards in actions, whose case does not matter", () => {
    const is = (Action: unknown): string => allowing({ Action });
    for (const action of [
      "SNS:Publish",
      "sns:*",
      "*",
      "sns:Pub*",
      "SNS:?ublish",
      ["a:b", "sns:publish"],
    ]) {
      assert.equal(is(action), "allowed", String(action));
    }
    for (const action of ["sns:Publishh", "sns:?", "sqs:*", []]) {
      assert.equal(is(action), "denied", String(action));
    }
    const key = { action: "kms:GenerateDataKey", resource: "key" };
    const policy = { Action: ["kms:GenerateDataKey*"], Resource: "*" };
    assert.equal(allowing(policy, key), "allowed");
    assert.equal(allowing({ Action: ["kms:Decrypt"], Resource: "*" }, key), "denied");
  });

  it("knows wildcards in resources, whose case matters, and that a key's policy may leave them out", () => {
    const is = (Resource: unknown): string => allowing({ Resource });
    for (const resource of ["*", `${TOPIC.slice(0, -2)}*`, [`${TOPIC}2`, TOPIC], undefined]) {
      assert.equal(is(resource), "allowed", String(resource));
    }
    assert.equal(is(TOPIC.toUpperCase()), "denied");
    assert.equal(is(`${TOPIC}2`), "denied");
  });

  it("compares account and alarm as conditions say", () => {
    const region = `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:*`;
    const cases = [
      ["StringEquals", "aws:SourceAccount", ACCOUNT, "allowed"],
      ["StringEquals", "AWS:sourceaccount", ACCOUNT, "allowed"],
      ["StringEquals", "aws:SourceAccount", Number(ACCOUNT), "allowed"],
      ["StringEquals", "aws:SourceAccount", ["999999999999", ACCOUNT], "allowed"],
      ["StringEquals", "aws:SourceAccount", "999999999999", "denied"],
      ["StringEquals", "aws:SourceAccount", "*", "denied"],
      ["StringLike", "aws:SourceAccount", "1234*", "allowed"],
      ["StringLikeIfExists", "aws:SourceAccount", "999*", "denied"],
      ["StringNotEquals", "aws:SourceAccount", "999999999999", "allowed"],
      ["StringNotEquals", "aws:SourceAccount", ["999999999999", ACCOUNT], "denied"],
      ["StringNotLike", "aws:SourceAccount", "1*", "denied"],
      ["StringEqualsIgnoreCase", "aws:SourceArn", ALARM.toUpperCase(), "allowed"],
      ["StringNotEqualsIgnoreCase", "aws:SourceArn", ALARM.toUpperCase(), "denied"],
      ["ArnLike", "aws:SourceArn", region, "allowed"],
      ["ArnEqualsIfExists", "aws:SourceArn", region, "allowed"],
      ["ArnEquals", "aws:SourceArn", ALARM, "allowed"],
      ["ArnLike", "aws:SourceArn", `arn:*:cloudwatch:*:${ACCOUNT}:alarm:*`, "allowed"],
      // A wildcard does not reach beyond its part of the ARN.
      ["ArnLike", "aws:SourceArn", "arn:*:*:*:*:other", "denied"],
      ["ArnLike", "aws:SourceArn", region.replace("eu-west-1", "us-east-1"), "denied"],
      ["ArnNotLike", "aws:SourceArn", region, "denied"],
      ["ArnNotEquals", "aws:SourceArn", region.replace("eu-west-1", "us-east-1"), "allowed"],
    ] as const;
    for (const [operator, key, value, expected] of cases) {
      assert.equal(under(operator, key, value), expected, `${operator} ${key} ${String(value)}`);
    }
  });

  it("wants all conditions to hold", () => {
    const Condition = {
      StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": "arn:other" },
    };
    assert.deepEqual(verdict({ ...ALLOW, Condition }), {
      verdict: "denied",
      reason: `statement "A" allows it only where aws:SourceAccount is ${ACCOUNT} and aws:SourceArn is arn:other`,
    });
  });

  it("is unknown for what is not judged, and says what", () => {
    assert.deepEqual(verdict({ ...ALLOW, Condition: { Bool: { "aws:ViaAWSService": "true" } } }), {
      verdict: "unknown",
      reason:
        'whether statement "A" allows it is not clear: its condition Bool on aws:ViaAWSService is not judged here',
    });
    assert.equal(under("StringEquals", "aws:SourceOrgID", "o-1"), "unknown");
    assert.equal(under("ForAnyValue:StringEquals", "aws:SourceAccount", ACCOUNT), "unknown");
    assert.equal(under("StringLike", "aws:SourceArn", "${aws:username}"), "unknown");
    assert.equal(under("ArnLike", "aws:SourceArn", "*"), "unknown");
    assert.equal(allowing({ Condition: "x" }), "unknown");
    const { Principal, Action, ...rest } = ALLOW;
    assert.equal(verdict({ ...rest, Action, NotPrincipal: { AWS: "1" } }).verdict, "unknown");
    assert.equal(verdict({ ...rest, Principal, NotAction: "sns:Subscribe" }).verdict, "unknown");
    assert.equal(allowing({ Resource: undefined, NotResource: "x" }), "unknown");
    assert.equal(allowing({ Effect: "allow" }), "unknown");
  });

  it("does not know a key that the call is not known to carry", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
    assert.equal(allowing({ Condition }, { sourceAccount: undefined }), "unknown");
  });

  it("knows that CloudWatch calls over TLS, as many policies demand", () => {
    const Condition = { Bool: { "aws:SecureTransport": "false" } };
    assert.equal(verdict([ALLOW, { ...ALLOW, Effect: "Deny", Condition }]).verdict, "allowed");
    assert.equal(under("Bool", "aws:SecureTransport", "true"), "allowed");
  });

  it("is unknown where a Deny is, but not where what is unknown cannot matter", () => {
    const Condition = { Bool: { "aws:ViaAWSService": "false" } };
    const deny = { ...ALLOW, Sid: "D", Effect: "Deny", Condition };
    assert.equal(
      verdict([ALLOW, deny]).reason,
      'whether statement "D" denies it is not clear: its condition Bool on aws:ViaAWSService is not judged here',
    );
    assert.equal(verdict([deny]).verdict, "denied");
    assert.equal(verdict([ALLOW, { ...deny, Action: "sns:Subscribe" }]).verdict, "allowed");
    assert.equal(verdict([{ ...ALLOW, Condition }, ALLOW]).verdict, "allowed");
  });

  it("is unknown for what is no policy", () => {
    for (const policy of ["", "no JSON", "[]", "null", '"x"']) {
      assert.deepEqual(policyVerdict(policy, REQUEST), {
        verdict: "unknown",
        reason: "the policy is not a JSON document with statements",
      });
    }
    assert.equal(policyVerdict('{"Statement":["x"]}', REQUEST).verdict, "unknown");
    assert.equal(policyVerdict("{}", REQUEST).verdict, "unknown");
  });

  it("never says allowed where a statement denies everything to everybody, nor throws", () => {
    const part = fc.constantFrom(
      "*",
      "sns:*",
      "sns:Publish",
      TOPIC,
      ACCOUNT,
      { AWS: "*" },
      7,
      null,
    );
    const statement = fc.record(
      {
        Effect: fc.constantFrom("Allow", "Deny", "x"),
        Principal: part,
        NotPrincipal: part,
        Action: part,
        Resource: fc.oneof(part, fc.array(part)),
        Condition: fc.oneof(
          part,
          fc.dictionary(fc.constantFrom("ArnLike", "StringEquals", "Bool"), part),
        ),
      },
      { requiredKeys: ["Effect"] },
    );
    const all = { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        assert.equal(verdict([...statements, all]).verdict, "denied");
        assert.notEqual(verdict(statements).reason, "");
      }),
    );
  });
});
