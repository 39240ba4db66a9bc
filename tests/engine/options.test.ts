import assert from "node:assert/strict";
import { keyAlias } from "../../components/settings/names";
import { bag, list, text } from "./aws/json";
import type { Engine } from "./engine";
import { openProgram, shipped, stackFile } from "./stacks";

describe("the program on the real engine: stacks and options", () => {
  const engines: Engine[] = [];
  const opened = (engine: Engine): Engine => {
    engines.push(engine);
    return engine;
  };

  afterEach(() => {
    for (const engine of engines.splice(0)) engine.close();
  });

  it("shares nothing between two stacks in one account", async () => {
    const both = { dev: shipped("Pulumi.dev.yaml"), prod: shipped("Pulumi.prod.yaml") };
    const engine = opened(openProgram(both));
    assert.equal((await engine.up("dev")).exitCode, 0);
    const dev = engine.account.inventory();
    engine.account.clearJournal();
    assert.equal((await engine.up("prod")).exitCode, 0);
    const overwritten = engine.account.journal().filter(({ outcome }) => outcome === "overwrote");
    assert.deepEqual(overwritten, []);
    assert.equal((await engine.destroy("prod")).exitCode, 0);
    assert.deepEqual(engine.account.inventory(), dev);
  });

  it("owns what it is asked to own, and leaves nothing behind but log groups", async () => {
    const model = {
      logGroup: "/models/own",
      threshold: 90,
      email: "a@example.com",
      createLogGroup: { retentionDays: 30 },
      writerRole: "writer",
      minimumPredictions: 20,
      confidence: 95,
      silence: "2d",
      notifyRecovery: true,
      where: { "model.name": "own", version: 3, live: true },
      field: "result.valid",
      tags: { team: "ml" },
    };
    const settings = { encryptTopics: true, dashboard: false, namespace: "models" };
    const engine = opened(
      openProgram({ dev: stackFile({ own: model, also: { ...model, silence: "1d" } }, settings) }),
    );
    engine.account.remove("logGroup", "/models/own");
    engine.account.addRole("writer");
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);

    const group = engine.account.find("logGroup", "/models/own");
    assert.deepEqual([group?.attributes["retentionInDays"], group?.tags], [30, { team: "ml" }]);
    const [topic] = engine.account.things("topic");
    const [key] = engine.account.things("key");
    assert.ok(topic && key && text(topic.attributes["kmsMasterKeyId"]).includes(key.name));
    const policy = text(key.attributes["policy"]);
    assert.match(policy, /"Service":"cloudwatch.amazonaws.com"/);
    assert.ok(
      engine.account.find("alias", keyAlias({ project: "classification-rate", stack: "dev" })),
    );
    const alarm = engine.account.find("alarm", "classification-rate-dev-own");
    assert.deepEqual(alarm?.attributes["okActions"], [topic.name]);
    assert.deepEqual(alarm.attributes["alarmActions"], [topic.name]);
    assert.deepEqual((await engine.preview("dev")).changes, []);

    assert.equal((await engine.destroy("dev")).exitCode, 0);
    assert.deepEqual(engine.account.inventory(), ["logGroup /models/own", "role writer"]);
  });

  it("mutes what shares a window by one rule, which models come to and leave", async () => {
    const mute = [{ cron: "0 2 * * SUN", duration: "4h", timezone: "Europe/Berlin" }];
    const model = { logGroup: "/models/own", threshold: 90, email: "a@example.com", mute };
    const engine = opened(openProgram({ dev: stackFile({ a: { ...model, silence: "1h" } }) }));
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    const names = (): unknown => {
      const rules = engine.account.things("muteRule");
      assert.equal(rules.length, 1);
      return bag(rules[0]?.attributes["muteTargets"])["alarmNames"];
    };
    const a = ["classification-rate-dev-a", "classification-rate-dev-a-silence"];
    assert.deepEqual(names(), a);
    assert.deepEqual((await engine.preview("dev")).changes, []);

    engine.writeStack("dev", stackFile({ a: { ...model, silence: "1h" }, b: model }));
    const { changes } = await engine.up("dev");
    assert.deepEqual(
      changes
        .filter((change) => /AlarmMuteRule/.test(change))
        .map((change) => change.split(" ")[0]),
      ["update"],
    );
    assert.deepEqual(names(), [...a, "classification-rate-dev-b"]);
    assert.equal((await engine.destroy("dev")).exitCode, 0);
    assert.deepEqual(engine.account.things("muteRule"), []);
  });

  it("leaves a log group with the model when it no longer owns it", async () => {
    const model = { logGroup: "/models/own", threshold: 90, email: "a@example.com" };
    const engine = opened(
      openProgram({ dev: stackFile({ own: { ...model, createLogGroup: true } }) }),
    );
    engine.account.remove("logGroup", "/models/own");
    assert.equal((await engine.up("dev")).exitCode, 0);
    engine.writeStack("dev", stackFile({ own: model }));
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    assert.ok(engine.account.find("logGroup", "/models/own"));
    assert.equal(engine.account.things("filter").length, 2);
  });

  it("watches scores and lines of text, warns others earlier, is mute, and has nothing left to do then", async () => {
    const mute = [{ cron: "0 2 * * SUN", duration: "4h" }];
    const common = { threshold: 90, email: "a@example.com", mute };
    const score = { ...common, logGroup: "/models/score", field: "probability", valid: ">= 0.8" };
    const warning = { threshold: 95, datapoints: 1, email: ["a@example.com", "b@example.com"] };
    const line = { ...common, logGroup: "/models/line", logFormat: "text", valid: "True" };
    const engine = opened(openProgram({ dev: stackFile({ line, score: { ...score, warning } }) }));
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    assert.deepEqual((await engine.preview("dev")).changes, []);

    const name = "classification-rate-dev-score-warning";
    const patterns = engine.account.things("filter").map(({ attributes }) => attributes["pattern"]);
    assert.deepEqual(patterns.sort(), [
      String.raw`%prediction_valid\W+True%`,
      String.raw`%prediction_valid\W+\w%`,
      "{ $.probability >= 0.8 || $.probability < 0.8 }",
      "{ $.probability >= 0.8 }",
    ]);
    const alarm = engine.account.find("alarm", name);
    assert.deepEqual(
      [alarm?.attributes["threshold"], alarm?.attributes["evaluationPeriods"]],
      [95, 1],
    );
    const topics = engine.account.things("topic").map((topic) => topic.name);
    assert.deepEqual([...list(alarm?.attributes["alarmActions"])].sort(), topics.sort());
    assert.equal(topics.length, 2);
    const [rule] = engine.account.things("muteRule");
    const muted = list(bag(rule?.attributes["muteTargets"])["alarmNames"]);
    assert.ok(muted.length === 3 && muted.includes(name));
    const { models, confirmations } = await engine.stackOutput("dev");
    assert.equal(bag(bag(models)["score"])["warningAlarmName"], name);
    assert.deepEqual(bag(confirmations)["pending"], ["a@example.com", "b@example.com"]);

    engine.writeStack("dev", stackFile({ line, score }));
    const { changes } = await engine.up("dev");
    assert.deepEqual(
      changes.map((change) => change.replace(/ \S+:(\w+) (\w-example-com)?.*/, " $1 $2")),
      [
        "delete MetricAlarm ",
        ...["Topic", "TopicPolicy", "TopicSubscription"].map(
          (kind) => `delete ${kind} b-example-com`,
        ),
        "delete EmailTopic b-example-com",
        "update AlarmMuteRule ",
        "update Dashboard ",
      ],
    );
  });

  it("takes models from files beside those of the config", async () => {
    const model = "{ logGroup: /models/filed, threshold: 90, email: a@example.com }";
    const stacks = { dev: stackFile({}, { modelsFrom: ["models-*.yaml"] }) };
    const engine = opened(openProgram(stacks));
    engine.account.addLogGroup("/models/filed");
    engine.write("models-a.yaml", `one: ${model}\ntwo: ${model}\n`);
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    assert.equal(engine.account.things("alarm").length, 2);
    engine.write("models-b.yaml", `two: ${model}\nthree: { logGroup: /a }\n`);
    const wrong = await engine.preview("dev");
    assert.notEqual(wrong.exitCode, 0);
    assert.match(wrong.errors, /models-b\.yaml:1:1 two: expected each model once/);
    assert.match(wrong.errors, /models-b\.yaml:2:1 three\.threshold: expected a percentage/);
  });

  it("takes a project of another name: the same keys, and names of its own", async () => {
    const project = shipped("Pulumi.yaml").replace(/^name: .*/m, "name: ml-watch");
    const stacks = { dev: shipped("Pulumi.dev.yaml"), prod: shipped("Pulumi.prod.yaml") };
    const engine = opened(openProgram(stacks, { project }));
    const { exitCode, errors } = await engine.up("dev");
    assert.deepEqual([exitCode, errors], [0, ""]);
    assert.ok(engine.account.find("alarm", "ml-watch-dev-churn"));
    for (const command of ["check", "start", "verify"]) {
      const { exitCode: code, stderr } = await engine.own(command);
      assert.equal(code, 0, stderr);
    }
    const moved = shipped("Pulumi.dev.yaml").replaceAll("classification-rate:", "ml-watch:");
    engine.writeStack("dev", moved);
    const wrong = await engine.preview("dev");
    assert.notEqual(wrong.exitCode, 0);
    assert.match(wrong.errors, /expected .*classification-rate:models.*, found .*ml-watch:models/);
  });

  it("keeps live alarms when a component moves under another parent with an alias", async () => {
    const program = (parent: string): string => `
      import * as pulumi from "@pulumi/pulumi";
      import { Monitor } from "./components";
      class Team extends pulumi.ComponentResource {
        constructor(name: string) { super("test:index:Team", name); this.registerOutputs({}); }
      }
      const team = new Team("team");
      const topics = ["arn:aws:sns:eu-west-1:210987654321:on-call"];
      const args = { logGroup: "/logs/churn", threshold: 90, silence: "1h", topics };
      export const alarm = new Monitor("churn", args, ${parent}).alarmName;`;

    const engine = opened(
      openProgram(
        { dev: "config:\n  aws:region: eu-west-1\n" },
        {
          project: "name: library\nruntime: nodejs\nmain: index.ts\n",
          env: { PULUMI_NODEJS_TSCONFIG_PATH: "tsconfig.pulumi.json" },
        },
      ),
    );
    engine.account.addLogGroup("/logs/churn");
    engine.write("index.ts", program("{}"));
    const first = await engine.up("dev");
    assert.deepEqual([first.exitCode, first.errors], [0, ""]);
    const before = engine.account.inventory();
    engine.account.clearJournal();

    engine.write(
      "index.ts",
      program("{ parent: team, aliases: [{ parent: pulumi.rootStackResource }] }"),
    );
    const moved = await engine.up("dev");
    assert.deepEqual([moved.exitCode, moved.errors, moved.changes], [0, "", []]);
    assert.deepEqual(engine.account.inventory(), before);
    assert.deepEqual(engine.account.journal(), []);
    const { deployment } = await engine.stackExport("dev");
    const urns = list(bag(deployment)["resources"]).map((resource) => text(bag(resource)["urn"]));
    assert.ok(urns.some((urn) => urn.includes("Team$classification-rate:index:Monitor$")));
  });
});
