import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { developedWith, install, newFolder, packInto, run, write } from "./packed";

/** What `pulumi new aws-typescript` writes (github.com/pulumi/templates). */
const TSCONFIG = `{
    "compilerOptions": {
        "strict": true,
        "outDir": "bin",
        "target": "es2020",
        "module": "commonjs",
        "moduleResolution": "node",
        "sourceMap": true,
        "experimentalDecorators": true,
        "pretty": true,
        "noFallthroughCasesInSwitch": true,
        "noImplicitReturns": true,
        "forceConsistentCasingInFileNames": true
    }
}
`;

const PROGRAM = `import { ClassificationRate, EmailTopic, LogFormat, MissingData, Monitor } from "classification-rate";

const team = new EmailTopic("team", { address: "team@example.com", topicName: "team" });
const churn = new Monitor("churn", {
  logGroup: "/aws/lambda/churn",
  threshold: 90,
  logFormat: LogFormat.json,
  treatMissingData: MissingData.notBreaching,
  topics: [team.topicArn],
});
const fraud = new ClassificationRate("fraud-team", {
  defaults: { email: ["fraud@example.com"] },
  models: { fraud: { logGroup: "/aws/lambda/fraud", threshold: 97.5, silence: "6h" } },
});

export const alarm = churn.alarmName;
export const models = fraud.models;
export const threshold = churn.nodes.rateAlarm.threshold;
`;

/** Runs the compiled program as Pulumi's guide to unit tests does, and tells what was declared and loaded. */
const UNDER_MOCKS = `const pulumi = require("@pulumi/pulumi");
const resources = [];
const newResource = ({ type, name, inputs }) => {
  resources.push(type);
  const arn = "arn:aws:any:eu-west-1:123456789012:" + name;
  return { id: name, state: { ...inputs, arn } };
};
const call = () => ({ region: "eu-west-1", accountId: "123456789012" });
pulumi.runtime.setMocks({ newResource, call }, "shop", "dev", false).then(async () => {
  const before = new Set(Object.keys(require.cache));
  const loaded = () => Object.keys(require.cache).filter((file) => !before.has(file));
  require("classification-rate");
  const imported = loaded();
  require("./bin/index.js");
  await pulumi.runtime.disconnect();
  console.log(JSON.stringify({ resources, imported, loaded: loaded() }));
});
`;

/** A project with nothing but a stack file: the package's own program is what it runs. */
const SHOP = {
  "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
  "Pulumi.dev.yaml": `config:
  aws:region: eu-west-1
  classification-rate:models:
    churn: { logGroup: /aws/lambda/churn, threshold: 90, datapoints: 1, email: team@acme.com }
`,
  "churn.jsonl": Array.from({ length: 100 }, (_, index) => {
    const timestamp = Date.UTC(2026, 2, 9) + index * 60_000;
    return JSON.stringify({ timestamp, message: `{"prediction_valid": ${index % 2 === 0}}` });
  }).join("\n"),
  "tests/alarms/churn.yaml": `stack: dev
model: churn
tests:
  - name: a bad hour is nothing
    series: [3h: 100/h at 50%]
    expect: [{ by: 3h, never: ALARM }]
`,
};

/** The newest SDK needs a newer Node than the oldest that is supported here. */
const NEWEST =
  Number(process.versions.node.split(".")[0]) >= 22 ? "3" : developedWith("@pulumi/pulumi");

const PEERS = {
  lowest: ["@pulumi/pulumi@3.142.0", "@pulumi/aws@7.2.0"],
  newest: [`@pulumi/pulumi@${NEWEST}`, "@pulumi/aws@7"],
};

describe("the packed library", () => {
  const folder = newFolder();
  let packed = "";
  before(() => {
    packed = packInto(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const [name, peers] of Object.entries(PEERS)) {
    it(`type-checks and runs in a program with the ${name} peers, and loads nothing but itself`, () => {
      const user = join(folder, name);
      write(user, { "index.ts": PROGRAM, "tsconfig.json": TSCONFIG, "mocked.js": UNDER_MOCKS });
      const tools = ["typescript", "@types/node"].map((tool) => `${tool}@${developedWith(tool)}`);
      install(user, [packed, ...peers, ...tools]);

      const compiled = run(user, "npx", ["tsc", "--listFiles"]);
      assert.equal(compiled.code, 0, compiled.stdout);
      const behind = compiled.stdout
        .split("\n")
        .filter((file) => /node_modules\/(zod|yaml)\//.test(file));
      assert.deepEqual(behind, []);

      const { code, stdout, stderr } = run(user, process.execPath, ["mocked.js"]);
      assert.equal(code, 0, stderr);
      const { resources, imported, loaded } = JSON.parse(stdout) as Record<
        "resources" | "imported" | "loaded",
        string[]
      >;
      const amount = (type: string) => resources.filter((one) => one === type).length;
      assert.equal(amount("aws:cloudwatch/metricAlarm:MetricAlarm"), 3);
      assert.equal(amount("aws:sns/topicSubscription:TopicSubscription"), 2);

      const own = "node_modules/classification-rate/";
      const ours = loaded.flatMap((file) => file.split(own)[1] ?? []);
      assert.deepEqual(
        ours.filter((file) => !file.startsWith("dist/components/")),
        [],
      );
      const packages = (files: string[]): string[] => {
        const names = files.map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
        const known = names.filter((one) => one !== undefined);
        return [...new Set(known)].filter((one) => !one.startsWith("@pulumi/")).sort();
      };
      // The first component loads zod, which takes longer to import than all the rest.
      assert.deepEqual(packages(imported), ["classification-rate", "fastest-levenshtein"]);
      assert.deepEqual(packages(loaded), ["classification-rate", "fastest-levenshtein", "zod"]);
    });
  }

  it("tells in hover texts what every setting and output is", () => {
    const file = join(folder, "newest", "index.ts");
    const service = languageService(file);
    const program = service.getProgram();
    assert(program !== undefined);
    const checker = program.getTypeChecker();
    const entry = program
      .getSourceFiles()
      .find(({ fileName }) => fileName.endsWith("dist/components/index.d.ts"));
    const module = entry && checker.getSymbolAtLocation(entry);
    assert(module !== undefined);

    const silent: string[] = [];
    let seen = 0;
    for (const exported of checker.getExportsOfModule(module)) {
      const type = checker.getDeclaredTypeOfSymbol(exported);
      for (const property of type.getProperties()) {
        const name =
          property.valueDeclaration && ts.getNameOfDeclaration(property.valueDeclaration);
        const place = name?.getSourceFile().fileName;
        if (name === undefined || place?.includes("/dist/components/") !== true) continue;
        seen += 1;
        const info = service.getQuickInfoAtPosition(place, name.getStart());
        if ((info?.documentation ?? []).length === 0)
          silent.push(`${exported.name}.${property.name}`);
      }
    }
    assert(seen > 60, String(seen));
    assert.deepEqual(silent, []);
  });

  it("brings commands that run anywhere, and name each other as they were called", () => {
    const shop = join(folder, "newest", "shop");
    write(shop, SHOP);
    const command = (...args: string[]) => run(shop, "npx", ["classification-rate", ...args]);

    assert.match(command("--version").stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match(
      command("--help").stdout,
      /^Usage: npx classification-rate <command> \[options\]\n/,
    );
    assert.match(
      command("check", "--help").stdout,
      /^Usage: npx classification-rate check \[options\]/,
    );
    assert.match(command("check").stderr, /^Pulumi\.dev\.yaml: 1 model, no problems\n$/);

    const rehearsed = command("rehearse", "churn.jsonl", "--html", "report.html");
    assert.equal(rehearsed.code, 0, rehearsed.stderr);
    assert.match(rehearsed.stdout, /Alarm shop-dev-churn .*\n +100 predictions, 50 valid/);
    assert.match(run(shop, "cat", ["report.html"]).stdout, /uPlot/);

    const verified = command("verify");
    assert.equal(verified.code, 1, verified.stderr);
    assert.match(
      verified.stdout,
      /\nTo run only what failed: npx classification-rate verify tests\/alarms\/churn\.yaml\n/,
    );
    const guide = /How to write tests: (\S+)/.exec(command("verify", "--help").stdout)?.[1] ?? "";
    assert.match(run(shop, "cat", [guide]).stdout, /^# /);

    // A thread that cannot start is made up for by reading without threads.
    const thread = join(
      folder,
      "newest/node_modules/classification-rate/dist/tools/logs/readingThread.cjs",
    );
    const script = `require(${JSON.stringify(thread)})({ path: "no.jsonl", task: { filters: [] } }).catch((e) => console.log(e.message))`;
    assert.match(run(shop, process.execPath, ["-e", script]).stdout, /^no\.jsonl: /);
  });

  it("is well for publint and for Are The Types Wrong", () => {
    const tools = join(folder, "tools");
    install(tools, ["publint@0.3.25", "@arethetypeswrong/cli@0.18.5"]);
    for (const [tool, ...args] of [
      ["publint", packed, "--strict"],
      ["attw", packed],
    ]) {
      const { code, stdout, stderr } = run(tools, "npx", [tool ?? "", ...args]);
      assert.equal(code, 0, stdout + stderr);
      if (tool === "publint") assert.match(stdout, /All good!/);
    }
  });
});

function languageService(file: string): ts.LanguageService {
  const { options } = ts.convertCompilerOptionsFromJson(
    (JSON.parse(TSCONFIG) as { compilerOptions: unknown }).compilerOptions,
    join(file, ".."),
  );
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => join(file, ".."),
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
  });
}
