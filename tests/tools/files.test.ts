import assert from "node:assert/strict";
import fs from "node:fs";
import { expectWritable, writeWhole } from "../../tools/files";
import { inFolder } from "../support/folders";

/** Runs with a stack file of that mode, a link to it, and nothing else in the folder. */
function withStackFile(mode: number, act: () => void): Promise<void> {
  return inFolder({ "Pulumi.dev.yaml": "old" }, () => {
    fs.chmodSync("Pulumi.dev.yaml", mode);
    fs.symlinkSync("Pulumi.dev.yaml", "link.yaml");
    act();
    return Promise.resolve();
  });
}

describe("writing a file whole or not at all", () => {
  it("keeps a file's permissions, and writes what a link leads to", () =>
    withStackFile(0o640, () => {
      writeWhole("link.yaml", "new", "old");
      assert.equal(fs.readFileSync("Pulumi.dev.yaml", "utf8"), "new");
      assert.equal(fs.statSync("Pulumi.dev.yaml").mode & 0o777, 0o640);
      assert.ok(fs.lstatSync("link.yaml").isSymbolicLink());
    }));

  it("refuses a file that somebody made read-only, before the work and after, for root as well", () =>
    withStackFile(0o444, () => {
      const message = /^InputError: link\.yaml: cannot be written, it is read-only$/;
      assert.throws(() => {
        expectWritable("link.yaml");
      }, message);
      assert.throws(() => {
        writeWhole("link.yaml", "new");
      }, message);
      assert.equal(fs.readFileSync("Pulumi.dev.yaml", "utf8"), "old");
    }));

  it("refuses what is no name of a file, and a link to nothing, before the work", () =>
    withStackFile(0o644, () => {
      fs.symlinkSync("gone/report.html", "dangling.html");
      const refused: readonly [string, RegExp][] = [
        ["", /^InputError: "": cannot be written, it has no name$/],
        ["-", /^InputError: -: cannot be written, - is no file/],
        ["dangling.html", /^InputError: dangling\.html: .* it is a link to what is not there$/],
      ];
      for (const [file, message] of refused)
        assert.throws(() => {
          expectWritable(file);
        }, message);
    }));

  it("leaves a file that has changed since it was read, and no draft beside it", () =>
    withStackFile(0o644, () => {
      assert.throws(() => {
        writeWhole("Pulumi.dev.yaml", "new", "other");
      }, /it has changed meanwhile/);
      assert.equal(fs.readFileSync("Pulumi.dev.yaml", "utf8"), "old");
      assert.deepEqual(fs.readdirSync(".").sort(), ["Pulumi.dev.yaml", "link.yaml"]);
    }));
});
