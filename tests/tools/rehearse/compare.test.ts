import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { main } from "../../../tools/cli/rehearse";
import { captured, inFolder } from "../../support/folders";

const stack = (threshold: number, more = "", model = "churn"): string => `config:
  aws:region: eu-west-1
  classification-rate:models:
    ${model}: {logGroup: /logs/churn, threshold: ${threshold}, email: a@example.com, period: 1m, datapoints: 1${more}}
`;

interface Compared {
  readonly stacks: readonly string[];
  readonly alarms: readonly {
    readonly name: string;
    readonly alarmMinutes: Readonly<Record<string, number>>;
  }[];
  readonly only: object;
}

/** Ten valid or invalid predictions a minute: 10 of 10, 8 of 10, 4 of 10, 10 of 10. */
const LOG = [10, 8, 4, 10]
  .flatMap((valid, minute) =>
    Array.from({ length: 10 }, (_, each) =>
      JSON.stringify({
        timestamp: Date.parse("2026-11-22T00:00:00Z") + minute * 60_000 + each * 1000,
        message: JSON.stringify({ prediction_valid: each < valid }),
      }),
    ),
  )
  .join("\n");

const FILES = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": stack(50),
  "Pulumi.prod.yaml": stack(90, ", silence: 1h"),
  "log.jsonl": LOG,
};

const ARGS = ["--stack", "dev", "--base", "prod", "--logs", "churn=log.jsonl"];

function compare(...args: string[]) {
  return inFolder(FILES, () => captured(() => main([...ARGS, ...args])));
}

describe("npm run rehearse -- --base", () => {
  it("tells machines when two stacks' alarms would have been in different states", async () => {
    const { code, stdout } = await compare("--json");
    assert.equal(code, 0);
    const { comparison } = JSON.parse(stdout) as { comparison: unknown };
    assert.deepEqual(comparison, {
      stacks: ["dev", "prod"],
      alarms: [
        {
          name: "churn",
          blind: [],
          mails: { dev: 1, prod: 1 },
          alarmMinutes: { dev: 1, prod: 2 },
          differences: [
            {
              from: "2026-11-22T00:02:00Z",
              to: "2026-11-22T00:03:00Z",
              states: { dev: "OK", prod: "ALARM" },
            },
          ],
        },
      ],
      only: { dev: [], prod: ["churn-silence"] },
    });
  });

  it("says first what nothing is known of in the other stack", async () => {
    const other = stack(50, ", where: {model: churn}");
    const { code, stdout } = await inFolder({ ...FILES, "Pulumi.prod.yaml": other }, () =>
      captured(() => main([...ARGS, "--fail-on-blind"])),
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /\n\nBlind: in prod, none of 40 events .*; nothing is known of churn of prod\n/,
    );
    assert.match(stdout, /Alarm churn: not to be compared, nothing is known of it in prod/);
    assert.doesNotMatch(stdout, /the same states|All of this says nothing/);
  });

  it("tells people the same after the rehearsal", async () => {
    const { stdout } = await compare();
    assert.ok(
      stdout.endsWith(`
Compared: dev and prod

Alarm churn: 1 mail and 1 min in ALARM in dev, 1 mail and 2 min in ALARM in prod
  2026-11-22 00:02 to 2026-11-22 00:03 (1 min): OK in dev, ALARM in prod
  different for 1 min

Only rehearsed in prod: churn-silence
`),
      stdout,
    );
  });

  it("compares each of a model's alarms with its like, whatever the model is called", async () => {
    const warning = (threshold: number): string => `, warning: {threshold: ${threshold}}`;
    const files = {
      ...FILES,
      "Pulumi.dev.yaml": stack(30, warning(50), "warn"),
      "Pulumi.prod.yaml": stack(30, warning(90), "warn"),
    };
    const args = ["--stack", "dev", "--base", "prod", "--logs", "log.jsonl", "--json"];
    const { stdout } = await inFolder(files, () => captured(() => main(args)));
    const { comparison, alarms } = JSON.parse(stdout) as {
      comparison: { alarms: { name: string; differences: unknown[] }[] };
      alarms: { model: string; kind: string }[];
    };
    assert.deepEqual(
      comparison.alarms.map(({ name, differences }) => [name, differences.length]),
      [
        ["warn", 0],
        ["warn-warning", 1],
      ],
    );
    assert.deepEqual(
      alarms.map(({ model, kind }) => `${model}: ${kind}`),
      ["warn: rate", "warn: warning"],
    );
  });

  it("writes a table for a pull request: what was, and what is to be", async () => {
    const [table, alone] = await inFolder(FILES, async () => {
      await captured(() => main([...ARGS, "--markdown", "comment.md"]));
      const compared = readFileSync("comment.md", "utf8");
      await captured(() => main(["--stack", "dev", "log.jsonl", "--markdown", "comment.md"]));
      return [compared, readFileSync("comment.md", "utf8")];
    });
    assert.equal(
      table,
      `### What the alarms of \`dev\` would have done, compared with \`prod\`

2026-11-22 00:01 to 2026-11-22 00:04 UTC: 1 of 1 alarm rehearsed.

| Alarm | Mails | In ALARM | States differ |
| --- | --- | --- | --- |
| \`churn\` | 1 | 2 min → **1 min** | for 1 min |
| \`churn-silence\` | only rehearsed in \`prod\` |  |  |
`,
    );
    assert.match(alone, /\n\| `classification-rate-dev-churn` \| 1 \| 1 min \|\n$/);
  });

  it("lets nothing in a log end the block that quotes it", async () => {
    const line = JSON.stringify({
      timestamp: Date.parse("2026-11-22T00:00:00Z"),
      message: "```\n# Hi",
    });
    const table = await inFolder({ ...FILES, "log.jsonl": line }, async () => {
      await captured(() => main([...ARGS, "--markdown", "comment.md"]));
      return readFileSync("comment.md", "utf8");
    });
    assert.match(table, /```text\nBlind: none of 1 event/);
    assert.equal(table.match(/```/g)?.length, 2 * (table.match(/```text/g)?.length ?? 0));
    assert.match(table, /\| `churn` \| blind in `dev`, `prod` \|/);
  });

  it("takes an earlier version of the stack's file, whose models may be fewer", async () => {
    const files = {
      ...FILES,
      "Pulumi.dev.yaml": `${stack(50)}    fraud: {logGroup: /logs/fraud, threshold: 50, email: a@example.com}\n`,
      "before.yaml": stack(90),
    };
    const logs = ["--logs", "churn=log.jsonl", "--logs", "fraud=log.jsonl"];
    const args = ["--stack", "dev", "--base", "before.yaml", ...logs, "--json"];
    const { stdout, stderr } = await inFolder(files, () => captured(() => main(args)));
    const { comparison } = JSON.parse(stdout || stderr) as { comparison: Compared };
    assert.deepEqual(comparison.stacks, ["dev", "dev of before.yaml"]);
    assert.deepEqual(comparison.alarms[0]?.alarmMinutes, { dev: 1, "dev of before.yaml": 2 });
    assert.deepEqual(comparison.only, { dev: ["fraud"], "dev of before.yaml": [] });
  });

  it("takes whatever else says what was declared, told by its content", async () => {
    const alarm = (threshold: number) => `
Resources:
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: /logs/churn
      FilterPattern: "{ $.prediction_valid IS FALSE }"
      MetricTransformations: [{ MetricName: Invalid, MetricNamespace: Models, MetricValue: "1" }]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: invalid, ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1,
      Threshold: ${threshold}, MetricName: Invalid, Namespace: Models, Period: 60, Statistic: Sum }
`;
    const properties = {
      name: "invalid",
      logGroupName: "/logs/churn",
      pattern: "{ $.prediction_valid IS FALSE }",
      metricTransformation: { name: "Invalid", namespace: "Models", value: "1" },
    };
    const settings = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      threshold: 1,
    };
    const metric = { metricName: "Invalid", namespace: "Models", period: 60, statistic: "Sum" };
    const resources = [
      { type: "aws:cloudwatch/logMetricFilter:LogMetricFilter", outputs: properties },
      {
        type: "aws:cloudwatch/metricAlarm:MetricAlarm",
        outputs: { name: "invalid", arn: "arn:a:b:c:d:alarm:invalid", ...settings, ...metric },
      },
    ].map((resource, index) => ({ ...resource, urn: `urn:pulumi:live::p::t::r${index}` }));
    const values = (more: object) => ({ mode: "managed", ...more });
    const files = {
      "log.jsonl": LOG,
      "now.yaml": alarm(5),
      "before.yaml": alarm(1),
      "state.json": JSON.stringify({ version: 3, deployment: { resources } }),
      "preview.json": JSON.stringify({
        steps: resources.map(({ urn, type, outputs }) => ({
          ...{ op: "create", urn },
          newState: { urn, type, inputs: outputs },
        })),
      }),
      "plan.json": JSON.stringify({
        planned_values: {
          root_module: {
            resources: [
              values({
                type: "aws_cloudwatch_log_metric_filter",
                values: {
                  ...{ name: "invalid", log_group_name: "/logs/churn" },
                  pattern: properties.pattern,
                  metric_transformation: [properties.metricTransformation],
                },
              }),
              values({
                type: "aws_cloudwatch_metric_alarm",
                values: {
                  ...{ alarm_name: "invalid", comparison_operator: "GreaterThanThreshold" },
                  ...{ evaluation_periods: 1, threshold: 1, metric_name: "Invalid" },
                  ...{ namespace: "Models", period: 60, statistic: "Sum" },
                },
              }),
            ],
          },
        },
      }),
      "other.json": "{}",
    };
    await inFolder(files, async () => {
      const against = (base: string) =>
        captured(() => main(["--template", "now.yaml", "--base", base, "log.jsonl", "--json"]));
      for (const base of ["before.yaml", "state.json", "preview.json", "plan.json"]) {
        const { stdout, stderr } = await against(base);
        assert.equal(stderr, "", base);
        const { comparison } = JSON.parse(stdout) as { comparison: Compared };
        const [found] = comparison.alarms;
        assert.deepEqual(
          [found?.name, Object.values(found?.alarmMinutes ?? {})],
          ["invalid", [1, 2]],
          base,
        );
      }
      const { code, stderr } = await against("other.json");
      assert.deepEqual(
        [code, /^other\.json: expected a stack's file, or /.test(stderr)],
        [2, true],
      );
      assert.match(
        (await against("prod")).stderr,
        /^--base prod: expected a file or a stack, found/,
      );
    });
  });

  it("cannot read standard input twice", async () => {
    const { code, stderr } = await compare("--logs", "churn=-");
    assert.deepEqual([code, stderr.includes("standard input")], [2, true]);
  });
});
