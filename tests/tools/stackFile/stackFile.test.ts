import assert from "node:assert/strict";
import { readStackFile, type StackFile } from "../../../tools/stackFile/stackFile";
import { CONTEXT, settingsOf } from "../../support/stackInput";

function read(text: string, name = CONTEXT.project): StackFile {
  return readStackFile("Pulumi.dev.yaml", text, { name, stackConfigDir: ".", config: {} }, "dev");
}

/** The findings of a stack file as `line:column key`, or `line:column` and the message. */
function findings(text: string): string[] {
  return read(text).diagnostics.map(
    ({ line, column, key, message }) =>
      `${line}:${column} ${key?.replace("classification-rate:", "") ?? message}`,
  );
}

/** A file whose models are these lines. */
function withModels(...lines: string[]): string {
  return ["config:", "  classification-rate:models:", ...lines, ""].join("\n");
}

const GOOD = "{logGroup: /a, threshold: 90, email: a@example.com}";
const SPOILT = "{logGroup: /a, threshold: 900, email: a@example.com}";

describe("stack files: where a problem stands", () => {
  it("is the start of the value in block style", () => {
    const text = withModels(
      "    churn:",
      "      logGroup: /a",
      "      threshold: 900",
      "      email:",
      "        - a@example.com",
      "        - nobody",
      "      where:",
      "        model: [a]",
    );
    assert.deepEqual(findings(text), [
      "5:18 models.churn.threshold",
      "8:11 models.churn.email[1]",
      "10:16 models.churn.where.model",
    ]);
    const spaced = text
      .replaceAll("\n", "\r\n")
      .replace("threshold: 900", "threshold:\t900\t# why");
    assert.deepEqual(findings(spaced), findings(text));
  });

  it("is the same in flow style, in quotes and in JSON", () => {
    assert.deepEqual(findings(withModels(`    churn: ${SPOILT}`)), ["3:38 models.churn.threshold"]);
    const json =
      '{"config": {\n  "classification-rate:models": {"churn": {"logGroup": "/a", "email": "x@example.com",\n  "threshold": "900"}}}}';
    assert.deepEqual(findings(json), ["3:16 models.churn.threshold"]);
  });

  it("is the key where that is wrong, and the model where a setting is missing", () => {
    const text = withModels(
      "    good: " + GOOD,
      "    my model: " + GOOD,
      "    churn:",
      "      logGroup: /a",
      "      email: a@example.com",
      "    fraud: {logGroup: /a, threshold: 90, email: a@example.com, perod: 1h}",
      "    Good: " + GOOD,
      "  classification-rate:dashbord: true",
    );
    assert.deepEqual(
      findings(text),
      [
        '4:5 models["my model"]',
        "5:5 models.churn.threshold",
        "8:64 models.fraud.perod",
        "3:5 models.good",
        "10:3 dashbord",
      ].sort((one, other) => Number.parseInt(one) - Number.parseInt(other)),
    );
  });

  it("is on the line of a key without a value", () => {
    const text = withModels(
      "    churn:",
      "      logGroup: /a",
      "      threshold:",
      "      email: a@example.com",
    );
    assert.deepEqual(
      findings(text).map((line) => line.replace(/:\d+ /, " ")),
      ["5 models.churn.threshold"],
    );
    assert.deepEqual(findings(withModels("    churn:")).length, 1);
  });

  it("is the anchor's value where an alias gives a whole model, the alias where it is the value", () => {
    const text = [
      "x-base: &base",
      "  logGroup: /a",
      "  threshold: 900",
      "  email: &mail nobody",
      ...withModels("    a: *base", "    b: {logGroup: /b, threshold: 9, email: *mail}").split(
        "\n",
      ),
    ].join("\n");
    assert.deepEqual(findings(text), [
      "3:14 models.a.threshold",
      "4:16 models.a.email",
      "8:44 models.b.email",
    ]);
  });

  it("is the model where a merge key brings the setting in, whose value counts", () => {
    const text = [
      "x-base: &base {threshold: 900, email: a@example.com}",
      ...withModels(
        "    a:",
        "      <<: *base",
        "      logGroup: /a",
        "    b: {<<: *base, logGroup: /b, threshold: 9}",
      ).split("\n"),
    ].join("\n");
    const [finding = "", ...others] = findings(text);
    assert.match(finding, /^[145]:\d+ models\.a\.threshold$/);
    assert.deepEqual(others, []);
  });

  it("is right below a byte order mark", () => {
    const text = `\ufeff${withModels(`    churn: ${SPOILT}`)}`;
    assert.deepEqual(findings(text), ["3:38 models.churn.threshold"]);
  });

  it("goes down the file, whatever the order of keys", () => {
    const text = [
      "config:",
      "  classification-rate:models:",
      `    z: ${SPOILT}`,
      `    a: ${SPOILT}`,
      "  classification-rate:dashboard: maybe",
      "  classification-rate:defaults: {silence: 1m}",
    ].join("\n");
    assert.deepEqual(findings(text), [
      "3:34 models.z.threshold",
      "4:34 models.a.threshold",
      "5:34 dashboard",
      "6:43 defaults.silence",
    ]);
  });
});

describe("stack files: what is read", () => {
  it("is what the project's program would get", () => {
    const text =
      withModels("    7: " + GOOD, "    constructor: " + GOOD) +
      "  other:models: 5\nencryptionsalt: v1:x\n";
    const { settings } = read(text);
    const model = { logGroup: "/a", threshold: 90, email: "a@example.com" };
    assert.deepEqual(settings, settingsOf({ models: { 7: model, constructor: model } }));
    assert.deepEqual(read(text, "other").settings?.models, settings.models);
  });

  it("asks for models in a file without any config", () => {
    for (const text of [
      "",
      "# nothing yet\n",
      "---\n",
      "config:\n",
      "config: {}\n",
      "encryptionsalt: v1:x\n",
    ]) {
      assert.deepEqual(
        findings(text).map((line) => line.split(" ")[1]),
        ["models"],
        text,
      );
    }
  });

  it("knows the stack's region", () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:chat";
    const text = withModels(`    a: {logGroup: /a, threshold: 9, topics: ['${topic}']}`);
    assert.deepEqual(findings(text), []);
    assert.deepEqual(findings(`${text}  aws:region: eu-west-1\n`), []);
    assert.deepEqual(findings(`${text}  aws:region: us-east-1\n`), ["3:45 models.a.topics"]);
  });

  it("wants no secrets, and says nothing else about them", () => {
    const text = [
      "config:",
      "  classification-rate:defaults:",
      "    email: {secure: AAAB}",
      "    threshold: 900",
      "  classification-rate:models:",
      "    a: {logGroup: /a}",
      "    b: {logGroup: /b, email: [a@example.com, {secure: AAAC}]}",
      "    c: {secure: AAAD}",
      "  classification-rate:dashboard: {secure: AAAE}",
      "  other:token: {secure: AAAF}",
    ].join("\n");
    assert.deepEqual(findings(text), [
      "3:12 defaults.email",
      "4:16 defaults.threshold",
      "7:46 models.b.email[1]",
      "8:8 models.c",
      "9:34 dashboard",
    ]);
    const [first] = read(text).diagnostics;
    assert.match(first?.message ?? "", /^expected a plain value .*found a secret/);
    assert(!JSON.stringify(findings(text)).includes("AAA"));
  });

  it("does not call models incomplete whose defaults are secret as a whole", () => {
    const text =
      "config:\n  classification-rate:defaults: {secure: AAAB}\n  classification-rate:models: {a: {logGroup: /a}}\n";
    assert.deepEqual(findings(text), ["2:33 defaults"]);
  });
});

describe("stack files: YAML that is none", () => {
  it("is shown by line and column", () => {
    for (const [text, place] of [
      ["config:\n  a: [1, 2\n  b: 3\n", /^3:\d+ /],
      ["config:\n\tx: 1\n", /^2:1 /],
      ["config:\n  a: 'open\n", /^[23]:\d+ /],
      ["config:\n  a: 1\n  a: 2\n", /^3:3 .*unique/],
      ["config: {}\n---\nconfig: {}\n", /^2:1 .*a second one/],
      ["- config\n", /^1:1 /],
      ["config: [1]\n", /^1:\d+ /],
      ["just text", /^1:1 /],
    ] as const) {
      const [finding = "", ...others] = findings(text);
      assert.match(finding, place, text);
      assert.match(finding, /^\d+:\d+ expected [^\n]+, found [^\n]+$/);
      assert.deepEqual(others, []);
    }
  });

  it("is shown where an alias has no anchor", () => {
    assert.match(findings("config:\n  a: *nowhere\n").join(), /^2:6 .*nowhere/);
  });

  it("is answered at once where it aims to exhaust a reader", () => {
    const rows = ["x: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 8; level++) {
      const all = Array<string>(9)
        .fill(`*a${String(level - 1)}`)
        .join(", ");
      rows.push(`x${level}: &a${level} [${all}]`);
    }
    const bomb = [...rows, "config: {classification-rate:models: *a7} # secure", ""].join("\n");
    for (const text of [bomb, "[".repeat(500), "config: &c {a: *c}", "\u0000", "\ufeff"]) {
      assert.equal(findings(text).length, 1, text.slice(0, 20));
    }
  });

  it("is answered also where an anchor holds itself", () => {
    const text = "config: &c\n  classification-rate:models: {a: *c}\n";
    assert(findings(text).length > 0);
  });

  it("is not what many models make that share one anchor", () => {
    const names = Array.from({ length: 200 }, (_, at) => `m${at}`);
    const models = names.map(
      (name) => `    ${name}: {logGroup: /${name}, <<: *base, email: *mail}`,
    );
    const text = `x: &base {threshold: 90}\ny: &mail a@example.com\n${withModels(...models)}`;
    assert.deepEqual(findings(text), []);
    const spoilt = `${text}    z: {logGroup: /z, threshold: 900, email: *mail}\n`;
    assert.deepEqual(findings(spoilt), ["205:34 models.z.threshold"]);
  });
});
