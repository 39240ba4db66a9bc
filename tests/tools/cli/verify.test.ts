import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../tools/cli/verify";
import { captured, inFolder, type Run } from "../../support/folders";

const ROOT = join(__dirname, "../../..");

/** Stacks as the guide's examples take them. */
const PROJECT = {
  "Pulumi.yaml": "name: classification-rate\nruntime: nodejs\n",
  "Pulumi.dev.yaml": `config:
  aws:region: eu-west-1
  classification-rate:defaults: { period: 2h, datapoints: 3 of 5, email: ml-team@example.com }
  classification-rate:models:
    digits: { logGroup: /logs/digits, threshold: 89, minimumPredictions: 30, notifyRecovery: true }
`,
  "Pulumi.prod.yaml": `config:
  aws:region: eu-west-1
  classification-rate:defaults:
    datapoints: 3 of 5
    email: [ml-team@example.com, on-call@example.com]
    notifyRecovery: true
  classification-rate:models:
    digits: { logGroup: /logs/digits, threshold: 90 }
    churn:
      logGroup: /logs/churn
      threshold: 90
      minimumPredictions: 50
      silence: 1d
    fraud: { logGroup: /logs/fraud, threshold: 97.5 }
`,
};

const AFTERNOON = `stack: prod
model: churn
tests:
  - name: a bad afternoon mails once
    series:
      - 10h: 200/h at 95%
      - 4h: 200/h at 85%
    expect:
      - { by: 12h, state: OK }
      - { at: 14h, rate: 85, state: ALARM }
      - { mails: 1, mailed: on-call@example.com, subject: ALARM }
  - name: a good day mails nobody
    series:
      - 1d: 200/h at 95%
    expect:
      - mails: 0
`;

/** Bare JSON lines of 5 hours, 60 predictions an hour, half of them valid. */
const BARE = Array.from({ length: 300 }, (_, minute) => {
  const at = new Date(Date.UTC(2026, 2, 2) + minute * 60_000).toISOString();
  return `${JSON.stringify({ at, prediction_valid: minute % 2 === 0 })}\n`;
}).join("");

/** Runs the command in a folder with the project and these files. */
function verify(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  return inFolder({ ...PROJECT, ...files }, () => captured(() => main(args)));
}

/** The shipped stack with a lower threshold for churn, which no longer catches the afternoon. */
const LOWERED = {
  "Pulumi.prod.yaml": PROJECT["Pulumi.prod.yaml"].replaceAll("threshold: 90", "threshold: 80"),
};

/** A run without its durations. */
const timeless = (text: string): string => text.replace(/\(\d+\.\d s\)/g, "(0.0 s)");

describe("npm run verify", () => {
  it("names the file that declares the alarms, and repeats its option in the next command", async () => {
    const churn = { logGroup: "/logs/churn", threshold: 80, email: "on-call@example.com" };
    const config = { "classification-rate:models": { objectValue: { churn } } };
    const files = { "x.yaml": AFTERNOON, "prod.json": JSON.stringify(config) };
    const { code, stdout } = await verify(files, "--config", "prod.json", "x.yaml");
    assert.equal(code, 1);
    assert.match(
      stdout,
      /What to do: if what prod\.json declares was changed by mistake, change it/,
    );
    assert.match(
      stdout,
      /\nTo run only what failed: npm run verify -- --config prod\.json x\.yaml\n/,
    );
  });

  it("reads bare JSON lines whose time is in the property that a test names", async () => {
    const test = (timeField: string): string =>
      `stack: prod\nmodel: churn\ntests:\n  - name: half\n    log: bare.jsonl\n${timeField}    expect:\n      - { at: 2026-03-02T04:00Z, rate: 50 }\n`;
    const good = await verify(
      { "bare.jsonl": BARE, "a.yaml": test("    timeField: at\n") },
      "a.yaml",
    );
    assert.equal(good.code, 0, good.stdout + good.stderr);
    const without = await verify({ "bare.jsonl": BARE, "a.yaml": test("") }, "a.yaml");
    assert.equal(without.code, 2);
    assert.match(without.stderr, /tests\[0\]\.log: .*--time-field at/s);
    const alone = await verify(
      { "a.yaml": AFTERNOON.replace("    series:", "    timeField: at\n    series:") },
      "a.yaml",
    );
    assert.match(alone.stderr, /tests\[0\]\.timeField: expected timeField beside the log/);
  });

  it("fails where a threshold was changed, and shows the data points that decided", async () => {
    assert.notEqual(LOWERED["Pulumi.prod.yaml"], PROJECT["Pulumi.prod.yaml"]);
    const { code, stdout } = await verify({ ...LOWERED, "x.yaml": AFTERNOON }, "x.yaml");
    assert.equal(code, 1);
    assert.equal(
      timeless(stdout),
      `x.yaml
  ✘ churn: a bad afternoon mails once
               when              expected                                                   found
      line 10  at 14h            state ALARM                                                state OK
      line 11  in the whole run  1 mail to on-call@example.com with "ALARM" in the subject  no mail

      Alarm classification-rate-prod-churn: at or below 80 % in 3 of 5 periods of 1 hour
      Its data points at 14h (2026-03-02 14:00):
        period     valid  predictions  rate
        9h - 10h   190    200          95
        10h - 11h  170    200          85
        11h - 12h  170    200          85
        12h - 13h  170    200          85
        13h - 14h  170    200          85
  ✔ churn: a good day mails nobody

1 test failed, 1 passed in 1 file (0.0 s).
What to do: if Pulumi.prod.yaml was changed by mistake, change it back; if on purpose, change what the tests expect.
To run only what failed: npm run verify -- x.yaml
`,
    );
  });

  it("passes for the guide's examples", async () => {
    const guide = readFileSync(join(ROOT, "docs/alarm-tests.md"), "utf8");
    const examples = [...guide.matchAll(/```yaml\n([^`]+)```/g)];
    assert.equal(examples.length, 3);
    const sample = join(ROOT, "samples/digits.jsonl.gz");
    const files = examples.map(([, text = ""], n): [string, string] => {
      return [`${n}.yaml`, text.replace("samples/digits.jsonl.gz", sample)];
    });
    const { code, stdout, stderr } = await verify(Object.fromEntries(files), "?.yaml");
    assert.deepEqual([code, stderr], [0, ""], stdout);
    assert.match(
      timeless(stdout),
      /^0\.yaml\n( {2}✔ .+\n)+[^]*\n\d+ tests passed in 3 files \(0\.0 s\)\. The alarms do what their tests expect\.\n$/,
    );
  });

  it("prints JSON, and only that, and writes JUnit XML beside it", async () => {
    const odd = AFTERNOON.replace("a bad afternoon mails once", '"<&\\u0001]]> é"');
    await inFolder({ ...PROJECT, ...LOWERED, "x.yaml": odd }, async (folder) => {
      const run = await captured(() => main(["x.yaml", "--json", "--junit", "junit.xml"]));
      assert.deepEqual([run.code, run.stderr], [1, ""]);
      assertJson(run.stdout);
      const xml = readFileSync(join(folder, "junit.xml"), "utf8");
      assertWellFormed(xml);
      for (const part of [
        '<testsuites name="alarm tests" tests="2" failures="1" ',
        '<testcase name="&lt;&amp;]]&gt; é" classname="prod.churn" file="x.yaml" line="4" ',
        'message="at 14h: expected state ALARM, found state OK"',
        "13h - 14h  170    200          85",
      ]) {
        assert(xml.includes(part), xml);
      }
    });
  });
});

/** Every tag is closed by its own, no attribute is odd, and no character or entity is forbidden. */
function assertWellFormed(xml: string): void {
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|&(?!(lt|gt|amp|quot|#\w+);)/);
  const [declaration, ...rest] = xml.split("\n");
  assert.equal(declaration, '<?xml version="1.0" encoding="UTF-8"?>');
  const open: string[] = [];
  const unread = rest
    .join("\n")
    .replace(/<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>/g, (_, end, name: string, __, empty) => {
      if (end === "/") assert.equal(open.pop(), name);
      else if (empty !== "/") open.push(name);
      return "";
    });
  assert.deepEqual(open, []);
  assert.doesNotMatch(unread, /[<]/);
}

function assertJson(stdout: string): void {
  const { passed, failed, files } = JSON.parse(stdout) as {
    passed: number;
    failed: number;
    files: { tests: { failures: { points: unknown[] }[] }[] }[];
  };
  assert.deepEqual([passed, failed], [1, 1]);
  const [first, second] = files[0]?.tests ?? [];
  assert.deepEqual([first?.failures.length, second?.failures], [2, []]);
  const { points, ...failure } = first?.failures[0] ?? { points: [] };
  assert.deepEqual(failure, {
    line: 10,
    column: 9,
    when: "at 14h",
    expected: "state ALARM",
    found: "state OK",
    alarm: "classification-rate-prod-churn",
    at: "2026-03-02T14:00:00Z",
  });
  assert.equal(points.length, 5);
  assert.deepEqual(points.at(-1), {
    from: "2026-03-02T13:00:00Z",
    to: "2026-03-02T14:00:00Z",
    valid: 170,
    total: 200,
    rate: 85,
    value: 85,
    breaching: false,
  });
}

describe("npm run verify, used wrongly", () => {
  const wrong = `stack: prdo
tests:
  - name: a
    model: churn
    series: [1h: 200/h at 95%]
    expect:
      - { at: 12h, state: ALARM }
  - name: b
    stack: prod
    model: chrun
    series: [1h: 200/h at 95%]
    expect: [mails: none]
  - name: c
    stack: prod
    model: something-else
    log: nowhere/*.gz
    expect: [mails: 0]
  - name: d
    stack: prod
    model: churn
    series: [12h: 200/h at 95%]
    expect: [{ at: 12h, stat: ALARM }]
`;

  const lines = [
    'x.yaml:1:8 stack: expected a stack, found the unknown stack "prdo" (did you mean prod?)',
    "x.yaml:7:15 tests[0].expect[0].at: expected a time within the case, from 0h (2026-03-02T00:00Z) to 1h, found 12h",
    'x.yaml:10:12 tests[1].model: expected a model of stack prod, found the unknown model "chrun" (did you mean churn?)',
    'x.yaml:12:21 tests[1].expect[0].mails: expected a whole number from 0, found "none"',
    'x.yaml:15:12 tests[2].model: expected a model of stack prod (churn, digits, fraud), found the unknown model "something-else"',
    'x.yaml:16:10 tests[2].log: expected a log file, named from the current folder, found "nowhere/*.gz" (there is no such file)',
    'x.yaml:22:25 tests[3].expect[0].stat: expected a known setting, found the unknown setting "stat" (did you mean state?)',
  ];

  it("shows everything that is wrong with the files at once, and runs nothing", async () => {
    const { code, stdout, stderr } = await verify(
      { "x.yaml": wrong, "y.yaml": AFTERNOON },
      "?.yaml",
      "y.yaml",
    );
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.equal(
      stderr,
      `${lines.join("\n")}\n\n7 problems. No test was run. How to write tests: docs/alarm-tests.md\n`,
    );
  });

  it("gives the problems as JSON", async () => {
    const text =
      "stack: prdo\ntests: [{ name: a, model: x, series: [1h: nothing], expect: [mails: 0] }]\n";
    const { code, stdout, stderr } = await verify({ "x.yaml": text }, "x.yaml", "--json");
    assert.deepEqual({ code, stderr }, { code: 2, stderr: "" });
    assert.deepEqual(JSON.parse(stdout), {
      passed: 0,
      failed: 0,
      problems: [
        {
          severity: "error",
          file: "x.yaml",
          line: 1,
          column: 8,
          key: "stack",
          message: 'expected a stack, found the unknown stack "prdo" (did you mean prod?)',
          expected: "a stack",
          found: 'the unknown stack "prdo"',
          hint: "did you mean prod?",
        },
      ],
      files: [],
    });
  });

  it("says which files and which silence alarm are missing", async () => {
    const cases: [Readonly<Record<string, string>>, string[], RegExp][] = [
      [
        {},
        [],
        /^expected alarm tests in tests\/alarms\/\*\.yaml, found none\. How to write tests: .*alarm-tests\.md\n$/,
      ],
      [{}, ["nope.yaml"], /^nope\.yaml: cannot be read, there is no such file/],
      [{}, ["x/*.yaml"], /^expected alarm tests in x\/\*\.yaml, found none\. /],
      [{ "x.yaml": AFTERNOON }, ["x.yaml", "--jsno"], /unknown option '--jsno'/],
      [{ "x.yaml": AFTERNOON }, ["x.yaml", "--junit", "a/b.xml"], /^a\/b\.xml: cannot be written/],
      [{ "x.yaml": AFTERNOON }, ["x.yaml", "--junit", "x.yaml"], /^x\.yaml: .*one that is read\n/],
    ];
    for (const [files, args, message] of cases) {
      const { code, stdout, stderr } = await verify(files, ...args);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, args.join(" "));
      assert.match(stderr, message);
    }
    const noSilence = PROJECT["Pulumi.prod.yaml"].replaceAll(/^ +silence: .*$/gm, "");
    const { stderr } = await verify(
      {
        "Pulumi.prod.yaml": noSilence,
        "x.yaml": AFTERNOON.replace("- mails: 0", "- { alarm: silence, state: OK }"),
      },
      "x.yaml",
    );
    assert.match(
      stderr,
      /^x\.yaml:16:18 tests\[1\]\.expect\[0\]\.alarm: expected an alarm that churn has \(rate\), found silence, which is not set up for it in stack prod\n/,
    );
  });
});
