import assert from "node:assert/strict";
import { main } from "../../../tools/cli/adopt";
import { readStackFile } from "../../../tools/stackFile/stackFile";
import { captured, inFolder, type Run } from "../../support/folders";
import { alarm, FILTERS, TOPIC } from "../adopt/scene";

const FILES = {
  "alarms.json": JSON.stringify({ MetricAlarms: [alarm("churn rate\n#"), alarm("b c")] }),
  "filters.json": JSON.stringify({ metricFilters: FILTERS }),
  "topics.json": JSON.stringify({
    Subscriptions: [
      ...[{ SubscriptionArn: `${TOPIC}:1`, Protocol: "email", Endpoint: "ml@example.com" }],
      ...[{ SubscriptionArn: "PendingConfirmation", Protocol: "email", Endpoint: "b@example.com" }],
    ].map((one) => ({ ...one, TopicArn: TOPIC })),
  }),
  "notes.json": '{ "notes": [] }',
  "odd.json": '{ "MetricAlarms": [{ "AlarmName": "a", "Threshold": "90" }] }',
};

function adopted(...args: string[]): Promise<Run> {
  return inFolder(FILES, () => captured(() => main(args)));
}

describe("npm run adopt", () => {
  it("prints a stack file that check takes", async () => {
    const { code, stdout } = await adopted("alarms.json", "filters.json", "topics.json");
    assert.equal(code, 0, stdout);
    const project = { name: "p", stackConfigDir: ".", config: {} };
    const { settings, diagnostics, region } = readStackFile("Pulumi.x.yaml", stdout, project, "x");
    assert.deepEqual(diagnostics, []);
    assert.equal(region, "eu-west-1");
    assert.deepEqual(
      settings?.models.map(({ name, topics }) => [name, topics]),
      [
        ["b-c", [TOPIC]],
        ["churn-rate", [TOPIC]],
      ],
    );
    assert.match(stdout, /^# {3}aws cloudwatch delete-alarms .* --alarm-names 'b c'$/m);
    assert.match(stdout, /^# - b-c: b@example.com has not confirmed/m);
  });

  it("says the same as JSON", async () => {
    const { code, stdout } = await adopted("filters.json", "alarms.json", "--json");
    const { models, deleteAfterwards, stackFile } = JSON.parse(stdout) as {
      readonly models: readonly { readonly replaces: readonly string[] }[];
      readonly deleteAfterwards: readonly string[];
      readonly stackFile: string;
    };
    assert.equal(code, 0);
    assert.deepEqual(
      models.map(({ replaces }) => replaces),
      [["churn rate\n#"], ["b c"]],
    );
    assert.equal(deleteAfterwards.length, 4);
    assert.match(stackFile, /^config:/);
  });

  it("refuses files that are something else, and says what is missing", async () => {
    const cases: readonly (readonly [RegExp, ...string[]])[] = [
      [/^notes\.json: expected .* found none of their lists/, "notes.json"],
      [/^odd\.json: .* MetricAlarms\[0\]\.Threshold is "90"/, "odd.json"],
      [/expected what aws cloudwatch describe-alarms prints, too/, "filters.json"],
      [/expected what aws logs describe-metric-filters prints, too/, "alarms.json"],
    ];
    for (const [message, ...files] of cases) {
      const { code, stderr } = await adopted(...files);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});
