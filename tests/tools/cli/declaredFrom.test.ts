import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../tools/cli/rehearse";
import { main as verify } from "../../../tools/cli/verify";
import { captured, inFolder } from "../../support/folders";

const PLANS = join(__dirname, "../program/plans");
const PREVIEW = readFileSync(join(PLANS, "preview.json"), "utf8");
const TEMPLATE = readFileSync(join(PLANS, "Models.template.json"), "utf8");
const LOG = '2026-03-09T10:00:00.000Z {"valid": true}\n';

const DEEP = `{"Resources":{"A":{"Type":"AWS::SNS::Topic","Properties":${"[".repeat(2e4)}${"]".repeat(2e4)}}}}`;

/** What a rehearsal of a file says, on both ways. */
async function rehearsed(content: string | Buffer, ...args: readonly string[]) {
  const files = { "in.json": content, "log.txt": LOG };
  const { code, stdout, stderr } = await inFolder(files, () =>
    captured(() => main([...args, "--logs", "log.txt"])),
  );
  return { code, text: stdout + stderr };
}

describe("a file of what others declare", () => {
  it("of another kind is one error that says what it is, and what to do", async () => {
    const cases: [option: string, content: string, expected: RegExp][] = [
      ["state", PREVIEW, /Found a file for --preview, what any Pulumi program/],
      ["preview", TEMPLATE, /Found a file for --template/],
      ["template", '{"planned_values": {}}', /Found a file for --terraform-plan/],
      ["terraform-plan", '{"deployment": {}}', /Found a file for --state/],
      ["terraform-plan", '{"version": 4, "lineage": "x", "resources": []}', /a Terraform state/],
      ["terraform-plan", '{"values": {}}', /Found a Terraform state/],
      ["terraform-plan", "PK\u0003\u0004", /Found a plan as Terraform keeps it/],
      ["terraform-plan", '{"@level":"info"}\n{"@level":"info"}', /Found a log of Terraform's/],
      ["terraform-plan", '  + resource "aws_sns_topic" "t" {', /Found Terraform for people/],
      ["preview", "Previewing update (dev):\n", /--json is missing/],
      ["preview", '{"sequence":0}', /unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW/],
      ["preview", '{"sequence":0}\n{"sequence":1}', /unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW/],
      ["state", '{"checkpoint": {}}', /Found a backend's own file/],
      ["state", '{"MetricAlarms": []}', /`adopt` reads it/],
      ["template", '{"artifacts": {}}', /name a \*\.template\.json/],
      ["template", "name: a\nruntime: yaml\n", /Found a project's file/],
      ["template", "config:\n  a:b: c\n", /--stack names its stack/],
      ["template", DEEP, /nested too deep/],
      ["preview", "warning: old\n{}", /found something else \(Unexpected token/],
    ];
    for (const [option, content, expected] of cases) {
      const { code, text } = await rehearsed(content, `--${option}`, "in.json");
      assert.equal(code, 2, content.slice(0, 80));
      assert.match(text, /^in\.json: expected [^\n]+\n$/);
      assert.match(text, expected);
    }
  });

  it("may be in UTF-16, as PowerShell writes it, or begin with a mark", async () => {
    const plain = await rehearsed(TEMPLATE, "--template", "in.json");
    assert.equal(plain.code, 0, plain.text);
    for (const encoding of ["utf16le", "utf8"] as const) {
      const marked = Buffer.from(`\ufeff${TEMPLATE}`, encoding);
      assert.deepEqual(await rehearsed(marked, "--template", "in.json"), plain);
    }
  });

  it("that hides whom it mails keeps a test from claiming that nobody is", async () => {
    const model = "stack: in\nmodel: Models-errors\ntests:\n";
    const test = `${model}  - { name: quiet, series: [9m: nothing], expect: [{ mails: 0 }] }\n`;
    const imported = TEMPLATE.replaceAll('"Ref": "Alerts91F83244"', '"Fn::ImportValue": "Topic"');
    const run = (content: string) =>
      inFolder({ "in.json": content, "test.yaml": test }, () =>
        captured(() => verify(["test.yaml", "--template", "in.json"])),
      );
    const { code, stdout, stderr } = await run(imported);
    assert.equal(code, 2, stdout);
    assert.match(
      stderr,
      /expected a stack of which it is known whom it mails.*whom alarm in-Rate/s,
    );
  });

  it("is one, and only a template has parameters", async () => {
    const cases: [readonly string[], RegExp][] = [
      [["--template", "in.json", "--template", "b.json"], /expected one file, found in\.json/],
      [["--template", "in.json", "--parameter", "Email"], /expected <name>=<value>/],
      [["--preview", "in.json", "--parameter", "A=b"], /--parameter goes with --template/],
      [["--template", "in.json", "--parameter", "A=b"], /--parameter A: expected/],
    ];
    for (const [args, expected] of cases) {
      const { code, text } = await rehearsed(TEMPLATE, ...args);
      assert.equal(code, 2);
      assert.match(text, expected);
    }
  });
});
