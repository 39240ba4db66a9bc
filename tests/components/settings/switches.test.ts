import assert from "node:assert/strict";
import {
  assertRefused,
  churnOf,
  churnProblems,
  churnWith,
  NEITHER_TEXT_NOR_NUMBER,
  problemsOf,
  settingsOf,
} from "../../support/stackInput";

const NOT_BOOLEAN = [
  [null, "null (an empty value)"],
  [0, "0"],
  [1, "1"],
  ["yes", '"yes"'],
  ["True", '"True"'],
  ["", "empty text"],
  [[], "an empty list"],
  [{}, "an empty map"],
] as const;

describe("config: switches and words", () => {
  for (const [key, standard] of [
    ["notifyRecovery", false],
    ["enabled", true],
  ] as const) {
    it(`${key}: true or false, ${standard} by default`, () => {
      assert.equal(churnOf({})[key], standard);
      for (const value of [true, false]) {
        assert.equal(churnOf({ [key]: value })[key], value);
        assert.equal(churnOf({ [key]: String(value) })[key], value);
      }
      assertRefused(key, "true or false", NOT_BOOLEAN);
    });
  }

  for (const [key, standard] of [
    ["encryptTopics", false],
    ["dashboard", true],
  ] as const) {
    it(`${key}, of the stack: true or false, ${standard} by default`, () => {
      assert.equal(settingsOf(churnWith())[key], standard);
      for (const value of [true, false]) {
        assert.equal(settingsOf({ ...churnWith(), [key]: value })[key], value);
        assert.equal(settingsOf({ ...churnWith(), [key]: String(value) })[key], value);
      }
      for (const [value, found] of NOT_BOOLEAN) {
        assert.deepEqual(problemsOf({ ...churnWith(), [key]: value }), [
          `classification-rate:${key}: expected true or false, found ${found}`,
        ]);
      }
    });
  }

  it("treatMissingData: one of CloudWatch's words, notBreaching by default", () => {
    assert.equal(churnOf({}).treatMissingData, "notBreaching");
    for (const word of ["notBreaching", "missing", "ignore", "breaching"]) {
      assert.equal(churnOf({ treatMissingData: word }).treatMissingData, word);
    }
    assertRefused("treatMissingData", "one of notBreaching, missing, ignore, breaching", [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["", "empty text"],
      ["notbreaching", '"notbreaching"'],
      ["ok", '"ok"'],
      ["toString", '"toString"'],
    ]);
  });

  it("runbook: an https URL", () => {
    assert.equal(churnOf({}).runbook, undefined);
    for (const url of [
      "https://x",
      "https://wiki.example.com/a%20b?c=d#e",
      "https://例え.jp/手順",
    ]) {
      assert.equal(churnOf({ runbook: url }).runbook, url);
    }
    assertRefused("runbook", "an https URL without spaces", [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["", "empty text"],
      ["http://wiki.example.com", '"http://wiki.example.com"'],
      ["wiki.example.com", '"wiki.example.com"'],
      ["https://", '"https://"'],
      ["https://a b", '"https://a b"'],
      ["https://a/\nSubject:", '"https://a/\ufffdSubject:"'],
      ["javascript:alert(1)//https://x", '"javascript:alert(1)//https://x"'],
    ]);
  });

  it("namespace, of the stack: a CloudWatch namespace, classification_rate by default", () => {
    assert.equal(settingsOf(churnWith()).namespace, "classification_rate");
    for (const namespace of ["ml/rates", "a", "ML #1", "n".repeat(255)]) {
      assert.equal(settingsOf({ ...churnWith(), namespace }).namespace, namespace);
    }
    for (const [namespace, found] of [
      ...NEITHER_TEXT_NOR_NUMBER,
      ["", "empty text"],
      [" ", '" "'],
      ["AWS/Lambda", '"AWS/Lambda"'],
      ["aws/x", '"aws/x"'],
      ["a:b", '"a:b"'],
      ["a*", '"a*"'],
      ["a$", '"a$"'],
      ["n".repeat(256), `"${"n".repeat(79)}…"`],
    ] as const) {
      assert.deepEqual(problemsOf({ ...churnWith(), namespace }), [
        `classification-rate:namespace: expected a metric namespace of 1 to 255 ASCII characters without : * $, not starting with AWS/, found ${found}`,
      ]);
    }
  });

  it("namespace: no control characters and only ASCII, which is all CloudWatch takes", () => {
    for (const namespace of ["a\nb", "a\u0007", "größe"]) {
      assert.equal(problemsOf({ ...churnWith(), namespace }).length, 1, JSON.stringify(namespace));
    }
  });

  it("reports all problems of a model at once", () => {
    assert.equal(
      churnProblems({ logGroup: "", threshold: 0, period: 1, datapoints: 0, email: "x" }).length,
      5,
    );
  });
});
