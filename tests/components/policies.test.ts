import assert from "node:assert/strict";
import { Monitor } from "../../components";
import { ACCOUNT, REGION, type Registered, withMocks } from "../support/mocks";
import { provision } from "../support/program";
import { churnWith } from "../support/stackInput";
import { all, churn, one, parsed } from "./provisioned";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
const MODEL = { logGroup: "/churn", threshold: 90 };
const SETTINGS = { writerRole: "churn-classifier", silence: "1h" };

describe("policies", () => {
  it("let the alarms of this account and region publish to a topic, and nobody else", async () => {
    const inputs = one(await churn(), "topicPolicy");
    assert.deepEqual(parsed(inputs, "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsOfThisAccountMayPublish",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: inputs["arn"],
          Condition: {
            ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:*` },
            StringEquals: { "aws:SourceAccount": ACCOUNT },
          },
        },
      ],
    });
  });

  it("let CloudWatch use the topics' key, and the account administer it", async () => {
    const { Version, Statement } = parsed(
      one(await churn({}, { encryptTopics: true }), "key"),
      "policy",
    ) as { Version: string; Statement: Record<string, unknown>[] };
    assert.equal(Version, "2012-10-17");
    const grants = Statement.map(({ Sid, ...grant }) => grant);
    assert.deepEqual(grants, [
      {
        Effect: "Allow",
        // A bare account id would differ from what AWS gives back, for ever.
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
      },
    ]);
  });

  it("let the writer's role write to its model's log group, and to no other", async () => {
    const inputs = one(await churn({ writerRole: "churn-classifier" }), "rolePolicy");
    assert.equal(inputs["name"], "classification-rate-dev-churn.log_writer");
    assert.equal(inputs["role"], "churn-classifier");
    assert.deepEqual(parsed(inputs, "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/churn:*`,
        },
      ],
    });
  });

  it("have names that IAM takes, one for each model, however long", async () => {
    const [project, stack] = ["p".repeat(80), "s".repeat(40)];
    const args = { ...MODEL, topics: [TOPIC], writerRole: "writer" };
    const { resources } = await withMocks({ project, stack }, () => {
      for (const last of ["1", "2"]) new Monitor(`${"m".repeat(63)}${last}`, args);
    });
    const names = all(resources, "rolePolicy").map(({ name }) => String(name));
    assert.equal(new Set(names).size, 2);
    for (const name of names) assert.match(name, /^[\w+=,.@-]{1,128}$/);
  });

  it("name the partition that the region belongs to, as do all links and ARNs", async () => {
    const region = "cn-north-1";
    const keys = { ...churnWith(SETTINGS), encryptTopics: true };
    const { resources, result } = await provision(keys, { region });
    const text = everything(resources);
    assert.doesNotMatch(text, /arn:aws:/);
    assert.doesNotMatch(
      text + JSON.stringify(result),
      /eu-west-1|amazonaws\.com\/|aws\.amazon\.com/,
    );
    assert.match(result.dashboardUrls.join(), /^https:\/\/cn-north-1\.console\.amazonaws\.cn\//);
  });
});

function everything(resources: readonly Registered[]): string {
  return JSON.stringify(resources.map(({ inputs }) => inputs));
}
