import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../tools/cli/check";
import { captured, inFolder, type Run } from "../../support/folders";

const ROOT = join(__dirname, "../../..");
const PROJECT = "name: classification-rate\nruntime: nodejs\n";

const GOOD = `config:
  aws:region: eu-west-1
  classification-rate:models:
    churn:
      logGroup: /aws/lambda/churn-classifier
      threshold: 90
      email: ml-team@our.company
`;

/** The line of the issue: line 12, column 18. */
const THRESHOLD_900 = `config:
  aws:region: eu-west-1
  classification-rate:defaults:
    period: 1h
    datapoints: 3 of 5
    email: ml-team@our.company
  classification-rate:models:
    fraud: {logGroup: /aws/sagemaker/Endpoints/fraud, threshold: 97.5}
    # Customers about to leave.
    churn:
      logGroup: /aws/lambda/churn-classifier
      threshold: 900
`;

/** Runs the command in a folder with these files. */
function check(files: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  return inFolder({ "Pulumi.yaml": PROJECT, ...files }, () => captured(() => main(args)));
}

/** Wrong usage: exit code 2, and one message that says what is wrong. */
function assertUsage({ code, stdout, stderr }: Run, message: RegExp): void {
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /^\s+at /m);
}

describe("npm run check", () => {
  it("prints nothing on stdout where all is well", async () => {
    const files = { "Pulumi.dev.yaml": GOOD, "Pulumi.prod.yaml": GOOD.replace("90", "95") };
    const { code, stdout, stderr } = await check(files);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
    assert.equal(
      stderr,
      "Pulumi.dev.yaml: 1 model, no problems\nPulumi.prod.yaml: 1 model, no problems\n",
    );
  });

  it("shows a problem with its file, line, column and key", async () => {
    const { code, stdout } = await check({ "Pulumi.dev.yaml": THRESHOLD_900 });
    assert.equal(code, 1);
    assert.equal(
      stdout,
      "Pulumi.dev.yaml:12:18 classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100, found 900\n",
    );
  });

  it("does the same as a command of its own", () =>
    inFolder({ "Pulumi.yaml": PROJECT, "Pulumi.dev.yaml": THRESHOLD_900 }, (cwd) => {
      const command = [join(ROOT, "tools/cli/run.cjs"), "check", "--json"];
      const { status, stdout } = spawnSync(process.execPath, command, { cwd, encoding: "utf8" });
      assert.equal(status, 1);
      const { files } = JSON.parse(stdout) as { files: { problems: { line: number }[] }[] };
      assert.equal(files[0]?.problems[0]?.line, 12);
      return Promise.resolve();
    }));

  it("shows all problems of all files at once, from the top of each", async () => {
    const five = `config:
  classification-rate:dashbord: true
  classification-rate:defaults:
    period: 90s
  classification-rate:models:
    churn: {logGroup: aws/churn, threshold: 0, email: nobody}
`;
    const { code, stdout, stderr } = await check({
      "Pulumi.dev.yaml": THRESHOLD_900,
      "Pulumi.good.yaml": GOOD,
      "Pulumi.a.yaml": five,
      "Pulumi.broken.yaml": "config:\n  a: [1\n  b: 2\n",
    });
    assert.equal(code, 1);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(": ")[0]),
      [
        "Pulumi.a.yaml:2:3 classification-rate:dashbord",
        "Pulumi.a.yaml:4:13 classification-rate:defaults.period",
        "Pulumi.a.yaml:6:23 classification-rate:models.churn.logGroup",
        "Pulumi.a.yaml:6:45 classification-rate:models.churn.threshold",
        "Pulumi.a.yaml:6:55 classification-rate:models.churn.email",
        "Pulumi.broken.yaml:3:3 expected valid YAML, found a mistake",
        "Pulumi.dev.yaml:12:18 classification-rate:models.churn.threshold",
      ],
    );
    assert.match(stderr, /^\n7 problems\. /);
  });

  it("prints JSON, and only that, with the same findings", async () => {
    const files = { "Pulumi.dev.yaml": THRESHOLD_900, "Pulumi.prod.yaml": GOOD };
    const { code, stdout, stderr } = await check(files, "--json");
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    assert.deepEqual(JSON.parse(stdout), {
      files: [
        {
          file: "Pulumi.dev.yaml",
          stack: "dev",
          models: 0,
          problems: [
            {
              severity: "error",
              file: "Pulumi.dev.yaml",
              line: 12,
              column: 18,
              key: "classification-rate:models.churn.threshold",
              message: "expected a percentage above 0 and at most 100, found 900",
              expected: "a percentage above 0 and at most 100",
              found: "900",
            },
          ],
        },
        { file: "Pulumi.prod.yaml", stack: "prod", models: 1, problems: [] },
      ],
    });
    assert.equal((await check({ "Pulumi.prod.yaml": GOOD }, "--json")).code, 0);
  });

  it("prints what pull requests and code scanning take, and only that", async () => {
    const files = { "Pulumi.dev.yaml": THRESHOLD_900 };
    const annotated = await check(files, "--format", "github");
    assert.equal(annotated.code, 1);
    assert.match(
      annotated.stdout,
      /^::error file=\S*Pulumi\.dev\.yaml,line=12,col=18::\S+: [^\n]+\n$/,
    );
    const { code, stdout, stderr } = await check(files, "--format", "sarif");
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    assert.equal((JSON.parse(stdout) as { version: string }).version, "2.1.0");
    const { stdout: json } = await check(files, "--json");
    assert.deepEqual(await check(files, "--format", "json"), { code: 1, stdout: json, stderr: "" });
    assertUsage(await check(files, "--format", "xml"), /choices are text, json, github, sarif/);
  });

  it("checks only the files that it is given, wherever they are", async () => {
    const files = { "Pulumi.dev.yaml": THRESHOLD_900, "other/Pulumi.prod.yaml": THRESHOLD_900 };
    const { code, stdout } = await check(files, "other/Pulumi.prod.yaml");
    assert.equal(code, 1);
    assert.match(stdout, /^other\/Pulumi\.prod\.yaml:12:18 [^\n]+\n$/);
  });

  it("reads keys in one namespace, whatever the project is called", async () => {
    const files = { "Pulumi.yaml": "name: ml.watch\n", "Pulumi.dev.yaml": THRESHOLD_900 };
    const { stdout } = await check(files);
    assert.match(stdout, /^Pulumi\.dev\.yaml:12:18 classification-rate:models\.churn\.threshold: /);
    const moved = GOOD.replace("classification-rate:", "ml.watch:");
    assert.equal(
      (await check({ ...files, "Pulumi.dev.yaml": moved })).stdout,
      "Pulumi.dev.yaml:3:3 ml.watch:models: expected classification-rate:models, found ml.watch:models\n",
    );
  });

  it("takes keys without a namespace for the project's, as Pulumi does", async () => {
    const bare = GOOD.replace("classification-rate:", "");
    const good = await check({ "Pulumi.dev.yaml": bare });
    assert.equal(good.stderr, "Pulumi.dev.yaml: 1 model, no problems\n");
    const wrong = await check({ "Pulumi.dev.yaml": bare.replace("90", "900") });
    assert.match(
      wrong.stdout,
      /^Pulumi\.dev\.yaml:6:18 classification-rate:models\.churn\.threshold: /,
    );
    const files = { "Pulumi.yaml": "name: other\n", "Pulumi.dev.yaml": `${bare}  namespace: ml\n` };
    assert.deepEqual((await check(files)).stdout.split("\n"), [
      "Pulumi.dev.yaml:3:3 other:models: expected classification-rate:models, found models",
      "Pulumi.dev.yaml:8:3 other:namespace: expected classification-rate:namespace, found namespace",
      "",
    ]);
    const twice = `${GOOD}  models: {}\n`;
    assert.match(
      (await check({ "Pulumi.dev.yaml": twice })).stdout,
      /^Pulumi\.dev\.yaml:8:3 classification-rate:models: expected each key once/,
    );
  });

  it("wants quotes around what Pulumi would read as something else", async () => {
    const where = "{ version: 2026-01-01, build: 1.10, store: 012, ok: true, n: 7 }";
    const { stdout } = await check({ "Pulumi.dev.yaml": `${GOOD}      where: ${where}\n` });
    assert.deepEqual(stdout.split("\n"), [
      'Pulumi.dev.yaml:8:25 classification-rate:models.churn.where.version: expected "2026-01-01", in quotes, found 2026-01-01, a date that Pulumi writes in another form',
      'Pulumi.dev.yaml:8:44 classification-rate:models.churn.where.build: expected "1.10" in quotes for a text, or the number 1.1, found 1.10, which Pulumi reads as 1.1',
      'Pulumi.dev.yaml:8:57 classification-rate:models.churn.where.store: expected a plain decimal number, or "012" in quotes, found 012, which Pulumi reads as another value',
      "",
    ]);
    const account = `${GOOD}  aws:allowedAccountIds: [012345678901]\n`;
    assert.match(
      (await check({ "Pulumi.dev.yaml": account })).stdout,
      /^Pulumi\.dev\.yaml:8:27 aws:allowedAccountIds\[0\]: expected [^\n]*, found 012345678901/,
    );
    const decimal = GOOD.replace("90", "97.50");
    assert.equal((await check({ "Pulumi.dev.yaml": decimal })).code, 0);
  });

  it("wants a list of accounts", async () => {
    const { stdout } = await check({
      "Pulumi.dev.yaml": `${GOOD}  aws:allowedAccountIds: "123456789012"\n`,
    });
    assert.match(
      stdout,
      /^Pulumi\.dev\.yaml:8:26 aws:allowedAccountIds: expected a list of accounts/,
    );
  });

  it("warns of what is legal and probably a mistake, which --strict makes a problem", async () => {
    const model = "{ logGroup: /a, threshold: 90, email: a@our.company";
    const file = `config:
  aws:region: eu-wset-1
  classification-rate:models:
    churn: ${model} }
    fraud: ${model} }
    other: ${model}, field: ok }
    one: ${model}, where: { m: one } }
    two: { logGroup: /b, threshold: 90, email: a@example.com, where: { m: one } }
    three: { logGroup: /b, threshold: 90, email: a@our.company, where: { m: three } }
    four: { logGroup: /b, threshold: 90, email: a@our.company, where: { m: 4 } }
    five: { logGroup: /b, threshold: 90, email: a@our.company, where: { m: "4" } }
`;
    const { code, stdout, stderr } = await check({ "Pulumi.dev.yaml": file });
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .split("\n")
        .map((line) => /^\S+ warning (\S+): expected [^,]+/.exec(line)?.[1] ?? line),
      [
        "aws:region",
        "classification-rate:models.fraud.logGroup",
        "classification-rate:models.one.logGroup",
        "classification-rate:models.two.email",
        "classification-rate:models.four.logGroup",
        "",
      ],
    );
    assert.match(stdout, /did you mean eu-west-1\?/);
    assert.equal(stderr, "Pulumi.dev.yaml: 8 models, 5 warnings\n");
    assert.equal((await check({ "Pulumi.dev.yaml": file }, "--strict")).code, 1);
    const { files } = JSON.parse((await check({ "Pulumi.dev.yaml": file }, "--json")).stdout) as {
      files: { problems: { severity: string }[] }[];
    };
    assert.deepEqual([...new Set(files[0]?.problems.map(({ severity }) => severity))], ["warning"]);
  });

  it("warns of stacks that overwrite each other's alarms or dashboards", async () => {
    const stack = (models: string, more = ""): string =>
      `config:\n  aws:region: eu-west-1\n  classification-rate:models: ${models}\n${more}`;
    const model = "{ logGroup: /a, threshold: 90, email: a@our.company }";
    const files = {
      "Pulumi.dev.yaml": stack(`{ eu-churn: ${model} }`),
      "Pulumi.dev-eu.yaml": stack(`{ churn: ${model} }`),
    };
    const { code, stdout } = await check(files, "Pulumi.dev.yaml");
    assert.equal(code, 0);
    assert.equal(
      stdout,
      "Pulumi.dev.yaml:3:43 warning classification-rate:models.eu-churn: expected names that no other stack of the project has, found the alarm classification-rate-dev-eu-churn in Pulumi.dev-eu.yaml, too\n",
    );
    const early = model.replace(" }", ", warning: { threshold: 95 } }");
    const warned = {
      "Pulumi.dev.yaml": stack(`{ churn: ${early} }`),
      "Pulumi.dev-churn.yaml": stack(`{ warning: ${model} }`),
    };
    assert.match(
      (await check(warned)).stdout,
      /found the alarm classification-rate-dev-churn-warning in Pulumi\.dev\.yaml, too/,
    );
    const elsewhere = files["Pulumi.dev.yaml"].replace("eu-west-1", "us-east-1");
    assert.equal((await check({ ...files, "Pulumi.dev.yaml": elsewhere })).stdout, "");
    const accounts = (id: string): string => `  aws:allowedAccountIds: ["${id}"]\n`;
    const apart = {
      "Pulumi.dev.yaml": files["Pulumi.dev.yaml"] + accounts("111111111111"),
      "Pulumi.dev-eu.yaml": files["Pulumi.dev-eu.yaml"] + accounts("222222222222"),
    };
    assert.equal((await check(apart)).stdout, "");
  });

  it("warns of an account's quota of alarms, in which every alarm of a model counts", async () => {
    const models = Array.from({ length: 1334 }, (_, at) => `    m${at}: { logGroup: /l/${at} }\n`);
    const common = "threshold: 90, email: a@our.company, silence: 1h, warning: { threshold: 95 }";
    const file = `config:\n  classification-rate:defaults: { ${common} }\n  classification-rate:models:\n${models.join("")}`;
    assert.match(
      (await check({ "Pulumi.dev.yaml": file })).stdout,
      /^\S+ warning classification-rate:models: [^\n]*5,000 alarms[^\n]* found 4,002 alarms in /,
    );
  });

  it("says how near a stack is to the most config that Pulumi can hand to a program", async () => {
    const stack = (amount: number): string => {
      const models = Array.from(
        { length: amount },
        (_, at) =>
          `    m${at}: { logGroup: /l/${at}, threshold: 90, email: [a@our.company], runbook: "https://our.company/${"x".repeat(200)}" }\n`,
      );
      return `config:\n  classification-rate:models:\n${models.join("")}`;
    };
    assert.equal((await check({ "Pulumi.dev.yaml": stack(300) })).stdout, "");
    const near = await check({ "Pulumi.dev.yaml": stack(390) });
    assert.match(
      near.stdout,
      /^\S+ warning classification-rate:models: [^\n]*128 KiB[^\n]*modelsFrom[^\n]* 9\d % of that\n$/,
    );
    const beyond = await check({ "Pulumi.dev.yaml": stack(450) });
    assert.equal(beyond.code, 1);
    assert.match(beyond.stdout, /^Pulumi\.dev\.yaml:3:5 classification-rate:models: /);
  });

  it("does not call a stack file wrong for what only its environment shows", async () => {
    const file =
      "environment: [common]\nconfig:\n  classification-rate:models: { churn: { logGroup: /a, threshold: 900 } }\n";
    const { code, stdout } = await check({ "Pulumi.dev.yaml": file });
    assert.equal(code, 1);
    assert.deepEqual(
      stdout.split("\n").map((line) => line.split(": ")[0]),
      [
        "Pulumi.dev.yaml:1:1 warning environment",
        "Pulumi.dev.yaml:3:67 classification-rate:models.churn.threshold",
        "",
      ],
    );
    assert.equal((await check({ "Pulumi.dev.yaml": file.replace("900", "90") })).code, 0);
  });

  it("checks config as `pulumi config --json` prints it", async () => {
    const models = { churn: { logGroup: "/a", threshold: 900, email: "a@our.company" } };
    const config = {
      "aws:region": { value: "eu-west-1", secret: false },
      "classification-rate:models": {
        value: JSON.stringify(models),
        objectValue: models,
        secret: false,
      },
      "classification-rate:namespace": { secret: true },
    };
    const run = await check({ "c.json": JSON.stringify(config) }, "--config", "c.json");
    assert.equal(run.code, 1);
    assert.deepEqual(
      run.stdout.split("\n").map((line) => line.split(", found ")[0]),
      [
        "c.json classification-rate:namespace: expected a plain value (addresses, names and thresholds are visible in AWS anyway)",
        "c.json classification-rate:models.churn.threshold: expected a percentage above 0 and at most 100",
        "",
      ],
    );
    assertUsage(
      await check({ "c.json": "{" }, "--config", "c.json"),
      /^c\.json: expected what `pulumi config/,
    );
  });

  it("looks for stack files where the project keeps them", async () => {
    const files = {
      "Pulumi.yaml": `${PROJECT}stackConfigDir: stacks\n`,
      "stacks/Pulumi.dev.yaml": THRESHOLD_900,
      "Pulumi.old.yaml": "nonsense",
    };
    const { code, stdout } = await check(files);
    assert.equal(code, 1);
    assert.match(stdout, /^stacks\/Pulumi\.dev\.yaml:12:18 [^\n]+\n$/);
  });

  it("explains itself", async () => {
    const { code, stdout, stderr } = await check({}, "--help");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^Usage: .*check/);
    assert.match(stdout, /--json/);
    assert.match(stdout, /Exit code/);
  });
});

describe("npm run check, used wrongly", () => {
  it("says which file is missing", async () => {
    assertUsage(
      await check({}, "Pulumi.nope.yaml"),
      /^Pulumi\.nope\.yaml: cannot be read, there is no such file[^\n]*\n$/,
    );
    assertUsage(
      await check({}),
      /^expected stack files \(Pulumi\.<stack>\.yaml\) in \S+, found none\n$/,
    );
    assertUsage(
      await check({ "Pulumi.yaml": `${PROJECT}stackConfigDir: nowhere\n` }),
      /^nowhere: expected the folder of the stack files, there is no such/,
    );
  });

  it("shows the place of a missing file that was given in full", () =>
    inFolder({ "Pulumi.yaml": PROJECT }, async (folder) => {
      const run = await captured(() => main([join(folder, "elsewhere", "Pulumi.dev.yaml")]));
      assertUsage(run, /no such file/);
      assert.equal(run.stderr.split(folder).length - 1, 2, run.stderr);
      assert(!run.stderr.includes(`${folder}${folder}`), run.stderr);
    }));

  it("says that a folder or another file is no stack file", async () => {
    for (const name of ["stacks", "README.md", "Pulumi.yaml", "Pulumi.dev.yml", "Pulumi..yaml"]) {
      const message = /: expected a stack file, whose name is Pulumi\.<stack>\.yaml\n$/;
      assertUsage(
        await check({ "stacks/x": "", [name === "stacks" ? "y" : name]: PROJECT }, name),
        message,
      );
    }
    await inFolder({ "Pulumi.yaml": PROJECT }, async (folder) => {
      mkdirSync(join(folder, "Pulumi.dev.yaml"));
      assertUsage(
        await captured(() => main([])),
        /^Pulumi\.dev\.yaml: cannot be read, that is a folder/,
      );
    });
  });

  it("refuses unknown options", async () => {
    assertUsage(await check({ "Pulumi.dev.yaml": GOOD }, "--jsno"), /unknown option '--jsno'/);
  });

  it("needs a project with a name", () =>
    inFolder({ "Pulumi.dev.yaml": GOOD }, async () => {
      assertUsage(
        await captured(() => main([])),
        /^expected a Pulumi project in [^\n]*, found no Pulumi\.yaml there\n$/,
      );
      for (const content of [
        "",
        "runtime: nodejs\n",
        "name: 7\n",
        "name:\n",
        "- name: x\n",
        "name",
      ]) {
        const files = { "Pulumi.yaml": content, "Pulumi.dev.yaml": GOOD };
        assertUsage(
          await check(files),
          /^Pulumi\.yaml: expected the project's name in name, found none\n$/,
        );
      }
    }));

  it("says in one line that the project's own file is no YAML", async () => {
    const run = await check({ "Pulumi.yaml": "name: [x\n", "Pulumi.dev.yaml": GOOD });
    assertUsage(run, /^Pulumi\.yaml/);
    assert.match(run.stderr, /^Pulumi\.yaml[^\n]*\n$/);
  });

  it("says that a file is no folder of stack files", async () => {
    const files = { "Pulumi.yaml": `${PROJECT}stackConfigDir: Pulumi.yaml\n` };
    assertUsage(await check(files), /Pulumi\.yaml/);
  });

  it("prints no half of a JSON document", async () => {
    assertUsage(
      await check({ "Pulumi.dev.yaml": GOOD }, "--json", "Pulumi.dev.yaml", "Pulumi.x.yaml"),
      /Pulumi\.x\.yaml/,
    );
  });
});
