import assert from "node:assert/strict";
import { projectConfig, stackSettings } from "../../../components/settings/read";
import { churnWith, CONTEXT, settingsOf } from "../../support/stackInput";

describe("config: as the engine hands it over", () => {
  it("takes the project's own keys, structured values parsed, others as text", () => {
    const config = {
      "classification-rate:models": '{"churn": {"threshold": 97.5, "email": ["a", "b"]}}',
      "classification-rate:dashboard": "false",
      "classification-rate:namespace": "ml",
      "classification-rate-2:models": "{}",
      "aws:region": "eu-west-1",
    };
    assert.deepEqual(projectConfig(config, "classification-rate"), {
      models: { churn: { threshold: 97.5, email: ["a", "b"] } },
      dashboard: "false",
      namespace: "ml",
    });
    assert.deepEqual(projectConfig(config, "classification-rate-2"), { models: {} });
    assert.deepEqual(projectConfig(config, "other"), {});
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
      assert.deepEqual(projectConfig({ "p:x": text }, "p"), { x: value });
    }
  });

  it("gives the settings that the file itself gives", () => {
    const raw = { ...churnWith({ where: { a: 1 } }), dashboard: false, namespace: "ml" };
    const config = Object.fromEntries(
      Object.entries(raw).map(([key, value]) => [
        `classification-rate:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
    const given = projectConfig(config, CONTEXT.project);
    assert.deepEqual(stackSettings(given, CONTEXT), settingsOf(raw));
  });

  it("throws all problems together", () => {
    const config = {
      "classification-rate:models": '{"churn": {"threshold": 900}}',
      "classification-rate:dashboard": "maybe",
    };
    assert.throws(() => stackSettings(projectConfig(config, CONTEXT.project), CONTEXT), {
      name: "SettingsError",
      message: [
        'classification-rate:dashboard: expected true or false, found "maybe"',
        "classification-rate:models.churn.logGroup: expected a log group name of 1 to 512 letters, digits and . - _ / #, not starting with aws/, found nothing",
        "classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100, found 900",
        "classification-rate:models.churn.email: expected an e-mail address or a list of them, or else topics, found nothing",
      ].join("\n"),
    });
  });
});
