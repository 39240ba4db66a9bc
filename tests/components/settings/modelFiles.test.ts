import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelWith, problemsOf, settingsOf } from "../../support/stackInput";

describe("config: models in files of their own", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "models-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(name: string, text: string): string {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** The problems without the folder. */
  function problems(raw: Readonly<Record<string, unknown>>): string[] {
    return problemsOf(raw).map((problem) => problem.replaceAll(/[./\w-]*models-\w+\//g, ""));
  }

  const MODEL = "{ logGroup: /a, threshold: 90, email: a@example.com }";

  it("are settings like those of the config, by file or by pattern", () => {
    write("a.yaml", `churn: ${MODEL}\n`);
    write("b.yaml", `fraud: { logGroup: /b }\n`);
    const defaults = { threshold: 80, email: "b@example.com" };
    const models = { spam: modelWith() };
    const together = {
      ...models,
      churn: { logGroup: "/a", threshold: 90, email: "a@example.com" },
      fraud: { logGroup: "/b" },
    };
    const expected = settingsOf({ defaults, models: together });
    for (const modelsFrom of [
      join(folder, "*.yaml"),
      [join(folder, "a.yaml"), join(folder, "b.yaml")],
      [join(folder, "*.yaml"), join(folder, ".", "a.yaml")],
    ]) {
      assert.deepEqual(settingsOf({ defaults, models, modelsFrom }), expected);
    }
    const only = settingsOf({ defaults, modelsFrom: join(folder, "a.yaml") });
    assert.deepEqual(
      only.models.map(({ name }) => name),
      ["churn"],
    );
  });

  it("are checked with file and line", () => {
    const modelsFrom = write(
      "prod.yaml",
      `churn: ${MODEL}\nfraud:\n  logGroup: /b\n  threshold: 900\n`,
    );
    assert.deepEqual(problems({ modelsFrom }), [
      "prod.yaml:4:14 fraud.threshold: expected a percentage above 0 and at most 100, found 900",
      "prod.yaml:2:1 fraud.email: expected an e-mail address or a list of them, or else topics, found nothing",
    ]);
  });

  it("name each model once, in all files and the config", () => {
    write("a.yaml", `churn: ${MODEL}\nfraud: ${MODEL}\n`);
    write("b.yaml", `fraud: ${MODEL}\n`);
    const models = { churn: modelWith() };
    assert.deepEqual(problems({ models, modelsFrom: join(folder, "*.yaml") }), [
      'a.yaml:1:1 churn: expected each model once, found "churn", which the stack\'s config has, too',
      'b.yaml:1:1 fraud: expected each model once, found "fraud", which a.yaml has, too',
    ]);
  });

  it("must be there, and be YAML with a map", () => {
    const gone = join(folder, "gone.yaml");
    assert.deepEqual(problems({ modelsFrom: gone }), [
      'classification-rate:modelsFrom[0]: expected a file, or a pattern of files, with models, found no file "gone.yaml"',
    ]);
    const [broken = ""] = problems({ modelsFrom: write("broken.yaml", "a: [\n") });
    assert.match(broken, /^broken\.yaml:\d+:\d+ expected .*, found /);
    assert.deepEqual(problems({ modelsFrom: write("list.yaml", "- churn\n") }), [
      "list.yaml:1:1 expected a map of model name to settings, found a list of 1",
    ]);
    for (const modelsFrom of [5, "", { file: "a" }]) {
      assert.match(problems({ modelsFrom })[0] ?? "", /^classification-rate:modelsFrom: expected/);
    }
  });

  it("are read as the engine reads the config: what would change on the way is refused", () => {
    const where = "{ version: 2026-03-01, tenant: 012 }";
    const text = `churn: { logGroup: /a, threshold: 90, email: a@example.com, where: ${where} }\n`;
    const [date = "", number = "", ...others] = problems({ modelsFrom: write("a.yaml", text) });
    assert.match(
      date,
      /^a\.yaml:1:\d+ churn\.where\.version: expected "2026-03-01", in quotes, found /,
    );
    assert.match(
      number,
      /churn\.where\.tenant: expected a plain decimal number, or "012" in quotes/,
    );
    assert.deepEqual(others, []);
  });

  it("may be any number", () => {
    const many = Array.from({ length: 1000 }, (_, at) => `m${at}: { logGroup: /${at} }\n`);
    const modelsFrom = write("many.yaml", many.join(""));
    const defaults = { threshold: 80, email: "b@example.com" };
    assert.equal(settingsOf({ defaults, modelsFrom }).models.length, 1000);
  });
});
