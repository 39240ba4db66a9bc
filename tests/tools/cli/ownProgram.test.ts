import assert from "node:assert/strict";
import { resolve } from "node:path";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { main as check } from "../../../tools/cli/check";
import { main as rehearse } from "../../../tools/cli/rehearse";
import type { JsonReport } from "../../../tools/rehearse/jsonReport";
import { captured, inFolder } from "../../support/folders";

const PACKAGES = join(__dirname, "../../../node_modules");

/** A program that uses none of the components, and has settings that look like theirs. */
const FILES = {
  "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
  "Pulumi.dev.yaml": "config:\n  aws:region: eu-north-1\n  shop:dashboard: wide\n",
  "limit.ts": "export const limit: number = 1;\n",
  "index.ts": `import { LogGroup, LogMetricFilter, MetricAlarm } from "@pulumi/aws/cloudwatch";
import { Topic, TopicSubscription } from "@pulumi/aws/sns";
import { limit } from "./limit";
const group = new LogGroup("churn", { name: "/models/churn" });
const topic = new Topic("alerts");
new TopicSubscription("ops", { topic: topic.arn, protocol: "email", endpoint: "ops@example.com" });
const { metricTransformation } = new LogMetricFilter("invalid", {
  logGroupName: group.name,
  pattern: "{ $.prediction_valid IS FALSE }",
  metricTransformation: { name: "Invalid", namespace: "Models", value: "1" },
});
new MetricAlarm("bad", {
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  threshold: limit,
  metricName: metricTransformation.name,
  namespace: "Models",
  period: 60,
  statistic: "Sum",
  alarmActions: [topic.arn],
});
`,
  "log.jsonl": Array.from({ length: 3 }, () =>
    JSON.stringify({ timestamp: 1772000000000, message: '{"prediction_valid": false}' }),
  ).join("\n"),
};

function inProject<T>(more: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> {
  return inFolder({ ...FILES, ...more }, (folder) => {
    symlinkSync(PACKAGES, join(folder, "node_modules"));
    return run();
  });
}

describe("a project with a program of its own", () => {
  it("is rehearsed as that declares it", async () => {
    const { code, stdout } = await inProject({}, () =>
      captured(() => rehearse(["--json", "log.jsonl"])),
    );
    assert.equal(code, 0);
    const { alarms, emails } = JSON.parse(stdout) as JsonReport;
    assert.deepEqual(
      alarms.map(({ name }) => name),
      ["bad"],
    );
    assert.deepEqual(
      emails.map(({ to }) => to),
      ["ops@example.com"],
    );
    assert.match(emails[0]?.subject ?? "", /EU \(Stockholm\)/);
  });

  it("says what it says on stderr, as stdout is for the result", async () => {
    const { "index.ts": program } = FILES;
    const talk = `console.log("log");
require("@pulumi/pulumi").log.info("info");
process.stdout.write("write\\n", "utf8");
`;
    const { stdout, stderr } = await inProject({ "index.ts": program + talk }, () =>
      captured(() => rehearse(["--json", "log.jsonl"])),
    );
    assert.equal((JSON.parse(stdout) as JsonReport).alarms.length, 1);
    assert.equal(stderr, "log\ninfo: info\nwrite\n");
  });

  it("is not checked where its stack files set nothing of ours, and that is said", async () => {
    const { code, stdout } = await inProject({}, () => captured(() => check([])));
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Pulumi\.dev\.yaml warning: expected settings of classification-rate, found none: nothing is checked/,
    );
  });

  it("is asked whether models under its own name are meant for ours", async () => {
    const file = "config:\n  models: { churn: { logGroup: /churn, threshold: 90 } }\n";
    const { stdout } = await inProject({ "Pulumi.dev.yaml": file }, () =>
      captured(() => check([])),
    );
    assert.match(
      stdout,
      /^Pulumi\.dev\.yaml:2:\d+ warning shop:models: .*found none \(did you mean classification-rate:models\?\): nothing is checked/,
    );
  });

  it("has what is wrong with its components told once", async () => {
    const program = `const { Monitor } = require(${JSON.stringify(resolve("components"))});
new Monitor("churn", { logGroup: "/churn", threshold: 900, topics: [] });
`;
    const { code, stderr } = await inProject({ "index.ts": program }, () =>
      captured(() => rehearse(["log.jsonl"])),
    );
    assert.equal(code, 2);
    assert.match(stderr, /^Monitor churn has 2 problems\.\nthreshold: [^\n]*\ntopics: [^\n]*\n$/);
  });

  for (const [what, files, said] of [
    [
      "is in another language",
      { "Pulumi.yaml": "name: shop\nruntime: python\n" },
      /found one in python, .*pulumi preview --json/,
    ],
    [
      "fails without AWS",
      { "index.ts": 'throw new Error("no network");\n' },
      /index\.ts cannot be run here: no network\n.*pulumi preview --json/,
    ],
    [
      "is not built",
      { "package.json": '{ "main": "bin/" }' },
      /expected the program at .*bin.* in main; found nothing there/,
    ],
  ] as const) {
    it(`can be rehearsed by its preview where it ${what}`, async () => {
      const { code, stderr } = await inProject(files, () =>
        captured(() => rehearse(["log.jsonl"])),
      );
      assert.equal(code, 2);
      assert.match(stderr, said);
    });
  }
});
