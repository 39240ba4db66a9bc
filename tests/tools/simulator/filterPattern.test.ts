import assert from "node:assert/strict";
import { FILTER_PATTERN_LENGTH } from "../../../components/cloudwatch/limits";
import {
  compileFilterPattern,
  extractedValues,
  FilterPatternError,
  EventMessage,
  parseFilterPattern,
  parseSelector,
} from "../../../tools/simulator/filterPattern";
import { ANY } from "../../../tools/simulator/filterPattern/parser";
import recorded from "../../vectors/aws-recorded-filters.json";
import vectorFile from "../../vectors/filter-patterns.json";

interface FilterVector {
  readonly name: string;
  readonly pattern: string;
  readonly event: string;
  readonly matches: boolean;
  readonly authority: string;
  readonly source: string;
  readonly why?: string | undefined;
  readonly disputed?: boolean | undefined;
}
const vectors: readonly FilterVector[] = vectorFile;

function matches(pattern: string, event: unknown): boolean {
  const message = typeof event === "string" ? event : JSON.stringify(event);
  return compileFilterPattern(parseFilterPattern(pattern)).matches(new EventMessage(message));
}

function refusal(pattern: string): FilterPatternError {
  try {
    parseFilterPattern(pattern);
  } catch (error) {
    if (error instanceof FilterPatternError) return error;
    throw error;
  }
  assert.fail(`${pattern} was not refused`);
}

describe("filter patterns: documented cases", () => {
  for (const { name, pattern, event, matches: expected, ...vector } of vectors) {
    const disputed = vector.disputed === true;
    it(disputed ? `${name} (disputed: our stated assumption)` : name, () => {
      const why = [vector.authority, vector.source, vector.why].filter(Boolean).join("; ");
      const compiled = compileFilterPattern(parseFilterPattern(pattern));
      const message = `${pattern} on ${event} (${why})`;
      assert.equal(compiled.matches(new EventMessage(event)), expected, message);
      const parsed = new EventMessage(event, new EventMessage(event).json);
      assert.equal(compiled.matches(parsed), expected, message);
    });
  }
});

interface RecordedPattern {
  readonly name: string;
  readonly pattern: string;
  /** Why AWS takes no such filter. */
  readonly refused?: string;
  /** The name of the events that AWS was asked about. */
  readonly events?: string;
  readonly matching?: readonly string[];
  /** What AWS extracted from each matching event. */
  readonly extracted?: readonly Readonly<Record<string, string | undefined>>[];
}

describe("filter patterns: AWS's recorded answers", () => {
  const events: Readonly<Record<string, readonly string[] | undefined>> = recorded.events;
  const cases: readonly RecordedPattern[] = recorded.cases;
  for (const { name, pattern, refused, matching = [], extracted, ...of } of cases) {
    it(`${name}: ${pattern}`, () => {
      if (refused !== undefined) {
        assert.throws(() => parseFilterPattern(pattern), FilterPatternError, refused);
        return;
      }
      const parsed = parseFilterPattern(pattern);
      const { matches, hints } = compileFilterPattern(parsed);
      const lines = events[of.events ?? ""] ?? assert.fail("no events");
      const found = lines.filter((line) => matches(new EventMessage(line)));
      assert.deepEqual(found, matching);
      for (const line of hints === undefined ? [] : found) {
        assert.ok(
          hints?.some((text) => line.includes(text)),
          `no hint in ${line}`,
        );
      }
      if (extracted === undefined || parsed.kind !== "fields") return;
      assert.deepEqual(
        found.map((line) => Object.fromEntries(extractedValues(parsed, line))),
        extracted,
      );
    });
  }
});

describe("filter patterns: errors", () => {
  const refused: readonly (readonly [pattern: string, position: number, expected: RegExp])[] = [
    ["{ $.a }", 6, /an operator/],
    ["{ $.a == 1 }", 6, /a single =/],
    ["{ $.a = }", 8, /a number, a word, a string/],
    ["{ $.a = us:east }", 10, /&&, \|\| or the \}/],
    ["{ $.a = null }", 8, /a value \(null: IS NULL\)/],
    ['{ $.a = "b }', 8, /closing "/],
    ["{ $.a = 1e2147483648 }", 8, /an exponent up to/],
    ['{ $.a > "5" }', 8, /a number after >/],
    ["{ $.a = 1", 9, /the \} that closes \{ of character 1/],
    ["{ ($.a = 1 }", 11, /the \) that closes \( of character 3/],
    ["{ $.a = 1 } x", 12, /nothing after/],
    ["{ a = 1 }", 2, /a property selector/],
    ["{ $a = 1 }", 3, /a period after \$/],
    ["{ $.a[x] = 1 }", 6, /an index/],
    ["{ $.a[1 = 1 }", 7, /\]/],
    ["{ $.a.[0] = 1 }", 6, /a property name/],
    ["{ $.a[99999999999999999999] = 1 }", 6, /a smaller index/],
    ['{ $.["a.b"] = 1 }', 5, /single quotes/],
    ["{ $.a = 1 && }", 13, /a property selector/],
    ["{ $.a IS MAYBE }", 9, /NULL, TRUE or FALSE/],
    ["{ $.a IS NOT NULL }", 6, /IS NOT is not supported/],
    ["{ $.a EXISTS }", 6, /EXISTS is not supported/],
    ["{ $.a NOT }", 10, /EXISTS after NOT/],
    ["{ $.a = %% }", 9, /a regular expression/],
    ["{ $.a = %b }", 8, /closing %/],
    ["{ $.a = %ab!% }", 11, /regular expressions support/],
    ["{ $.a = %(ab)% }", 9, /regular expressions support/],
    ["{ $.a = %\\b% }", 9, /an escape/],
    ["{ $.a = %[ab% }", 9, /a \] that closes/],
    ["{ $.a = %[]% }", 10, /at least one character/],
    ["{ $.a = %[z-a]% }", 9, /a valid regular expression/],
    ["{ $.a = %b**% }", 11, /something to repeat/],
    ["{ $.a = %b{,}% }", 10, /a repetition/],
    ["{ $.a = %b]% }", 10, /no lone \]/],
    ["ERR OR: x", 6, /a word of letters, digits, _ and \./],
    ['ERR ""', 4, /at least one character between the quotes/],
    ['a "b"c', 5, /a blank behind the phrase/],
    ['a"b"', 1, /a blank before the phrase/],
    ["a -", 3, /a word of letters/],
    ["a - b", 3, /a word of letters/],
    ["%a% b", 4, /nothing after the closing %/],
    ["[a, b", 5, /the \] that closes \[ of character 1/],
    ["[a, ..., b, ...]", 12, /a single \.\.\./],
    ["[a = 1 && b = 2]", 10, /a condition on a, whose place this is/],
    ["[a, b, a]", 7, /another name/],
    ["[a IS NULL]", 3, /an operator/],
    ["[a = 1] b", 8, /nothing after the closing \]/],
  ];
  for (const [pattern, position, expected] of refused) {
    it(`${pattern} at ${position}`, () => {
      const error = refusal(pattern);
      assert.equal(error.position, position);
      assert.doesNotMatch(error.message, /at most/);
      assert.match(error.message, expected);
    });
  }
});

describe("filter patterns: limits", () => {
  const ofLength = (length: number) => `{ $.a = "${"x".repeat(length - 12)}" }`;

  it("takes 1024 characters, not 1025, however many code units they have", () => {
    assert.equal(ofLength(FILTER_PATTERN_LENGTH).length, 1024);
    parseFilterPattern(ofLength(FILTER_PATTERN_LENGTH));
    parseFilterPattern(`{ $.a = "${"\u{1F600}".repeat(1012)}" }`);
    const error = refusal(ofLength(1025));
    assert.match(error.message, /at most/);
    assert.equal(error.position, 1024);
    assert.match(refusal(" ".repeat(1025)).message, /at most/);
  });

  it("takes 2 regular expressions, not 3", () => {
    parseFilterPattern("{ $.a = %x% || $.b != %y% }");
    const error = refusal("{ $.a = %x% || $.b = %y% || $.c = %z% }");
    assert.match(error.message, /at most/);
    assert.equal(error.position, 34);
    parseFilterPattern("[a = %x% || a = %y%, b]");
    assert.match(refusal("[a = %x%, b = %y%, c = %z%]").message, /at most/);
  });

  it("takes 1 wildcard a selector and 3 a pattern", () => {
    parseFilterPattern("{ $.* = 1 && $.a[*].b = 1 && $.c.* = 1 }");
    assert.match(refusal("{ $.*.a[*] = 1 }").message, /at most/);
    const error = refusal("{ $.a = 0 && $.* = 1 && $.* = 2 && $.* = 3 && $.* = 4 }");
    assert.match(error.message, /at most/);
    assert.equal(error.position, 46);
  });

  it("survives the deepest nesting that fits, in patterns and events", () => {
    const depth = 508;
    const pattern = `{${"(".repeat(depth)}$.a=1${")".repeat(depth)}}`;
    assert.equal(matches(pattern, { a: 1 }), true);
    assert.doesNotMatch(refusal(`{${"(".repeat(1000)}`).message, /at most/);
    assert.equal(matches(`{ $${".a".repeat(500)} = 1 }`, { a: 1 }), false);
    const deep = `{"a":`.repeat(100_000) + "1" + "}".repeat(100_000);
    assert.equal(matches("{ $.a.a NOT EXISTS }", deep), false);
  });
});

describe("filter patterns: meaning", () => {
  it("binds && before ||, and parentheses before both", () => {
    for (const bits of Array.from({ length: 8 }, (_, index) => index)) {
      const [a, b, c] = [(bits & 4) > 0, (bits & 2) > 0, (bits & 1) > 0];
      const event = { a, b, c };
      const [A, B, C] = ["$.a IS TRUE", "$.b IS TRUE", "$.c IS TRUE"];
      assert.equal(matches(`{ ${A} || ${B} && ${C} }`, event), a || (b && c));
      assert.equal(matches(`{ ${A} && ${B} || ${C} }`, event), (a && b) || c);
      assert.equal(matches(`{ (${A} || ${B}) && ${C} }`, event), (a || b) && c);
      assert.equal(matches(`{ ${A} && (${B} || ${C}) }`, event), a && (b || c));
    }
  });

  it("looks up own properties only", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "length"]) {
      for (const event of ["{}", '{"a": [1]}', "[1, 2]"]) {
        assert.equal(matches(`{ $.${name} = * }`, event), false, `${name} on ${event}`);
      }
      assert.equal(matches(`{ $.${name} NOT EXISTS }`, "{}"), true, name);
      assert.equal(matches(`{ $.a.${name} NOT EXISTS }`, '{"a": [1]}'), true, name);
      assert.equal(matches(`{ $.${name} = 1 }`, `{"${name}": 1}`), true, name);
      assert.equal(matches(`{ $.${name}.a = 1 }`, `{"${name}": {"a": 1}}`), true, name);
      assert.equal(matches("{ $.* = 1 }", `{"${name}": 1}`), true, name);
    }
  });

  it("reads every documented form of a number", () => {
    for (const form of [
      "1000",
      "+1000",
      "1e3",
      "1e+3",
      "1E3",
      "1000.0",
      "10000e-1",
      "1*",
      "+1*0",
    ]) {
      assert.equal(matches(`{ $.n = ${form} }`, { n: 1000 }), true, form);
    }
    assert.equal(matches("{ $.n = -4* }", { n: -404 }), true);
    assert.equal(matches("{ $.n < 1e-3 }", { n: 0.0009 }), true);
    assert.equal(matches("{ $.n = 0 }", '{"n": -0}'), true);
  });

  it("lets no character of a text serve two pieces of a wildcard string", () => {
    const cases = [
      ["ab*ba", "aba", false],
      ["ab*ba", "abba", true],
      ["a*b*b", "ab", false],
      ["a*bc*c", "abc", false],
      ["a*b*c*", "a-b-b-c-c", true],
      ["**", "", true],
      ["", "a", false],
    ] as const;
    for (const [glob, text, found] of cases) {
      assert.equal(matches(`{ $.a = "${glob}" }`, { a: text }), found, `${glob} on ${text}`);
    }
  });

  it("reads selectors in brackets, wherever they stand", () => {
    const event = { "a.b": [{ "c d": { e: [[7, 8]] } }], "": 1 };
    for (const selector of ["$.['a.b'][0].['c d'].e[0][1]", "$.['a.b'][*]['c d'].e[0][1]"]) {
      assert.equal(matches(`{ ${selector} = 8 }`, event), true, selector);
    }
    assert.deepEqual(parseSelector("$.a[*]"), ["a", ANY]);
    assert.throws(() => parseSelector("$.a = 1"), FilterPatternError);
  });

  it("runs the regular expressions of the user guide", () => {
    const cases: readonly (readonly [regex: string, text: string, found: boolean])[] = [
      ["^[hc]at", "hat", true],
      ["^[hc]at", "a hat", false],
      ["[hc]at$", "a cat", true],
      ["colou?r", "color", true],
      ["[abcx-z]", "mnoy", true],
      ["^a{3,5}$", "aa", false],
      ["^a{3, 5}$", "aaaa", true],
      ["^a{,2}$", "aa", true],
      ["^a{,2}$", "aaa", false],
      ["^starting|^initializing|^shutting down", "shutting down", true],
      ["^starting|^initializing|^shutting down", "skipping initializing", false],
      ["abcc|ab[^c]$", "aba", true],
      ["abcc|ab[^c]$", "aac", false],
      ["\\[.\\]", "[@]", true],
      ["10\\.10\\.0\\.1", "10010,051", false],
      ["^\\D\\S\\W\\w\\s$", "ab-_\t", true],
      ["\\x28\\x3A", "(:", true],
      ["^[\\-\\]\\d]+$", "-]5", true],
      ["^\\/\\:.$", "/:\u{1F600}", true],
      ["^a.b$", "a\nb", false],
    ];
    for (const [regex, text, found] of cases) {
      assert.equal(matches(`{ $.a = %${regex}% }`, { a: text }), found, `${regex} on ${text}`);
    }
  });

  it("takes time that grows with the text only, whatever the regular expression", () => {
    const line = "a".repeat(20_000);
    assert.equal(matches("%a*a*a*a*a*a*a*b%", line), false);
    assert.equal(
      matches(`{ $.a = %^[a-z]*[a-z]*[a-z]*[a-z]*!%}`.replace("!", "\\x21"), { a: line }),
      false,
    );
  });

  it("reads numbers as they are spelled, where a pattern asks for their text or they are large", () => {
    const cases: readonly (readonly [pattern: string, event: string, found: boolean])[] = [
      ['{ $.n = "1.0" }', '{"n": 1e0}', true],
      ['{ $.n = "1.0E10" }', '{"n": 1e10}', true],
      ['{ $.n = "10000000000" }', '{"n": 10000000000}', true],
      ["{ $.n = %E-7$% }", '{"n": 0.0000005}', true],
      ["{ $.n != 9007199254740993 }", '{"n": 9007199254740992}', true],
      ["{ $.n < 1e400 }", `{"n": 1${"0".repeat(399)}}`, true],
      ["{ $.n >= 0.1 }", '{"n": 0.1}', true],
      ["{ $.n = 0.1000000000000000000001 }", '{"n": 0.1}', false],
      ["{ $.n > -1e309 }", '{"n": -5}', true],
      ["{ $.n = 2 }", '{"n": 1, "n": 2}', true],
      ['{ $.n = "2" }', '{"n": 1, "n": 2}', true],
      ["{ $.n.text = * }", '{"n": 1}', false],
      ["{ $.n.* NOT EXISTS && $.n = 1* }", '{"n": 1}', true],
    ];
    for (const [pattern, event, found] of cases) {
      assert.equal(matches(pattern, event), found, `${pattern} on ${event}`);
    }
  });

  it("reads words of a line as numbers where the pattern has one (assumption)", () => {
    const cases: readonly (readonly [pattern: string, line: string, found: boolean])[] = [
      ["[..., size > 1e3]", "GET / 1000.5", true],
      ["[..., size > 1e3]", "GET / big", false],
      ["[..., size != 3]", "GET / big", true],
      ['[method, path = "/*", ...]', "GET /a 200", true],
      ["[a, (b = 4* || b = 5*) && b != 404]", "GET 503", true],
      ["[a, (b = 4* || b = 5*) && b != 404]", "GET 404", false],
      ["[,b=2,]", "1 2 3 4", true],
      ["[,b=2,]", "1 2", false],
    ];
    for (const [pattern, line, found] of cases) {
      assert.equal(matches(pattern, line), found, `${pattern} on ${line}`);
    }
  });

  it("takes only lines that are one JSON object", () => {
    for (const line of ["", "5", "null", '"a"', "[{}]", "{", "\uFEFF{}", "{} {}"]) {
      assert.equal(matches("{ $.a NOT EXISTS }", line), false, line);
    }
    assert.equal(matches("{ $.a NOT EXISTS }", " \t{}\n"), true);
    for (const pattern of ["", "  \n"]) assert.equal(matches(pattern, "x"), true);
    assert.equal(matches('" "', "x"), false);
  });
});
