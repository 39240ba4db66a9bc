import assert from "node:assert/strict";
import { Monitor } from "../../components";
import { ACCOUNT, REGION, withMocks } from "../support/mocks";
import { provision } from "../support/program";
import { modelWith } from "../support/stackInput";
import { all, type Inputs, one } from "./provisioned";

const SUNDAYS = { cron: "0 2 * * SUN", duration: "4h", timezone: "Europe/Berlin" };
const HOLIDAYS = { at: "2099-12-24T00:00", duration: "3d" };

async function rulesOf(
  models: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Inputs[]> {
  return all((await provision({ models, ...more })).resources, "muteRule");
}

function mutedBy({ muteTargets }: Inputs): string[] {
  const { alarmNames } = muteTargets as { alarmNames: string[] };
  return alarmNames.map((name) => name.replace("classification-rate-dev-", ""));
}

describe("mute rules", () => {
  it("are there only if asked for, and a model can do without those of the defaults", async () => {
    assert.deepEqual(await rulesOf({ a: modelWith(), b: modelWith({ mute: [] }) }), []);
    const [rule] = await rulesOf(
      { a: modelWith(), b: modelWith({ mute: "off" }) },
      { defaults: { mute: [SUNDAYS] } },
    );
    assert(rule !== undefined);
    assert.deepEqual(mutedBy(rule), ["a"]);
  });

  it("are one for all alarms that have a window, in AWS's terms", async () => {
    const a = modelWith({
      silence: "1h",
      warning: { threshold: 95 },
      mute: [SUNDAYS],
      tags: { team: "ml", own: "a" },
    });
    const b = modelWith({ mute: [HOLIDAYS, SUNDAYS], tags: { team: "ml", own: "b" } });
    const rules = await rulesOf({ a, b, c: modelWith() });
    assert.deepEqual(rules, [
      {
        name: "classification-rate-dev-mute-at-2099-12-24t00-00-3d-9ebf49f5",
        description:
          "No mails of alarms of classification-rate-dev: at(2099-12-24T00:00) for 3 days, UTC",
        rule: {
          schedule: { expression: "at(2099-12-24T00:00)", duration: "P3D", timezone: "UTC" },
        },
        muteTargets: { alarmNames: ["classification-rate-dev-b"] },
        tags: { team: "ml", own: "b" },
      },
      {
        name: "classification-rate-dev-mute-cron-0-2-sun-4h-7502a569",
        description:
          "No mails of alarms of classification-rate-dev: cron(0 2 * * SUN) for 4 hours, Europe/Berlin",
        rule: {
          schedule: {
            ...{ expression: "cron(0 2 * * SUN)", duration: "PT4H" },
            timezone: "Europe/Berlin",
          },
        },
        muteTargets: {
          alarmNames: ["a", "a-silence", "a-warning", "b"].map(
            (name) => `classification-rate-dev-${name}`,
          ),
        },
        tags: { team: "ml" },
      },
    ]);
  });

  it("know two ways to write a window as one", async () => {
    const other = { cron: " 0  2 * * sun", duration: 14_400, timezone: "Europe/Berlin" };
    const a = modelWith({ mute: [SUNDAYS, other] });
    assert.equal((await rulesOf({ a, b: modelWith({ mute: [other] }) })).length, 1);
  });

  it("are several where AWS takes no more alarms, and keep their names whatever comes first", async () => {
    const model = (at: number) =>
      modelWith({ silence: "1h", mute: [SUNDAYS], logGroup: `/${at % 2}` });
    const models = Object.fromEntries(
      Array.from({ length: 51 }, (_, at) => [`m${100 + at}`, model(at)]),
    );
    const rules = await rulesOf(models, { dashboard: false });
    assert.deepEqual(
      rules.map((rule) => mutedBy(rule).length),
      [100, 2],
    );
    const alone = await rulesOf({ z: modelWith({ mute: [SUNDAYS] }) });
    const [name] = alone.map((rule) => rule["name"]);
    assert.deepEqual(
      rules.map((rule) => rule["name"]),
      [name, `${String(name)}-2`],
    );
  });

  it("come after their alarms, as AWS mutes none that it does not have", async () => {
    const { resources } = await provision({ models: { a: modelWith({ mute: [SUNDAYS] }) } });
    const rule = resources.find(({ type }) => type.endsWith(":AlarmMuteRule"));
    const alarm = resources.find(({ type }) => type.endsWith(":MetricAlarm"));
    assert.deepEqual([rule?.dependencies], [[alarm?.urn]]);
  });

  it("are a monitor's own where it stands alone", async () => {
    const topics = [`arn:aws:sns:${REGION}:${ACCOUNT}:chat`];
    const { resources } = await withMocks({}, () => {
      const args = { logGroup: "/churn", threshold: 90, topics, mute: [SUNDAYS] };
      new Monitor("churn", args);
      new Monitor("fraud", { ...args, silence: "1h" });
    });
    assert.deepEqual(
      all(resources, "muteRule").map((rule) => [rule["name"], mutedBy(rule)]),
      [
        ["classification-rate-dev-churn-mute-cron-0-2-sun-4h-7502a569", ["churn"]],
        ["classification-rate-dev-fraud-mute-cron-0-2-sun-4h-7502a569", ["fraud", "fraud-silence"]],
      ],
    );
  });

  it("are told of in the alarm's mail, which may be hours younger than its change", async () => {
    const { resources } = await provision({ models: { a: modelWith({ mute: [SUNDAYS] }) } });
    assert.match(
      String(one(resources, "alarm")["alarmDescription"]),
      /Muted in cron\(0 2 \* \* SUN\) for 4 hours, Europe\/Berlin: what is still so at the end is/,
    );
  });
});
