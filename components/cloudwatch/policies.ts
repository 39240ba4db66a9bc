import { partitionOf } from "./consoleLinks";

/** A part of an AWS account. */
interface AccountRegion {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** An IAM policy document. */
interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Who may publish to a topic: the alarms of this account and region, and nobody else.
 * Source: CloudWatch User Guide, "Notifying users on alarm changes". A topic that does not allow
 * this drops alarms without a word, except in the alarm's history.
 */
export function topicPolicy(topicArn: string, where: AccountRegion): PolicyDocument {
  const { accountId, region } = where;
  return policy({
    Sid: "AlarmsOfThisAccountMayPublish",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: {
      ArnLike: {
        "aws:SourceArn": `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:*`,
      },
      StringEquals: { "aws:SourceAccount": accountId },
    },
  });
}

/**
 * Who may use the key of encrypted topics: the account's administrators through IAM, and CloudWatch,
 * without which alarms are dropped. AWS documents CloudWatch's grant without conditions on the
 * source; one that its calls do not meet would silence every alarm, and the topic's own policy
 * keeps out the alarms of others.
 * Source: SNS Developer Guide, "Managing Amazon SNS encryption keys and costs".
 */
export function topicKeyPolicy({ accountId, region }: AccountRegion): PolicyDocument {
  return policy(
    {
      Sid: "AccountAdministersTheKey",
      Effect: "Allow",
      Principal: { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "CloudWatchMayPublishToEncryptedTopics",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    },
  );
}

/**
 * What a role needs to write to a log group: nothing about other log groups.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
 * CloudWatch Logs": streams are `log-group:NAME:log-stream:...`.
 */
export function writerPolicy(logGroup: string, where: AccountRegion): PolicyDocument {
  const { accountId, region } = where;
  return policy({
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${logGroup}:*`,
  });
}

function policy(...Statement: PolicyDocument["Statement"]): PolicyDocument {
  return { Version: "2012-10-17", Statement };
}
