import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { newFolder, packInto, run } from "../package/packed";
import { bag, list, text, toJson } from "./aws/json";
import { Engine } from "./engine";
import { REPOSITORY } from "./workspace";

/** A name with all that a project's may have, and npm's may not. */
const NAME = "_Team.Models-2";

describe("the template", () => {
  const template = newFolder();
  let engine: Engine | undefined;

  before(async () => {
    const shipped = path.join(REPOSITORY, "template");
    const isPacked = (file: string) => file.endsWith(".tgz");
    fs.cpSync(shipped, template, { recursive: true, filter: (file) => !isPacked(file) });
    packInto(template);
    engine = await Engine.fromTemplate(template, NAME);
  });

  after(() => {
    engine?.close();
    fs.rmSync(template, { recursive: true });
  });

  function project(): Engine {
    assert(engine !== undefined);
    return engine;
  }

  it("is checked, tested and rehearsed by its own pipeline", () => {
    const file = path.join(project().workspace, ".github/workflows/pull-request.yml");
    const { jobs } = bag(toJson(parse(fs.readFileSync(file, "utf8"))));
    const commands = list(bag(bag(jobs)["check"])["steps"])
      .map((step) => text(bag(step)["run"]))
      .filter((command) => command.includes("npx "));
    assert.equal(commands.length, 3);
    const { workspace } = project();
    // The branch that the pull request is for: production has a threshold that nothing falls below.
    const before = `git init -q . && sed -i.now 's/threshold: 90/threshold: 1/' Pulumi.prod.yaml
      git add Pulumi.*.yaml && git -c user.name=me -c user.email=me@example.org commit -qm before
      mv Pulumi.prod.yaml.now Pulumi.prod.yaml && export BASE=HEAD`;
    for (const [index, step] of commands.entries()) {
      const command = index === 2 ? `${before}\n${step}` : step;
      const { code, stdout, stderr } = run(workspace, "bash", ["-e", "-c", command]);
      assert.equal(code, 0, `${command}\n${stdout}${stderr}`);
    }
    const comment = fs.readFileSync(path.join(workspace, "comment.md"), "utf8");
    assert.match(comment, /compared with `prod of before\.prod\.yaml`/);
    assert.match(comment, /\| `churn` \| 0 → \*\*1\*\* \| 0 min → \*\*8 h\*\* \| for 8 h \|/);
    fs.rmSync(path.join(workspace, ".git"), { recursive: true });
  });

  it("comes up at once in an empty account", async () => {
    const { exitCode, errors } = await project().up("dev");
    assert.deepEqual([errors, exitCode], ["", 0]);
    const made = project().account.inventory();
    assert(made.includes(`alarm ${NAME}-dev-churn`), made.join("\n"));
    assert(made.includes("logGroup /models/churn/dev"), made.join("\n"));
    assert.deepEqual((await project().preview("dev")).changes, []);
  });
});
