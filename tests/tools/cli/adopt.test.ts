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
  "page.json": JSON.stringify({ MetricAlarms: [alarm("a")], NextToken: "b" }),
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

  it("gives back the models of a stack of this program, and has nothing deleted then", async () => {
    const named = (text: unknown): string =>
      JSON.stringify(text).replaceAll(
        /"(valid|total)_predictions"/g,
        '"shop-prod-churn.$1_predictions"',
      );
    const files = {
      "alarms.json": named({ MetricAlarms: [alarm("shop-prod-churn")] }),
      "filters.json": named({ metricFilters: FILTERS }),
      "rule.json": JSON.stringify({
        Name: "nights",
        Rule: { Schedule: { Expression: "cron(0 22 * * *)", Duration: "PT8H" } },
        MuteTargets: { AlarmNames: ["shop-prod-churn"] },
        StartDate: "2026-01-01T00:00:00+00:00",
      }),
    };
    const run = (...args: string[]) =>
      inFolder(files, () => captured(() => main([...Object.keys(files), ...args])));
    const lost = await run("--own", "shop-prod");
    assert.match(lost.stdout, /^ {4}churn:$/m);
    assert.match(lost.stdout, /put these lines into the file of the stack shop-prod/);
    assert.match(lost.stdout, /mute rule nights is not adopted: it begins or ends some day/);
    assert.doesNotMatch(lost.stdout, /delete-|mute rules, dashboards/);
    const [other, usual] = [await run("--own", "shop-test"), await run()];
    assert.match(other.stdout, /alarm shop-prod-churn: it is none of the stack shop-test/);
    assert.match(usual.stdout, /a stack of this program\n?.*provisioned it \(--own\)/s);
    assert.deepEqual([lost.code, other.code, usual.code], [0, 1, 1]);
  });

  it("refuses files that are something else, and says what is missing", async () => {
    const cases: readonly (readonly [RegExp, ...string[]])[] = [
      [/^notes\.json: expected .* found none of their lists/, "notes.json"],
      [/^odd\.json: .* MetricAlarms\[0\]\.Threshold is "90"/, "odd.json"],
      [/expected what aws cloudwatch describe-alarms prints, too/, "filters.json"],
      [/expected what aws logs describe-metric-filters prints, too/, "alarms.json"],
      [/expected all MetricAlarms, .* not the last one/, "page.json", "filters.json"],
    ];
    for (const [message, ...files] of cases) {
      const { code, stderr } = await adopted(...files);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});
