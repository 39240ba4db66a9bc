import assert from "node:assert/strict";
import { join } from "node:path";
import { main as start } from "../../../tools/cli/start";
import { captured } from "../../support/folders";

const ROOT = join(__dirname, "../../..");

describe("npm start", () => {
  it("tells the story of the sample: the rate falls, a mail, recovery", async () => {
    const before = process.cwd();
    process.chdir(ROOT);
    try {
      const { code, stdout } = await captured(() => start([]));
      assert.equal(code, 0);
      for (const part of [
        "87,086 predictions, 79,677 valid: classification rate 91.5 %",
        "2026-03-09 23:45  OK -> ALARM",
        "2026-03-12 19:03  ALARM -> OK",
        "4 e-mails would have been sent:",
        '│ Subject: ALARM: "classification-rate-dev-digits" in EU (Ireland)',
        "What next:",
      ]) {
        assert.ok(stdout.includes(part), `${part}\nis missing in\n${stdout}`);
      }
      // The flag and the score come to the same, down to the evaluation.
      for (const part of ["79,677 valid", "2026-03-09 23:45  OK -> ALARM", "In ALARM for 2 d"]) {
        assert.equal(stdout.split(part).length, 3, part);
      }
    } finally {
      process.chdir(before);
    }
  });
});
