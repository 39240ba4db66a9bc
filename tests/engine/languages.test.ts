import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { newFolder, packInto, run } from "../package/packed";
import { bag, list, parseJson, text } from "./aws/json";
import { built, Engine } from "./engine";
import { npmEnvironment, REPOSITORY } from "./workspace";

const ON_COUNTS = [
  ...["--logs", `churn=${path.join(REPOSITORY, "template/counts/churn.jsonl")}`, "--json"],
];
const HOSTS = path.join(__dirname, "hosts");

const STACK = ["--stack", "dev"];
const SAME = `
config:
  aws:region: eu-west-1
  classification-rate:defaults:
    email: ml-team@example.com
    threshold: 90
    createLogGroup: { retentionDays: 30 }
  classification-rate:models:
    churn: { logGroup: /models/churn }
    fraud: { logGroup: /models/fraud, threshold: 97.5, silence: 6h }
`;

/** The examples that there are, each with what its engine finds first. */
const folder = newFolder();
const provider = path.join(folder, "provider");
const venv = path.join(folder, "venv");
let languages = "";

function openExample(name: string): Engine {
  const example = path.join(REPOSITORY, "examples", name);
  const files = fs.readdirSync(example).map((file) => {
    return [file, fs.readFileSync(path.join(example, file), "utf8")] as const;
  });
  const { "Pulumi.yaml": project = "", ...program } = Object.fromEntries(files);
  const engine = Engine.open({
    ...{ program, project, stacks: { dev: "config: {}" }, env: npmEnvironment() },
    // The language host for Python takes the first Python.
    path: [path.join(venv, "bin"), HOSTS, languages],
  });
  // The old host for Node.js takes these for the packages of whatever plugin it is asked about.
  for (const name of ["node_modules", "package.json"]) fs.rmSync(path.join(engine.workspace, name));
  return engine;
}

/** What a program would deploy of AWS, by URN, and what `rehearse` makes of its preview. */
async function previewed(engine: Engine) {
  const { exitCode, stdout, stderr } = await engine.pulumi("dev", ["preview", "--json"]);
  assert.equal(exitCode, 0, stdout + stderr);
  const resources = list(bag(parseJson(stdout))["steps"])
    .map((step) => bag(bag(step)["newState"]))
    .filter(({ type }) => text(type).startsWith("aws:"))
    .map(({ urn, inputs }) => [text(urn), bag(inputs)] as const);
  engine.write("preview.json", stdout);
  const rehearsed = await engine.own("rehearse", "--preview", "preview.json", ...ON_COUNTS);
  assert.equal(rehearsed.exitCode, 0, rehearsed.stderr);
  return { resources: Object.fromEntries(resources), rehearsal: parseJson(rehearsed.stdout) };
}

describe("the components in other languages, on the real engine", () => {
  const engines: Engine[] = [];
  let inYaml: Awaited<ReturnType<typeof previewed>> | undefined;

  before(() => {
    fs.cpSync(path.join(REPOSITORY, "provider"), provider, {
      recursive: true,
      filter: (file) => !/node_modules|\.tgz$/.test(file),
    });
    packInto(provider);
    languages = built("languages");
  });

  after(() => {
    for (const engine of engines) engine.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("are added to a program in YAML as a package, and mail what a stack file has them mail", async () => {
    const engine = openExample("yaml");
    engines.push(engine);
    const { exitCode, stdout, stderr } = await engine.packageAdd(provider);
    assert.equal(exitCode, 0, stdout + stderr);
    inYaml = await previewed(engine);
    // A folder with the same settings in a stack file, and no program.
    engine.write("Pulumi.yaml", "name: models\nruntime: nodejs\n");
    engine.writeStack("dev", SAME);
    const { exitCode: code, stdout: same } = await engine.own("rehearse", ...STACK, ...ON_COUNTS);
    assert.equal(code, 0, same);
    assert.deepEqual(inYaml.rehearsal, parseJson(same));
    assert.match(same, /ALARM: \\"models-dev-churn\\"/);
  });

  it("are previewed from Python just as from YAML", async () => {
    const schema = path.join(provider, "schema.json");
    const sdk = path.join(folder, "sdk");
    const pip = ["install", "--quiet", "--requirement"];
    const requirements = path.join(REPOSITORY, "examples/python/requirements.txt");
    for (const [program, ...args] of [
      [path.join(languages, "generate-python-sdk"), schema, sdk],
      ["python3", "-m", "venv", venv],
      [path.join(venv, "bin/pip"), ...pip, requirements, sdk],
    ]) {
      const { code, stderr } = run(folder, program ?? "", args);
      assert.equal(code, 0, stderr);
    }
    const engine = openExample("python");
    engines.push(engine);
    // What `pulumi package add` writes beside the SDK, with a current host.
    const file = path.join(engine.workspace, "Pulumi.yaml");
    fs.appendFileSync(file, `packages:\n  classification-rate: ${provider}\n`);
    assert.deepEqual(await previewed(engine), inYaml);
  });

  it("say all that is wrong with their arguments, by property", async () => {
    const engine = openExample("yaml");
    engines.push(engine);
    const added = await engine.packageAdd(provider);
    assert.equal(added.exitCode, 0, added.stdout + added.stderr);
    const file = path.join(engine.workspace, "Pulumi.yaml");
    const project = fs.readFileSync(file, "utf8").replace("97.5", "975").replace("6h", "6 hours");
    engine.write("Pulumi.yaml", project);
    const { exitCode, errors } = await engine.preview("dev");
    assert.notEqual(exitCode, 0);
    assert.match(errors, /models\.fraud\.threshold.*found 975/);
    assert.match(errors, /models\.fraud\.silence.*found "6 hours"/);
  });
});
