import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../tools/inputError";
import { addressesOf } from "../../../tools/program/declared";
import { previewed } from "../../../tools/program/preview";

/** What `pulumi preview --json` printed (engine 3.259.0) of this program, less where in it each resource stands. */
function plan(name: string): { steps: Step[]; changeSummary: Record<string, number> } {
  const file = join(__dirname, "plans", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof plan>;
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly newState: { inputs?: Record<string, unknown>; propertyDependencies?: object };
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
