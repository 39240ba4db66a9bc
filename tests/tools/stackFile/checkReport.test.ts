import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import type { Diagnostic } from "../../../components/settings/diagnostic";
import { type CheckedFile, checkReport } from "../../../tools/stackFile/checkReport";

const THRESHOLD: Diagnostic = {
  severity: "error",
  file: "Pulumi.dev.yaml",
  ...{ line: 12, column: 18 },
  key: "classification-rate:models.churn.threshold",
  message: "expected a percentage above 0 and at most 100, found 900",
};

function checked(...problems: Diagnostic[]): CheckedFile[] {
  return [{ file: "Pulumi.dev.yaml", stack: "dev", models: 1, problems }];
}

/** What a runner makes of a command, as its own source reads it. */
function parsedCommand(line: string) {
  const [, severity = "", properties = "", message = ""] =
    /^::(\w+) ([^\n]*?)::([^\n]*)\n$/.exec(line) ?? [];
  const decoded = (text: string) =>
    text.replace(/%(25|0D|0A|3A|2C)/g, (code) => decodeURIComponent(code));
  const pairs = properties.split(",").map((pair): [string, string] => {
    const [name = "", value = ""] = pair.split("=");
    return [name, decoded(value)];
  });
  return { severity, ...Object.fromEntries(pairs), message: decoded(message) };
}

describe("what check prints for machines", () => {
  it("is an annotation for GitHub at each line", () => {
    const region = { severity: "warning", file: "Pulumi.dev.yaml", message: "a: 100%" } as const;
    assert.equal(
      checkReport("github", checked(THRESHOLD, region), "."),
      "::error file=Pulumi.dev.yaml,line=12,col=18::classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100, found 900\n" +
        "::warning file=Pulumi.dev.yaml::a: 100%25\n",
    );
  });

  it("names files from the top of the repository", () => {
    const report = checkReport("github", checked(THRESHOLD), resolve(".."));
    assert.match(report, /^::error file=[^/,]+\/Pulumi\.dev\.yaml,/);
  });

  it("comes out of GitHub's commands as it went in", () => {
    const text = fc.stringMatching(/^[\x20-\x7e]{1,20}$/);
    const file = fc.stringMatching(/^[a-z][\x20-\x2e\x30-\x3c\x3e-\x7e]{0,20}[a-z]$/);
    const { key: _, ...other } = THRESHOLD;
    const property = fc.property(file, text, (name, message) => {
      const command = checkReport("github", checked({ ...other, file: name, message }), ".");
      const expected = { severity: "error", file: name, line: "12", col: "18", message };
      assert.deepEqual(parsedCommand(command), expected);
    });
    fc.assert(property, { examples: [["a%2C,b:c", "::error::%0A"]] });
  });

  it("is SARIF 2.1.0 for code scanning", () => {
    const file = join(__dirname, "sarif-2.1.0.json");
    const {
      $schema: _,
      id: __,
      ...schema
    } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly $schema: string;
      readonly id: string;
    };
    const options = { strict: false, validateFormats: false, unicodeRegExp: false };
    const validate = new Ajv(options).compile(schema);
    const whole = { severity: "warning", file: "Pulumi.ü #1.yaml", message: "a" } as const;
    for (const problems of [[], [THRESHOLD, whole]]) {
      const log: unknown = JSON.parse(checkReport("sarif", checked(...problems), "."));
      assert.ok(validate(log), JSON.stringify(validate.errors));
    }
    const { runs } = JSON.parse(checkReport("sarif", checked(THRESHOLD, whole), ".")) as {
      runs: { results: unknown[]; artifacts: unknown[] }[];
    };
    const [{ artifacts, results } = { artifacts: [], results: [] }] = runs;
    const location = (uri: string) => ({ uri, uriBaseId: "%SRCROOT%" });
    assert.deepEqual(artifacts, [{ location: location("Pulumi.dev.yaml") }]);
    assert.deepEqual(results, [
      {
        ruleId: "invalid-setting",
        level: "error",
        message: { text: `${String(THRESHOLD.key)}: ${THRESHOLD.message}` },
        locations: [
          {
            physicalLocation: {
              artifactLocation: location("Pulumi.dev.yaml"),
              region: { startLine: 12, startColumn: 18 },
            },
            logicalLocations: [{ fullyQualifiedName: THRESHOLD.key }],
          },
        ],
      },
      {
        ruleId: "likely-mistake",
        level: "warning",
        message: { text: "a" },
        locations: [
          { physicalLocation: { artifactLocation: location("Pulumi.%C3%BC%20%231.yaml") } },
        ],
      },
    ]);
  });
});
