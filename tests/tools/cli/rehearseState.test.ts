import assert from "node:assert/strict";
import { main } from "../../../tools/cli/rehearse";
import type { JsonReport } from "../../../tools/rehearse/jsonReport";
import { captured, inFolder, type Run } from "../../support/folders";

type Properties = Readonly<Record<string, unknown>>;

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail";

/** How Pulumi writes a secret without --show-secrets. */
const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:abcd:efgh==",
};

function resource(type: string, name: string, outputs: Properties): Properties {
  return { urn: `urn:pulumi:live::other::${type}::${name}`, type, outputs };
}

/** Counts invalid predictions; a state has null, empty and 0 for what a program left out. */
function filter(more: Properties = {}, transformation: Properties = {}): Properties {
  return resource(FILTER, "filter", {
    name: "predictions",
    logGroupName: "/logs/any",
    pattern: "{ $.prediction_valid IS FALSE }",
    applyOnTransformedLogs: false,
    metricTransformation: {
      ...{ name: "Invalid", namespace: "Models", value: "1", defaultValue: "", unit: "None" },
      ...transformation,
    },
    ...more,
  });
}

/** An alarm on more than one invalid prediction a minute. */
function alarm(more: Properties = {}): Properties {
  return resource(ALARM, "alarm", {
    name: "any-name",
    arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:any-name",
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    datapointsToAlarm: 0,
    threshold: 1,
    ...{ metricName: "Invalid", namespace: "Models", period: 60, statistic: "Sum", unit: "" },
    alarmActions: [TOPIC],
    actionsEnabled: true,
    treatMissingData: "missing",
    dimensions: {},
    metricQueries: [],
    evaluationWindow: { slidingWindow: {} },
    ...more,
  });
}

function query(expression: string): Properties {
  return alarm({
    ...{ metricName: "", namespace: "", statistic: "" },
    metricQueries: [{ id: "q", expression, returnData: true, metric: null, period: 60 }],
  });
}

function subscription(more: Properties = {}): Properties {
  const given = { topic: TOPIC, protocol: "email", endpoint: "ops@example.com", filterPolicy: "" };
  return resource(SUBSCRIPTION, "subscription", { ...given, ...more });
}

/** Three invalid predictions in a minute, then two valid ones. */
const LOG = [false, false, false, true, true]
  .map((valid, index) => {
    const timestamp = Date.parse("2026-11-22T00:00:00Z") + Math.floor(index / 3) * 60_000;
    return JSON.stringify({ timestamp, message: `{"prediction_valid":${valid}}` });
  })
  .join("\n");

function state(...resources: readonly Properties[]): string {
  const stack = resource("pulumi:pulumi:Stack", "other-live", {});
  return JSON.stringify({ version: 3, deployment: { resources: [stack, ...resources] } });
}

function rehearsed(content: string, ...args: string[]): Promise<Run> {
  return inFolder({ "state.json": content, "log.jsonl": LOG }, () =>
    captured(() => main(["--state", "state.json", "log.jsonl", ...args])),
  );
}

async function json(...resources: readonly Properties[]): Promise<JsonReport> {
  const { stdout, stderr } = await rehearsed(state(...resources), "--json");
  assert.equal(stderr, "");
  return JSON.parse(stdout) as JsonReport;
}

function reasons({ coverage }: JsonReport): readonly string[] {
  return coverage.blind.flatMap(({ causes }) => causes);
}

describe("npm run rehearse -- --state", () => {
  it("rehearses what somebody else's program has deployed", async () => {
    const report = await json(filter(), alarm(), subscription());
    assert.deepEqual(
      report.alarms.map(({ name, model, states }) => [name, model, states.map(({ to }) => to)]),
      [["any-name", "any-name", ["ALARM"]]],
    );
    assert.deepEqual(
      report.emails.map(({ to }) => to),
      ["ops@example.com"],
    );
    assert.deepEqual([report.coverage.blind, report.notes], [[], []]);
  });

  it("names an alarm that cannot be rehearsed by its kind", async () => {
    const kinds: readonly (readonly [Properties, RegExp])[] = [
      [
        alarm({ statistic: "", extendedStatistic: "p99" }),
        /statistic p99 needs every single value/,
      ],
      [
        alarm({ statistic: "", extendedStatistic: "IQM" }),
        /statistic IQM needs every single value/,
      ],
      [alarm({ thresholdMetricId: "band" }), /anomaly detection/],
      [query("ANOMALY_DETECTION_BAND(m1, 2)"), /anomaly detection/],
      [query('SELECT SUM(Errors) FROM "shop"'), /Metrics Insights/],
      [query("SUM(SEARCH('{shop} Errors', 'Sum', 300))"), /uses SEARCH/],
      [alarm({ evaluationCriteria: { promQlCriteria: { query: "up" } } }), /PromQL/],
      [alarm({ period: 10 }), /period 10 s/],
      [
        resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", "c", { alarmName: "both" }),
        /^composite alarm both .*other alarms/,
      ],
      [resource("aws:cloudwatch/logAlarm:LogAlarm", "l", { name: "la" }), /^log alarm la .*query/],
    ];
    for (const [odd, message] of kinds) {
      const report = await json(filter(), alarm({ name: "fine" }), odd);
      assert.deepEqual([report.coverage.alarms, report.coverage.rehearsed], [2, 1]);
      const [reason = "", ...more] = reasons(report);
      assert.match(reason, message);
      assert.deepEqual(more, []);
    }
  });

  it("leaves out what it cannot read, names it, and takes it for nothing else", async () => {
    const report = await json(
      filter(),
      filter({ name: "secret", pattern: SECRET }),
      alarm({ alarmDescription: SECRET }),
      alarm({ name: "hidden", threshold: SECRET }),
      alarm({ name: "unknown", threshold: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }),
      subscription({ endpoint: SECRET }),
    );
    assert.deepEqual(
      report.alarms.map(({ name }) => name),
      ["any-name"],
    );
    assert.deepEqual(
      [report.emails, Object.keys(report.logs[0]?.matched ?? {})],
      [[], ["predictions"]],
    );
    assert.deepEqual(
      reasons(report).map((reason) => reason.replace(/ \(`.*/, "")),
      [
        "metric filter secret is not rehearsed: its pattern is an encrypted secret",
        "alarm hidden is not rehearsed: its threshold is an encrypted secret",
        "alarm unknown is not rehearsed: its threshold is not known yet",
        "subscription subscription is not rehearsed: its endpoint is an encrypted secret",
      ],
    );
    assert.match(report.notes.join("\n"), /without its description/);
  });

  it("reads a secret that is shown", async () => {
    const { ciphertext: _, ...signature } = SECRET;
    const report = await json(filter(), alarm({ threshold: { ...signature, plaintext: "1" } }));
    assert.equal(report.alarms.length, 1);
  });

  it("names what is set and not rehearsed, and nothing else", async () => {
    const { notes } = await json(
      filter({ applyOnTransformedLogs: true, fieldSelectionCriteria: "x = 1", tags: { a: "b" } }),
      alarm({ warmUpConfiguration: { minutes: 60 }, tagsAll: { a: "b" } }),
      alarm({ name: "wall", evaluationWindow: { wallClockWindow: { timezone: "UTC" } } }),
    );
    assert.deepEqual(notes.slice(0, 3), [
      "metric filter predictions is rehearsed without its applyOnTransformedLogs, fieldSelectionCriteria",
      "alarm any-name is rehearsed without its warmUpConfiguration",
      "alarm wall is rehearsed with a sliding window instead of its wall-clock window",
    ]);
  });

  /** It fires at 00:01 and has no data from 00:05 on. */
  const loud = (more: Properties = {}) =>
    alarm({ insufficientDataActions: [TOPIC], treatMissingData: "missing", ...more });
  const muteRule = (expression: string, duration: string, more: Properties = {}): Properties =>
    resource("aws:cloudwatch/alarmMuteRule:AlarmMuteRule", "rule", {
      name: "nights",
      rule: { schedule: { expression, duration, timezone: "" } },
      muteTargets: { alarmNames: ["any-name"] },
      ...{ startDate: "", expireDate: "", status: "SCHEDULED", muteType: "RECURRING", tagsAll: {} },
      ...more,
    });

  it("holds back the mails of muted alarms, and sends at the end what is still so", async () => {
    const mails = async (...rules: Properties[]): Promise<string[]> => {
      const { emails } = await json(filter(), loud(), subscription(), ...rules);
      return emails.map(({ at, changedAt }) => `${at} of ${changedAt}`);
    };
    assert.deepEqual(await mails(), ["2026-11-22T00:01:00Z of 2026-11-22T00:01:00Z"]);
    const told = muteRule("at(2026-11-22T00:01)", "PT1M");
    assert.deepEqual(await mails(told), ["2026-11-22T00:02:00Z of 2026-11-22T00:01:00Z"]);
    const open = muteRule("cron(0 0 * * *)", "PT2H");
    assert.deepEqual(await mails(open), []);
    const { alarms } = await json(filter(), loud(), subscription(), open);
    assert.deepEqual(alarms[0]?.states[0]?.muted, {
      ...{ until: "2026-11-22T02:00:00Z", outcome: "open" },
    });
    const dated = muteRule("cron(0 0 * * *)", "PT2H", { startDate: "2026-11-23T00:00:00Z" });
    assert.deepEqual(await mails(dated), ["2026-11-22T00:01:00Z of 2026-11-22T00:01:00Z"]);
    const others = muteRule("cron(0 0 * * *)", "PT2H", { muteTargets: { alarmNames: ["other"] } });
    assert.equal((await mails(others)).length, 1);
  });

  it("says so in words", async () => {
    const text = async (expression: string, duration: string): Promise<string> => {
      const rule = muteRule(expression, duration);
      return (await rehearsed(state(filter(), loud(), subscription(), rule))).stdout;
    };
    const told = await text("at(2026-11-22T00:01)", "PT1M");
    assert.match(told, /muted until 2026-11-22 00:02, and told then/);
    assert.match(
      told,
      /2026-11-22 00:02 {2}to ops@example.com: ALARM: .*\(of 2026-11-22 00:01, muted\)/,
    );
    const open = await text("cron(0 0 * * *)", "PT2H");
    assert.match(open, /muted until after the end of this rehearsal/);
    assert.match(open, /No e-mail .*: mute rules held back those of 1 state change\./);
  });

  it("names mute rules that it cannot read", async () => {
    const unread = async (...rule: Parameters<typeof muteRule>): Promise<string | undefined> =>
      reasons(await json(filter(), loud(), subscription(), muteRule(...rule)))[0];
    assert.match(
      (await unread("rate(1 day)", "PT1H")) ?? "",
      /^mute rule nights is not rehearsed: its expression rate\(1 day\) is neither/,
    );
    assert.match((await unread("cron(0 0 * * *)", "1 hour")) ?? "", /its duration/);
    const nobody = { muteTargets: null };
    assert.match((await unread("cron(0 0 * * *)", "PT1H", nobody)) ?? "", /names no alarms/);
  });

  it("mails whom SNS would mail", async () => {
    const { emails, notes } = await json(
      filter(),
      alarm(),
      subscription(),
      subscription({ protocol: "email-json", endpoint: "bot@example.com" }),
      subscription({ endpoint: "some@example.com", filterPolicy: '{"severity":["high"]}' }),
      subscription({
        endpoint: "all@example.com",
        filterPolicy: '{"severity":[{"exists":false}]}',
      }),
      subscription({ endpoint: "new@example.com", pendingConfirmation: true }),
      subscription({ protocol: "sqs", endpoint: "arn:aws:sqs:eu-west-1:123456789012:q" }),
    );
    assert.deepEqual(
      emails.map(({ to }) => to),
      ["ops@example.com", "bot@example.com", "all@example.com"],
    );
    assert.deepEqual(
      notes.map((note) => note.replace(/:.*|,.*/, "")),
      [
        "bot@example.com gets JSON (email-json)",
        "some@example.com gets no mail",
        "new@example.com gets no mail",
      ],
    );
  });

  it("has mails tell of the alarm's own region and account", async () => {
    const certificate = resource("aws:acm/certificate:Certificate", "first", {
      arn: "arn:aws:acm:us-east-1:999999999999:certificate/x",
    });
    const { emails } = await json(certificate, filter(), alarm(), subscription());
    assert.match(emails[0]?.subject ?? "", /in EU \(Ireland\)$/);
    assert.match(emails[0]?.body ?? "", /AWS Account: +123456789012/);
    assert.match(emails[0]?.body ?? "", /TreatMissingData: +missing/);
    const silent = await json(filter(), alarm({ treatMissingData: "" }), subscription());
    assert.equal(silent.emails.length, 1);
    assert.doesNotMatch(silent.emails[0]?.body ?? "", /TreatMissingData/);
  });

  it("leaves an alarm without data where its unit is not the published one", async () => {
    const one = filter({}, { unit: "Milliseconds" });
    const same = await json(one, alarm({ unit: "Milliseconds" }));
    assert.equal(same.alarms[0]?.states[0]?.to, "ALARM");
    const other = await json(one, alarm({ unit: "Seconds", treatMissingData: "breaching" }));
    assert.deepEqual(other.alarms[0]?.states, []);
    assert.match(other.notes.join("\n"), /Seconds.*stays in INSUFFICIENT_DATA/);
  });

  it("does not rehearse another account's metrics", async () => {
    const metric = { metricName: "Invalid", namespace: "Models", period: 60, stat: "Sum" };
    const foreign = (accountId: string) =>
      json(filter(), alarm({ metricQueries: [{ id: "m", accountId, returnData: true, metric }] }));
    assert.deepEqual(reasons(await foreign("123456789012")), []);
    assert.match(reasons(await foreign("210987654321"))[0] ?? "", /another account, 210987654321/);
  });

  it("follows dimensions: each of their values makes a metric of its own", async () => {
    const byModel = filter({}, { dimensions: { Valid: "$.prediction_valid" } });
    const read = (dimensions: Properties) => json(byModel, alarm({ dimensions }));
    assert.equal((await read({ Valid: "false" })).alarms[0]?.states[0]?.to, "ALARM");
    // An event that has the field is not published without it.
    assert.deepEqual((await read({})).alarms[0]?.states, []);
    assert.match(
      reasons(await read({ Model: "churn" })).join(),
      /publishes Models\/Invalid \{Model=churn\}; predictions does with other dimensions/,
    );
    const byRegion = filter({ emitSystemFieldDimensions: ["@aws.region"] });
    const own = alarm({ dimensions: { "@aws.region": "eu-west-1" } });
    const report = await json(byRegion, own, subscription());
    assert.deepEqual([report.alarms[0]?.states[0]?.to, report.notes], ["ALARM", []]);
  });

  it("takes the metrics of two regions for what they are: two", async () => {
    const there = { region: "us-east-1" };
    const arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:any-name";
    const quiet = { threshold: 3, treatMissingData: "notBreaching" };
    const both = await json(
      ...[filter(), alarm(quiet), subscription()],
      ...[filter(there), alarm({ ...quiet, arn })],
    );
    // Three events in each region, which are not six.
    assert.deepEqual(both.emails, []);
    assert.match(both.notes.join(), /\/logs\/any is there in several regions/);
    // Mails are those of one of them, though both have the same name.
    const loud = await inFolder(
      {
        "log.jsonl": LOG,
        "state.json": state(
          ...[alarm(), filter(), subscription(), filter(there)],
          ...[...Array(7).keys()].map((n) => alarm({ name: `other-${n}` })),
          alarm({ ...quiet, arn }),
        ),
      },
      () => captured(() => main(["--state", "state.json", "log.jsonl"])),
    );
    const row = (mails: string) => new RegExp(`^  any-name .* ${mails} +(?:OK|ALARM)$`, "m");
    assert.match(loud.stdout, row("1 mail"));
    assert.match(loud.stdout, row("0 mails"));
    const apart = await json(filter(there), alarm());
    assert.match(
      reasons(apart).join(),
      /publishes Models\/Invalid; predictions does .* in another/,
    );
  });

  it("leaves out what an update has replaced, and names what it left half done", async () => {
    const old = { ...alarm({ name: "old" }), delete: true };
    const gone = { ...filter({ name: "gone" }), pendingReplacement: true };
    const text = state(filter(), alarm({ threshold: 3 }), old, gone, subscription());
    const pending = [{ type: "creating", resource: resource(ALARM, "new", {}) }];
    const { stdout } = await rehearsed(
      text.replace(
        '"deployment":{',
        `"deployment":{"pending_operations":${JSON.stringify(pending)},`,
      ),
      "--json",
    );
    const { alarms, emails, notes } = JSON.parse(stdout) as JsonReport;
    assert.deepEqual([alarms.length, emails], [1, []]);
    assert.match(notes.join("\n"), /left out: alarm\n.*left out: filter\nwhether new is there/);
  });

  it("says that an alarm's actions are off", async () => {
    const { notes } = await json(filter(), alarm({ actionsEnabled: false }), subscription());
    assert.deepEqual(notes, ["alarm any-name mails nobody: its actions are switched off"]);
  });

  it("is blind for an alarm that no metric filter feeds, beside one that can be rehearsed", async () => {
    const lambda = alarm({ name: "errors", namespace: "AWS/Lambda", metricName: "Errors" });
    const calm = state(filter(), alarm({ threshold: 9 }), lambda);
    const { stdout } = await rehearsed(calm);
    assert.match(stdout, /1 of 2 alarms rehearsed\n\nBlind: not all of it was rehearsed\n/);
    assert.match(
      stdout,
      /- alarm errors is not rehearsed: no metric filter .* AWS\/Lambda\/Errors/,
    );
    const { code, stdout: printed } = await rehearsed(calm, "--fail-on-blind", "--json");
    assert.deepEqual([code, reasons(JSON.parse(printed) as JsonReport).length], [1, 1]);
    assert.equal((await rehearsed(calm, "--fail-on-alarm")).code, 1);
  });

  it("is a finding where no alarm was rehearsed, not a good answer", async () => {
    const odd = state(filter(), alarm({ statistic: "", extendedStatistic: "p99" }));
    const { code, stdout } = await rehearsed(odd, "--fail-on-alarm");
    assert.equal(code, 1);
    assert.match(stdout, /0 of 1 alarm rehearsed\n\nBlind: no alarm was rehearsed\n/);
    assert.doesNotMatch(stdout, /No e-mail|OK at the end/);
    assert.equal((await rehearsed(odd)).code, 0);
  });

  it("says what a state without filters holds instead", async () => {
    const native = resource("aws-native:cloudwatch:Alarm", "a", { alarmName: "a" });
    const bucket = resource("aws-native:s3:Bucket", "b", {});
    const { code, stderr } = await rehearsed(state(native, bucket));
    assert.equal(code, 2);
    const bridged = resource("aws:index/cloudwatchMetricAlarm:CloudwatchMetricAlarm", "b", {});
    const template = resource("aws:cloudformation/stack:Stack", "t", {
      templateBody: "Resources: {A: {Type: AWS::CloudWatch::Alarm}}",
    });
    const others = await json(filter(), alarm(), bridged, template);
    assert.match(reasons(others).join("\n"), /bridged Terraform .*\(b\).*\n.*templates .*\(t\)/);
    assert.match(stderr, /with metric filters.*\n.*aws-native provider are not read \(a\)/);
    assert.match((await rehearsed("{}")).stderr, /of a deployed stack, found no resources/);
  });

  it("bears deep nesting, and shows no control characters of names", async () => {
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const odd = state(filter(), alarm({ name: "\u001b[31mred\u202e", dimensions: {} }));
    const nested = odd.replace('"dimensions":{}', `"dimensions":{},"tags":${deep}`);
    const { code, stdout } = await rehearsed(nested);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /[\u001b\u202e]/);
    assert.ok(stdout.includes(String.raw`Alarm \u001b[31mred\u202e`));
  });
});
