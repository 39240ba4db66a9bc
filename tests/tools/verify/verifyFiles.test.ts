import assert from "node:assert/strict";
import fc from "fast-check";
import { diagnosticText } from "../../../components/settings/diagnostic";
import { readTests } from "../../../tools/verify/alarmTest";

/** What is wrong with a file, as lines without the file's name. */
function problems(text: string): string[] {
  return readTests("", text)
    .problems.toSorted(
      ({ line: a = 0, column: b = 0 }, { line = 0, column = 0 }) => a - line || b - column,
    )
    .map((problem) => diagnosticText(problem).slice(1));
}

/** A file with one case, its lines from line 4 on. */
function oneCase(...lines: readonly string[]): string {
  return ["stack: dev", "model: churn", "tests:", ...lines.map((line) => `  ${line}`), ""].join(
    "\n",
  );
}

const SERIES = "  series: [4h: 200/h at 95%]";

describe("alarm test files", () => {
  it("are read with what holds for the whole file, and what a case says instead", () => {
    const { tests, problems: found } = readTests(
      "",
      `
stack: dev
model: churn
start: 2026-01-01T06:00Z
tests:
  - name: one
    series: [2h: nothing]
    expect: [{ at: 2h, state: OK }]
  - name: two
    stack: prod
    model: fraud
    start: 2026-02-01
    series: [2h: nothing]
    expect: [{ at: 2026-02-01T01:00Z, state: OK }]
  - name: three
    log: [a.gz, b.gz]
    expect: [{ alarm: silence, never: ALARM }]
`,
    );
    assert.deepEqual(found, []);
    assert.deepEqual(
      tests.map(({ name, stack, model, start }) => [name, stack, model, start]),
      [
        ["one", "dev", "churn", Date.UTC(2026, 0, 1, 6) / 60_000],
        ["two", "prod", "fraud", Date.UTC(2026, 1, 1) / 60_000],
        ["three", "dev", "churn", Date.UTC(2026, 0, 1, 6) / 60_000],
      ],
    );
  });

  it("name an unknown setting's place and the nearest known one", () => {
    const text = oneCase(
      "- name: a",
      SERIES,
      "  expect:",
      "    - mails: 0",
      "    - { at: 2h, stat: OK }",
    );
    assert.deepEqual(problems(text), [
      '8:19 tests[0].expect[1].stat: expected a known setting, found the unknown setting "stat" (did you mean state?)',
    ]);
  });

  it("show all mistakes at once, in the order of their lines", () => {
    const text = oneCase(
      "- nam: a",
      "  series:",
      "    - 10 hours: 200/h at 95%",
      "    - 1h: nothin",
      "    - 2h: [1 of 2]",
      "    - each 1h: 1 of 2",
      "  expect:",
      "    - { at: 1h, by: 2h, state: OK }",
      "    - { never: alarm, mails: -1 }",
      "    - { rate: 80 }",
      "    - { at: soon }",
      "- name: b",
      SERIES,
      "  log: x.gz",
      "  expect: []",
    );
    const traffics =
      "expected `200/h at 95%`, `200/h from 96% to 80%`, `190 of 200`, `nothing` or `other events`";
    assert.deepEqual(problems(text), [
      "4:5 tests[0].name: expected a name, found nothing",
      '4:5 tests[0].nam: expected a known setting, found the unknown setting "nam" (did you mean name?)',
      '6:9 tests[0].series[0]["10 hours"]: expected a length of time such as `10h` or `1h30m`, or `each 1h` before a list, found "10 hours"',
      `7:13 tests[0].series[1].1h: ${traffics}, found "nothin" (did you mean nothing?)`,
      `8:13 tests[0].series[2].2h: ${traffics}, found a list of 1 (did you mean each 2h?)`,
      '9:18 tests[0].series[3]["each 1h"]: expected a list such as `[190 of 200, 180 of 200, nothing]`, found "1 of 2"',
      "11:19 tests[0].expect[0].by: expected one of at, by, after, between only, found another one beside it",
      '12:18 tests[0].expect[1].never: expected one of OK, ALARM, INSUFFICIENT_DATA, found "alarm" (did you mean ALARM?)',
      "12:32 tests[0].expect[1].mails: expected a whole number from 0, found -1",
      "13:11 tests[0].expect[2].rate: expected rate together with at, found no time",
      "14:9 tests[0].expect[3]: expected something that must hold (state, never, becomes, changes, rate, mails, mailed, subject), found a map of at",
      '14:15 tests[0].expect[3].at: expected a time such as `12h`, `1d6h30m` or `2026-03-02T14:00Z`, found "soon"',
      "17:5 tests[1].log: expected either a series or a log, found a series beside it",
      "18:13 tests[1].expect: expected a list of expectations such as `- {at: 12h, state: ALARM}`, found an empty list",
    ]);
  });

  it("need a stack, a model, a name of its own, a series and expectations for each case", () => {
    const text =
      "tests:\n  - name: a\n  - name: a\n    stack: dev\n    model: x\n    series: [1h: nothing]\n    expect: [mails: 0]\n";
    assert.deepEqual(problems(text), [
      "2:5 tests[0].expect: expected a list of expectations such as `- {at: 12h, state: ALARM}`, found nothing",
      "2:5 tests[0].stack: expected the name of the stack, here or for the whole file, found nothing",
      "2:5 tests[0].model: expected the name of the model, here or for the whole file, found nothing",
      "2:5 tests[0].series: expected a series or a log, found nothing",
    ]);
    const twice = oneCase(
      ...["a", "a"].flatMap((name) => [`- name: ${name}`, SERIES, "  expect: [mails: 0]"]),
    );
    assert.deepEqual(problems(twice), [
      '7:11 tests[1].name: expected a name of its own, found "a" a second time',
    ]);
  });

  it("know times that are not within the case", () => {
    const text = oneCase(
      "- name: a",
      SERIES,
      "  expect:",
      "    - { at: 4h1m, state: OK }",
      "    - { between: [1h, 9h], state: OK }",
      "    - { by: 2026-03-01T00:00Z, mails: 0 }",
      "    - { changes: [ALARM at 5h] }",
      "    - { at: 4h, state: OK }",
    );
    assert.deepEqual(
      problems(text).map((line) => line.replace(/: expected .*, found /, " ")),
      [
        "7:15 tests[0].expect[0].at 4h1m",
        "8:20 tests[0].expect[1].between 9h",
        "9:15 tests[0].expect[2].by 2026-03-01T00:00Z",
        "10:20 tests[0].expect[3].changes 5h",
      ],
    );
    const unordered = oneCase(
      "- name: a",
      SERIES,
      "  expect:",
      "    - { between: [2h, 1h], state: OK }",
    );
    assert.match(problems(unordered).join("\n"), /^7:20 .*between: expected two times in order/);
  });

  it("that are no YAML or something else get one problem with its place", () => {
    assert.deepEqual(problems(""), [
      "1:1 expected a map with `tests:`, found null (an empty value)",
    ]);
    assert.match(
      problems("tests: [1\nx: 2\n")[0] ?? "",
      /^2:1 expected valid YAML, found a mistake: /,
    );
    assert.deepEqual(problems("a: 1\n---\nb: 2\n"), [
      "2:1 expected one document, found a second one (---)",
    ]);
    assert.match(problems("tests: *none\n")[0] ?? "", /^1:\d+ expected /);
    assert.deepEqual(problems("tests: 7\n"), [
      "1:8 tests: expected a list of tests, each with a name, a series and what to expect, found 7",
    ]);
  });

  it("are not read where they are nested to exhaust the reader", () => {
    for (const text of [
      `tests: ${"- ".repeat(3000)}`,
      `tests:\n  ${"- ".repeat(3000)}x`,
      "? ".repeat(60),
    ]) {
      const [problem = ""] = problems(text);
      assert.match(problem, /^\d+:\d+ .*expected /, text.slice(0, 20));
      assert.ok(problem.length < 300);
    }
  });

  it("never make the reader throw, whatever they hold", () => {
    const keys = fc.constantFrom(
      "tests",
      "name",
      "series",
      "expect",
      "at",
      "10h",
      "each 1h",
      "log",
      "x",
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant("1 of 2"), fc.boolean()),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (tests) => {
        const found = readTests("", JSON.stringify({ stack: "dev", model: "x", tests }));
        assert(found.problems.length > 0 || found.tests.length > 0);
      }),
      { numRuns: 300 },
    );
  });
});
