import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { inFolder } from "../support/folders";
import { pythonWith } from "../support/virtualEnvironment";

describe("a virtual environment of the tests", () => {
  it("says what is missing where there is no Python, and leaves nothing behind", () =>
    inFolder({ "requirements.txt": "", "cache/.keep": "" }, () => {
      const before = { ...process.env };
      Object.assign(process.env, { CLASSIFICATION_RATE_CACHE: "cache", PYTHON: "no-python" });
      try {
        assert.throws(
          () => pythonWith("loggers", "requirements.txt"),
          /with loggers need Python 3\.11 .* python3-venv.*no-python -m venv .* ENOENT/s,
        );
      } finally {
        Reflect.deleteProperty(process.env, "CLASSIFICATION_RATE_CACHE");
        Reflect.deleteProperty(process.env, "PYTHON");
        Object.assign(process.env, before);
      }
      assert.deepEqual(readdirSync("cache"), [".keep"]);
      return Promise.resolve();
    }));
});
