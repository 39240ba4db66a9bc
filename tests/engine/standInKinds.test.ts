import assert from "node:assert/strict";
import { Engine } from "./engine";
import { openTiny } from "./tiny";

/** One of each type that the other tests of the stand-in do not use. */
const PROGRAM = `
import { secret } from "@pulumi/pulumi";
import { getCallerIdentityOutput, getPartitionOutput, getRegionOutput } from "@pulumi/aws";
import { AlarmMuteRule, Dashboard, LogGroup, LogMetricFilter, QueryDefinition } from "@pulumi/aws/cloudwatch";
import { RolePolicy } from "@pulumi/aws/iam";
import { Alias, Key } from "@pulumi/aws/kms";
import { Topic, TopicPolicy } from "@pulumi/aws/sns";

const policy = (Resource: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Resource }] });
const key = new Key("key", { description: "topics", enableKeyRotation: true });
new Alias("alias", { targetKeyId: key.keyId });
const topic = new Topic("topic", { kmsMasterKeyId: key.arn, displayName: secret("Hush") });
new TopicPolicy("policy", { arn: topic.arn, policy: topic.arn.apply(policy) });
const group = new LogGroup("group", { retentionInDays: 30 });
new RolePolicy("writer", { role: "writer", policy: group.arn.apply(policy) });
new QueryDefinition("query", { queryString: "fields @message", logGroupNames: [group.name] });
new LogMetricFilter("made-by-hand", {
  name: "by-hand",
  logGroupName: "/by-hand",
  pattern: "ERROR",
  metricTransformation: { name: "errors", namespace: "hand", value: "1" },
}, { import: "/by-hand:by-hand" });
new AlarmMuteRule("nights", {
  rule: { schedule: { expression: "cron(0 2 * * *)", duration: "PT4H" } },
  tags: { team: "ml" },
});
new Dashboard("dashboard", { dashboardName: "d", dashboardBody: '{ "widgets": [] }' });
export const account = getCallerIdentityOutput().accountId;
export const partition = getPartitionOutput().partition;
export const region = getRegionOutput().region;
export const queryId = new QueryDefinition("other", { queryString: "x" }).queryDefinitionId;
`;

describe("the stand-in for AWS under the real engine: every type", () => {
  let engine: Engine;

  before(() => {
    engine = openTiny([], { program: { "index.ts": PROGRAM } });
    const { account } = engine;
    account.addRole("writer");
    account.addLogGroup("/by-hand");
    account.put({
      kind: "filter",
      region: "eu-west-1",
      name: "/by-hand:by-hand",
      attributes: {
        logGroupName: "/by-hand",
        pattern: "ERROR",
        metricTransformation: { name: "errors", namespace: "hand", value: "1", unit: "None" },
      },
      tags: {},
    });
  });

  after(() => {
    engine.close();
  });

  it("can be created and imported", async () => {
    const { errors } = await engine.up("dev");
    assert.equal(errors, "");
    const { account, partition, region } = await engine.stackOutput("dev");
    assert.deepEqual([account, partition, region], ["123456789012", "aws", "eu-west-1"]);
    assert.equal(engine.account.things().length, 12);
  });

  it("keeps secrets out of the state", async () => {
    assert.doesNotMatch(JSON.stringify(await engine.stackExport("dev")), /Hush/);
  });

  it("comes back from a refresh as it was", async () => {
    assert.deepEqual((await engine.refresh("dev")).changes, []);
    assert.deepEqual((await engine.preview("dev")).changes, []);
  });

  it("can be deleted", async () => {
    const { errors } = await engine.destroy("dev");
    assert.equal(errors, "");
    assert.deepEqual(engine.account.inventory(), ["logGroup /by-hand", "role writer"]);
  });
});
