import assert from "node:assert/strict";
import { type Account, adopt } from "../../../tools/adopt/adopt";
import type { LiveSubscription } from "../../../tools/aws/topicCalls";
import type { Declared } from "../../../tools/program/declared";
import { randomNumbers } from "../../../tools/tune/chance";
import { captured } from "../../support/folders";
import { declaredFor, modelFor } from "../rehearse/declaredFor";

/** Topics of somebody else's. */
const EXISTING = ["chat", "early"].map((name) => `arn:aws:sns:eu-west-1:123456789012:${name}`);
const [CHAT, EARLY] = EXISTING;

/** What is declared, as an account has it once it is deployed. */
function deployed({ region, alarms, filters, subscriptions, muteRules }: Declared): Account {
  const topics = new Map<string, LiveSubscription[]>();
  for (const { topicArn, protocol, endpoint } of subscriptions) {
    const others = topics.get(topicArn) ?? [];
    topics.set(topicArn, [...others, { protocol, endpoint, state: "confirmed" }]);
  }
  for (const topic of EXISTING) {
    topics.set(topic, [{ protocol: "https", endpoint: "https://example.com", state: "confirmed" }]);
  }
  const live = filters.map((filter) => ({
    ...{ ...filter, createdAt: undefined, fieldSelectionCriteria: undefined },
  }));
  return { region, alarms, otherAlarms: [], filters: live, subscriptions: topics, muteRules };
}

type Pick = <T>(...choices: readonly T[]) => T;

/** Settings of every kind, as a stack file has them. */
function randomSettings(pick: Pick): Record<string, unknown> {
  const threshold = pick(60, 89.5, 90, 95.25);
  const counted = pick<object>(
    {},
    { field: "out.ok", where: { model: "churn", version: 2, live: true } },
    { field: "score", valid: pick(">= 0.8", "< 3") },
    { field: "['a.b'][0]", valid: pick<unknown>(1, "yes") },
    { logFormat: "text", field: "ok", valid: pick<unknown>(true, "good") },
  );
  const others: Record<string, unknown> = {
    minimumPredictions: pick(undefined, 2, 30),
    confidence: pick(undefined, 50, 90, 95, 99.9),
    silence: pick(undefined, "10m", "40m", "1h", "7h", "11h", "23h", "1d", "30h", "3d"),
    notifyRecovery: pick(undefined, true),
    enabled: pick(undefined, false),
    warning: pick<unknown>(
      undefined,
      { threshold: threshold + 1 },
      { threshold: threshold + 2.5, email: "early@example.com", datapoints: "1 of 2" },
      { threshold: 99, topics: [EARLY] },
    ),
    mute: pick<unknown>(
      undefined,
      [{ cron: "0 2 * * SUN", duration: "4h", timezone: "Europe/Berlin" }],
      [
        { at: "2026-12-24T00:00", duration: "3d" },
        { cron: "30 1 1,15 * ?", duration: "90m" },
      ],
    ),
  };
  const set = Object.entries(others).filter(([, value]) => value !== undefined);
  return {
    threshold,
    period: pick("1m", "15m", "1h", "90m", "1d"),
    datapoints: pick("3 of 5", "1 of 1", "4 of 4"),
    treatMissingData: pick("notBreaching", "missing", "ignore", "breaching"),
    email: pick<unknown>("team@example.com", ["a@example.com", "b@example.com"]),
    topics: pick<unknown>([], [CHAT]),
    ...counted,
    ...Object.fromEntries(set),
  };
}

describe("adopting what this program declares", () => {
  it("gives back the settings that it was declared from, whatever they are", async () => {
    const random = randomNumbers(7);
    const pick: Pick = (...choices) => {
      const chosen = choices[Math.floor(random() * choices.length)];
      return chosen as (typeof choices)[number];
    };
    for (let trial = 0; trial < 25; trial += 1) {
      const settings = randomSettings(pick);
      // Without the warning that a program prints of alarms that are switched off.
      let account: Account | undefined;
      await captured(async () => {
        account = deployed(await declaredFor(settings));
        return 0;
      });
      assert.ok(account);
      const { models, leftAlone, inTheWay } = adopt(account, "classification-rate-dev");
      const [model] = models;
      assert.ok(model, JSON.stringify([settings, leftAlone]));
      assert.deepEqual([leftAlone, inTheWay, model.notes, model.name], [[], [], [], "churn"]);
      assert.deepEqual(modelFor(model.settings), modelFor(settings), JSON.stringify(settings));
    }
  });
});
