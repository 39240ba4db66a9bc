import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parsePropertyPath,
  propertyPathText,
  toInsightsField,
  toSelector,
} from "../../../components/cloudwatch/patterns";
import { parseSelector } from "../../../tools/simulator/filterPattern";

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
  fc.stringMatching(/^[ -!#-&(-Z^_a-~é😀]{1,8}$/u),
  fc.constantFrom("__proto__", "constructor", "0", "a.b", "$", "@"),
);
const path = fc
  .tuple(name, fc.array(fc.oneof(name, fc.integer({ min: 0, max: 9999 })), { maxLength: 4 }))
  .map(([first, rest]) => [first, ...rest]);

describe("property paths", () => {
  it("are read as people write them", () => {
    for (const [text, read] of [
      ["prediction_valid", ["prediction_valid"]],
      ["result.valid", ["result", "valid"]],
      ["a-b.c_d.0", ["a-b", "c_d", "0"]],
      ["outputs[0].valid", ["outputs", 0, "valid"]],
      ["outputs[0][12]", ["outputs", 0, 12]],
      ["['prediction.valid']", ["prediction.valid"]],
      ["result['is valid']", ["result", "is valid"]],
      ["result.['is valid'].x", ["result", "is valid", "x"]],
    ] as const) {
      assert.deepEqual(parsePropertyPath(text), read, text);
    }
  });

  it("are refused where a filter pattern could not say the same", () => {
    for (const text of [
      "",
      ".",
      ".a",
      "a.",
      "a..b",
      "$.a",
      "a b",
      "[0]",
      "[0].a",
      ".['a']",
      "a[0]b",
      "a['b']c",
      "a[*]",
      "a.*",
      "a[-1]",
      "a[1.5]",
      "a[10000]",
      "a['']",
      "a['b",
      'a["b"]',
      "a['b'c']",
      "a\n",
      "é",
    ]) {
      assert.equal(parsePropertyPath(text), undefined, text);
    }
  });

  it("are what they were after writing and reading them", () => {
    fc.assert(
      fc.property(path, (segments) => {
        assert.deepEqual(parsePropertyPath(propertyPathText(segments)), segments);
      }),
    );
  });

  it("mean the same to a filter pattern", () => {
    assert.equal(toSelector(["result", "valid"]), "$.result.valid");
    assert.equal(toSelector(["a.b"]), "$.['a.b']");
    assert.equal(toSelector(["x", 0, "a b"]), "$.x[0].['a b']");
    fc.assert(
      fc.property(path, (segments) => {
        assert.deepEqual(parseSelector(toSelector(segments)), segments);
      }),
    );
  });

  it("either parse to something that writes back, or not at all", () => {
    const nearly = fc.stringMatching(/^[a-c.[\]'0-2 $*"-]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const segments = parsePropertyPath(text);
        if (segments === undefined) return;
        assert(segments.length > 0);
        assert.deepEqual(parsePropertyPath(propertyPathText(segments)), segments);
      }),
    );
  });

  it("are fields of Logs Insights, in backticks where it wants them", () => {
    for (const [segments, field] of [
      [["prediction_valid"], "prediction_valid"],
      [["result", "valid"], "result.valid"],
      [["outputs", 0, "valid"], "outputs.0.valid"],
      [["@type"], "@type"],
      [["is-valid"], "`is-valid`"],
      [["result", "is valid"], "`result.is valid`"],
      [["0"], "`0`"],
    ] as const) {
      assert.equal(toInsightsField(segments), field);
    }
  });

  it("cannot hold what would end a field of Logs Insights or break its line", () => {
    for (const text of ["['a`b']", "['a\nb']", "['a\u0000']"]) {
      assert.equal(parsePropertyPath(text), undefined, JSON.stringify(text));
    }
  });
});
