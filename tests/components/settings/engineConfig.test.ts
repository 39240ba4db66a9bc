import assert from "node:assert/strict";
import { configOf, engineConfig } from "../../../components/settings/input";
import { readStack } from "../../../components/settings/read";
import { churnWith, CONTEXT, settingsOf } from "../../support/stackInput";

describe("config: as the engine hands it over", () => {
  it("takes the keys of a namespace, structured values parsed, others as text", () => {
    const config = {
      "classification-rate:models": '{"churn": {"threshold": 97.5, "email": ["a", "b"]}}',
      "classification-rate:dashboard": "false",
      "classification-rate:namespace": "ml",
      "classification-rate-2:models": "{}",
      "aws:region": "eu-west-1",
    };
    assert.deepEqual(configOf(config, "classification-rate"), {
      models: { churn: { threshold: 97.5, email: ["a", "b"] } },
      dashboard: "false",
      namespace: "ml",
    });
    assert.deepEqual(configOf(config, "classification-rate-2"), { models: {} });
    assert.deepEqual(configOf(config, "other"), {});
  });

  it("leaves text that only looks structured to the schema", () => {
    for (const [text, value] of [
      ["{broken", "{broken"],
      ["[1, 2", "[1, 2"],
      ["null", null],
      ["90", "90"],
      ["true", "true"],
      ["nullable", "nullable"],
      ["", ""],
      [' {"a": 1}', { a: 1 }],
    ] as const) {
      assert.deepEqual(configOf({ "p:x": text }, "p"), { x: value });
    }
  });

  it("gives the settings that the file itself gives", () => {
    const raw = { ...churnWith({ where: { a: 1 } }), dashboard: false, namespace: "ml" };
    const config = engineConfig(
      Object.fromEntries(
        Object.entries(raw).map(([key, value]) => [`classification-rate:${key}`, value]),
      ),
    );
    const { settings } = readStack(configOf(config, "classification-rate"), CONTEXT);
    assert.deepEqual(settings, settingsOf(raw));
  });
});
