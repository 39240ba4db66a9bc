import assert from "node:assert/strict";
import { problemText } from "../../../components/settings/diagnostic";
import { readStack } from "../../../components/settings/read";
import { churnWith, CONTEXT, modelWith } from "../../support/stackInput";

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

  it("is a mute window that is over, or never comes", () => {
    const mute = [
      { at: "2020-12-24T00:00", duration: "3d" },
      { cron: "0 2 31 2 *", duration: "1h" },
      ...[
        { cron: "0 2 29 2 *", duration: "1h" },
        { at: "2099-12-24T00:00", duration: "3d" },
      ],
    ];
    assert.deepEqual(warnings({ mute }), [
      `${KEY}.mute[0]: expected a window to come, found at(2020-12-24T00:00) for 3 days, UTC, which is over`,
      `${KEY}.mute[1]: expected a window to come, found cron(0 2 31 2 *) for 1 hour, UTC, which never comes`,
    ]);
  });

  it("are mute windows without time between them, daylight saving or not", () => {
    const [day, night] = ["0 8 * * *", "0 20 * * *"].map((cron) => ({ cron, duration: "12h" }));
    assert.deepEqual(warnings({ mute: [day, night] }), [
      `${KEY}.mute: expected windows with time between them, found cron(0 8 * * *) for 12 hours, UTC; cron(0 20 * * *) for 12 hours, UTC: no mail for 17 weeks on end`,
    ]);
    const daily = { cron: "0 0 * * *", duration: "1d", timezone: "Europe/Berlin" };
    assert.equal(warnings({ mute: [daily] }).length, 1);
    assert.deepEqual(warnings({ mute: [day, { ...night, duration: "11h59m" }] }), []);
  });

  it("is said once of mute windows that many models have", () => {
    const mute = [{ at: "2020-12-24T00:00", duration: "3d" }];
    const models = Object.fromEntries(["a", "b"].map((name) => [name, modelWith()]));
    const { warnings: found = [] } = readStack({ defaults: { mute }, models }, CONTEXT);
    assert.deepEqual(
      found.map(({ path }) => path),
      [["models", "a", "mute", 0]],
    );
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
