import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Condition,
  parsePropertyPath,
  type PredictionPatterns,
  predictionPatterns,
  type Valid,
} from "../../../components/cloudwatch/patterns";
import { modelSchema } from "../../../components/settings/schema";
import {
  compileFilterPattern,
  EventMessage,
  parseFilterPattern,
} from "../../../tools/simulator/filterPattern";

const FIELD = ["prediction_valid"];

/** Whether a model's filters count a log line as valid, as a prediction. */
function counted(where: Record<string, unknown>, line: unknown, field: string[] = FIELD) {
  const conditions = modelSchema.shape.where.parse(where);
  const text = typeof line === "string" ? line : JSON.stringify(line);
  return countedWith(predictionPatterns({ field, where: conditions }), text);
}

function countedWith({ valid, total }: PredictionPatterns, line: string) {
  const matches = (pattern: string): boolean =>
    compileFilterPattern(parseFilterPattern(pattern)).matches(new EventMessage(line));
  return { valid: matches(valid), total: matches(total) };
}

const VALID = { valid: true, total: true };
const INVALID = { valid: false, total: true };
const NEITHER = { valid: false, total: false };

describe("patterns of the metric filters", () => {
  it("are what the documentation says", () => {
    assert.deepEqual(predictionPatterns({ field: FIELD, where: [] }), {
      valid: "{ $.prediction_valid IS TRUE }",
      total: "{ $.prediction_valid IS TRUE || $.prediction_valid IS FALSE }",
    });
    const where: Condition[] = [
      { path: ["model"], value: 'ch"urn' },
      { path: ["meta", "version"], value: 3 },
      { path: ["live"], value: true },
      { path: ["tests", 0], value: false },
    ];
    const conditions =
      '$.model = "ch\\"urn" && $.meta.version = 3 && $.live IS TRUE && $.tests[0] IS FALSE';
    assert.deepEqual(predictionPatterns({ field: ["out", "is valid"], where }), {
      valid: `{ $.out.['is valid'] IS TRUE && ${conditions} }`,
      total: `{ ($.out.['is valid'] IS TRUE || $.out.['is valid'] IS FALSE) && ${conditions} }`,
    });
  });

  it("count JSON booleans and nothing else", () => {
    assert.deepEqual(counted({}, { prediction_valid: true }), VALID);
    assert.deepEqual(counted({}, { prediction_valid: false }), INVALID);
    for (const value of ["true", "false", 1, 0, null, [true], { valid: true }]) {
      assert.deepEqual(counted({}, { prediction_valid: value }), NEITHER, JSON.stringify(value));
    }
    for (const line of ["", "START RequestId: 1", '["prediction_valid"]', "{", '{"other": true}']) {
      assert.deepEqual(counted({}, line), NEITHER, line);
    }
    assert.deepEqual(counted({}, { Prediction_Valid: true }), NEITHER);
  });

  it("count a model's own predictions only", () => {
    const where = { model: "churn", "meta.version": 3 };
    const event = { model: "churn", meta: { version: 3 }, prediction_valid: false };
    assert.deepEqual(counted(where, event), INVALID);
    assert.deepEqual(counted(where, { ...event, prediction_valid: true }), VALID);
    for (const other of [
      { ...event, model: "churn2" },
      { ...event, model: "Churn" },
      { ...event, model: ["churn"] },
      { ...event, meta: { version: 4 } },
      { ...event, meta: { version: 3.5 } },
      { ...event, meta: {} },
      { prediction_valid: true },
    ]) {
      assert.deepEqual(counted(where, other), NEITHER, JSON.stringify(other));
    }
  });

  it("cannot be changed in meaning by what a value holds", () => {
    for (const text of [
      '" || $.x = "',
      "x || $.a = 1",
      "{ $.y = 1 }",
      '"',
      "a && b",
      "TRUE",
      "^a.b$",
    ]) {
      assert.deepEqual(counted({ model: text }, { model: text, prediction_valid: true }), VALID);
      assert.deepEqual(
        counted({ model: text }, { model: "other", prediction_valid: true }),
        NEITHER,
      );
      assert.deepEqual(counted({ model: text }, { prediction_valid: true }), NEITHER);
    }
  });

  it("count events that meet all conditions, and none that misses one", () => {
    const key = fc.constantFrom(
      "model",
      "meta.version",
      "meta.['a.b']",
      "list[1].x",
      "constructor",
      "v-1",
    );
    const text = fc.stringMatching(/^[^%*\\\u0000-\u001f][^*\\\u0000-\u001f]{0,8}$/);
    const decimal = fc.integer().map((thousandths) => thousandths / 1000);
    const number = fc.oneof(fc.maxSafeInteger(), decimal);
    const value = fc.oneof(text, number, fc.boolean());
    const conditions = fc.dictionary(key, value, { noNullPrototype: true });
    fc.assert(
      fc.property(conditions, value, fc.boolean(), fc.nat(), (where, other, isValid, which) => {
        const event = eventOf(where, isValid);
        assert.deepEqual(counted(where, event), isValid ? VALID : INVALID);
        const keys = Object.keys(where);
        const changed = keys[which % Math.max(keys.length, 1)];
        if (changed === undefined) return;
        if (String(where[changed]) !== String(other) && Number(where[changed]) !== Number(other)) {
          const line = eventOf({ ...where, [changed]: other }, isValid);
          assert.deepEqual(counted(where, line), NEITHER);
        }
        const { [changed]: _, ...rest } = where;
        assert.deepEqual(counted(where, eventOf(rest, isValid)), NEITHER);
      }),
      { numRuns: 300 },
    );
  });
});

function both({ valid, total }: PredictionPatterns): readonly [string, string] {
  return [valid, total];
}

describe("patterns for other valid values", () => {
  /** How a model with this setting counts each line. */
  function countedBy(valid: Valid, lines: readonly unknown[], where: readonly Condition[] = []) {
    const patterns = predictionPatterns({ field: ["f"], where, valid });
    return lines.map((line) => countedWith(patterns, JSON.stringify(line)));
  }

  it("are what the documentation says", () => {
    const patterns = (valid: Valid, where: readonly Condition[] = []) =>
      both(predictionPatterns({ field: ["f"], where, valid }));
    assert.deepEqual(patterns(1), ["{ $.f = 1 }", "{ $.f = * }"]);
    assert.deepEqual(patterns('T"'), ['{ $.f = "T\\"" }', "{ $.f = * }"]);
    assert.deepEqual(patterns({ operator: ">=", bound: 0.8 }), [
      "{ $.f >= 0.8 }",
      "{ $.f >= 0.8 || $.f < 0.8 }",
    ]);
    const where = [{ path: ["m"], value: 2 }];
    assert.deepEqual(patterns(1, where), ["{ $.f = 1 && $.m = 2 }", "{ $.f = * && $.m = 2 }"]);
    assert.deepEqual(patterns({ operator: "<", bound: -2 }, where), [
      "{ $.f < -2 && $.m = 2 }",
      "{ ($.f < -2 || $.f >= -2) && $.m = 2 }",
    ]);
  });

  it("count numbers and texts as predictions, whatever they are, and nothing else", () => {
    const others = [{}, { f: null }, { f: true }, { f: [1] }, { f: { g: 1 } }];
    const all = [NEITHER, NEITHER, NEITHER, NEITHER, NEITHER];
    assert.deepEqual(countedBy(1, [{ f: 1 }, { f: 0 }, { f: "no" }, ...others]), [
      VALID,
      INVALID,
      INVALID,
      ...all,
    ]);
    assert.deepEqual(countedBy("True", [{ f: "True" }, { f: "False" }, { f: 0 }, ...others]), [
      VALID,
      INVALID,
      INVALID,
      ...all,
    ]);
  });

  it("count every number on one side of a bound as valid, and every other number as invalid", () => {
    const holds = {
      "<": (number: number, bound: number) => number < bound,
      "<=": (number: number, bound: number) => number <= bound,
      ">": (number: number, bound: number) => number > bound,
      ">=": (number: number, bound: number) => number >= bound,
    };
    const number = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -2, max: 2 }),
    );
    const operator = fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const);
    fc.assert(
      fc.property(operator, number, number, (sign, bound, score) => {
        const [found] = countedBy({ operator: sign, bound }, [{ f: score }]);
        assert.deepEqual(found, holds[sign](score, bound) ? VALID : INVALID);
      }),
      { numRuns: 300 },
    );
    const others = [{}, { f: "0.9" }, { f: null }, { f: true }, { f: [0.9] }];
    const found = countedBy({ operator: ">=", bound: 0.8 }, others);
    assert.deepEqual(found, [NEITHER, NEITHER, NEITHER, NEITHER, NEITHER]);
  });
});

describe("patterns for text", () => {
  it("are what the documentation says", () => {
    const patterns = (valid: Valid) =>
      both(predictionPatterns({ field: FIELD, where: [], valid, logFormat: "text" }));
    assert.deepEqual(patterns(true), [
      String.raw`%prediction_valid\W+[Tt]rue%`,
      String.raw`%prediction_valid\W+[Tt]rue|prediction_valid\W+[Ff]alse%`,
    ]);
    assert.deepEqual(patterns("yes"), [
      String.raw`%prediction_valid\W+yes%`,
      String.raw`%prediction_valid\W+\w%`,
    ]);
  });

  const forms: readonly [string, (value: string) => string][] = [
    ["JSON", (value) => `{"prediction_valid": ${value}}`],
    [
      "JSON behind a prefix",
      (value) => `[INFO]\t2026-03-02T09:30:00Z\t{"prediction_valid":${value}}\n`,
    ],
    ["JSON in a JSON string", (value) => JSON.stringify({ log: `{"prediction_valid": ${value}}` })],
    ["a dict of Python's", (value) => `{'prediction_valid': ${value}, 'n': 1}`],
    ["name=value", (value) => `churn prediction_valid=${value} in 3 ms`],
    ["text in JSON", (value) => `{"prediction_valid": "${value}"}`],
    ["a line of indented JSON", (value) => `  "prediction_valid": ${value},`],
    ["an object over two lines", (value) => `{ prediction_valid:\n ${value} }`],
  ];
  for (const [form, line] of forms) {
    it(`count ${form}`, () => {
      const patterns = predictionPatterns({ field: FIELD, where: [], logFormat: "text" });
      for (const value of ["true", "True"])
        assert.deepEqual(countedWith(patterns, line(value)), VALID);
      for (const value of ["false", "False"]) {
        assert.deepEqual(countedWith(patterns, line(value)), INVALID);
      }
      for (const value of ["null", "1", "0.9", "np.True_"]) {
        assert.deepEqual(countedWith(patterns, line(value)), NEITHER);
      }
    });
  }
});

/** A log event in which the property at each path has its value. */
function eventOf(where: Readonly<Record<string, unknown>>, isValid: boolean): string {
  const event: Container = Object.assign(Object.create(null) as Container, {
    prediction_valid: isValid,
  });
  for (const [key, value] of Object.entries(where)) {
    const path = parsePropertyPath(key) ?? [];
    let at = event;
    path.forEach((segment, depth) => {
      const isLast = depth === path.length - 1;
      const next: unknown = isLast
        ? value
        : (at[segment] ??
          (typeof path[depth + 1] === "number" ? [] : (Object.create(null) as Container)));
      at[segment] = next;
      at = next as Container;
    });
  }
  return JSON.stringify(event);
}

type Container = Record<string | number, unknown>;
