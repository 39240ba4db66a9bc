import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { readStackFile } from "../../../tools/stackFile/stackFile";
import {
  changedLines,
  editStackFile,
  fileOfModel,
  putIntoFile,
} from "../../../tools/tune/stackFileEdit";
import { inFolder } from "../../support/folders";
import { InputError } from "../../../tools/inputError";

const HEAD = `config:
  aws:region: eu-west-1
  classification-rate:defaults: { email: a@example.com, datapoints: 3 of 5 } # for all
  classification-rate:models:
`;

const PROJECT = { name: "p", stackConfigDir: ".", config: {} };

type Values = Readonly<Record<string, string | number>>;

/** The models' part of a file after an edit of model `a`; all other settings must be what they were. */
function edited(models: string, values: Values = { threshold: 91.8 }, head = HEAD): string {
  const before = `${head}${models}`;
  const after = editStackFile(before, { model: "a", values });
  const [old, now] = [before, after].map((text) => {
    const { settings, diagnostics } = readStackFile("Pulumi.dev.yaml", text, PROJECT, "dev");
    assert.deepEqual(diagnostics, []);
    return new Map(settings?.models.map((model) => [model.name, model]));
  });
  for (const [name, model] of now ?? []) {
    const was = old?.get(name);
    if (name !== "a") assert.deepEqual(model, was);
    else
      assert.deepEqual(
        { ...model, threshold: 0, datapoints: 0 },
        { ...was, threshold: 0, datapoints: 0 },
      );
  }
  assert.equal(now?.get("a")?.threshold, values["threshold"]);
  assert.ok(after.startsWith(head));
  return after.slice(head.length);
}

describe("tune: writing into a stack file", () => {
  it("changes one value and leaves comments, order and layout", () => {
    const models = `    # Two of them.
    a:   # the first
      logGroup:   /a
      threshold:  89   # by hand

      period: 2h
    b: {logGroup: /b,   threshold: 89}
`;
    assert.equal(edited(models), models.replace("  89   #", "  91.8   #"));
  });

  it("adds data points beside the threshold, in either style", () => {
    const both = { threshold: 91.8, datapoints: "4 of 5" };
    assert.equal(
      edited("    a:\n      threshold: 89 # why\n      logGroup: /a\n", both),
      "    a:\n      threshold: 91.8 # why\n      datapoints: 4 of 5\n      logGroup: /a\n",
    );
    assert.equal(
      edited("    a: { logGroup: /a, threshold: 89 }\n", both),
      "    a: { logGroup: /a, threshold: 91.8, datapoints: 4 of 5 }\n",
    );
    assert.equal(
      edited("    a:\n      logGroup: /a\n      threshold: 89\n      datapoints: 3/3\n", both),
      "    a:\n      logGroup: /a\n      threshold: 91.8\n      datapoints: 4 of 5\n",
    );
  });

  it("keeps quotes", () => {
    assert.equal(
      edited(`    a: {logGroup: /a, threshold: "89"}\n`),
      `    a: {logGroup: /a, threshold: "91.8"}\n`,
    );
    assert.equal(
      edited(`    'a': {logGroup: /a, 'threshold': '89'}\n`),
      `    'a': {logGroup: /a, 'threshold': '91.8'}\n`,
    );
  });

  it("writes a value of the defaults to the model itself", () => {
    const head = HEAD.replace("email:", "threshold: 80, email:");
    assert.equal(
      edited("    a:\n      logGroup: /a # c\n    b: {logGroup: /b}\n", undefined, head),
      "    a:\n      logGroup: /a # c\n      threshold: 91.8\n    b: {logGroup: /b}\n",
    );
    assert.equal(
      edited("    a:\n      where: {x: y}\n      logGroup: >-\n        /a\n", undefined, head),
      "    a:\n      threshold: 91.8\n      where: {x: y}\n      logGroup: >-\n        /a\n",
    );
    assert.equal(
      edited("    a: {logGroup: /a}", undefined, head),
      "    a: {logGroup: /a, threshold: 91.8}",
    );
  });

  it("leaves anchors to the models that use them", () => {
    assert.equal(
      edited("    b: {logGroup: /b, threshold: &t 89}\n    a: {logGroup: /a, threshold: *t}\n"),
      "    b: {logGroup: /b, threshold: &t 89}\n    a: {logGroup: /a, threshold: 91.8}\n",
    );
    assert.equal(
      edited(
        "    a: {logGroup: /a, threshold: &t 89}\n    b: {logGroup: /b, threshold: *t}\n    c: {logGroup: /c, threshold: *t}\n",
      ),
      "    a: {logGroup: /a, threshold: 91.8}\n    b: {logGroup: /b, threshold: &t 89}\n    c: {logGroup: /c, threshold: *t}\n",
    );
    assert.equal(
      edited("    b: &b {logGroup: /b, threshold: 89}\n    a: *b\n"),
      "    b: &b {logGroup: /b, threshold: 89}\n    a: { <<: *b, threshold: 91.8 }\n",
    );
    assert.equal(
      edited("    b: &b {logGroup: /b, threshold: 89}\n    a:\n      <<: *b\n      period: 2h\n"),
      "    b: &b {logGroup: /b, threshold: 89}\n    a:\n      <<: *b\n      period: 2h\n      threshold: 91.8\n",
    );
    assert.equal(
      edited("    a: &a {logGroup: /a, threshold: 89}\n    b: {<<: *a, threshold: 70}\n"),
      "    a: &a {logGroup: /a, threshold: 91.8}\n    b: {<<: *a, threshold: 70}\n",
    );
  });

  it("refuses what would change another model", () => {
    for (const other of ["b: *a", "b: {<<: *a, period: 2h}"]) {
      assert.throws(
        () => edited(`    a: &a {logGroup: /a, threshold: 89}\n    ${other}\n`),
        (error: Error) => error instanceof InputError && /by hand/.test(error.message),
      );
    }
    assert.throws(() => edited("    b: {logGroup: /b, threshold: 1}\n"), /found it elsewhere/);
  });

  it("keeps the ends of lines, and a byte order mark", () => {
    const models = "    a:\r\n      logGroup: /a\r\n      threshold: 89\r\n";
    const head = `\ufeff${HEAD.replaceAll("\n", "\r\n")}`;
    assert.equal(
      edited(models, { threshold: 91.8, datapoints: "2 of 3" }, head),
      "    a:\r\n      logGroup: /a\r\n      threshold: 91.8\r\n      datapoints: 2 of 3\r\n",
    );
  });

  it("shows what it changed, with lines", () => {
    const shown = changedLines("a\nb\nc\nd\ne", "a\nB\nc\nd\nnew\ne").map(
      ({ sign, line, text }) => `${sign}${line} ${text}`,
    );
    assert.deepEqual(shown, ["-2 b", "+2 B", "+5 new"]);
    assert.deepEqual(changedLines("a\nb", "a\nb"), []);
  });

  it("replaces the file at once, through a link too, and only the content it knows", () =>
    inFolder({ "real.yaml": `${HEAD}    a: {logGroup: /a, threshold: 89}\n` }, () => {
      symlinkSync("real.yaml", "Pulumi.dev.yaml");
      const before = readFileSync("real.yaml", "utf8");
      const home = { path: "Pulumi.dev.yaml", text: before };
      const stack = { ...home, stack: "dev" };
      const change = { project: PROJECT, stack, model: "a", values: { threshold: 91.8 } };
      const { diff } = putIntoFile(home, change);
      assert.deepEqual(diff, [
        "- 5:     a: {logGroup: /a, threshold: 89}",
        "+ 5:     a: {logGroup: /a, threshold: 91.8}",
      ]);
      assert.deepEqual(readdirSync(".").sort(), ["Pulumi.dev.yaml", "real.yaml"]);
      assert.match(readFileSync("real.yaml", "utf8"), /91\.8/);
      assert.throws(() => putIntoFile(home, change), /has changed meanwhile/);
      writeFileSync("real.yaml", before);
      const bad = { ...change, values: { threshold: 900 } };
      assert.throws(() => putIntoFile(home, bad), /with the suggestion: expected/);
      assert.equal(readFileSync("real.yaml", "utf8"), before);
      return Promise.resolve();
    }));

  it("writes into the file of modelsFrom that has the model, all settings, and takes back what fails", () => {
    const models =
      "# ours\na:\n  logGroup: /a # log\n  threshold: 89\nb: {logGroup: /b, threshold: 80}\n";
    const text =
      "config:\n  classification-rate:defaults: {email: a@example.com}\n  classification-rate:modelsFrom: [more/*.yaml]\n  classification-rate:models: {c: {logGroup: /c, threshold: 1}}\n";
    return inFolder({ "Pulumi.dev.yaml": text, "more/x.yaml": models }, () => {
      const path = "Pulumi.dev.yaml";
      const stack = { ...readStackFile(path, text, PROJECT, "dev"), path, text };
      assert.equal(fileOfModel(stack, "c").path, path);
      const home = fileOfModel(stack, "a");
      assert.deepEqual(home, { path: "more/x.yaml", text: models, holdsModels: true });
      const values = { valid: ">= 0.7", threshold: 94.4, period: "2h", confidence: "off" };
      putIntoFile(home, { project: PROJECT, stack, model: "a", values });
      const after = readFileSync(home.path, "utf8");
      assert.ok(after.includes("  logGroup: /a # log\n") && after.startsWith("# ours\n"));
      const { settings } = readStackFile(path, text, PROJECT, "dev");
      const a = settings?.models.find(({ name }) => name === "a");
      assert.deepEqual(
        [a?.threshold, a?.period, a?.valid],
        [94.4, 7200, { operator: ">=", bound: 0.7 }],
      );
      const again = { ...home, text: after };
      const bad = { project: PROJECT, stack, model: "a", values: { threshold: 900 } };
      assert.throws(() => putIntoFile(again, bad), /with the suggestion: expected/);
      assert.equal(readFileSync(home.path, "utf8"), after);
      return Promise.resolve();
    });
  });
});
