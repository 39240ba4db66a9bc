import assert from "node:assert/strict";
import { topicKeyPolicy, topicPolicy, writerPolicy } from "../../../components/cloudwatch/policies";

const HERE = { accountId: "123456789012", region: "eu-west-1" };
const CHINA = { ...HERE, region: "cn-north-1" };
const GOVERNMENT = { ...HERE, region: "us-gov-west-1" };

describe("policies", () => {
  it("let the alarms of this account and region publish to a topic, and nobody else", () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:classification-rate-dev";
    assert.deepEqual(topicPolicy(topic, HERE), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsOfThisAccountMayPublish",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic,
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
      ],
    });
  });

  it("let CloudWatch use the key of encrypted topics, and the account administer it", () => {
    const { Statement } = topicKeyPolicy(HERE);
    assert.deepEqual(
      Statement.map(({ Principal, Action }) => [Principal, Action]),
      [
        [{ AWS: "arn:aws:iam::123456789012:root" }, "kms:*"],
        [{ Service: "cloudwatch.amazonaws.com" }, ["kms:Decrypt", "kms:GenerateDataKey*"]],
      ],
    );
  });

  it("let a role write to one log group only", () => {
    const { Statement } = writerPolicy("/aws/lambda/churn", HERE);
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/churn:*",
      },
    ]);
  });

  it("name the region's partition in every ARN that they make", () => {
    for (const [where, partition] of [
      [HERE, "aws"],
      [CHINA, "aws-cn"],
      [GOVERNMENT, "aws-us-gov"],
    ] as const) {
      const policies = [
        topicPolicy("topic", where),
        topicKeyPolicy(where),
        writerPolicy("/a", where),
      ];
      for (const policy of policies) {
        const arns = JSON.stringify(policy).match(/arn:[a-z-]+:/g) ?? [];
        assert(arns.length > 0);
        assert.deepEqual([...new Set(arns)], [`arn:${partition}:`]);
      }
    }
  });

  it("are plain JSON that AWS reads as written", () => {
    for (const policy of [topicPolicy("t", HERE), topicKeyPolicy(HERE), writerPolicy("/a", HERE)]) {
      assert.deepEqual(JSON.parse(JSON.stringify(policy)), policy);
      assert(Buffer.byteLength(JSON.stringify(policy)) < 2048);
    }
  });
});
