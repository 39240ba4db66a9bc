import assert from "node:assert/strict";
import fc from "fast-check";
import { propertyPathText } from "../../../components/cloudwatch/patterns";
import { problemText } from "../../../components/settings/diagnostic";
import { readStack } from "../../../components/settings/read";
import { MODEL_KEYS, type ModelInput, STACK_KEYS } from "../../../components/settings/schema";
import { modelInput, monitorSettings } from "../../../components/settings/settings";
import { churnOf, CONTEXT, settingsOf } from "../../support/stackInput";

// ---- anything at all, with keys that often mean something

const HOSTILE = ["__proto__", "constructor", "toString", "", "a.b", "retentionDays"];
const key = fc.constantFrom(...MODEL_KEYS, ...STACK_KEYS, ...HOSTILE, "churn", "Churn");
const scalar = fc.oneof(
  fc.constantFrom("1h", "3 of 5", "a@example.com", "/a", "90", "true", "", "x\ny", "secure"),
  fc.constantFrom<unknown>(90, 1, 0, -1, 1e300, true, false, null, [], {}),
);
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.jsonValue(),
    fc.array(tie("anything"), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie("anything")), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

// ---- models that are right, as people write them

const duration = fc.constantFrom("1m", "15m", "1h", 3600, "7200", "1d");
const address = fc.integer({ min: 0, max: 3 }).map((number) => `Team${number}@Example.com`);
const path = fc.constantFrom("model", "meta.version", "outputs[0].name", "['a.b']", "__proto__");
const plain = fc.oneof(
  fc.constantFrom("churn", 'say "hi"', "3", " "),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const model = fc.record(
  {
    logGroup: fc.constantFrom("/a", "/b", "/aws/lambda/churn"),
    threshold: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant("97.5")),
    email: fc.oneof(address, fc.array(address, { minLength: 1, maxLength: 5 })),
    topics: fc.constant(["arn:aws:sns:eu-west-1:123456789012:a"]),
    period: duration,
    datapoints: fc.constantFrom("3 of 5", "1/2", 3, "7"),
    minimumPredictions: fc.integer({ min: 1, max: 1e9 }),
    confidence: fc.constantFrom(50, "95", 99.9),
    treatMissingData: fc.constantFrom("missing", "ignore", "breaching", "notBreaching"),
    field: path,
    where: fc.dictionary(path, plain, { maxKeys: 3, noNullPrototype: true }),
    silence: fc.constantFrom("10m", "7d", "90m"),
    notifyRecovery: fc.constantFrom(true, "false"),
    runbook: fc.constant("https://wiki.example.com"),
    createLogGroup: fc.constantFrom(false, { retentionDays: 30 }, { retentionDays: "7" }),
    writerRole: fc.constant("writer"),
    enabled: fc.boolean(),
    tags: fc.dictionary(fc.constantFrom("team", "__proto__", "7"), plain, {
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ["logGroup", "threshold", "email"], noNullPrototype: true },
);

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call";

describe("config: any JSON at all", () => {
  it("gives either settings or problems, each of them one line", () => {
    const stack = fc.record(
      { models: fc.dictionary(fc.oneof(key, fc.string()), anything), defaults: anything },
      { requiredKeys: [] },
    );
    const raw = fc.oneof(
      stack,
      fc
        .array(fc.tuple(key, anything), { maxLength: 6 })
        .map((entries) => Object.fromEntries(entries)),
    );
    fc.assert(
      fc.property(raw, (input) => {
        const { settings, problems } = readStack(input, CONTEXT);
        assert.equal(settings === undefined, problems.length > 0);
        for (const problem of problems) {
          const text = problemText("classification-rate:", problem);
          assert.match(text, /^classification-rate:.+: expected .+, found .+$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("does not change its input and gives the same answer twice", () => {
    fc.assert(
      fc.property(fc.dictionary(key, anything), (input) => {
        const before = JSON.stringify(input);
        assert.deepEqual(readStack(input, CONTEXT), readStack(input, CONTEXT));
        assert.equal(JSON.stringify(input), before);
      }),
      { numRuns: 50 },
    );
  });

  it("reads settings again from what they would be written as", () => {
    fc.assert(
      fc.property(model, (input) => {
        const [settings] = readStack({ models: { churn: input } }, CONTEXT).settings?.models ?? [];
        fc.pre(settings !== undefined && isEachPathOnce(settings.where));
        assert.deepEqual(churnOf({ ...modelInput(settings) }), settings);
      }),
      { numRuns: 200 },
    );
  });

  it("reads `createLogGroup: true` again too", () => {
    const settings = churnOf({ createLogGroup: true });
    assert.deepEqual(churnOf({ email: undefined, ...modelInput(settings) }), settings);
  });

  it("names the component and the setting where a program is wrong", () => {
    const wrong = (name: string, input: ModelInput) => () =>
      monitorSettings(name, input, CONTEXT, "Monitor churn");
    const right = { logGroup: "/a", threshold: 90, topics: [TOPIC] };
    assert.throws(wrong("churn", { ...right, threshold: 900 }), {
      name: "SettingsError",
      message: "Monitor churn: threshold: expected a percentage above 0 and at most 100, found 900",
    });
    assert.throws(wrong("my churn", right), {
      message:
        'Monitor churn: expected a model name of 1 to 64 letters, digits, - and _ (and not __proto__), found "my churn"',
    });
  });

  it("takes undefined from a program for a setting left out", () => {
    const input: ModelInput = { logGroup: "/a", threshold: 90, topics: [TOPIC] };
    const more = Object.fromEntries(MODEL_KEYS.map((name) => [name, undefined]));
    const settings = monitorSettings("churn", { ...more, ...input }, CONTEXT, "Monitor");
    assert.deepEqual(settings, settingsOf({ models: { churn: input } }).models[0]);
  });
});

function isEachPathOnce(
  where: readonly { readonly path: readonly (string | number)[] }[],
): boolean {
  return new Set(where.map((condition) => propertyPathText(condition.path))).size === where.length;
}
