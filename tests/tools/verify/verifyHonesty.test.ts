import assert from "node:assert/strict";
import { diagnosticText } from "../../../components/settings/diagnostic";
import { InputError } from "../../../tools/inputError";
import type { Declared } from "../../../tools/program/declared";
import { readTests } from "../../../tools/verify/alarmTest";
import { jsonReport, junitReport } from "../../../tools/verify/jsonReport";
import { textReport } from "../../../tools/verify/textReport";
import { type FileResult, verify } from "../../../tools/verify/verify";
import { inFolder } from "../../support/folders";
import { declaredFor } from "../rehearse/declaredFor";

const SETTINGS = { datapoints: "3 of 5", silence: "6h", notifyRecovery: true };

/** Runs a file with one test of the model churn. */
function run(
  declared: Declared,
  input: string,
  expectations: readonly string[],
): Promise<FileResult[]> {
  const expect = expectations.map((one) => `\n      - ${one}`).join("");
  const text = `stack: dev\nmodel: churn\ntests:\n  - name: a\n    ${input}\n    expect:${expect}\n`;
  return verify([readTests("x.yaml", text)], ["dev"], () => Promise.resolve(declared));
}

/** What is refused of a test over a day. */
async function refused(declared: Declared, ...expectations: readonly string[]): Promise<string[]> {
  try {
    await run(declared, "series: [1d: 200/h at 95%]", expectations);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(diagnosticText);
  }
}

describe("alarm tests: what can never fail", () => {
  let declared: Declared;
  before(async () => {
    declared = await declaredFor(SETTINGS);
  });

  it("is refused: an address that the stack does not mail, a subject that no alarm has", async () => {
    const found = await refused(
      declared,
      "{ mails: 0, mailed: [team@example.com, taem@example.com] }",
      "{ mails: 0, subject: chrun }",
      "{ mails: 0, subject: 'ALARM: \"classification-rate-dev-churn\"' }",
      "{ mails: 0, subject: ok }",
    );
    assert.deepEqual(found, [
      "x.yaml:7:29 tests[0].expect[0].mailed: expected an address that stack dev mails (team@example.com), found taem@example.com, which gets no mail whatever the model does (did you mean team@example.com?)",
      'x.yaml:8:30 tests[0].expect[1].subject: expected text of a subject such as ALARM: "classification-rate-dev-churn" in EU (Ireland), found "chrun", which no alarm of stack dev has there',
    ]);
  });

  it("is refused: a state that the treatment of missing data never leads to", async () => {
    const never = "{ never: INSUFFICIENT_DATA }";
    const [found = ""] = await refused(declared, never, "{ alarm: silence, never: ALARM }");
    assert.match(
      found,
      /^x\.yaml:7:18 .*never: .*INSUFFICIENT_DATA, which it never is with treatMi/,
    );
    assert.equal(
      (await refused(declared, "{ alarm: silence, never: INSUFFICIENT_DATA }")).length,
      1,
    );
    const missing = await declaredFor({ ...SETTINGS, treatMissingData: "missing" });
    assert.deepEqual(await refused(missing, never), []);
  });

  it("is refused: a test that ends before its alarm can fire, if it claims nothing else", async () => {
    const early = [
      "{ by: 2h, never: ALARM }",
      "{ at: 1h, state: OK }",
      "{ by: 2h, alarm: rate, mails: 0 }",
    ];
    assert.deepEqual(await refused(declared, ...early), [
      "x.yaml:4:5 tests[0]: expected something that can fail: up to 2h, no alarm can fire yet, found only claims that nothing happens until then",
    ]);
    for (const more of ["{ by: 2h1m, never: ALARM }", "{ at: 1h, rate: 95 }", "never: ALARM"]) {
      assert.deepEqual(await refused(declared, ...early, more), [], more);
    }
    // Missing data breach at once: the alarm on silence can fire before a data point is there.
    assert.deepEqual(await refused(declared, "{ by: 1h, alarm: silence, never: ALARM }"), []);
  });
});

describe("alarm tests: a log that says nothing about the model", () => {
  it("fails the test that would pass, and says what is in the log", async () => {
    const declared = await declaredFor(SETTINGS);
    const line = (at: number): string =>
      JSON.stringify({ timestamp: Date.UTC(2026, 2, 2) + at * 60_000, message: '{"valid": true}' });
    const log = Array.from({ length: 300 }, (_, at) => `${line(at)}\n`).join("");
    await inFolder({ "churn.jsonl": log }, async () => {
      const [file] = await run(declared, "log: churn.jsonl", ["never: ALARM", "mails: 0"]);
      assert(file);
      const verification = { files: [file], seconds: 0 };
      const blind = "none of 300 events of /logs/churn carries prediction_valid";
      const text = textReport(verification);
      assert.match(
        text,
        /✘ churn: a\n {6}Blind: none of 300 events of \/logs\/churn carries prediction/,
      );
      assert.match(
        text,
        /1 test failed, 0 passed .*\nA test whose log says nothing about its model fails/,
      );
      assert.doesNotMatch(text, /was changed by mistake/);
      const { failed, files } = jsonReport(verification);
      assert.deepEqual([failed, files[0]?.tests[0]?.blind[0]?.what], [1, blind]);
      assert.match(
        junitReport(verification),
        new RegExp(`<failure message="${blind}" type="blind">`),
      );
    });
  });
});
