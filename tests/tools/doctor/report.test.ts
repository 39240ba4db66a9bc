import assert from "node:assert/strict";
import type { Check } from "../../../tools/doctor/check";
import { jsonReport, textReport } from "../../../tools/doctor/report";

const ACCOUNT: Check = { what: "account", subject: "123456789012", status: "ok", found: "yours" };
const ALARM: Check = {
  model: "churn",
  what: "alarm",
  subject: "p-churn",
  status: "failure",
  found: "threshold is 85, declared 90",
  advice: "Deploy the stack.",
  command: "pulumi up --refresh --stack prod",
};
const STATE: Check = {
  model: "churn",
  what: "alarm state",
  subject: "p-churn-silence",
  status: "ok",
  found: "OK",
};
const ADDRESS: Check = {
  model: "churn",
  what: "subscription",
  subject: "team@example.com",
  status: "ok",
  found: "confirmed",
};
const WARNING: Check = { ...STATE, status: "warning", found: "ALARM", advice: "Look at it." };

function text(checks: readonly Check[]): string {
  return textReport({ stack: "prod", account: "123456789012", region: "eu-west-1", checks });
}

function lastLines(checks: readonly Check[]): string {
  return text(checks).split("\n\n").at(-1)?.replaceAll("\n", " ").trim() ?? "";
}

describe("doctor's report", () => {
  it("has a line a check, by model, with what to do below", () => {
    assert.equal(
      text([ACCOUNT, ALARM, STATE, ADDRESS]),
      `Stack prod in account 123456789012, region eu-west-1

Stack
  ok       account       123456789012  yours

Model churn
  FAILURE  alarm         p-churn          threshold is 85, declared 90
                         -> Deploy the stack.
                         $ pulumi up --refresh --stack prod
  ok       alarm state   p-churn-silence  OK

Topics and addresses
  ok       subscription  team@example.com  confirmed

1 failure, 0 warnings, 4 checks: an alarm may not fire, or its mail not arrive. Do what stands behind -> at each
FAILURE, then look again: npm run doctor -- --stack prod
`,
    );
  });

  it("ends with what to do next", () => {
    assert.equal(
      lastLines([ACCOUNT, ADDRESS]),
      "2 checks, all well. To see a mail arrive: npm run fire -- --stack prod --model churn",
    );
    assert.equal(lastLines([ACCOUNT]), "1 check, all well.");
    assert.match(
      lastLines([ACCOUNT, WARNING]),
      /^1 warning, 2 checks: nothing was found that keeps/,
    );
    assert.match(lastLines([WARNING, ALARM, ALARM]), /^2 failures, 1 warning, 3 checks: /);
  });

  it("breaks long findings and advice, but neither what is well nor commands", () => {
    const long = "word ".repeat(60).trim();
    const lines = text([{ ...ALARM, found: long, advice: long, command: long }]).split("\n");
    const at = lines.findIndex((line) => line.includes("FAILURE"));
    assert.match(lines[at] ?? "", /p-churn$/);
    assert.match(lines[at + 1] ?? "", /^ {18}word/);
    const advice = lines.findIndex((line) => line.includes("-> word"));
    assert.match(lines[advice + 1] ?? "", /^ {21}word/);
    assert.ok(lines.some((line) => line.trim() === `$ ${long}`));
    const broken = lines.filter((line) => line.includes("word") && !line.includes("$"));
    assert.ok(broken.every((line) => line.length <= 120));
    assert.ok(text([{ ...STATE, found: long }]).includes(`p-churn-silence  ${long}\n`));
  });

  it("says first of which models nothing is known, and shows at the finding what was seen", () => {
    const blind = {
      ...{ what: "none of 50 events of /logs/churn carries p", models: ["churn"] },
      ...{ lines: ['{"q":1}'], properties: ["q"], causes: ["another log group"] },
    };
    const shown = text([ACCOUNT, { ...ALARM, blind }]);
    assert.match(
      shown,
      /^Stack prod .*\nBlind: none of 50 events of \/logs\/churn carries p; nothing is known of churn\n\n/,
    );
    assert.match(
      shown,
      /declared 90\n +for example:\n +\{"q":1\}\n +JSON properties .*: q\n +causes, and what to do:\n +- another log group\n +-> Deploy/,
    );
    assert.deepEqual(
      jsonReport({ stack: "s", account: "a", region: "r", checks: [{ ...ALARM, blind }] }).checks[0]
        ?.blind,
      blind,
    );
  });

  it("shows what would play with the terminal, and lets nothing begin a line of its own", () => {
    const found = "a\u001b[31mb\u202ec\nd";
    assert.ok(text([{ ...STATE, found }]).includes("p-churn-silence  a\\u001b[31mb\\u202ec d\n"));
  });

  it("has null for machines where there is nothing", () => {
    const examined = { stack: "prod", account: "123456789012", region: "eu-west-1" };
    assert.deepEqual(jsonReport({ ...examined, checks: [ACCOUNT, ALARM, WARNING] }), {
      ...examined,
      checks: [
        { ...ACCOUNT, model: null, blind: null, advice: null, command: null },
        { ...ALARM, blind: null },
        { ...WARNING, blind: null, command: null },
      ],
      failures: 1,
      warnings: 1,
    });
  });
});
