import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { z } from "zod";
import { modelSchema, stackSchema } from "../../components/settings/schema";
import { readProjectFile, readStackFile } from "../../tools/stackFile/stackFile";
import { readTests } from "../../tools/verify/alarmTest";

const ROOT = join(__dirname, "../..");
const PROJECT = readProjectFile("Pulumi.yaml", "name: classification-rate");

/** A generated schema, for a validator other than the one that it is made of. */
function validator(file: string) {
  const schema = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  return (value: unknown) => (validate(value) ? [] : validate.errors);
}

/** Whatever the program takes, the schema takes; of the values that are tried the program takes some. */
function assertTaken<T>(
  errors: ReturnType<typeof validator>,
  values: fc.Arbitrary<T>,
  isTaken: (value: T) => boolean,
  numRuns: number,
): void {
  let taken = 0;
  const property = fc.property(values, (value) => {
    if (!isTaken(value)) return;
    taken += 1;

    assert.deepEqual(errors(value), [], JSON.stringify(value));
  });
  fc.assert(property, { numRuns });
  assert.ok(taken > 0, "says nothing");
}

/** Texts, numbers and words that settings take, each in several forms, and others that are near them. */
const scalar = fc.oneof(
  fc.constantFrom("off", false, true, "true", "false", 0, null, "", "json", "text", "missing"),
  fc.constantFrom(" 90 ", "3 of 5", "3/5", " 2 ", "15m", " 1d 12h", "3600", "36e2", "7200.0", "7d"),
  fc.constantFrom("Ops+x@Example.COM", "o'hara@a-b.co", ".a@b.co", "a@b", "a..b@c.de", "a@-b.co"),
  fc.constantFrom("arn:aws-cn:sns:eu-west-1:123456789012:a_b", "arn:aws:sns:x:123456789012:y.fifo"),
  fc.constantFrom("a.b[0]['c d']", ">= 0.8", "<1", "=1", "True", "2026-03-01T00:00:00Z", "%x"),
  fc.constantFrom(
    "https://é.example/ü?x#y",
    "https://x",
    "http://x",
    "AWS:x",
    "ünï côde",
    "\u{1f600}",
  ),
  fc.integer({ min: -1, max: 200 }),
  fc.integer({ min: 1, max: 1500 }).map((minutes) => minutes * 60),
  fc.double({ min: 0, max: 101, noNaN: true }),
  fc.double({ min: 0, max: 101, noNaN: true }).map(String),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.stringMatching(/^[\w.+'-]{1,9}@[\w.-]{1,9}$/),
  fc.stringMatching(/^\s?\d{1,3} ?[dhms] ?(\d{1,3}[hms])?\s?$/),
);
const mapKey = fc.constantFrom(
  "retentionDays",
  "a.b",
  "team",
  "AWS:x",
  "ünï",
  "a b",
  "constructor",
);
const anything = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.dictionary(mapKey, fc.oneof(scalar, fc.constantFrom(30, "365"))) },
);

/** One of two that is mostly the first. */
function mostly<T, U>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 9, arbitrary: often }, { weight: 1, arbitrary: seldom });
}

describe("a schema for editors never refuses", () => {
  it("what a setting may be", () => {
    const errors = validator("schema/models.json");
    for (const [key, type] of Object.entries(modelSchema.shape)) {
      const { examples = [], default: usual = "off" } = z.toJSONSchema(type, { io: "input" });
      const { examples: inputs = examples } = z.globalRegistry.get(type) ?? {};
      const known = fc.constantFrom(usual, ...(inputs as unknown[]));
      const models = fc
        .oneof(known, anything, anything, anything)
        .map((value) => ({ churn: { logGroup: "/churn", [key]: value } }));
      const isTaken = ({ churn }: { churn: object }) =>
        type.safeParse(Reflect.get(churn, key)).success;
      assertTaken(errors, models, isTaken, 200);
    }
  });

  it("a stack file that check takes", () => {
    const optional = { requiredKeys: [] };
    const settings = {
      threshold: fc.constantFrom(90, "97.5"),
      email: fc.constantFrom("a@example.com", ["a@example.com", "B@example.com"]),
      period: fc.constantFrom("15m", 3600),
      silence: fc.constantFrom("off", "6h"),
      mute: fc.constantFrom(
        [{ cron: " 0 2  * * sun-MON ", duration: 14_400 }],
        [{ at: "2026-12-24T00:00 ", duration: "1d", timezone: "Europe/Berlin" }],
      ),
      tags: fc.constant({ team: "fraud" }),
    };
    const full = { logGroup: fc.constant("/churn"), ...settings };
    const model = mostly(
      fc.record(full, { requiredKeys: ["logGroup", "threshold", "email"] }),
      fc.record(full, optional),
    );
    const name = mostly(fc.constantFrom("churn", "Fraud-2"), fc.string({ maxLength: 3 }));
    const models = fc.dictionary(name, model, { maxKeys: 3 });
    const odd = { "classification-rate:model": models, "a:b:c": scalar };
    const known = {
      models,
      "classification-rate:models": models,
      "classification-rate:defaults": fc.record(settings, optional),
      ...Object.fromEntries(
        Object.keys(stackSchema.shape).map((key) => [
          `classification-rate:${key}`,
          mostly(fc.constantFrom("true", false), anything),
        ]),
      ),
      "aws:region": fc.constant("eu-west-1"),
      "aws:allowedAccountIds": mostly(fc.constant(["123456789012"]), scalar),
      "other:key": anything,
    };
    const config = mostly(fc.record(known, optional), fc.record({ ...known, ...odd }, optional));
    const file = {
      config: mostly(config, fc.constant(null)),
      environment: fc.constantFrom(null, ["dev"], { imports: [] }),
      encryptionsalt: mostly(fc.constantFrom(null, "v1:x"), scalar),
      secretsprovider: mostly(fc.constantFrom("awskms://x", null), anything),
      more: anything,
    };
    const isTaken = (content: unknown): boolean => {
      const { diagnostics } = readStackFile("x", JSON.stringify(content), PROJECT, "dev");
      return diagnostics.every(({ severity }) => severity === "warning");
    };
    const files = mostly(fc.record(file, optional), fc.constant({ config: {} }));
    assertTaken(validator("schema/stack.json"), files, isTaken, 300);
  });

  it("alarm tests that verify takes", () => {
    const near = <T, U>(good: readonly T[], odd: readonly U[]) =>
      mostly(fc.constantFrom(...good), fc.constantFrom(...odd));
    const time = near(["12h", " 1d 2h", 0, "2026-03-02", "2026-03-02 14:00Z"], ["90s", 12]);
    const state = near(["OK", "ALARM"], ["ok"]);
    const text = near(["a", " b "], ["", 1]);
    const address = near(["A@b.co", "o'x+y@b-c.de"], ["a@b"]);
    const rate = near([80, "80 %", "80 to 85.25", " none "], [101, [5]]);
    const change = near(["ALARM at 12h", " OK  at 2026-03-02 "], ["OK", 1]);
    const mails = near([2, " 2 "], [1.5]);
    const expectation = fc.oneof(
      fc.record({ at: time, rate }),
      fc.record({ by: time, state, alarm: near(["rate", "silence"], ["odd"]) }),
      fc.record({ between: fc.constantFrom([0, "12h"], ["2h", "1h"]), never: state, mails }),
      fc.record({ after: time, mailed: fc.oneof(address, fc.array(address)), subject: text }),
      fc.record({ changes: fc.array(change, { maxLength: 2 }) }),
      mostly(fc.record({ becomes: state, at: time }), fc.record({ at: time, by: time, state })),
    );
    const traffic = near(
      [
        ...["200/h at 95%", " 7 / 15m  from 100.0 % to 0.5 %", "099/d at 099%", "190 of 200"],
        ...["1/2", " other  events ", "nothing"],
      ],
      ["1/h at 101%", "3 of 2", "nothing else", 5],
    );
    const lists = fc.array(traffic, { minLength: 1, maxLength: 2 });
    const long = near(["10d", "1d 30 h", " 9d "], ["h", "36s", "each 1h", "0h"]);
    const each = near(["each 1d", " each  90h "], ["each1h", "1h", "each"]);
    const line = fc.oneof(
      fc.tuple(long, traffic).map(([key, value]) => ({ [key]: value })),
      fc.tuple(each, lists).map(([key, value]) => ({ [key]: value })),
    );
    const test = fc.record({
      name: text,
      expect: fc.array(expectation, { minLength: 1, maxLength: 2 }),
      series: fc.array(line, { minLength: 1, maxLength: 2 }),
    });
    const ofLog = fc.record(
      {
        ...{ name: text, stack: text, model: text, timeField: text },
        log: fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 2 })),
        expect: fc.array(expectation, { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ["name", "expect"] },
    );
    const tests = fc.array(mostly(test, ofLog), { minLength: 1, maxLength: 2 });
    const shared = { stack: text, model: text, start: near(["2026-03-02"], ["12h", 0]) };
    const isTaken = (content: unknown): boolean =>
      readTests("x", JSON.stringify(content)).problems.length === 0;
    const files = fc.oneof(fc.record({ ...shared, tests }), fc.record({ tests }));
    assertTaken(validator("schema/alarm-tests.json"), files, isTaken, 1000);
  });
});
