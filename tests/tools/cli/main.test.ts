import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../tools/cli/main";
import { captured } from "../../support/folders";

const ROOT = join(__dirname, "../../..");

describe("the commands", () => {
  it("are listed with what each does, as the scripts of package.json that start one", async () => {
    const { code, stdout } = await captured(() => main("--help", []));
    assert.equal(code, 0);
    const listed = [...stdout.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name]) => name);
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const started = Object.entries(scripts)
      .filter(([, script]) => script.includes("run.cjs"))
      .map(([name]) => name);
    assert.deepEqual(
      listed,
      started.filter((name) => name !== "start"),
    );
  });

  it("are found by their name only, and the one that was meant is named", async () => {
    for (const [name, said] of [
      ["reherse", /found reherse; did you mean rehearse\?\n\nUsage: /],
      ["options", /found options\n/],
      [undefined, /found none\n/],
    ] as const) {
      const { code, stdout, stderr } = await captured(() => main(name, []));
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, said);
    }
  });

  it("name each other through one function, as their reader types them", () => {
    const files = ["components", "tools"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(folder, file)),
    );
    // `npm start` is of the repository alone.
    const own = ["components/commandText.ts", "tools/cli/start.ts"];
    const naming = files.filter((file) => {
      const code = readFileSync(join(ROOT, file), "utf8").replaceAll(/^\s*(\/?\*|\/\/).*/gm, "");
      return /npm run [a-z]|"docs\/|[ (]docs\/[a-z]/.test(code);
    });
    assert.deepEqual(
      naming.filter((file) => !own.includes(file)),
      [],
    );
  });
});
