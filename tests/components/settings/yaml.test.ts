import assert from "node:assert/strict";
import { readYaml } from "../../../components/settings/yaml";

function content(text: string): unknown {
  const { content: read, mistake } = readYaml(text);
  assert.equal(mistake, undefined, text);
  return read;
}

function mistakeIn(text: string): string {
  const { mistake } = readYaml(text);
  assert(mistake !== undefined, text.slice(0, 50));
  return `${mistake.line}:${mistake.column} ${mistake.message}`;
}

// What is expected here is what Go's yaml.v3 makes of it, which Pulumi's engine reads with; the engine suite asks it.
describe("YAML as Pulumi reads it", () => {
  it("takes only a few words for more than text", () => {
    const words = "[yes, No, on, off, y, True, FALSE, tRUE, ~, Null, nULL, '', 'true', \"~\"]";
    assert.deepEqual(content(words), [
      ...["yes", "No", "on", "off", "y", true, false, "tRUE", null, null, "nULL", "", "true", "~"],
    ]);
    assert.deepEqual(content("{a: , b}"), { a: null, b: null });
  });

  it("takes plain decimals for numbers, and says which are written in another form", () => {
    const { content: numbers, altered } = readYaml("[7, -7, 97.5, +5, .5, 1., 1e3, 1.10, 1e400]");
    assert.deepEqual(numbers, [7, -7, 97.5, 5, 0.5, 1, 1000, 1.1, "1e400"]);
    assert.deepEqual(
      altered.map(({ path, text, kind }) => [...path, text, kind]),
      [...[3, 4, 5, 6, 7].map((at) => [at, ["+5", ".5", "1.", "1e3", "1.10"][at - 3], "decimal"])],
    );
  });

  it("says which values would be another number or a date", () => {
    const numbers =
      "012 -012 09 0x1F 0o17 0b11 0b-1 1_000 1_0.5 .inf -.INF .nan 12345678901234567890";
    const dates = "2026-01-01 2026-1-1 2026-01-01T10:00:00Z 2026-01-01t10:00:00.5+02:00";
    for (const [texts, kind] of [
      [numbers, "odd number"],
      [dates, "date"],
    ] as const) {
      for (const text of texts.split(" ")) {
        const { altered } = readYaml(`a: { b: [${text}] }`);
        assert.deepEqual(altered, [{ path: ["a", "b", 0], text, kind }]);
      }
    }
    const { altered } = readYaml("a: 2026-01-01 10:00:00");
    assert.equal(altered[0]?.kind, "date");
    const plain = "2026-01-01T10:00Z 2026-01 1:30 0x 0b2 0o9 -x _1 1.2.3 . +".split(" ");
    assert.deepEqual(content(`[${plain.map((text) => `${text} `).join(",")}]`), plain);
  });

  it("sorts maps by the bytes of their keys, and lets a map's own values win over merged ones", () => {
    const text = "b: &b { x: 1, y: 2 }\na: { z: 0, <<: [{ y: 3 }, *b], 'B': 4, é: 5 }\n";
    assert.equal(
      JSON.stringify(content(text)),
      '{"a":{"B":4,"x":1,"y":3,"z":0,"é":5},"b":{"x":1,"y":2}}',
    );
    assert.deepEqual(Object.keys(content("{\u{1f600}: 1, \uff5e: 2}") as object), [
      "\uff5e",
      "\u{1f600}",
    ]);
  });

  it("takes an alias for the last anchor of its name before it", () => {
    assert.deepEqual(content("- &a 1\n- *a\n- &a 2\n- *a\n"), [1, 1, 2, 2]);
  });

  it("takes CR for an end of line, and keeps texts of several lines", () => {
    assert.deepEqual(content("a: 1\rb: |\r\n  x\r\n  y\rc: >-\r  x\r  y\r"), {
      ...{ a: 1, b: "x\ny\n", c: "x y" },
    });
  });

  it("knows keys that JavaScript has a meaning for", () => {
    const read = content("__proto__: { a: 1 }\nconstructor: 2\n") as object;
    assert.deepEqual(Object.keys(read), ["__proto__", "constructor"]);
  });

  it("refuses what the engine reads otherwise or not at all, with its place", () => {
    for (const [text, expected] of [
      ["a: 1\na: 2\n", '2:1 expected unique keys, found another "a"'],
      ["1: a\n'1': b\n", '2:1 expected unique keys, found another "1"'],
      ["~: 1", "1:1 expected a key in quotes, found ~"],
      ["012: 1", "1:1 expected a key in quotes, found 012"],
      ["x: { 2026-01-01: 1 }", "1:6 expected a key in quotes, found 2026-01-01"],
      ["? [a]\n: 1", "1:3 expected a text as key"],
      ["a: !!int 5", "1:10 expected a value without a tag"],
      ["a: ! 5", "1:6 expected a value without a tag"],
      ["%YAML 1.1\n---\na: 1", "1:1 expected a file without directives"],
      ["a: b\u0085c", "1:5 expected text, found the character U+0085"],
      ["a: 'b\u0007'", "1:6 expected text, found the character U+0007"],
      ["a: 1\n---\nb: 2", "2:1 expected one document, found a second one"],
      ["a: *b", "1:4 expected an anchor &b, found only the alias *b"],
      ["a: &a { <<: *a }", "1:13 expected a value, found &a inside of itself"],
      ["a: &a [*a]", "1:8 expected a value, found &a inside of itself"],
      ["a: { <<: 5 }", "1:10 expected a map"],
    ] as const) {
      assert(mistakeIn(text).startsWith(expected), mistakeIn(text));
    }
  });

  it("answers what is made to exhaust a reader", () => {
    for (const text of [
      "- ".repeat(3000) + "x",
      "[".repeat(3000) + "]".repeat(3000),
      "- ".repeat(200) + "x",
      `x:\n  ${"- ".repeat(3000)}a\ny: 1\n`,
    ]) {
      assert.match(mistakeIn(text), /expected at most 100 levels of maps and lists, found more$/);
    }
    assert.match(mistakeIn("? ".repeat(60) + "x"), /expected a text as key/);
    const rows = Array.from({ length: 12 }, (_, at) => {
      const all =
        at === 0
          ? "x, x"
          : Array<string>(9)
              .fill(`*a${at - 1}`)
              .join(", ");
      return `x${at}: &a${at} [${all}]\n`;
    });
    assert.match(mistakeIn(rows.join("")), /expected fewer aliases/);
  });
});
