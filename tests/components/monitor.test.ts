import assert from "node:assert/strict";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { EmailTopic, Monitor, type MonitorArgs } from "../../components";
import { ACCOUNT, type MockedRun, promiseOf, REGION, withMocks } from "../support/mocks";
import { all, census, one, parsed, TYPES } from "./provisioned";

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`;
const NORTHERN = `arn:aws:sns:eu-north-1:${ACCOUNT}:chat`;
const PAGER = `arn:aws:sns:eu-north-1:${ACCOUNT}:pager`;
const ARGS: MonitorArgs = { logGroup: "/churn", threshold: 90, topics: [TOPIC] };

/** A program of another project that watches the model `churn`. */
function shop(args: MonitorArgs): Promise<MockedRun<Monitor>> {
  return withMocks({ project: "shop", stack: "live" }, () => new Monitor("churn", args));
}

describe("monitor in another program", () => {
  it("needs a log group, a threshold and a topic", async () => {
    const { resources } = await shop(ARGS);
    assert.deepEqual(census(resources), { filter: 2, alarm: 1 });
    const alarm = one(resources, "alarm");
    assert.equal(alarm["name"], "shop-live-churn");
    assert.deepEqual(alarm["alarmActions"], [TOPIC]);
    assert.deepEqual([alarm["datapointsToAlarm"], alarm["evaluationPeriods"]], [3, 5]);
    const description = String(alarm["alarmDescription"]);
    assert.match(description, /model churn \(live\)/);
    assert.doesNotMatch(description, /Dashboard/, "that of a stack it knows nothing of");
    for (const { metricTransformation } of all(resources, "filter")) {
      assert.match(JSON.stringify(metricTransformation), /"namespace":"classification_rate"/);
    }
  });

  it("takes what is known only at deployment", async () => {
    const { resources } = await withMocks({ project: "shop" }, () => {
      const logGroup = new LogGroup("logs", { name: "/churn/made-here" });
      const email = new EmailTopic("me", {
        ...{ address: "me@example.com", topicName: "me", region: "eu-north-1" },
      });
      new Monitor("churn", {
        ...{ threshold: 90, writerRole: "writer" },
        logGroup: logGroup.name,
        topics: [email.topicArn, Promise.resolve(PAGER), NORTHERN],
        accountId: pulumi.output("210987654321"),
        region: "eu-north-1",
      });
    });
    for (const { logGroupName } of all(resources, "filter")) {
      assert.equal(logGroupName, "/churn/made-here");
    }
    const alarm = one(resources, "alarm");
    assert.deepEqual(alarm["alarmActions"], [TOPIC.replace("alarms", "me"), PAGER, NORTHERN]);
    assert.match(String(alarm["alarmDescription"]), /source~\S+\*2Fchurn\*2Fmade-here/);
    assert.match(
      JSON.stringify(parsed(one(resources, "rolePolicy"), "policy")),
      /arn:aws:logs:eu-north-1:210987654321:log-group:\/churn\/made-here:\*/,
    );
  });

  it("is placed in a region as a whole, if told", async () => {
    const { resources } = await shop({
      ...{ ...ARGS, topics: [NORTHERN], region: "eu-north-1" },
      ...{ createLogGroup: {}, silence: "1h", writerRole: "writer" },
    });
    const ours = resources.filter(({ type }) => /^aws:(?!iam)/.test(type));
    assert.equal(ours.length, 5);
    for (const { inputs, urn } of ours) assert.equal(inputs["region"], "eu-north-1", urn);
  });

  it("can own its log group and publish elsewhere", async () => {
    const { resources, result } = await shop({
      ...ARGS,
      ...{ createLogGroup: { retentionDays: 30 }, tags: { team: "ml" } },
      ...{ namespace: "shop/models", silence: "1h" },
    });
    assert.deepEqual(one(resources, "logGroup"), {
      ...{ name: "/churn", retentionInDays: 30, tags: { team: "ml" } },
    });
    for (const alarm of all(resources, "alarm")) {
      assert.match(JSON.stringify(alarm), /"namespace":"shop\/models"/);
    }
    assert.equal(await promiseOf(result.nodes.logGroup?.name ?? pulumi.output("")), "/churn");
  });

  it("gives way to its resources, and undefined for those not asked for", async () => {
    const { result } = await shop(ARGS);
    assert.equal(await promiseOf(result.alarmName), "shop-live-churn");
    assert.match(await promiseOf(result.alarmArn), /:alarm:shop-live-churn$/);
    const { rateAlarm, validPredictions, totalPredictions, muteRules, ...others } = result.nodes;
    assert.deepEqual(muteRules, []);
    const urns = [rateAlarm, validPredictions, totalPredictions].map(({ urn }) => promiseOf(urn));
    assert.deepEqual(
      (await Promise.all(urns)).map((urn) => urn.split("::").at(-1)),
      ["churn-rate", "churn-valid-predictions", "churn-total-predictions"],
    );
    assert.deepEqual(new Set(Object.values(others)), new Set([undefined]));
  });

  it("tells of a warning through topics of its own, or else through those of the alarm", async () => {
    const told = async (topics: MonitorArgs["topics"]): Promise<unknown> => {
      const { resources } = await shop({ ...ARGS, warning: { threshold: 95, topics } });
      return one(resources, "alarm", "shop-live-churn-warning")["alarmActions"];
    };
    const later = TOPIC.replace("alarms", "later");
    assert.deepEqual(await told([pulumi.output(later), TOPIC]), [later, TOPIC]);
    assert.deepEqual(await told([]), [TOPIC]);
  });

  it("asks AWS only for what it was not told", async () => {
    const tokens = async (args: MonitorArgs): Promise<string[]> =>
      (await shop(args)).calls.map(({ token }) => token.split(":").at(-1) ?? "").sort();
    const looks = ["getLogGroups", "getTopic"];
    assert.deepEqual(await tokens(ARGS), ["getCallerIdentity", ...looks, "getRegion"].sort());
    const told = { ...ARGS, accountId: ACCOUNT, region: REGION };
    assert.deepEqual(await tokens(told), looks);
    const later = { ...told, logGroup: pulumi.output("/a"), topics: [pulumi.output(TOPIC)] };
    assert.deepEqual(await tokens(later), []);
  });

  it("asks and creates with the provider it was given", async () => {
    const { resources, calls } = await withMocks({ project: "shop" }, () => {
      const provider = new Provider("elsewhere", { region: "eu-north-1" });
      const args = { ...ARGS, writerRole: "writer", createLogGroup: {} };
      new Monitor("churn", args, { providers: [provider] });
    });
    const ours = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual([ours.length, calls.length], [5, 4]);
    for (const { provider } of [...ours, ...calls]) assert.match(provider, /::elsewhere::/);
  });

  it("treats an option that is undefined like one that is left out", async () => {
    const unset: Record<string, unknown> = {
      ...{ period: undefined, datapoints: undefined, silence: undefined, where: undefined },
      ...{ namespace: undefined, region: undefined, accountId: undefined },
    };
    const inputs = ({ resources }: MockedRun<Monitor>): unknown[] =>
      resources.map((resource) => resource.inputs);
    assert.deepEqual(
      inputs(await shop({ ...ARGS, ...(unset as Partial<MonitorArgs>) })),
      inputs(await shop(ARGS)),
    );
  });

  it("knows all names at preview", async () => {
    const { resources } = await withMocks({ preview: true }, () => {
      new Monitor("churn", { ...ARGS, silence: "1h", topics: [pulumi.output(TOPIC)] });
    });
    const names = resources.flatMap(({ inputs }) => inputs["name"] ?? []);
    assert.equal(names.length, resources.length - 1);
    assert.ok(resources.some(({ type }) => type === TYPES.alarm));
  });
});
