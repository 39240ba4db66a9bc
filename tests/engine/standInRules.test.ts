import assert from "node:assert/strict";
import { Engine } from "./engine";
import { alarmArgs, filter, metric, openTiny, statement, subscription, tiny } from "./tiny";

describe("the stand-in for AWS under the real engine: rules", () => {
  let engine: Engine;

  before(() => {
    engine = openTiny([]);
    engine.account.addLogGroup("/models/churn");
  });

  after(() => {
    engine.close();
  });

  for (const [what, statements, problem] of refusedByTheProvider()) {
    it(`finds ${what} in a preview, as the real provider does`, async () => {
      engine.write("index.ts", tiny(statements));
      const { errors, exitCode } = await engine.preview("dev");
      assert.notEqual(exitCode, 0);
      assert.match(errors, problem);
      assert.deepEqual(engine.account.journal(), []);
    });
  }

  for (const [what, statements, problem] of refusedByAws()) {
    it(`lets AWS refuse ${what}, in the update only`, async () => {
      engine.write("index.ts", tiny(statements));
      assert.equal((await engine.preview("dev")).errors, "");
      assert.match((await engine.up("dev")).errors, problem);
    });
  }
});

describe("the stand-in for AWS under the real engine: e-mail", () => {
  let engine: Engine;
  const both = [subscription("one", "a@example.com"), subscription("two", "b@example.com")];

  before(async () => {
    engine = openTiny(both);
    await engine.up("dev");
  });

  after(() => {
    engine.close();
  });

  it("returns at once with subscriptions that wait for their readers", async () => {
    const state = JSON.stringify(await engine.stackExport("dev"));
    assert.equal(state.match(/"pendingConfirmation":true/g)?.length, 2);
  });

  it("learns from a refresh who has confirmed and who has unsubscribed", async () => {
    engine.account.confirm("a@example.com");
    engine.account.unsubscribe("b@example.com");
    assert.deepEqual((await engine.preview("dev")).changes, []);
    const { changes } = await engine.refresh("dev");
    // The engine counts a refresh as a change only where inputs differ; the outputs come along.
    assert.deepEqual(
      changes.map((change) => change.replace(/ .* /, " ")),
      ["delete two"],
    );
    assert.match(JSON.stringify(await engine.stackExport("dev")), /"pendingConfirmation":false/);
    const again = await engine.up("dev");
    assert.deepEqual(
      again.changes.map((change) => change.replace(/ .* /, " ")),
      ["create two"],
    );
  });

  it("leaves a pending subscription in the account until its topic goes", async () => {
    engine.write("index.ts", tiny([]));
    assert.equal((await engine.up("dev")).exitCode, 0);
    assert.deepEqual(
      engine.account.things("subscription").map(({ attributes }) => attributes["endpoint"]),
      ["b@example.com"],
    );
    await engine.destroy("dev");
    assert.deepEqual(engine.account.inventory(), []);
  });
});

describe("the stand-in for AWS under the real engine: one account", () => {
  it("is shared by stacks, which overwrite what has the same name", async () => {
    const engine = openTiny([statement("MetricAlarm", "alarm", alarmArgs({}))], {
      stacks: { dev: REGION_ONLY, prod: REGION_ONLY },
    });
    await engine.up("dev");
    await engine.up("prod");
    assert.deepEqual(
      engine.account.journal("PutMetricAlarm").map(({ outcome }) => outcome),
      ["created", "overwrote"],
    );
    await engine.destroy("prod");
    assert.equal(engine.account.find("alarm", "alarm"), undefined);
    engine.close();
  });

  it("cannot be reached without a region", async () => {
    const engine = openTiny([], { stacks: { dev: "config: {}" } });
    assert.match((await engine.preview("dev")).errors, /Missing region configuration/);
    engine.close();
  });
});

const REGION_ONLY = "config:\n  aws:region: eu-west-1\n";

type Refusal = [what: string, statements: string[], problem: RegExp];

function refusedByTheProvider(): Refusal[] {
  const conflicting = alarmArgs({ metricName: "valid", period: 60 });
  return [
    ["a metric beside queries", [statement("MetricAlarm", "alarm", conflicting)], /conflicts with/],
    ["a number as the filter's value", [filter({}, { value: 1 })], /expected string type/],
    [
      "an odd retention",
      [statement("LogGroup", "group", { retentionInDays: 8 })],
      /expected to be one of/,
    ],
  ];
}

function refusedByAws(): Refusal[] {
  const queries = (changed: object[]): object => ({
    metricQueries: [{ id: "rate", expression: "100 * (valid / total)" }, ...changed],
  });
  const alarmWith = (changed: object): string[] => [
    statement("MetricAlarm", "alarm", alarmArgs(changed)),
  ];
  return [
    ["more data points than periods", alarmWith({ datapointsToAlarm: 6 }), /DatapointsToAlarm/],
    ["a window over a week", alarmWith({ evaluationPeriods: 169 }), /more than 604800 seconds/],
    ["an alarm without operator", alarmWith({ comparisonOperator: undefined }), /is required/],
    ["no returned series", alarmWith(queries([{ id: "v", metric: metric("v") }])), /Exactly one/],
    ["a log group that is not there", [filter({ logGroupName: "/no" })], /ResourceNotFound/],
    [
      "dimensions beside a default",
      [filter({}, { dimensions: { a: "$.a" } })],
      /mutually exclusive/,
    ],
    [
      "a widget without region",
      [
        statement("Dashboard", "dashboard", {
          dashboardName: "d",
          dashboardBody: JSON.stringify({ widgets: [{ type: "metric", properties: {} }] }),
        }),
      ],
      /required property 'region'/,
    ],
  ];
}
