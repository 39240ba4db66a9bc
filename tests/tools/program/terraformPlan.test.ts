import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../tools/inputError";
import { addressesOf } from "../../../tools/program/declared";
import { terraformPlan } from "../../../tools/program/terraformPlan";

/**
 * What `terraform show -json` (1.11.4) printed of a plan with the modules metric-alarm, log-metric-filter and log-group of
 * terraform-aws-modules/cloudwatch 5.7.2, less descriptions, nulls and what repeats planned_values. The provider was one of
 * the same schemas that asks no AWS.
 */
const PLAN = JSON.parse(readFileSync(join(__dirname, "plans/terraform.json"), "utf8")) as Plan;

interface Plan {
  readonly planned_values: { readonly root_module: { readonly resources: readonly object[] } };
  readonly resource_changes: readonly { readonly address: string }[];
  readonly configuration: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly expressions?: object }[];
    };
  };
}

const read = (content: unknown) => terraformPlan(JSON.stringify(content), "out/alerts.tf.json");

/** The plan with other expressions of the alarm that both churn and fraud have. */
function withActions(references: readonly string[]): Plan {
  const resources = PLAN.configuration.root_module.resources.map((resource) =>
    resource.address === "aws_cloudwatch_metric_alarm.errors"
      ? {
          ...resource,
          expressions: { ...resource.expressions, alarm_actions: { references } },
        }
      : resource,
  );
  const root = { ...PLAN.configuration.root_module, resources };
  return { ...PLAN, configuration: { ...PLAN.configuration, root_module: root } };
}

function mailedBy(plan: Plan, alarm: string): string[] | undefined {
  const declared = read(plan);
  const found = declared.alarms.find(({ name }) => name === alarm);
  return found?.alarmActions?.flatMap((action) =>
    addressesOf(declared, action).map(({ endpoint }) => endpoint),
  );
}

describe("a Terraform plan", () => {
  it("says what the alarms of modules read, and whom they mail, though no topic has its ARN yet", () => {
    const declared = read(PLAN);
    assert.deepEqual([declared.stack, declared.region], ["alerts", "eu-west-1"]);
    const [rate, churn] = declared.alarms;
    assert(rate !== undefined && churn !== undefined);
    assert.deepEqual(
      declared.alarms.map(({ name, threshold }) => [name, threshold]),
      [
        ["churn.v2-rate", 90],
        ["errors-churn", 5],
        ["errors-everywhere", 100],
        ["errors-fraud", 10],
      ],
    );
    assert.deepEqual(
      rate.metricQueries?.map(({ id, expression, metric, returnData }) => [
        id,
        expression ?? metric?.metricName,
        metric?.period,
        returnData,
      ]),
      [
        ["total", "Total", 60, false],
        ["valid", "Valid", 60, false],
        ["rate", "100 * valid / total", undefined, true],
      ],
    );
    assert.deepEqual([rate.datapointsToAlarm, rate.evaluationPeriods], [2, 3]);
    // The ID of a filter, which is its name.
    assert.equal(churn.metric?.metricName, "errors");
    assert.deepEqual(mailedBy(PLAN, "churn.v2-rate"), ["ml@example.org"]);
    assert.deepEqual(mailedBy(PLAN, "errors-fraud"), ["fraud@example.org"]);

    const [group, ...others] = new Set(declared.filters.map(({ logGroupName }) => logGroupName));
    assert.deepEqual([group, others], ["module.log_group.aws_cloudwatch_log_group.this-0", []]);
    assert.deepEqual(
      declared.filters.map(({ metricName, pattern, defaultValue }) => [
        metricName,
        pattern,
        defaultValue,
      ]),
      [
        ["errors", "ERROR", undefined],
        ["Total", "{ $.valid = * }", 0],
        ["Valid", "{ $.valid IS TRUE }", 0],
      ],
    );
    assert.equal(
      declared.filters[1]?.name,
      "module.log_metric_filter-Total.aws_cloudwatch_log_metric_filter.this-0",
    );
    assert.deepEqual(
      declared.muteRules.map(({ alarmNames, duration }) => [alarmNames, duration]),
      [[["errors-churn"], 8 * 3600]],
    );
  });

  it("names what it cannot tell, and what it takes for granted", () => {
    const { refused, notes } = read(PLAN);
    assert.deepEqual(
      refused.map(({ text }) => text),
      [
        "composite alarm both is not rehearsed: its state follows from other alarms, which are rehearsed as far as they can be",
        "whom alarm errors-everywhere tells is not known: its alarmActions is known only after apply, from local.everybody, which a plan does not show",
      ],
    );
    assert.deepEqual(notes, [
      'actions that are known only after apply are taken to be the topics they refer to; ARNs written beside those are not in a plan (aws_cloudwatch_metric_alarm.errors["churn"], aws_cloudwatch_metric_alarm.errors["fraud"], module.rate.aws_cloudwatch_metric_alarm.this[0])',
    ]);
    const partial = { ...PLAN, complete: false };
    assert.match(read(partial).refused.at(-1)?.text ?? "", /some resources only \(-target\)/);
    const failed = { ...PLAN, errored: true };
    assert.match(read(failed).refused.at(-1)?.text ?? "", /planning ended in an error/);
  });

  it("follows a reference to one instance, to all of them, or to none that is planned", () => {
    const one = ['aws_sns_topic.team["fraud"].arn', 'aws_sns_topic.team["fraud"]'];
    const cases: [readonly string[], string[]][] = [
      [[...one, "aws_sns_topic.team"], ["fraud@example.org"]],
      [["aws_sns_topic.team"], ["churn@example.org", "fraud@example.org"]],
      [
        ["aws_sns_topic.alerts.arn", "aws_sns_topic.alerts", "aws_sns_topic.team", "each.key"],
        ["ml@example.org", "churn@example.org"],
      ],
      [["data.aws_sns_topic.other.arn", "data.aws_sns_topic.other"], []],
      [["aws_sns_topic.alerts.arn", "local.more"], []],
    ];
    for (const [references, expected] of cases) {
      const found = mailedBy(withActions(references), "errors-churn");
      assert.deepEqual(found, expected, references.join(", "));
    }
  });

  it("takes what is known for known, and what is left of an earlier resource for nothing", () => {
    const [alarm, address] = ["errors-everywhere", "aws_cloudwatch_metric_alarm.local"];
    const known = PLAN.resource_changes.map((one) =>
      one.address === address
        ? { address, change: { after_unknown: { alarm_actions: [false] } } }
        : one,
    );
    const old = { address, deposed: "a1b2", change: { actions: ["delete"], after_unknown: {} } };
    const told = (changes: readonly object[]) =>
      read({ ...PLAN, resource_changes: changes }).alarms.find(({ name }) => name === alarm)
        ?.alarmActions;
    assert.deepEqual(told(known), []);
    assert.deepEqual(told([...PLAN.resource_changes, old]), ["(not known)"]);
  });

  it("sees what is unknown in dynamic blocks, which its configuration leaves out", () => {
    const address = "aws_cloudwatch_metric_alarm.local";
    for (const [unknown, place] of [
      [true, "metricQueries"],
      [[{ metric: [{ dimensions: true }] }], "metricQueries[0].metric.dimensions"],
    ] as const) {
      const changes = PLAN.resource_changes.map((one) =>
        one.address === address
          ? { address, change: { after_unknown: { metric_query: unknown } } }
          : one,
      );
      const { refused } = read({ ...PLAN, resource_changes: changes });
      assert.match(
        refused.map(({ text }) => text).join("\n"),
        new RegExp(
          `errors-everywhere is not rehearsed: its ${place.replaceAll(/[[\]]/g, ".")} is not`,
        ),
      );
    }
  });

  it("says which region it takes where a provider's is not in it", () => {
    const provider = { aws: { expressions: { region: { references: ["local.region"] } } } };
    const stripped = JSON.parse(
      JSON.stringify(PLAN, (key, value: unknown) => (key === "region" ? undefined : value)),
    ) as Plan;
    const { notes } = read({
      ...stripped,
      configuration: { ...stripped.configuration, provider_config: provider },
    });
    assert.match(notes.at(-1) ?? "", /^the plan does not show the region of aws: taken to be /);
  });

  it("names alarms of another provider", () => {
    const { root_module: root } = PLAN.planned_values;
    const other = { address: "awscc_cloudwatch_alarm.a", mode: "managed", values: {} };
    const resources = [...root.resources, { ...other, type: "awscc_cloudwatch_alarm" }];
    const { refused } = read({ ...PLAN, planned_values: { root_module: { ...root, resources } } });
    assert.match(refused.map(({ text }) => text).join("\n"), /awscc provider are not read/);
  });

  it("is not taken for something else", () => {
    for (const other of ["{}", "{", '{"values": {}}', '{"planned_values": {"root_module": {}}}']) {
      assert.throws(
        () => terraformPlan(other, "plan.json"),
        (error) =>
          error instanceof InputError &&
          error.message.startsWith("plan.json: expected the JSON of `terraform show -json PLAN`"),
      );
    }
  });
});
