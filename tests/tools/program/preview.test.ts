import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../tools/inputError";
import { addressesOf } from "../../../tools/program/declared";
import { UNKNOWN } from "../../../tools/program/given";
import { previewed } from "../../../tools/program/preview";

/** What `pulumi preview --json` printed (engine 3.259.0) of this program, less where in it each resource stands. */
function plan(name: string): { steps: Step[]; changeSummary: Record<string, number> } {
  const file = join(__dirname, "plans", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof plan>;
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly newState: {
    provider?: string;
    inputs?: Record<string, unknown>;
    propertyDependencies?: object;
  };
}

const read = (content: unknown) => previewed(JSON.stringify(content), "preview.json");

function stepOf({ steps }: ReturnType<typeof plan>, type: string): Step & { newState: object } {
  const step = steps.find(({ urn }) => urn.includes(type));
  assert(step !== undefined, type);
  return step;
}

describe("a preview", () => {
  it("says who an alarm will mail, though no topic has its ARN yet", () => {
    const declared = read(plan("preview"));
    assert.deepEqual([declared.stack, declared.region], ["dev", "eu-west-1"]);
    const [alarm, ...others] = declared.alarms;
    assert.deepEqual([alarm?.name, alarm?.model, others], ["shop-dev-churn", "churn", []]);
    const addresses = (alarm?.alarmActions ?? []).flatMap((action) =>
      addressesOf(declared, action),
    );
    assert.deepEqual(
      addresses.map(({ endpoint, pending }) => [endpoint, pending]),
      [["team@example.org", false]],
    );
    assert.deepEqual(
      declared.filters.map(({ logGroupName }) => logGroupName),
      ["/aws/lambda/churn", "/aws/lambda/churn"],
    );
    assert.deepEqual([declared.refused, declared.notes], [[], []]);
  });

  it("says of what stays what AWS has said of it: ARNs, and who has yet to confirm", () => {
    const declared = read(plan("preview-update"));
    assert.equal(declared.accountId, "123456789012");
    const [alarm] = declared.alarms;
    assert(alarm !== undefined);
    assert.equal(alarm.threshold, 80);
    const [address] = addressesOf(declared, alarm.alarmActions?.[0] ?? "");
    assert.deepEqual([address?.endpoint, address?.pending], ["team@example.org", true]);
  });

  it("says first that it leaves out what stays, which --show-sames does not", () => {
    const cut = plan("preview-update");
    const left = cut.steps.filter(({ op, urn }) => op !== "same" || !urn.includes("EmailTopic"));
    const [refused] = read({ ...cut, steps: left }).refused;
    assert.match(
      refused?.text ?? "",
      /^4 resources that stay as they are: preview\.json leaves them out; .*--show-sames/,
    );
    assert.equal(refused?.isAlarm, true);

    const onlyChanged = cut.steps.filter(({ op }) => op !== "same");
    assert.throws(
      () => read({ ...cut, steps: onlyChanged }),
      /found none that can be read\n {2}\d+ resources that stay .*--show-sames/,
    );
  });

  it("leaves out what is deleted, and takes what replaces it", () => {
    const replaced = plan("preview");
    const step = stepOf(replaced, "metricAlarm");
    const old = { ...step, op: "delete-replaced", newState: undefined, oldState: step.newState };
    const steps = replaced.steps.flatMap((one) =>
      one === step ? [{ ...one, op: "create-replacement" }, { ...one, op: "replace" }, old] : [one],
    );
    assert.deepEqual(read({ ...replaced, steps }), read(plan("preview")));
    const gone = replaced.steps.map((one) => (one === step ? { ...old, op: "delete" } : one));
    assert.deepEqual(read({ ...replaced, steps: gone }).alarms, []);
  });

  it("leaves unknown what could be one thing or another", () => {
    const vague = plan("preview");
    const { newState } = stepOf(vague, "topicSubscription");
    newState.propertyDependencies = { topic: [] };
    assert.match(
      read(vague).refused[0]?.text ?? "",
      /^subscription team@example\.org is not rehearsed: its topic is not known yet/,
    );
  });

  it("says that it ended in an error, with steps or without", () => {
    const message = "error: Program failed:\nTraceback:\n  main.py\nNameError: name 'x'";
    const diagnostics = [
      { severity: "warning", message: "old" },
      { severity: "error", message },
    ];
    assert.deepEqual(read({ ...plan("preview"), diagnostics }).refused, [
      {
        isAlarm: true,
        text: "the preview ended in an error, and what comes after it is not seen: error: Program failed: NameError: name 'x'",
      },
    ]);
    assert.throws(
      () => read({ diagnostics }),
      /found none that can be read\n {2}the preview ended/,
    );
    assert.throws(() => read({ changeSummary: { same: 9 } }), /\n {2}9 resources that stay/);
  });

  it("has resources where their provider is", () => {
    const moved = plan("preview");
    const urn = "urn:pulumi:dev::shop::pulumi:providers:aws::west";
    for (const { newState } of moved.steps) newState.provider = `${urn}::${UNKNOWN}`;
    const inputs = { region: "us-west-2" };
    const state = { urn, type: "pulumi:providers:aws", custom: true, inputs };
    const { alarms, filters } = read({
      ...moved,
      steps: [...moved.steps, { op: "create", urn, newState: state }],
    });
    assert.match(alarms[0]?.arn ?? "", /^arn:aws:cloudwatch:us-west-2:/);
    assert.deepEqual(new Set(filters.map(({ region }) => region)), new Set(["us-west-2"]));
  });

  it("takes no secret for a value", () => {
    const hidden = plan("preview");
    const { newState } = stepOf(hidden, "topicSubscription");
    newState.inputs = { ...newState.inputs, endpoint: "[secret]" };
    assert.match(read(hidden).refused[0]?.text ?? "", /its endpoint is a secret, which no preview/);
  });

  it("bears that what gets no mail is not known, and a list that is not", () => {
    const vague = plan("preview");
    const mail = stepOf(vague, "topicSubscription").newState;
    mail.inputs = { ...mail.inputs, protocol: "lambda", endpoint: UNKNOWN };
    const alarm = stepOf(vague, "metricAlarm").newState;
    alarm.inputs = { ...alarm.inputs, alarmActions: UNKNOWN };
    const { refused, alarms, topics } = read(vague);
    assert.deepEqual([refused, alarms[0]?.alarmActions], [[], [topics[0]?.arn]]);
    alarm.propertyDependencies = {};
    assert.match(read(vague).refused[0]?.text ?? "", /^whom alarm shop-dev-churn tells is not/);
  });

  it("takes what is refreshed and then deleted for deleted", () => {
    const gone = plan("preview");
    const step = stepOf(gone, "metricAlarm");
    const steps = [{ ...step, op: "refresh" }, ...gone.steps.filter((one) => one !== step)];
    const deleted = { op: "delete", urn: step.urn, oldState: step.newState };
    assert.deepEqual(read({ ...gone, steps: [...steps, deleted] }).alarms, []);
  });

  it("names alarms that others than the aws provider declare", () => {
    const whole = plan("preview");
    const step = (type: string, more: object = {}) => {
      const urn = `urn:pulumi:dev::shop::${type}::other`;
      return { op: "create", urn, newState: { urn, type, custom: true, ...more } };
    };
    const cases: [object, RegExp | undefined][] = [
      [step("aws-native:cloudwatch:Alarm"), /^resources of the aws-native provider .*\(other\)/],
      [step("cw:tf:aws_cloudwatch_metric_alarm"), /the cw provider/],
      [step("kubernetes:cloudwatch.services.k8s.aws/v1:MetricAlarm"), /the kubernetes provider/],
      [
        step("aws:cloudcontrol/resource:Resource", {
          inputs: { typeName: "AWS::CloudWatch::Alarm" },
        }),
        /the Cloud Control API/,
      ],
      [step("awsteam:monitoring:Alarm", { custom: false }), undefined],
      [step("aws:lambda/function:Function"), undefined],
    ];
    for (const [more, expected] of cases) {
      const [refused] = read({ ...whole, steps: [...whole.steps, more] }).refused;
      if (expected === undefined) assert.equal(refused, undefined);
      else assert.match(refused?.text ?? "", expected);
    }
  });

  it("is not taken for something else", () => {
    for (const other of ["{}", "[]", "no JSON", '{"steps": []}']) {
      assert.throws(
        () => previewed(other, "p.json"),
        (error) =>
          error instanceof InputError &&
          /^p\.json: expected the JSON of `pulumi preview --json`/.test(error.message),
      );
    }
  });
});
