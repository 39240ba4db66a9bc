import assert from "node:assert/strict";
import { problemText } from "../../../components/settings/diagnostic";
import { readStack } from "../../../components/settings/read";
import { churnWith, CONTEXT } from "../../support/stackInput";

function warnings(more: Readonly<Record<string, unknown>>, context = CONTEXT): string[] {
  const { warnings: found = [], problems } = readStack(churnWith(more), context);
  assert.deepEqual(problems, []);
  assert.ok(found.every(({ severity }) => severity === "warning"));
  return found.map((warning) => problemText("classification-rate:", warning));
}

const KEY = "classification-rate:models.churn";

describe("config: what is legal and yet most likely a mistake", () => {
  it("is a threshold that looks like a share of 1, or that a perfect rate reaches", () => {
    assert.deepEqual(warnings({ threshold: 0.9 }), [
      `${KEY}.threshold: expected a percentage, found 0.9, which looks like a share of 1 (did you mean 90?)`,
    ]);
    assert.equal(warnings({ threshold: 1 }).length, 1);
    assert.match(
      warnings({ threshold: 100 })[0] ?? "",
      /^.*threshold: expected a threshold below 100/,
    );
    for (const threshold of [1.5, 90, 99.9]) assert.deepEqual(warnings({ threshold }), []);
    assert.match(
      warnings({ warning: { threshold: 100 } })[0] ?? "",
      /^.*churn\.warning\.threshold: expected a threshold below 100/,
    );
  });

  it("is a model of which no mail can ever come", () => {
    assert.deepEqual(warnings({ enabled: false }), [
      `${KEY}.enabled: expected true, found false, under which no mail ever comes`,
    ]);
  });

  it("are names so long that two alarms' mails have one subject", () => {
    const context = { ...CONTEXT, stack: "s".repeat(40) };
    assert.match(warnings({ silence: "1h" }, context)[0] ?? "", /^.*churn: expected shorter names/);
    assert.match(
      warnings({ warning: { threshold: 95 } }, context)[0] ?? "",
      /found an alarm \S+-churn-warning, whose mails may be cut to the same subject/,
    );
    assert.deepEqual(warnings({}, context), []);
    assert.deepEqual(warnings({ silence: "1h" }), []);
  });
});
